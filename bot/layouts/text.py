"""Text made safe to show: nothing stored or typed can format, mention, link or disorder."""

from __future__ import annotations

import re
import unicodedata

_MARKDOWN = re.compile(r"([\\*_~`|<\[\]])")
_LINE_START = re.compile(r"^([^\S\n]*)(?:(\d+)(?=\.)|(?=[-+>#]))", re.MULTILINE)
# Letters, punctuation and arrows of western texts, none of which is invisible or a mark.
_HARMLESS = re.compile(r"[ -~\n\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u21ff]*")
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

# So much of a question is repeated in its answer.
QUERY = 100

# Combining marks beyond this on one letter are decoration that spills over other lines.
_MARKS = 3

# Makes one emoji of several; after anything else it only hides.
_JOINER = "\u200d"


def safe(text: str) -> str:
    """The text as it will be read: markdown shown, not obeyed; invisible characters dropped."""
    escaped = _MARKDOWN.sub(r"\\\1", visible(text))
    return _LINE_START.sub(r"\1\2\\", escaped)


def repeated(query: str) -> str:
    """What was asked, safe to show and no longer than is needed to know it again."""
    return safe(cut(query.strip(), QUERY))


def visible(text: str) -> str:
    """The text without control, zero-width and direction characters and without piled-up marks."""
    if _HARMLESS.fullmatch(text):
        return text
    shown: list[str] = []
    marks, joins = 0, False
    for character in text:
        category = unicodedata.category(character)
        if category in {"Mn", "Me"}:
            marks += 1
            keep = marks <= _MARKS
        elif character == _JOINER:
            keep = joins
        else:
            keep = category[0] != "C" or character == "\n"
            if keep:
                marks, joins = 0, category in {"So", "Sk"}
        if keep:
            shown.append(character)
    return "".join(shown)


def flat(text: str) -> str:
    """The text as a label has room for it: visible, and all in one line."""
    return " ".join(visible(text).split())


def cut(text: str, length: int) -> str:
    """At most `length` characters; what was cut shows as an ellipsis."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def superscript(number: int) -> str:
    """A footnote mark."""
    return str(number).translate(_SUPERSCRIPT)
