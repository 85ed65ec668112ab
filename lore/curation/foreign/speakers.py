"""Speakers and dates in lines of text, such as `"Words" - Speaker, 2021`, where that is sure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from lore.curation.foreign.dates import date_of

_OPENING = '"“„«‹”'
_CLOSING = '"”“»›'
_DASHES = "-–—―~"
# A number or a bullet before every line.
_COUNTED = re.compile(r"\s{0,9}(?:#?\d{1,6}[.):]|[-*•·–—])\s{1,9}")
_STAMP = re.compile(r"\s{0,9}[\[(]([^\[\]()]{4,30})[\])]\s{0,9}")
# What may stand between a name and a date: a comma, or a dash within spaces.
_PARTED = re.compile(r",|(?<=\s)[-–—―~]+(?=\s)")
_YEAR = re.compile(r"(?:19|20)\d\d")

# How much of all lines have to be of one form where a single line is not sure to be.
_NEARLY_ALL = 0.9
# So many have to begin with a number or a bullet, which are no words: headings stand between.
_MOST = 0.5
_NAME, _WORDS_OF_NAME = 50, 4
_STAMPED = 30


AFTER_QUOTATION = "the speaker after the closing quotation mark"


class Line(NamedTuple):
    """The words of a line, and what else it says; `sure` if it can mean nothing else."""

    words: str
    speaker: str = ""
    date: str = ""
    sure: bool = False
    occasion: str = ""


def signed(text: str) -> Line:
    """Return a line with who said it if it surely names them; else the whole of it as words."""
    line = _dated(text)
    found = _after_quotation(line) or _on_own_line(line)
    return found._replace(words=_unquoted(found.words)) if found else Line(text)


def attributed(texts: Sequence[str]) -> tuple[list[Line], str]:
    """Return lines as words, speaker and date, and in what form their speakers are given."""
    lines = [_dated(text) for text in _uncounted(texts)]
    for form, read in _FORMS.items():
        found = [read(line) for line in lines]
        given = sum(one is not None for one in found)
        of_form = given >= 2 and given >= _NEARLY_ALL * len(lines)
        if of_form or any(one is not None and one.sure for one in found):
            taken = [
                one if one and (of_form or one.sure) else _surely(line)
                for one, line in zip(found, lines, strict=True)
            ]
            return [line._replace(words=_unquoted(line.words)) for line in taken], form
    return [line._replace(words=_unquoted(line.words)) for line in lines], ""


def _surely(line: Line) -> Line:
    """Return a line with the speaker that any form names surely, else as it is."""
    return next((one for read in _FORMS.values() if (one := read(line)) and one.sure), line)


def _uncounted(texts: Sequence[str]) -> Sequence[str]:
    """Return the texts without the numbers or bullets that begin them all."""
    counts = [_COUNTED.match(text) for text in texts]
    if len(texts) < 2 or sum(map(bool, counts)) <= _MOST * len(texts):
        return texts
    return [
        text[count.end() :] if count else text for text, count in zip(texts, counts, strict=True)
    ]


def _dated(text: str) -> Line:
    """Return a line with the date in brackets at its beginning or end taken out."""
    text = text.strip()
    if (found := _STAMP.match(text)) and date_of(found[1]):
        return Line(text[found.end() :], date=found[1])
    opening = max(text.rfind("[", -_STAMPED - 2), text.rfind("(", -_STAMPED - 2))
    found = _STAMP.fullmatch(text[opening:]) if opening > 0 else None
    if found and (date_of(found[1]) or _YEAR.fullmatch(found[1])):
        return Line(text[:opening].rstrip(), date=found[1])
    return Line(text)


def _after_quotation(line: Line) -> Line | None:
    """Read `"Words" - Speaker`."""
    if line.words[:1] not in _OPENING or not line.words:
        return None
    end = max(line.words.rfind(sign) for sign in _CLOSING)
    tail = line.words[end + 1 :].strip()
    if end < 2 or tail[:1] not in _DASHES or not tail:
        return None
    return _signed(line, line.words[: end + 1], tail.lstrip(_DASHES), sure=True)


def _after_dash(line: Line) -> Line | None:
    """Read `Words — Speaker`, and `Words - Speaker - 2021-03-04`."""
    before, date = _without_date(line.words, _DASHES)
    end = max(before.rfind(f" {dash}") for dash in _DASHES)
    tail = before[end + 1 :].lstrip(_DASHES) if end > 0 else ""
    line = line._replace(date=line.date or date)
    return _signed(line, before[:end].rstrip(_DASHES + " "), tail, sure=bool(date))


def _on_own_line(line: Line) -> Line | None:
    """Read words with `— Speaker` below them, which no other line is like."""
    words, _, last = line.words.rpartition("\n")
    if not is_signature(last) or any(map(is_signature, words.split("\n"))):
        return None
    found = _signed(line, words.strip(), last.strip().lstrip(_DASHES), sure=True)
    return found and found._replace(words="\n".join(_unmarked(found.words.split("\n"))))


def is_signature(line: str) -> bool:
    """Return whether a line is a dash and a name, with a date at most."""
    line = line.strip()
    name = line.lstrip(_DASHES)
    return name != line and _signed(Line(""), "-", name, sure=True) is not None


def _unmarked(lines: Sequence[str]) -> Sequence[str]:
    """Return lines without the > that begins all lines of a quotation."""
    if not all(line.startswith(">") for line in lines):
        return lines
    return [line[1:].strip() for line in lines]


def _before_colon(line: Line) -> Line | None:
    """Read `Speaker: words`, and `<Speaker> words`."""
    name, colon, words = line.words.partition(":")
    if line.words.startswith("<"):
        name, colon, words = line.words[1:].partition(">")
    name, words = name.strip(), words.strip()
    if not colon or not words or words.startswith("//") or not _is_name(name):
        return None
    sure = len(words) > 2 and words[0] in _OPENING and words[-1] in _CLOSING
    return line._replace(words=words, speaker=name, sure=sure)


_FORMS: dict[str, Callable[[Line], Line | None]] = {
    AFTER_QUOTATION: _after_quotation,
    "the speaker on a line below the words": _on_own_line,
    "the speaker after the last dash": _after_dash,
    "the speaker before the colon": _before_colon,
}


def _signed(line: Line, words: str, signature: str, *, sure: bool) -> Line | None:
    """Return a line with the speaker and date of a signature; None if it names nobody."""
    name, date, occasion = signature.strip(), line.date, ""
    if name.endswith("]"):
        # What was played when it was said.
        name, _, occasion = name[:-1].rpartition("[")
        name = name.rstrip()
    name, last = _without_date(name, _DASHES + ",")
    date = date or last
    return Line(words, name, date, sure, occasion) if words and _is_name(name) else None


def _without_date(text: str, signs: str) -> tuple[str, str]:
    """Return a text without the date after the last sign in it, one of these, and that date."""
    text = text.rstrip()
    found = [*_PARTED.finditer(text, max(0, len(text) - _STAMPED))]
    if found and found[-1][0][0] in signs:
        date = text[found[-1].end() :].strip()
        if date_of(date, day_first=True) or _YEAR.fullmatch(date):
            return text[: found[-1].start()].rstrip(), date
    return text, ""


def _is_name(text: str) -> bool:
    """Return whether a text may be the name of somebody, rather than a part of a sentence."""
    return (
        0 < len(text) <= _NAME
        and len(text.split()) <= _WORDS_OF_NAME
        and text[-1] not in "?!,;:…"
        and not any(sign in text for sign in '"“”„«»')
        and any(map(str.isalpha, text))
    )


def _unquoted(words: str) -> str:
    """Return words without the quotation marks around the whole of them."""
    inner = words[1:-1]
    whole = len(words) > 2 and words[0] in _OPENING and words[-1] in _CLOSING
    return inner if whole and not any(sign in inner for sign in '"“”„«»') else words
