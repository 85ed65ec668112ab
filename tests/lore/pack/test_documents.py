"""Holding a pack against its documents."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lore.pack import documents
from lore.pack import reader as read

FILM = "The keeper lights the lamp.\n\nThe tower on the rock.\n \nA storm comes up. Light it.\n"
SEQUEL = "A mermaid sings.\nShe dives.\n"

Replace = Callable[[str, str, str], None]


@pytest.fixture
def texts(tmp_path: Path, lighthouse: Path) -> Path:
    """The documents of the small pack; the pack knows their hashes."""
    folder = tmp_path / "documents"
    folder.mkdir()
    pack = (lighthouse / "pack.toml").read_text(encoding="utf-8")
    for name, text in (("001.txt", FILM), ("002.txt", SEQUEL)):
        (folder / name).write_text(text, encoding="utf-8")
        pack = pack.replace("0" * 64, hashlib.sha256(text.encode()).hexdigest(), 1)
    (lighthouse / "pack.toml").write_text(pack, encoding="utf-8")
    return folder


def compared(lighthouse: Path, texts: Path) -> list[str]:
    pack = read.read(lighthouse)
    return list(documents.discrepancies(pack, documents.load(pack, texts)))


def test_a_pack_that_matches_its_documents_has_no_discrepancies(
    lighthouse: Path, texts: Path
) -> None:
    assert compared(lighthouse, texts) == []


def test_paragraphs_are_the_lines_that_are_not_blank(lighthouse: Path, texts: Path) -> None:
    film = documents.load(read.read(lighthouse), texts)["001"]

    assert film.paragraph(2) == "The tower on the rock."
    assert film.paragraph(4) == ""


def test_words_of_a_cite_that_do_not_stand_there_are_named(
    lighthouse: Path, texts: Path, replace: Replace
) -> None:
    replace("characters/keeper.toml", "001:1 keeper lights the lamp", "001:2 lights the lamp")

    assert compared(lighthouse, texts) == [
        'characters/keeper: "lights the lamp" does not stand in 001:2'
    ]


@pytest.mark.parametrize("words", ["keeper lights the la", "eeper lights the lamp"])
def test_a_cite_that_begins_or_ends_inside_a_word_is_named(
    lighthouse: Path, texts: Path, replace: Replace, words: str
) -> None:
    replace("characters/keeper.toml", "001:1 keeper lights the lamp", f"001:1 {words}")

    assert compared(lighthouse, texts) == [
        f'characters/keeper: "{words}" begins or ends inside a word of 001:1'
    ]


def test_words_of_a_quote_that_were_changed_are_named(
    lighthouse: Path, texts: Path, replace: Replace
) -> None:
    replace("quotes/001.toml", "Light it.", "Light it!")

    assert compared(lighthouse, texts) == ['quote light-it: "Light it!" does not stand in 001:3']


def test_a_document_that_was_changed_is_named(lighthouse: Path, texts: Path) -> None:
    (texts / "002.txt").write_text(SEQUEL + "The end.\n", encoding="utf-8")

    assert [line.split(",")[0] for line in compared(lighthouse, texts)] == [
        "source 002: 002.txt has another sha256",
        "source 002: 3 paragraphs",
    ]


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_document_that_cannot_be_read_is_named(
    lighthouse: Path, texts: Path, content: bytes | None
) -> None:
    (texts / "002.txt").unlink()
    if content:
        (texts / "002.txt").write_bytes(content)

    with pytest.raises(documents.DocumentError, match=r"Source 002: .*002\.txt cannot be read"):
        compared(lighthouse, texts)


def test_a_pipe_in_a_documents_place_is_told(lighthouse: Path, texts: Path) -> None:
    (texts / "002.txt").unlink()
    os.mkfifo(texts / "002.txt")
    with pytest.raises(documents.DocumentError, match=r"002\.txt is a pipe, not a file"):
        documents.load(read.read(lighthouse), texts)
