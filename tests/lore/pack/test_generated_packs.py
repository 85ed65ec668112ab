"""The packs that are made up to be measured."""

from pathlib import Path

from lore.catalogue.database import build, load
from lore.pack.check import check
from lore.pack.reader import read
from lore.query.open_pack import OpenPack
from tests.bench.generated_packs import id_of, write_pack

SIZE = 40


def test_generated_pack_has_no_faults_and_finds_its_entries(tmp_path: Path) -> None:
    names = write_pack(tmp_path / "pack", SIZE)
    checked = check(tmp_path / "pack", tmp_path / "pack" / "documents")
    build(read(tmp_path / "pack"), tmp_path / "catalogue.db")
    opened = OpenPack(load(tmp_path / "catalogue.db"))

    assert checked.faults == ()
    assert len(names) == opened.stats.entries == SIZE
    assert all(opened.find(id_of(number)) for number in range(SIZE))
