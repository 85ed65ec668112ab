"""The catalogue: compiled from a pack when it has to be, and only then."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from lore.catalogue import database as catalogue
from lore.catalogue.database import Catalogue
from lore.errors import CatalogueError, PackError
from lore.pack import reader
from lore.pack.model import Event, Pack


@pytest.fixture
def folder(tmp_path: Path, seeds: Path) -> Path:
    """Return a copy of the pack that may be changed."""
    return shutil.copytree(seeds, tmp_path / "seeds")


@pytest.fixture
def file(tmp_path: Path, compiled_seeds: Path) -> Path:
    """Return a copy of its catalogue that may be damaged."""
    return Path(shutil.copy(compiled_seeds, tmp_path / "catalogue.db"))


def read_whole(catalogue: Catalogue) -> Catalogue:
    """Return a catalogue of which nothing is left to read."""
    return replace(catalogue, entries=dict(catalogue.entries), quotes=dict(catalogue.quotes))


def test_the_catalogue_has_everything_in_the_pack(pack: Pack, catalogue: Catalogue) -> None:
    assert catalogue.info == pack.info
    assert {entry.id: entry for entry in pack.entries} == catalogue.entries
    assert {quote.id: quote for quote in pack.quotes} == catalogue.quotes


def test_events_stay_events(catalogue: Catalogue) -> None:
    assert isinstance(catalogue.entries["battle-of-sokovia"], Event)


def test_the_most_connected_entries_come_first(catalogue: Catalogue) -> None:
    assert {"tony-stark", "ultron", "avengers"} < set(list(catalogue.entries)[:6])


def test_quotes_keep_their_order(pack: Pack, catalogue: Catalogue) -> None:
    assert list(catalogue.quotes) == [quote.id for quote in pack.quotes]


def test_an_unchanged_pack_is_not_compiled_again(folder: Path, file: Path) -> None:
    catalogue.compile_if_changed(folder, file)
    before = file.stat()
    catalogue.compile_if_changed(folder, file)

    assert file.stat() == before


def test_an_open_catalogue_outlives_its_file(folder: Path, file: Path) -> None:
    whole = read_whole(catalogue.load(file, 2))
    compiled = catalogue.compile_if_changed(folder, file)
    file.unlink()

    assert read_whole(compiled.numbered(2)) == whole


@pytest.mark.parametrize("pack_changed", [False, True])
def test_only_its_owner_can_read_a_catalogue(folder: Path, file: Path, pack_changed: bool) -> None:
    file.chmod(0o644)
    if pack_changed:
        with (folder / "characters/tony-stark.toml").open("a") as stark:
            stark.write("# changed\n")
    catalogue.compile_if_changed(folder, file)

    assert file.stat().st_mode & 0o777 == 0o600


def test_a_changed_pack_is_compiled_again(folder: Path, file: Path) -> None:
    stark = folder / "characters/tony-stark.toml"
    text = stark.read_text(encoding="utf-8")
    stark.write_text(text.replace('"Tony Stark"', '"Anthony Stark"', 1), encoding="utf-8")

    catalogue.compile_if_changed(folder, file)

    assert catalogue.load(file).entries["tony-stark"].name == "Anthony Stark"


def test_a_catalogue_of_another_format_is_compiled_again(folder: Path, file: Path) -> None:
    with closing(sqlite3.connect(file)) as db:
        db.execute("UPDATE pack SET format = 'of yesterday'")
        db.execute("DELETE FROM quote")
        db.commit()

    catalogue.compile_if_changed(folder, file)

    assert catalogue.load(file).quotes


def overwrite(file: Path) -> None:
    file.write_bytes(b"This is no database. " * 500)


def truncate(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: 3 * 4096])


def empty(file: Path) -> None:
    file.write_bytes(b"")


def remove(file: Path) -> None:
    file.unlink()


def spoil_an_id(file: Path) -> None:
    content = file.read_bytes()
    assert b"tony-stark" in content
    file.write_bytes(content.replace(b"tony-stark", b"tony-sbark"))


def spoil_the_schema(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"CREATE TABLE pack", b"CREATE TABLE \xecack"))


@pytest.mark.parametrize(
    "damage",
    [overwrite, truncate, empty, remove, spoil_an_id, spoil_the_schema],
)
def test_a_damaged_catalogue_is_compiled_again(
    folder: Path, file: Path, damage: Callable[[Path], None]
) -> None:
    whole = read_whole(catalogue.load(file))
    damage(file)
    catalogue.compile_if_changed(folder, file)

    assert read_whole(catalogue.load(file)) == whole


def spoil_an_entry(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db:
        db.execute("UPDATE entry SET body = substr(body, 2) WHERE id = 'tony-stark'")
        db.commit()


def spoil_a_letter(file: Path) -> None:
    content = file.read_bytes()
    assert b'"name":"Tony Stark"' in content
    file.write_bytes(content.replace(b'"name":"Tony Stark"', b'"name":"Tony Sbark"'))


def exchange_two_entries(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db:
        db.execute(
            "UPDATE entry SET body = (SELECT body FROM entry WHERE id = 'thor') "
            "WHERE id = 'tony-stark'"
        )
        db.commit()


@pytest.mark.parametrize("damage", [spoil_an_entry, spoil_a_letter, exchange_two_entries])
def test_a_damaged_entry_is_refused_and_built_anew_by_the_next_start(
    folder: Path, file: Path, damage: Callable[[Path], None]
) -> None:
    whole = read_whole(catalogue.load(file))
    damage(file)
    opened = catalogue.compile_if_changed(folder, file).numbered(1)

    assert opened.entries["thor"] == whole.entries["thor"]
    with pytest.raises(CatalogueError, match=r"was damaged on its disk\. Whoever runs me"):
        opened.entries["tony-stark"]
    assert read_whole(catalogue.compile_if_changed(folder, file).numbered(1)) == whole


def test_a_damaged_catalogue_that_was_replaced_stays(folder: Path, file: Path) -> None:
    spoil_an_entry(file)
    opened = catalogue.load(file)
    sound = file.with_name("sound.db")
    catalogue.compile_if_changed(folder, sound)
    sound.replace(file)

    with pytest.raises(CatalogueError):
        opened.entries["tony-stark"]
    assert catalogue.load(file).entries["tony-stark"].name == "Tony Stark"


def test_a_pack_that_changes_while_it_is_read_is_read_again(
    folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stark, read = folder / "characters/tony-stark.toml", reader.read

    def read_and_change(pack: Path, progress: reader.Progress) -> Pack:
        monkeypatch.setattr(reader, "read", read)
        found = read(pack, progress)
        stark.write_text(stark.read_text(encoding="utf-8").replace('"Tony Stark"', '"Anthony"', 1))
        return found

    monkeypatch.setattr(reader, "read", read_and_change)
    file.unlink()

    assert catalogue.compile_if_changed(folder, file).numbered(1).entries["tony-stark"].name == (
        "Anthony"
    )


def test_a_catalogue_that_cannot_be_read_is_refused_with_its_name(file: Path) -> None:
    overwrite(file)

    with pytest.raises(CatalogueError, match=r"catalogue\.db cannot be read"):
        catalogue.load(file)


def test_broken_pack_leaves_the_former_catalogue(folder: Path, file: Path) -> None:
    (folder / "loose.toml").write_text("", encoding="utf-8")
    with pytest.raises(PackError):
        catalogue.compile_if_changed(folder, file)

    assert "tony-stark" in catalogue.load(file).entries


def test_build_leaves_only_the_catalogue(folder: Path, tmp_path: Path) -> None:
    catalogue.compile_if_changed(folder, tmp_path / "data" / "catalogue.db")

    assert [path.name for path in (tmp_path / "data").iterdir()] == ["catalogue.db"]


def test_unwritable_catalogue_path_is_named(pack: Pack) -> None:
    with pytest.raises(CatalogueError, match=r"/proc/catalogue\.db cannot be built"):
        catalogue.build(pack, Path("/proc/catalogue.db"))


def test_failed_build_leaves_no_file(pack: Pack, tmp_path: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        catalogue.build(replace(pack, quotes=pack.quotes * 2), tmp_path / "catalogue.db")
    assert list(tmp_path.iterdir()) == []
