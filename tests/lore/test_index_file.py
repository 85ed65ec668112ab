"""The index beside a catalogue: mapped by the next start, and not believed where damaged."""

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lore.catalogue import database, index_file
from lore.catalogue.database import CompiledPack, Indexing
from lore.catalogue.index_file import IndexFile
from lore.errors import CatalogueError
from lore.query.indexing import indexing
from lore.query.open_pack import OpenPack

CONTENT = {"numbers": bytes(range(200)), "empty": b"", "texts": "Ultron, Ульtron".encode()}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    index_file.write(tmp_path / "some.index", CONTENT)
    return tmp_path / "some.index"


@pytest.fixture
def data(tmp_path: Path, seeds: Path) -> Path:
    """Return a folder with the catalogue of the shipped pack and its index."""
    database.compile_if_changed(seeds, tmp_path / "catalogue.db", indexing())
    return tmp_path


def opened(seeds: Path, data: Path, by: Indexing | None = None) -> CompiledPack:
    return database.compile_if_changed(seeds, data / "catalogue.db", by or indexing())


def the_index(data: Path) -> Path:
    [index] = data.glob("*.index")
    return index


def test_an_index_has_what_was_written(file: Path) -> None:
    assert {name: bytes(section) for name, section in IndexFile(file).items()} == CONTENT
    assert file.stat().st_mode & 0o777 == 0o600


def test_no_flipped_bit_is_ever_believed(file: Path) -> None:
    whole, rng = file.read_bytes(), random.Random(1)
    for at in range(len(whole)):
        damaged = bytearray(whole)
        damaged[at] ^= 1 << rng.randrange(8)
        file.write_bytes(damaged)
        try:
            read = {name: bytes(section) for name, section in IndexFile(file).items()}
        except CatalogueError:
            continue
        # Between sections nothing stands that is read.
        assert read == CONTENT


def test_an_index_that_is_cut_short_is_refused(file: Path) -> None:
    whole = file.read_bytes()
    for length in range(len(whole)):
        file.write_bytes(whole[:length])
        with pytest.raises(CatalogueError):
            IndexFile(file)


def test_a_damaged_section_is_refused_and_its_file_taken_away(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b"Ultron", b"Ultran"))
    index = IndexFile(file)

    assert bytes(index["numbers"]) == CONTENT["numbers"]
    with pytest.raises(CatalogueError, match=r"lorebot reload: then it is built anew\."):
        index["texts"]
    assert not file.exists()


def test_a_mapped_index_reads_on_when_another_takes_its_place(file: Path) -> None:
    index = IndexFile(file)
    index_file.write(file, {"numbers": b"others"})

    assert bytes(index["texts"]) == CONTENT["texts"]
    assert bytes(IndexFile(file)["numbers"]) == b"others"


def test_the_next_start_maps_the_index_and_makes_none(seeds: Path, data: Path) -> None:
    index = the_index(data)
    before = index.stat()

    def fail(*_: object) -> dict[str, bytes]:
        raise AssertionError

    again = opened(seeds, data, Indexing(indexing().format, fail))
    assert isinstance(again.index, IndexFile)
    assert (index.stat().st_mtime_ns, index.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_changed_pack_leaves_only_its_own_index(seeds: Path, data: Path, tmp_path: Path) -> None:
    former, running = the_index(data), opened(seeds, data)
    pack = shutil.copytree(seeds, tmp_path / "pack")
    with (pack / "characters/thor.toml").open("a", encoding="utf-8") as thor:
        thor.write("# changed\n")
    opened(pack, data)

    assert the_index(data) != former
    # Who has the former one open reads on.
    pack_of_before = OpenPack(running.numbered(1), running.index)
    visible = pack_of_before.visible(running.info.every_tier)
    assert visible.search("destroyed", None, 5)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def mark_as_newer(file: Path) -> None:
    whole = bytearray(file.read_bytes())
    whole[8] += 1
    file.write_bytes(whole)


@pytest.mark.parametrize("damage", [cut, mark_as_newer, Path.unlink])
def test_an_index_that_cannot_be_read_is_made_again(
    seeds: Path, data: Path, damage: Callable[[Path], None]
) -> None:
    index = the_index(data)
    whole = index.read_bytes()
    damage(index)
    opened(seeds, data)

    assert index.read_bytes() == whole


@pytest.mark.parametrize("section", [b'"Tony Stark"', b'"destroyed","'])
def test_damage_is_noticed_when_it_is_needed(seeds: Path, data: Path, section: bytes) -> None:
    index = the_index(data)
    whole = index.read_bytes()
    index.write_bytes(whole.replace(section, section[:-2] + b"?" + section[-1:]))
    compiled = opened(seeds, data)
    pack = OpenPack(compiled.numbered(1), compiled.index)
    visible = pack.visible(compiled.info.every_tier)

    assert pack.find("ultron")
    if index.exists():
        with pytest.raises(CatalogueError, match="was damaged on its disk"):
            visible.search("destroyed", None, 5)
    assert not index.exists()
    opened(seeds, data)
    assert index.read_bytes() == whole


def test_an_index_of_other_code_is_not_opened(seeds: Path, data: Path) -> None:
    former = the_index(data)
    opened(seeds, data, Indexing("of yesterday", lambda *_: CONTENT))

    assert the_index(data) != former


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_an_index_that_nobody_may_write_is_read(seeds: Path, data: Path) -> None:
    the_index(data).unlink()
    data.chmod(0o500)
    try:
        compiled = opened(seeds, data)
    finally:
        data.chmod(0o700)
    assert OpenPack(compiled.numbered(1), compiled.index).find("ultron")
