"""Reads the text of a file, or says in a sentence why it holds none."""

from __future__ import annotations

import codecs

from lore.errors import LoreError

# In the order in which they have to be told apart.
_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


class NotTextError(LoreError):
    """A file holds no text that can be read; its sentence says what it holds."""


def text_of(raw: bytes) -> str:
    """Return the text of a file in UTF-8, without a byte order mark; NotTextError if it is none."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            raise NotTextError(f"is {encoding} text; save it as UTF-8")
    if b"\0" in raw:
        raise NotTextError("holds zero bytes, as UTF-16 does and what is no text; save it as UTF-8")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        wrong = f"its line {line} holds the byte {raw[error.start]:#x}"
        raise NotTextError(f"is not UTF-8 text ({wrong}); save it as UTF-8") from error
