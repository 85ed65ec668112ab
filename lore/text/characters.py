"""Characters that are visible or shape visible ones, and those that only hide."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import compress

# Letters and punctuation of many scripts; none of them is invisible or a mark.
_PLAIN = re.compile(
    r"[ -~\n\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0373\u0386-\u03ff\u0400-\u0482\u048a-\u052f"
    r"\u05d0-\u05ea\u2010-\u2027\u2030-\u205e\u2190-\u21ff\u3001-\u3029\u3041-\u3096"
    r"\u30a1-\u30fe\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff5e]*"
)
# The flag of a region: a black flag and the letters of its name.
_TAGGED = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{2,6}\U000e007f")

_JOINERS = "\u200c\u200d"
_JOINER = "\u200d"
_BLANK_OF_WORDS = "\u200b"
_KEYCAP = "\u20e3"
_GRAPHEME_JOINER = "\u034f"
_HANGUL_FILLERS = "\u115f\u1160"
# Invisible letters that no script needs.
_BLANK = frozenset("\u3164\uffa0\u17b4\u17b5")
# Signs of numbers and verses, which are visible though Unicode calls them formatting.
_SEEN_FORMAT = frozenset("\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd") | frozenset(
    map(chr, range(0x600, 0x606))
)
# Emoji that Unicode does not class as symbols.
_EMOJI_TOO = frozenset("‼⁉〰ℹ")

# How many marks of each sort one letter may have; more would spill over other lines.
_ACCENTS = 3
_POINTS = 4
_SUBJOINED = 8


class _Ranges:
    """A set of characters, given by the first and last of each range."""

    def __init__(self, *ranges: tuple[int, int]) -> None:
        self._firsts, self._lasts = zip(*sorted(ranges), strict=True)

    def __contains__(self, character: str) -> bool:
        at = bisect_right(self._firsts, ord(character)) - 1
        return at >= 0 and ord(character) <= self._lasts[at]


# Scripts whose letters change shape with their neighbours, directed by joiners.
_CURSIVE = _Ranges(
    *((0x590, 0x5FF), (0x600, 0x8FF), (0x1800, 0x18AF), (0xA840, 0xA87F), (0xFB1D, 0xFDFF)),
    *((0xFE70, 0xFEFC), (0x10AC0, 0x10AFF), (0x10B80, 0x10BAF), (0x10D00, 0x10D3F)),
    *((0x10F30, 0x10FDF), (0x1E900, 0x1E95F)),
    *((0x900, 0xDFF), (0xF00, 0x109F), (0x1700, 0x17FF), (0x1900, 0x1AAF), (0x1B00, 0x1C4F)),
    *((0xA800, 0xA82F), (0xA880, 0xA9FF), (0xAA00, 0xAADF), (0xABC0, 0xABFF), (0x11000, 0x11FFF)),
)
# Scripts without spaces between words, where an invisible one says where a line may end.
_UNSPACED = _Ranges(
    (0xE00, 0xEFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x1950, 0x19DF), (0x1A20, 0x1AAF)
)
_HEBREW = _Ranges((0x590, 0x5FF))
_MONGOLIAN = _Ranges((0x1800, 0x18AF))
_MONGOLIAN_VARIANTS = _Ranges((0x180B, 0x180F))
_TIBETAN = _Ranges((0xF71, 0xFBC))
_EGYPTIAN = _Ranges((0x13000, 0x1345F))
_IDEOGRAPHS = _Ranges((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
_VARIED = _Ranges((0x1000, 0x109F), (0xA840, 0xA87F), (0x10AC0, 0x10AFF), (0x3000, 0x303F))
_ACCENT_BLOCKS = _Ranges(
    (0x300, 0x36F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F)
)
_VARIANTS = _Ranges((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
_IDEOGRAPH_VARIANTS = _Ranges((0xE0100, 0xE01EF))
_EMOJI_VARIANTS = _Ranges((0xFE0E, 0xFE0F))
_TAGS = _Ranges((0xE0000, 0xE007F))
_SKINS = _Ranges((0x1F3FB, 0x1F3FF))
_PICTURES = _Ranges((0x1F000, 0x1FAFF))


def visible(text: str) -> str:
    """Return the text without invisible characters and without stacked combining marks."""
    return text if _PLAIN.fullmatch(text) else "".join(compress(text, kept_characters(text)))


def kept_characters(text: str) -> Sequence[bool]:
    """Return, for each character of a text, whether it is visible or needed by its neighbours."""
    tagged = {at for found in _TAGGED.finditer(text) for at in range(*found.span())}
    keeps: list[bool] = []
    last, marks = "", _Marks()
    for at, character in enumerate(text):
        category = unicodedata.category(character)
        following = text[at + 1 : at + 2]
        if at in tagged:
            keep = True
        elif _shapes_only(character, category):
            keep = bool(last) and _is_needed(character, last, following)
        elif category in ("Mn", "Me"):
            keep = marks.has_room(character)
        else:
            keep = not _is_unseen(character, category, last, following)
            if keep:
                marks = _Marks()
        keeps.append(keep)
        last = character if keep else last
    return keeps


def are_shown(text: str) -> Iterator[bool]:
    """Return, for each character, whether fonts show it; unassigned ones are, if an emoji may
    follow.
    """
    for character, keep in zip(text, kept_characters(text), strict=True):
        known = unicodedata.category(character) not in ("Cn", "Co", "Cs")
        yield keep and (known or may_be_emoji(character))


def is_blank(text: str) -> bool:
    """Return whether a text has no visible character."""
    # Most texts have a letter early on.
    if any(c.isalnum() and c not in _BLANK and c not in _HANGUL_FILLERS for c in text):
        return False
    return not any(compress(map(str.strip, text), are_shown(text)))


def may_be_emoji(character: str) -> bool:
    """Return whether a character may be an emoji, or a part of one."""
    symbol = unicodedata.category(character) in ("So", "Sm")
    return symbol or character in _EMOJI_TOO or character in _PICTURES


class _Marks:
    """The combining marks on one letter."""

    def __init__(self) -> None:
        self._accents = self._points = self._subjoined = 0
        self._last = ""

    def has_room(self, mark: str) -> bool:
        """Return whether another mark fits on the letter."""
        last, self._last = self._last, mark
        if mark in _ACCENT_BLOCKS or unicodedata.combining(mark) >= 200:
            self._accents += 1
            return self._accents <= _ACCENTS
        if mark in _TIBETAN:
            self._subjoined += 1
            return self._subjoined <= _SUBJOINED
        self._points += 1
        return self._points <= _POINTS and mark != last


def _shapes_only(character: str, category: str) -> bool:
    """Return whether a character is invisible itself but may shape its neighbours."""
    return (
        (category == "Cf" and character not in _SEEN_FORMAT)
        or character == _GRAPHEME_JOINER
        or character in _VARIANTS
        or character in _MONGOLIAN_VARIANTS
        or character in _TAGS
    )


def _is_needed(character: str, last: str, following: str) -> bool:
    """Return whether a shaping character has an effect between `last` and `following`."""
    if character in _JOINERS:
        return _joins(character, last, following)
    if character in _VARIANTS:
        return _is_variant(character, last, following)
    if character == _BLANK_OF_WORDS:
        return last in _UNSPACED and following != "" and following in _UNSPACED
    if character == _GRAPHEME_JOINER:
        return last in _HEBREW
    if character in _MONGOLIAN_VARIANTS:
        return last in _MONGOLIAN and last not in _MONGOLIAN_VARIANTS
    return character in _EGYPTIAN and last in _EGYPTIAN


def _joins(joiner: str, last: str, following: str) -> bool:
    if last in _CURSIVE and unicodedata.category(last)[0] in "LM":
        # At a word's end, too, a virama with a joiner shows its letter joined or apart.
        if unicodedata.combining(last) == 9:
            return True
        if following and following in _CURSIVE and unicodedata.category(following)[0] in "LM":
            return True
        # A single letter before a full stop joins nothing: it is the sign of a calendar.
        return joiner == _JOINER and following == "."
    if joiner != _JOINER or not following:
        return False
    ends_emoji = may_be_emoji(last) or last in _SKINS or last in _EMOJI_VARIANTS or last in _TAGS
    return ends_emoji and may_be_emoji(following)


def _is_variant(variant: str, last: str, following: str) -> bool:
    if variant in _EMOJI_VARIANTS:
        return may_be_emoji(last) or (last in "0123456789#*" and following == _KEYCAP)
    if last in _IDEOGRAPHS:
        return True
    if variant in _IDEOGRAPH_VARIANTS:
        return False
    return last in _VARIED or unicodedata.category(last) == "Sm"


def _is_unseen(character: str, category: str, last: str, following: str) -> bool:
    if character in _HANGUL_FILLERS:
        # They stand for the missing part of an old syllable.
        after = "\u1160" <= following <= "\u11ff"
        before = character == "\u115f" or "\u1100" <= last <= "\u115f"
        return not (after and before and following != "\u1160")
    return character in _BLANK or (category == "Cc" and not character.isspace())
