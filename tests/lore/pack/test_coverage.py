"""The parts of the documents that a pack leaves out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lore.pack import coverage
from lore.pack import reader as read
from lore.pack.documents import Document

FILM = (
    "The keeper lights the lamp. Nobody thanks a Keeper.",
    "The tower on the rock.",
    "A storm comes up. Light it. Captain Ahab swears.",
)


@pytest.fixture
def left_out(lighthouse: Path) -> Callable[[str], list[str]]:
    """Return what the small pack leaves out of its film, but for what a readme explains."""

    def left_out(readme: str) -> list[str]:
        pack = read.read(lighthouse)
        film = {"001": Document(pack.info.sources[0], FILM, "")}
        (lighthouse / "README.md").write_text(readme, encoding="utf-8")
        return [str(s) for s in coverage.unexplained(pack, film, lighthouse / "README.md")]

    return left_out


@pytest.mark.parametrize(
    ("paragraph", "parts"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Dr. Cho met Mr. Fury. No.", ["Dr. Cho met Mr. Fury.", "No."]),
        ("J.A.R.V.I.S. woke. He spoke.", ["J.A.R.V.I.S. woke.", "He spoke."]),
        ('"Light it." He did.', ['"Light it."', "He did."]),
        ("It fell.[1] They ran.[2]", ["It fell.[1]", "They ran.[2]"]),
        ("白兎は走った。「遅い！」と言った。", ["白兎は走った。", "「遅い！」", "と言った。"]),
        ("no end", ["no end"]),
        ("", []),
    ],
)
def test_a_paragraph_is_split_into_sentences(paragraph: str, parts: list[str]) -> None:
    spans = coverage.sentences(paragraph)

    assert [paragraph[start:end].strip() for start, end in spans] == parts


def test_uncited_sentences_and_names_without_an_entry_are_listed(
    left_out: Callable[[str], list[str]],
) -> None:
    assert left_out("") == [
        "001:1 Nobody thanks a Keeper.",
        "001:3 Captain Ahab swears.",
        "001:1 Nobody",
        "001:3 Light",
        "001:3 Captain",
        "001:3 Ahab",
    ]


def test_omissions_explained_in_the_readme_are_not_listed(
    left_out: Callable[[str], list[str]],
) -> None:
    explained = "`Nobody thanks a Keeper.` `Captain Ahab swears.` `Nobody` `Light` `Captain`"

    assert left_out(explained) == ["001:3 Ahab"]
