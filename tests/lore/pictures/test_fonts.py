"""Which characters can be drawn."""

from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]

from lore.pictures.fonts import Glyphs, font_folders, read_glyphs


def write_font(file: Path, letter: str) -> None:
    """Write a font with a square for one letter."""
    pen = TTGlyphPen(None)
    for place in ((0, 0), (0, 700), (700, 700), (700, 0)):
        (pen.lineTo if place != (0, 0) else pen.moveTo)(place)
    pen.closePath()
    square = pen.glyph()
    font = FontBuilder(1000)
    font.setupGlyphOrder([".notdef", "one"])
    font.setupCharacterMap({ord(letter): "one"})
    font.setupGlyf({".notdef": square, "one": square})
    font.setupHorizontalMetrics({".notdef": (800, 0), "one": (800, 0)})
    font.setupHorizontalHeader(ascent=800, descent=-200)
    font.setupNameTable({"familyName": "One Letter", "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    font.save(file)


@pytest.mark.parametrize(
    "text",
    ["Ǻ Ế ß — “”…", "Жж Ωω", "שלום", "الجميع", "กลัว", "डरता", "👩🏽\u200d🚀 🇩🇪 ❤️ 1️⃣", "a\u200bb\nc"],
)
def test_the_scripts_that_members_write_can_be_drawn(glyphs: Glyphs, text: str) -> None:
    assert glyphs.cover(text)


@pytest.mark.parametrize("text", ["誰もが", "한국어", "\U0001f6d8", "𓀀"])
def test_what_no_font_has_is_known_before_it_is_drawn(glyphs: Glyphs, text: str) -> None:
    assert not glyphs.cover(f"Ultron {text}")


def test_a_font_of_the_operators_own_adds_its_letters(tmp_path: Path) -> None:
    write_font(tmp_path / "own.ttf", "誰")

    assert read_glyphs(font_folders(tmp_path)).cover("誰")


def test_a_file_that_is_no_font_is_passed_over(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    (tmp_path / "notes.txt").write_text("nor is this", encoding="utf-8")

    assert read_glyphs([tmp_path]) == Glyphs(set())
    assert "broken.ttf cannot be read" in caplog.text
