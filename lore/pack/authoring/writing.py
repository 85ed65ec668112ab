"""Writes new files of a pack: each as a whole or not at all, and none over another."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import tomlkit

from lore.errors import LoreError


class NotWrittenError(LoreError):
    """A new file cannot be made; nothing was written."""


def toml_text(text: str) -> str:
    """Return a text as TOML has it, between quotes."""
    return tomlkit.string(text).as_string()


def write_new(path: Path, content: str | bytes) -> None:
    """Write a file that is not there yet; NotWrittenError if it is, or cannot be made."""
    refuse_if_there(path)
    raw = content.encode() if isinstance(content, str) else content
    part = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        os.rename(part, path)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise NotWrittenError(
            f"{path} cannot be made: {error.strerror}. Nothing was written; see that this user may "
            f"write in {path.parent.absolute()}."
        ) from error


def refuse_if_there(path: Path) -> None:
    """Raise NotWrittenError where something has that name already, if only a broken link."""
    if os.path.lexists(path):
        raise NotWrittenError(f"{path} is there already, and nothing is written over it.")
