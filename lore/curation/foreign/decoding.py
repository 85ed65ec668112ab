"""Bytes of a file as text, whatever it is encoded in; what is no text is refused by its name."""

import codecs
from typing import NamedTuple

from lore.curation.reading import ImportFileError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    # The mark of UTF-32 begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_SPREADSHEET = "Save it as CSV from the spreadsheet, or unpack it, and attach what is in it."
_NO_TEXT = (
    (b"PK\x03\x04", f"This is a zip or a spreadsheet, not a text. {_SPREADSHEET}"),
    (b"\xd0\xcf\x11\xe0", f"This is an old spreadsheet or document, not a text. {_SPREADSHEET}"),
    (b"\x1f\x8b", "This is a packed file (gzip). Unpack it, and attach what is in it."),
    (b"7z\xbc\xaf", "This is a packed file (7z). Unpack it, and attach what is in it."),
    (b"Rar!", "This is a packed file (rar). Unpack it, and attach what is in it."),
    (b"\x89PNG", "This is a picture, not a text."),
    (b"\xff\xd8\xff", "This is a picture, not a text."),
    (b"GIF8", "This is a picture, not a text."),
    (b"RIFF", "This is a picture or a sound, not a text."),
    (b"%PDF", "This is a PDF. Copy its text into a file with a quote a line."),
    (b"SQLite format 3", "This is a database. Export its quotes as CSV, and attach that."),
)
_SAMPLE = 4_000


class Decoded(NamedTuple):
    """A text, and what it was encoded in; empty if that goes without saying."""

    text: str
    encoding: str = ""


def decoded(content: bytes) -> Decoded:
    """Return the text of a file; ImportFileError if it is none."""
    for magic, sentence in _NO_TEXT:
        if content.startswith(magic):
            raise ImportFileError(sentence)
    try:
        found = _decoded(content)
    except UnicodeDecodeError as error:
        raise ImportFileError("The file is not a text, or it is cut off.") from error
    if "\0" in found.text:
        raise ImportFileError("The file is not a text: it holds the character NUL.")
    if not found.text.strip():
        raise ImportFileError("The file is empty.")
    beginning = found.text[:200].lstrip().casefold()
    if beginning.startswith(("<!doctype", "<html", "<?xml", "<head", "<body")):
        raise ImportFileError("This is a web page or XML, not a list of quotes.")
    return found


def _decoded(content: bytes) -> Decoded:
    for mark, codec, name in _BOMS:
        if content.startswith(mark):
            return Decoded(content.decode(codec).removeprefix("\ufeff"), name)
    if b"\0" in (sample := content[:_SAMPLE]):
        # Of two bytes the higher one is mostly 0, at least for spaces and ends of lines.
        codec = "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"
        return Decoded(content.decode(codec), "UTF-16")
    try:
        return Decoded(content.decode())
    except UnicodeDecodeError:
        # Five bytes mean nothing in Windows-1252: they become signs that stand for nothing.
        return Decoded(content.decode("cp1252", errors="replace"), "Windows-1252")
