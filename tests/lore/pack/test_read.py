"""Reading a pack: every fault of every file, at once, with file and line."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lore.errors import PackError
from lore.pack import reader as read
from lore.pack.model import Kind

Write = Callable[[str, str], None]
Replace = Callable[[str, str, str], None]
Faults = Callable[[], list[str]]

KEEPER = "characters/keeper.toml"


def test_a_valid_pack_is_read_with_ids_and_kinds_from_its_files(lighthouse: Path) -> None:
    pack = read.read(lighthouse)

    assert {(entry.id, entry.kind) for entry in pack.entries} == {
        ("keeper", Kind.CHARACTER),
        ("tower", Kind.PLACE),
        ("storm", Kind.EVENT),
    }
    assert [(quote.id, quote.source) for quote in pack.quotes] == [("light-it", "001")]


def test_faults_of_several_files_are_reported_together_in_order(
    faults: Faults, write: Write, replace: Replace
) -> None:
    write("characters/mate.toml", 'nam = "Mate"\n')
    replace(KEEPER, "001:1 keeper lights the lamp", "lights the lamp")
    replace("events/storm.toml", "order = 10", 'order = "soon"')
    write("quotes/001.toml", "what = 1\n")

    assert [line.split(": ")[0] for line in faults()] == [
        "characters/keeper.toml:5",
        "characters/mate.toml:1",
        "characters/mate.toml:1",
        "characters/mate.toml:1",
        "events/storm.toml:2",
        "quotes/001.toml:6",
    ]


def test_several_faults_of_one_file_are_reported_together(faults: Faults, replace: Replace) -> None:
    replace(KEEPER, 'name = "The Keeper"', 'name = ""\nnickname = "K"')
    replace(KEEPER, '"keeps"', '"Keeps!"')

    assert [line.split(": ")[0] for line in faults()] == [
        "characters/keeper.toml:1",
        "characters/keeper.toml:2",
        "characters/keeper.toml:9",
    ]


def test_a_fault_within_a_file_does_not_hide_one_between_files(
    faults: Faults, write: Write, replace: Replace
) -> None:
    write("places/rock.toml", "nonsense")
    replace(KEEPER, 'to = "tower"', 'to = "towr"')

    assert "characters/keeper.toml:9: there is no entry towr; did you mean tower?" in faults()
    assert len(faults()) == 2


def test_a_toml_error_names_its_line(faults: Faults, write: Write) -> None:
    write(KEEPER, "\n= 5\n")

    assert faults()[0].startswith("characters/keeper.toml:12: not valid TOML")


def test_an_unknown_key_is_named(faults: Faults, write: Write) -> None:
    write(KEEPER, 'colour = "red"\n')

    assert faults() == ["characters/keeper.toml:11: unknown key colour in relation 1"]


def test_a_missing_key_is_named(faults: Faults, replace: Replace) -> None:
    replace("events/storm.toml", 'says = "A storm comes up."', "")

    assert faults() == ["events/storm.toml:4: says is missing in text 1"]


@pytest.mark.parametrize(
    "cite",
    [
        "keeper lights",
        "001 keeper lights",
        "001:0 keeper lights",
        "001:-1 keeper lights",
        "001:1 keeper",
        "001:1",
        "001:1 nine words are more than a cite may hold",
        "",
    ],
)
def test_a_malformed_cite_is_shown_as_written(faults: Faults, replace: Replace, cite: str) -> None:
    replace(KEEPER, "001:1 keeper lights the lamp", cite)

    assert len(faults()) == 1
    assert faults()[0].startswith(f"characters/keeper.toml:5: text 1, cite 1: {cite!r} is not")


def test_a_statement_without_a_cite_is_refused(faults: Faults, replace: Replace) -> None:
    replace(KEEPER, '["001:1 keeper lights the lamp"]', "[]")

    assert faults() == ["characters/keeper.toml:5: text 1, cites: at least 1 needed, 0 there"]


def test_a_file_in_an_unknown_folder_is_reported_with_the_known_folders(
    faults: Faults, write: Write
) -> None:
    write("heroes/keeper.toml", 'name = "Keeper"\n')

    assert faults() == [
        "heroes/keeper.toml:1: no place for a file here; the folders are artifacts, characters, "
        "events, factions, places, quotes, topics, works"
    ]


@pytest.mark.parametrize("name", ["loose.toml", "quotes/old/001.toml", "characters/a/b.toml"])
def test_a_file_outside_the_known_folders_is_one_fault(
    faults: Faults, lighthouse: Path, name: str
) -> None:
    (lighthouse / name).parent.mkdir(parents=True, exist_ok=True)
    (lighthouse / name).write_text("", encoding="utf-8")

    assert [line.split(";")[0] for line in faults()] == [f"{name}:1: no place for a file here"]


@pytest.mark.parametrize("key", ["id", "kind"])
def test_a_key_that_the_files_place_implies_is_refused(
    faults: Faults, replace: Replace, key: str
) -> None:
    replace(KEEPER, 'name = "The Keeper"', f'{key} = "x"\nname = "The Keeper"')

    assert faults() == [
        f"characters/keeper.toml:1: {key} is not written; the file's name and folder say it"
    ]


def test_the_source_key_of_a_quote_is_refused(faults: Faults, replace: Replace) -> None:
    replace("quotes/001.toml", 'event = "storm"', 'event = "storm"\nsource = "002"')

    assert faults() == ["quotes/001.toml:4: source is not written; the file's name says it"]


def test_two_files_with_the_same_name_in_two_folders_are_refused(
    faults: Faults, write: Write
) -> None:
    write("places/keeper.toml", 'name = "K"\ntext = [{says = "It is.", cites = ["001:1 a b"]}]\n')

    assert faults() == [
        "places/keeper.toml:1: keeper is also the id of characters/keeper.toml; "
        "rename one of the files"
    ]


def test_a_file_name_that_is_not_an_id_is_refused(faults: Faults, write: Write) -> None:
    write("places/The Rock.toml", 'name = "R"\ntext = [{says = "It is.", cites = ["001:1 a b"]}]\n')

    assert [line.split(": ")[:2] for line in faults()] == [
        ["places/The Rock.toml:1", "the name of the file"]
    ]


def test_two_quotes_with_the_same_id_are_refused(
    faults: Faults, lighthouse: Path, write: Write
) -> None:
    text = (lighthouse / "quotes/001.toml").read_text(encoding="utf-8")
    write("quotes/002.toml", "\n" + text.replace("001:3", "002:1"))

    assert "quotes/002.toml:3: light-it is the id of another quote" in faults()


def test_a_file_that_is_not_utf_8_is_a_fault(faults: Faults, lighthouse: Path) -> None:
    (lighthouse / KEEPER).write_bytes(b'name = "Keeper \xff"\n')

    assert faults()[0].startswith("characters/keeper.toml:1: the file is not UTF-8 text")


def test_a_byte_order_mark_is_accepted(lighthouse: Path) -> None:
    file = lighthouse / KEEPER
    file.write_text("\ufeff" + file.read_text(encoding="utf-8"), encoding="utf-8")

    assert len(read.read(lighthouse).entries) == 3


@pytest.mark.parametrize("depth", [500, 5_000])
def test_too_deep_nesting_is_a_fault_like_any_other(
    faults: Faults, lighthouse: Path, depth: int
) -> None:
    text = f"name = {'[' * depth}{']' * depth}\n"
    (lighthouse / KEEPER).write_text(text, encoding="utf-8")

    assert any(line.startswith("characters/keeper.toml:1: ") for line in faults())


@pytest.mark.parametrize("value", ["5", '"light it"', "[1, 2]", '{ id = "light-it" }'])
def test_quotes_that_are_not_tables_are_refused(
    faults: Faults, lighthouse: Path, value: str
) -> None:
    (lighthouse / "quotes/001.toml").write_text(f"quotes = {value}\n", encoding="utf-8")

    assert all(line.startswith("quotes/001.toml:1: quote") for line in faults())


def test_a_folder_without_a_pack_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"nowhere holds no pack\.toml, so it is no pack"):
        read.read(tmp_path / "nowhere")


def test_the_error_message_counts_the_faults(write: Write, lighthouse: Path) -> None:
    write("loose.toml", "")

    with pytest.raises(PackError, match=r"^The pack has 1 fault:\nloose"):
        read.read(lighthouse)


def test_line_numbers_are_right_with_carriage_returns(faults: Faults, lighthouse: Path) -> None:
    file = lighthouse / KEEPER
    text = file.read_text(encoding="utf-8").replace("001:1 keeper lights the lamp", "lamp")
    file.write_bytes(text.replace("\n", "\r\n").encode())

    assert faults()[0].startswith("characters/keeper.toml:5: text 1, cite 1")


def test_the_digest_changes_with_every_file_and_name(lighthouse: Path, write: Write) -> None:
    digests = [read.digest(lighthouse)]
    write(KEEPER, "# a remark\n")
    digests.append(read.digest(lighthouse))
    (lighthouse / KEEPER).rename(lighthouse / "characters/watchman.toml")
    digests.append(read.digest(lighthouse))

    assert len(set(digests)) == 3


def test_a_pack_without_an_id_gets_one_from_its_title_with_a_remark(lighthouse: Path) -> None:
    pack = read.read(lighthouse)

    assert pack.info.id == "the-lighthouse"
    assert [str(remark) for remark in pack.remarks] == [
        'pack.toml:1: id is missing, so it is made from the title; write id = "the-lighthouse" '
        "above the first [table], and it stays when the title changes"
    ]


def test_a_pack_with_an_id_of_its_own_keeps_it(
    lighthouse: Path, replace: Callable[[str, str, str], None]
) -> None:
    replace("pack.toml", 'version = "1"', 'version = "1"\nid = "lamp"')
    pack = read.read(lighthouse)

    assert (pack.info.id, pack.remarks) == ("lamp", ())


@pytest.mark.parametrize("name", ["characters/keeper.toml", "quotes/001.toml"])
def test_a_pipe_in_place_of_a_file_is_a_fault(lighthouse: Path, faults: Faults, name: str) -> None:
    (lighthouse / name).unlink()
    os.mkfifo(lighthouse / name)
    what = f"{Path(name).name} is a pipe, not a file"

    assert f"{name}:1: the file cannot be read: {what}" in faults()
    with pytest.raises(OSError, match=what):
        read.digest(lighthouse)
