"""Writes new files of a pack: each as a whole or not at all, and none over another."""

from __future__ import annotations

import json
import os
from pathlib import Path

from lore.errors import LoreError
from lore.files import write_whole


class NotWrittenError(LoreError):
    """A new file cannot be made; nothing was written."""


def toml_text(text: str) -> str:
    """Return a text as TOML has it, between quotes.

    These are JSON's, but for DEL; tomlkit would take the square of the length for some texts.
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def write_new(path: Path, content: str | bytes) -> None:
    """Write a file that is not there yet; NotWrittenError if it is, or cannot be made."""
    refuse_if_there(path)
    raw = content.encode() if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, raw)
    except OSError as error:
        raise NotWrittenError(
            f"{path} cannot be made: {error.strerror}. Nothing was written; see that this user may "
            f"write in {path.parent.absolute()}."
        ) from error


def refuse_if_there(path: Path) -> None:
    """Raise NotWrittenError where something has that name already, if only a broken link."""
    if os.path.lexists(path):
        raise NotWrittenError(f"{path} is there already, and nothing is written over it.")
