"""Finds the folder of the pack that a command is about."""

from __future__ import annotations

import os
from pathlib import Path

import lore
from bot import settings as settings_
from lore.errors import LoreError
from lore.pack.reader import PACK_FILE

_IN_THE_WHEEL = Path(lore.__file__).with_name("_pack")


class NotAnAuthorsPackError(LoreError):
    """There is no pack to work on."""


def pack_folder(given: Path | None) -> Path:
    """Return the given folder, or that in LORE_PACK, or the current one if it has a pack.

    Otherwise return the folder of the shipped pack.
    """
    folder = settings_.load(pack=given).pack
    is_chosen = given is not None or folder != settings_.SHIPPED_PACK
    return Path() if not is_chosen and os.path.isfile(PACK_FILE) else folder


def author_folder(given: Path | None) -> Path:
    """Return the folder of a pack to work on; NotAnAuthorsPackError instead of the shipped one."""
    folder = pack_folder(given)
    if given is None and folder == settings_.SHIPPED_PACK:
        raise NotAnAuthorsPackError(
            "Here is no pack.toml. Name your pack's folder with --pack DIR or LORE_PACK, go "
            "there, or begin one: lorebot new pack DIR --source FILE"
        )
    if folder.resolve() == _IN_THE_WHEEL.resolve():
        raise NotAnAuthorsPackError(
            f"{folder} is the pack that is installed with lorebot, and would be replaced with it. "
            "Copy it, and name the copy with --pack DIR."
        )
    return folder
