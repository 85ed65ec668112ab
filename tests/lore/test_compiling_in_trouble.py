"""A pack is compiled whole or not at all: several at once, on a full disk, while it changes."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lore.catalogue import database
from lore.catalogue.database import CompiledPack
from lore.errors import CatalogueError
from lore.query.indexing import indexing
from lore.query.open_pack import OpenPack
from tests.bench.generated_packs import write_pack

ENTRIES = 60
COMPILE = """
import sys
from pathlib import Path
from lore.catalogue.database import compile_if_changed
from lore.errors import LoreError
from lore.query.indexing import indexing
from lore.query.open_pack import OpenPack
try:
    compiled = compile_if_changed(Path(sys.argv[1]), Path(sys.argv[2]), indexing())
    visible = OpenPack(compiled.numbered(1), compiled.index).visible(compiled.info.every_tier)
    print(visible.entry("entry-7").text[0].says)
except LoreError as error:
    print(error)
"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    write_pack(tmp_path / "pack", ENTRIES)
    return tmp_path / "pack"


@pytest.fixture
def data(pack: Path, tmp_path: Path) -> Path:
    """Return a folder with the catalogue of the pack."""
    compiled(pack, tmp_path / "data")
    return tmp_path / "data"


def compiled(pack: Path, data: Path) -> CompiledPack:
    return database.compile_if_changed(pack, data / "catalogue.db", indexing())


def change(pack: Path, says: str) -> None:
    file = pack / "characters/entry-7.toml"
    lines = file.read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("says = "))
    lines[at] = f'says = "{says}"'
    file.write_text("\n".join(lines), encoding="utf-8")


def told(one: CompiledPack) -> str:
    visible = OpenPack(one.numbered(1), one.index).visible(one.info.every_tier)
    view = visible.entry("entry-7")
    assert view
    return view.text[0].says


def compiling(pack: Path, data: Path, largest: int | None = None) -> subprocess.Popen[str]:
    def limit() -> None:
        if largest is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))

    command = [sys.executable, "-c", COMPILE, str(pack), str(data / "catalogue.db")]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, encoding="utf-8", preexec_fn=limit
    )


def files(data: Path) -> list[str]:
    return sorted(file.name for file in data.iterdir())


@pytest.mark.process
def test_processes_that_compile_the_same_at_once_all_answer(pack: Path, data: Path) -> None:
    change(pack, "Changed for all.")
    processes = [compiling(pack, data) for _ in range(3)]

    assert [process.communicate()[0] for process in processes] == ["Changed for all.\n"] * 3
    assert told(compiled(pack, data)) == "Changed for all."
    assert len(files(data)) == 2


@pytest.mark.process
def test_processes_that_compile_two_packs_into_one_catalogue_answer_from_their_own(
    pack: Path, tmp_path: Path
) -> None:
    write_pack(tmp_path / "other", ENTRIES)
    change(pack, "Told by one.")
    change(tmp_path / "other", "Told by the other.")
    data = tmp_path / "data"
    processes = [compiling(one, data) for one in (pack, tmp_path / "other") * 2]
    answers = [process.communicate()[0] for process in processes]

    assert answers == ["Told by one.\n", "Told by the other.\n"] * 2


@pytest.fixture(params=["the catalogue", "its index"])
def largest(request: pytest.FixtureRequest, data: Path) -> int:
    """Return room for no catalogue, or for that alone."""
    [index] = data.glob("*.index")
    size = (data / "catalogue.db").stat().st_size
    assert index.stat().st_size > size + 8192
    return 8192 if request.param == "the catalogue" else size + 8192


@pytest.mark.process
def test_on_a_full_disk_the_former_catalogue_stays_and_the_reason_is_told(
    pack: Path, data: Path, largest: int
) -> None:
    running, before = compiled(pack, data), files(data)
    former = told(running)
    change(pack, "Changed on a full disk.")
    said, _ = compiling(pack, data, largest).communicate()

    assert "cannot be built" in said
    assert "that the disk is not full" in said
    assert files(data) == before
    assert told(running) == former
    assert told(compiled(pack, data)) == "Changed on a full disk."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_where_nobody_may_write_a_changed_pack_is_refused_with_the_reason(
    pack: Path, data: Path
) -> None:
    change(pack, "Changed where nobody may write.")
    data.chmod(0o500)
    try:
        with pytest.raises(CatalogueError, match="that this user may write there"):
            compiled(pack, data)
    finally:
        data.chmod(0o700)


def test_a_catalogue_that_is_replaced_again_and_again_answers_as_it_was_opened(
    pack: Path, data: Path
) -> None:
    opened = list(_replaced(pack, data))

    assert [told(one) for one in opened] == [f"Change {number}." for number in range(5)]


def _replaced(pack: Path, data: Path) -> Iterator[CompiledPack]:
    for number in range(5):
        change(pack, f"Change {number}.")
        yield compiled(pack, data)
