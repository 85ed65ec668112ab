"""Says for each script what belongs to a letter and what only decorates it."""

import re
import unicodedata
from functools import lru_cache

# Letters that people type in several ways or leave out.
_SAME_LETTER = str.maketrans(
    {
        **dict(zip("øØłŁđĐðÐıħĦ", "oOlLdDdDihH", strict=True)),
        **{"þ": "th", "Þ": "Th", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe"},
        **dict(zip("ёЁѐЀѝЍ", "еЕеЕиИ", strict=True)),
        **dict.fromkeys("آأإٱٲٳ", "ا"),
        **{"ى": "ي", "ی": "ي", "ک": "ك", **dict.fromkeys("ةۀہۂۃ", "ه")},
        **dict.fromkeys("’‘ʼʻʾʿ′`´＇׳", "'"),
        **dict.fromkeys("“”„«»″״ـ", ""),
        # The final forms of letters at the end of a word.
        **dict(zip("ךםןףץ", "כמנפצ", strict=True)),
        # Voicing marks of kana as separate characters, as some keyboards type them.
        **{"゛": "\u3099", "゜": "\u309a"},
    }
)

# Latin and Greek lose every mark, these scripts their points, all scripts the general marks. A mark
# that composes with a Cyrillic letter or a kana makes another letter of it; so do Indic signs.
_DECORATED = frozenset(["LATIN", "GREEK"])
_POINTED = frozenset(["ARABIC", "HEBREW", "SYRIAC", "COMBINING"])
_VOICING = "\u3099\u309a"
# The dot under letters in loanwords, which many leave out: in Devanagari, Gurmukhi, Gujarati and
# Kannada. In Bengali and Odia it makes letters of the alphabet.
_UNDOTTED = dict.fromkeys(map(ord, "\u093c\u0a3c\u0abc\u0cbc"))

# Small kana make other words than large ones, but old spellings use large ones for them.
_TO_LARGE_KANA = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ")

# A Thai or Lao vowel typed as a ring and a letter may have the tone between or before them.
_TONE_LAST = re.compile("([\u0e4d\u0ecd])([\u0e48-\u0e4b\u0ec8-\u0ecb])(?=[\u0e32\u0eb2])")

# Made of vowels and consonants, so that a misspelt word is still recognised.
_ALPHABETS = frozenset(["LATIN", "GREEK", "COPTIC", "CYRILLIC", "ARMENIAN", "GEORGIAN", "MODIFIER"])
# Scripts without spaces between words; Korean joins particles to the word before them.
_UNSPACED = frozenset(
    ["CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HALFWIDTH", "HANGUL"]
) | frozenset(["THAI", "LAO", "KHMER", "MYANMAR", "TAI", "NEW", "JAVANESE", "BALINESE", "YI"])
# The first Korean syllable, and the order of all: by initial, vowel, final.
_SYLLABLES = ord("가")
_FINALS = 28
_PER_INITIAL = 21 * _FINALS

_ASCII = frozenset(map(chr, range(128)))


@lru_cache(8192)
def script(char: str) -> str:
    """Return the script of a character, by the first word of its name in Unicode."""
    return unicodedata.name(char, "").partition(" ")[0]


def plain_letters(text: str) -> str:
    """Return a text without decoration, with spaces for all but letters, digits and their signs.

    ASCII is not changed.
    """
    text = unicodedata.normalize("NFKC", text.translate(_SAME_LETTER))
    text = _TONE_LAST.sub(r"\2\1", text)
    return text.translate({ord(char): _plain(char) for char in {*text} - _ASCII})


def with_large_kana(plain: str) -> str:
    """Return a text in plain spelling with large kana for small ones."""
    return plain.translate(_TO_LARGE_KANA)


def is_unseen(char: str) -> bool:
    """Tell whether a character only says how others are drawn or joined."""
    return unicodedata.category(char) == "Cf" or script(char) == "VARIATION"


def is_sign(char: str) -> bool:
    """Tell whether a character belongs to the letter before it, as an Indic vowel does."""
    return unicodedata.category(char)[0] == "M"


def is_unspaced(char: str) -> bool:
    """Tell whether a character belongs to a script without spaces between words."""
    return char not in _ASCII and script(char) in _UNSPACED


def is_terse(text: str) -> bool:
    """Tell whether some of a text is in a script where one more letter makes another word."""
    return not text.isascii() and any(
        char.isalpha() and script(char) not in _ALPHABETS for char in {*text} - _ASCII
    )


def is_marked(char: str) -> bool:
    """Tell whether a letter is another one with a mark or stroke: й is и, ґ is г."""
    return len(unicodedata.normalize("NFD", char)) > 1 or " WITH " in unicodedata.name(char, "")


def syllables_begun(typed: str) -> tuple[str, str]:
    """Return the first and the last text that the typed one may become with its last syllable.

    A Korean syllable is one character; its first letters are typed first.
    """
    point = ord(typed[-1])
    if "가" <= typed[-1] <= "힣" and (point - _SYLLABLES) % _FINALS == 0:
        return typed, typed[:-1] + chr(point + _FINALS - 1)
    if "\u1100" <= typed[-1] <= "\u1112":
        first = _SYLLABLES + (point - 0x1100) * _PER_INITIAL
        return typed[:-1] + chr(first), typed[:-1] + chr(first + _PER_INITIAL - 1)
    return typed, typed


@lru_cache(8192)
def _plain(char: str) -> str:
    kind = unicodedata.category(char)
    if is_unseen(char) or (kind[0] == "M" and char not in _VOICING and script(char) in _POINTED):
        return ""
    if kind == "Nd":
        return str(unicodedata.digit(char))
    parts = unicodedata.normalize("NFD", char)
    if script(char) in _DECORATED:
        char = "".join(part for part in parts if not is_sign(part))
    elif parts != (bare := parts.translate(_UNDOTTED)):
        char = bare
    if "ァ" <= char <= "ヶ":
        # Hiragana stand in the same order.
        return chr(ord(char) - ord("ァ") + ord("ぁ"))
    return char.translate(_SAME_LETTER) if char.isalnum() or kind[0] == "M" else " "
