"""Visible characters and those that shape them are kept; those that only hide are removed."""

import pytest

from lore.curation.drafts import tidy
from lore.text.characters import visible

NEEDED = {
    "Persian, apart within a word": "شاه\u200cنامه می\u200cخواهم",
    "Persian, the sign of a calendar": "۱۴۰۲ ه\u200d.ق",
    "Sinhala conjunct": "ශ\u0dca\u200dර\u0dd3",
    "Bengali ya-phalaa": "র\u200d\u09cdয",
    "Bengali explicit virama": "ন\u09cd\u200c ত",
    "Devanagari half form": "र\u094d\u200dक क\u094d\u200cष",
    "Malayalam chillu at the end": "ന\u0d4d\u200d",
    "Mongolian variant": "ᠠ\u180b",
    "Khmer between words": "ខ្មែរ\u200bភាសា",
    "Hebrew with points and accent": "בְּרֵאשִׁ֖ית",
    "Arabic with vowels": "بِسْمِ ٱللَّهِ",
    "Thai": "ที่นี่ น้ำ",
    "Tibetan stack": "བརྒྱུད",
    "Vietnamese, decomposed": "Vie\u0302\u0323t",
    "Japanese name": "葛\U000e0100城",
    "old hangul": "\u1112\u119e\u11ab",
    "a family": "👩\u200d👩\u200d👧\u200d👦",
    "skin tones": "🧑🏽\u200d🚀 👩🏽\u200d🤝\u200d👨🏿",
    "a heart on fire": "❤\ufe0f\u200d🔥",
    "an arrow in an emoji": "🙂\u200d↔\ufe0f",
    "a keycap": "1\ufe0f\u20e3 #\ufe0f\u20e3",
    "a text variant": "☺\ufe0e ‼\ufe0f",
    "flags": "🏴\u200d☠\ufe0f 🏳\ufe0f\u200d🌈 🇩🇪",
    "the flag of Scotland": "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "an emoji newer than Python": "🩷 🫨",
    "a verse sign": "\u06dd",
}
ONLY_HIDES = [
    ("ze\u200bro\u200cwi\u200dd\u2060t\ufeffh", "zerowidth"),
    ("\u202eabc\u202c \u2066x\u2069 \u061c\u200f\u200e", "abc x "),
    ("so\u00adft", "soft"),
    ("a\ufe0fb\U000e0101c", "abc"),
    ("tag\U000e0041\U000e0042s", "tags"),
    ("🏴\U000e0067\U000e0062", "🏴"),
    ("🙂\u200d 👍\u200d", "🙂 👍"),
    ("سلام\u200c دنیا", "سلام دنیا"),
    ("شاه\u200c\u200c\u200cنامه", "شاه\u200cنامه"),
    ("\u3164\uffa0\u115f\u1160x", "x"),
    ("1\ufe0f2", "12"),
    ("a\u0000b\u0007c", "abc"),
]


@pytest.mark.parametrize("text", NEEDED.values(), ids=NEEDED.keys())
def test_characters_needed_by_a_script_or_an_emoji_are_kept(text: str) -> None:
    assert visible(text) == text
    assert tidy(text) == text
    assert tidy(text, of_several_lines=True) == text


@pytest.mark.parametrize(("text", "expected"), ONLY_HIDES)
def test_characters_that_only_hide_are_removed(text: str, expected: str) -> None:
    assert visible(text) == expected


@pytest.mark.parametrize("mark", ["\u0301", "\u0e47", "\u0336", "\u064e", "\u20dd", "\u0f71"])
def test_stacked_combining_marks_are_limited(mark: str) -> None:
    assert len(visible("x" + mark * 40)) <= 9
