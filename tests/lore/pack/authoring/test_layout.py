"""A new pack has all that it needs, and no faults."""

import json
import os
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from lore.errors import LoreError
from lore.pack.authoring.layout import new_pack
from lore.pack.authoring.sources import NewSource
from lore.pack.authoring.writing import NotWrittenError
from lore.pack.check import check
from lore.pack.model import Kind


@pytest.fixture
def plot(tmp_path: Path) -> Path:
    file = tmp_path / "plot.txt"
    file.write_text("Alice sat on the bank.\n\nThe Rabbit ran past her.\n", "utf-8")
    return file


def test_a_new_pack_is_empty_and_has_no_faults(tmp_path: Path, plot: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("Of cards\nand of chess.\n", "utf-8")
    folder = tmp_path / "made/alice-in_wonderland"
    sources = [NewSource(plot, "PD", title="The plot"), NewSource(notes, "own", is_wrapped=True)]
    made = new_pack(folder, sources)

    assert (made.info.title, made.info.id) == ("Alice In Wonderland", "alice-in-wonderland")
    assert made.info.about == "Alice In Wonderland, as told in The plot and notes."
    assert [(one.id, one.licence, one.paragraphs) for one in made.info.sources] == [
        ("plot", "PD", 2),
        ("notes", "own", 1),
    ]
    assert "- plot: “The plot”, public domain" in (folder / "LICENCE.txt").read_text("utf-8")
    assert all(one.statement and one.asked for one in made.info.relation_types)
    found = check(folder)
    assert (found.faults, found.remarks, found.compared) == ((), (), True)
    assert found.reading.entries == []
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_each_template_is_a_valid_entry_once_copied(tmp_path: Path, plot: Path) -> None:
    folder = tmp_path / "alice"
    new_pack(folder, [NewSource(plot, "PD")])
    for template in (folder / "templates").iterdir():
        name = template.name.removesuffix(".toml.example")
        copy = folder / ("quotes/plot" if name == "quotes" else f"{name}s/first-{name}")
        copy.parent.mkdir()
        shutil.copyfile(template, f"{copy}.toml")
    found = check(folder)

    assert [str(fault) for fault in found.faults] == []
    assert {entry.it.kind for entry in found.reading.entries} == set(Kind)
    assert len(found.reading.quotes) == 1


def test_each_file_names_an_existing_schema(tmp_path: Path, plot: Path) -> None:
    folder = tmp_path / "alice"
    new_pack(folder, [NewSource(plot, "PD")])
    files = [folder / "pack.toml", *(folder / "templates").iterdir()]
    schemas = [re.match("#:schema (.*)", file.read_text("utf-8")) for file in files]

    for file, schema in zip(files, schemas, strict=True):
        assert schema
        assert json.loads((file.parent / schema[1]).read_text("utf-8"))["type"] == "object"


def test_the_commented_lines_of_a_template_can_be_uncommented(tmp_path: Path, plot: Path) -> None:
    folder = tmp_path / "alice"
    new_pack(folder, [NewSource(plot, "PD")])
    for template in (folder / "templates").iterdir():
        text = re.sub(r"^# (?=\[|\w+ = )", "", template.read_text("utf-8"), flags=re.M)

        assert tomllib.loads(text)


def test_a_title_and_sentence_may_be_in_any_script(tmp_path: Path, plot: Path) -> None:
    made = new_pack(tmp_path / "x", [NewSource(plot, "PD")], "愛麗絲 “夢遊”", 'So "it" is.')

    assert (made.info.title, made.info.about) == ("愛麗絲 “夢遊”", 'So "it" is.')
    assert made.info.id == "ailisi-mengyou"


@pytest.mark.parametrize("text", [b"", b"Alice", "Alice sat.".encode("utf-16")])
def test_an_unusable_document_leaves_no_new_pack(tmp_path: Path, plot: Path, text: bytes) -> None:
    plot.write_bytes(text)

    with pytest.raises(LoreError):
        new_pack(tmp_path / "made/alice", [NewSource(plot, "PD")])
    assert list((tmp_path / "made").iterdir()) == []


def test_two_documents_with_the_same_name_are_refused(tmp_path: Path, plot: Path) -> None:
    other = tmp_path / "other/plot.txt"
    other.parent.mkdir()
    other.write_text("Another plot.", "utf-8")

    with pytest.raises(LoreError, match=r"Two documents are called plot\.txt; rename one"):
        new_pack(tmp_path / "alice", [NewSource(plot, "PD"), NewSource(other, "PD")])


def test_an_overlong_title_is_refused(tmp_path: Path, plot: Path) -> None:
    with pytest.raises(LoreError, match=r"pack\.toml:2: title: is 101 characters long|'a+…?'"):
        new_pack(tmp_path / "alice", [NewSource(plot, "PD")], "a" * 101)


def test_a_new_pack_fills_an_empty_folder_and_no_other(tmp_path: Path, plot: Path) -> None:
    folder = tmp_path / "alice"
    folder.mkdir()
    new_pack(folder, [NewSource(plot, "PD")])
    (folder / "ids.txt").write_text("precious", "utf-8")

    with pytest.raises(NotWrittenError, match="is there already"):
        new_pack(folder, [NewSource(plot, "PD")])
    assert (folder / "ids.txt").read_text("utf-8") == "precious"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_named(tmp_path: Path, plot: Path) -> None:
    (tmp_path / "made").mkdir(mode=0o500)

    with pytest.raises(NotWrittenError, match="see that this user may write in"):
        new_pack(tmp_path / "made/alice", [NewSource(plot, "PD")])
