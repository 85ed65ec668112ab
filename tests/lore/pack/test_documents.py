"""Holding a pack against its documents: what does not match, and what would mend it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lore.pack import documents
from lore.pack import reader as read
from lore.pack.check import check

Write = Callable[[str, str], None]
Replace = Callable[[str, str, str], None]
Faults = Callable[[], list[str]]

KEEPER = "characters/keeper.toml"
CITE = "001:1 keeper lights the lamp"


def test_a_pack_that_matches_its_documents_has_no_faults(checked: Faults) -> None:
    assert checked() == []


def test_paragraphs_are_the_lines_that_are_not_blank(lighthouse: Path, texts: Path) -> None:
    found, _ = documents.load(read.read(lighthouse).info, texts)

    assert found["001"].paragraph(2) == "The tower on the rock."
    assert found["001"].paragraph(4) == ""


@pytest.mark.parametrize(
    ("cite", "fault"),
    [
        ("001:2 lights the lamp", '"lights the lamp" does not stand in 001:2; it stands in 001:1'),
        (
            "001:1 mermaid sings",
            '"mermaid sings" does not stand in 001:1; it stands in 002:1',
        ),
        (
            "001:1 The Keeper lights",
            '"The Keeper lights" does not stand in 001:1; 001:1 has it as “The keeper lights”',
        ),
        (
            "001:1 keper lights the lamb",
            '"keper lights the lamb" does not stand in 001:1; '
            "001:1 has it as “keeper lights the lamp”",
        ),
        (
            "001:2 storm comez up",
            '"storm comez up" does not stand in 001:2; 001:3 has it as “storm comes up”',
        ),
        ("001:1 whales and dolphins", '"whales and dolphins" does not stand in 001:1'),
        (
            "001:1 keeper lights the la",
            '"keeper lights the la" begins or ends inside a word of 001:1; '
            "001:1 has it as “keeper lights the lamp”",
        ),
        (
            "001:1 eeper lights the lamp",
            '"eeper lights the lamp" begins or ends inside a word of 001:1; '
            "001:1 has it as “keeper lights the lamp”",
        ),
    ],
)
def test_a_cite_that_does_not_match_is_reported_with_what_would(
    checked: Faults, replace: Replace, cite: str, fault: str
) -> None:
    replace(KEEPER, CITE, cite)

    assert checked() == [f"{KEEPER}:5: {fault}"]


def test_words_found_in_many_paragraphs_are_reported_with_the_first_ones(
    checked: Faults, replace: Replace, texts: Path
) -> None:
    with (texts / "001.txt").open("a", encoding="utf-8") as film:
        film.write("A whale sings.\n" * 5)
    replace(KEEPER, CITE, "001:1 whale sings")
    fault = '"whale sings" does not stand in 001:1; it stands in 001:4, 001:5, 001:6 and 2 more'

    assert f"{KEEPER}:5: {fault}" in checked()


def test_quotation_marks_that_differ_from_the_document_are_reported(
    checked: Faults, replace: Replace, texts: Path
) -> None:
    film = (texts / "001.txt").read_text(encoding="utf-8")
    (texts / "001.txt").write_text(film.replace("The tower", "The king’s tower"), "utf-8")
    replace("places/tower.toml", "001:2 tower on the rock", "001:2 king's tower on")
    fault = '"king\'s tower on" does not stand in 001:2; 001:2 has it as “king’s tower on”'

    assert f"places/tower.toml:5: {fault}" in checked()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("Light it.", "Light it!", '"Light it!" does not stand in 001:3; 001:3 has it as “Light'),
        ("Light it.", "The tower on", '"The tower on" does not stand in 001:3; it stands in 001:2'),
        ("paragraph = 3", "paragraph = 2", '"Light it." does not stand in 001:2; it stands in'),
    ],
)
def test_a_quote_line_that_does_not_match_is_reported_with_file_and_line(
    checked: Faults, replace: Replace, old: str, new: str, fault: str
) -> None:
    replace("quotes/001.toml", old, new)

    [found] = checked()
    assert found.startswith(f"quotes/001.toml:5: {fault}")


def test_several_spaces_in_a_document_count_as_one(checked: Faults, texts: Path) -> None:
    film = (texts / "001.txt").read_text(encoding="utf-8")
    (texts / "001.txt").write_text(film.replace("keeper lights", "keeper \u00a0 lights"), "utf-8")

    [fault] = checked()
    assert fault.startswith("pack.toml:21: 001.txt was changed since; lorebot source update")


def test_a_changed_document_is_named(checked: Faults, texts: Path) -> None:
    with (texts / "002.txt").open("a", encoding="utf-8") as sequel:
        sequel.write("The end.\n")

    [fault] = checked()
    assert fault.startswith("pack.toml:29: 002.txt was changed since; lorebot source update")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "002.txt is not there"),
        ("Sing.\n".encode("utf-16"), "002.txt is UTF-16 text; save it as UTF-8"),
        ("Sing.\n".encode("utf-16-le"), "002.txt holds zero bytes, as UTF-16 does and what is no"),
        (b"Sing.\n\xe9\n", "002.txt is not UTF-8 text (its line 2 holds the byte 0xe9); save it"),
    ],
)
def test_an_unreadable_document_is_named_and_hides_no_other_fault(
    checked: Faults, replace: Replace, texts: Path, content: bytes | None, why: str
) -> None:
    (texts / "002.txt").unlink()
    if content:
        (texts / "002.txt").write_bytes(content)
    replace(KEEPER, CITE, "001:2 lights the lamp")
    wrong_cite, document = checked()

    assert wrong_cite.startswith(f"{KEEPER}:5: ")
    assert document.startswith("pack.toml:27: ")
    assert why in document


def test_a_missing_document_is_reported_with_one_of_a_similar_name(
    checked: Faults, texts: Path
) -> None:
    (texts / "002.txt").rename(texts / "002.text")

    assert checked()[0].endswith("002.txt is not there; did you mean 002.text?")


def test_a_long_document_without_line_breaks_gets_a_remark(lighthouse: Path, texts: Path) -> None:
    (texts / "002.txt").write_text("A mermaid sings. " * 2_000, encoding="utf-8")
    found = check(lighthouse, texts)

    assert [str(remark) for remark in found.remarks if "line breaks" in remark.what] == [
        "pack.toml:27: 002.txt has no line breaks, so all of it is paragraph 1; "
        "put each paragraph on a line of its own"
    ]


def test_carriage_returns_also_separate_paragraphs(lighthouse: Path, texts: Path) -> None:
    (texts / "001.txt").write_bytes(b"One.\rTwo.\r\nThree.\n\n")
    found, _ = documents.load(read.read(lighthouse).info, texts)

    assert found["001"].paragraphs == ("One.", "Two.", "Three.")


def test_a_missing_folder_of_documents_is_refused(lighthouse: Path) -> None:
    with pytest.raises(documents.DocumentError, match=r"There is no folder nowhere"):
        check(lighthouse, Path("nowhere"))


@pytest.mark.usefixtures("texts")
def test_a_pack_can_say_where_its_documents_are(lighthouse: Path, replace: Replace) -> None:
    replace("pack.toml", 'version = "1"', 'version = "1"\ndocuments = "../documents"')
    replace(KEEPER, CITE, "001:2 lights the lamp")

    [fault] = check(lighthouse).faults
    assert fault.what.endswith("it stands in 001:1")


def test_a_missing_folder_that_a_pack_names_is_a_fault(lighthouse: Path, replace: Replace) -> None:
    replace("pack.toml", 'version = "1"', 'version = "1"\ndocuments = "texts"')

    [fault] = check(lighthouse).faults
    assert str(fault).startswith("pack.toml:3: there is no folder ")


def test_a_pipe_in_place_of_a_document_is_a_fault(checked: Faults, texts: Path) -> None:
    (texts / "002.txt").unlink()
    os.mkfifo(texts / "002.txt")

    [fault] = checked()
    assert fault.endswith("002.txt cannot be read: 002.txt is a pipe, not a file")
