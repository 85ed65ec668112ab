"""Power cuts: what was written and not synced is lost, or stands there in part (row 2)."""
# ruff: noqa: N802 - the methods of a file system are called so by apsw

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import apsw
import pytest

from lore.ledger.sqlite.database import open_store

pytestmark = pytest.mark.slow

SECTOR = 512
CUTS = 150


class PowerCutError(Exception):
    """The lights are out."""


class Disk(apsw.VFS):
    """A file system that loses power at its n-th write, and all or some of what is unsynced."""

    def __init__(self, name: str, writes: int, rng: random.Random) -> None:
        self.name = name
        self.left = writes
        self.rng = rng
        self.files: dict[str, File] = {}
        super().__init__(name, "")

    def xOpen(self, name: Any, flags: Any) -> "File":
        file = File(self, name, flags)
        self.files[file.path] = file
        return file

    def write(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise PowerCutError

    def after_the_cut(self) -> None:
        """Leave in each file what was synced, and of the rest some sectors."""
        for path, file in self.files.items():
            Path(path).write_bytes(file.remains(self.rng))


class File(apsw.VFSFile):
    """Keeps apart what is certain to be on the disk and what was only written."""

    def __init__(self, disk: Disk, name: Any, flags: Any) -> None:
        super().__init__("", name, flags)
        self.disk = disk
        self.path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self.durable = Path(self.path).read_bytes()
        self.pending: list[tuple[int, bytes]] = []

    def xWrite(self, data: bytes, offset: int) -> None:
        self.disk.write()
        self.pending.append((offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, size: int) -> None:
        self.disk.write()
        super().xTruncate(size)
        self.sync()

    def xSync(self, flags: int) -> None:
        if self.disk.left < 0:
            raise PowerCutError
        super().xSync(flags)
        self.sync()

    def sync(self) -> None:
        size = self.xFileSize()
        self.durable = self.xRead(size, 0) if size else b""
        self.pending.clear()

    def remains(self, rng: random.Random) -> bytes:
        content = bytearray(self.durable)
        sectors = [
            (offset + start, data[start : start + SECTOR])
            for offset, data in self.pending
            for start in range(0, len(data), SECTOR)
        ]
        for offset, data in rng.sample(sectors, rng.randint(0, len(sectors))):
            content.extend(b"\0" * (offset - len(content)))
            content[offset : offset + len(data)] = data
        return bytes(content)


def confirmed_until_the_cut(ledger: Path, disk: Disk, synchronous: str) -> list[int]:
    """Write until the power goes; the numbers that were confirmed before."""
    confirmed: list[int] = []
    with suppress(PowerCutError), closing(apsw.Connection(str(ledger), vfs=disk.name)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute(f"PRAGMA synchronous = {synchronous}")
        db.execute("PRAGMA wal_autocheckpoint = 20")
        for number in range(1, 1000):
            db.execute("BEGIN IMMEDIATE")
            db.execute("INSERT INTO guild (guild_id) VALUES (?)", (number,))
            db.execute(
                "INSERT INTO unanswered (guild_id, question, times, last_asked_at) "
                "VALUES (?, 'q', 1, 0)",
                (number,),
            )
            db.execute("COMMIT")
            confirmed.append(number)
    return confirmed


@pytest.fixture
def cut(tmp_path: Path, ledger: bytes) -> Callable[[int, str], tuple[list[int], list[int]]]:
    """Cut the power; return what had been confirmed, and what is in the ledger afterwards."""

    def cut(seed: int, synchronous: str) -> tuple[list[int], list[int]]:
        path = tmp_path / f"{seed}.db"
        path.write_bytes(ledger)
        rng = random.Random(seed)
        disk = Disk(f"disk-{seed}-{synchronous}", rng.randint(1, 400), rng)
        confirmed = confirmed_until_the_cut(path, disk, synchronous)
        disk.after_the_cut()
        path.with_name(path.name + "-shm").unlink(missing_ok=True)
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            both = db.execute("SELECT guild_id FROM unanswered ORDER BY 1").fetchall()
            assert db.execute("SELECT guild_id FROM guild ORDER BY 1").fetchall() == both
        return confirmed, [row[0] for row in both]

    return cut


@pytest.fixture
async def ledger(tmp_path: Path) -> bytes:
    """Return a new ledger."""
    async with open_store(tmp_path / "ledger.db"):
        pass
    return (tmp_path / "ledger.db").read_bytes()


def test_a_power_cut_loses_no_confirmed_write(cut: Callable) -> None:
    for seed in range(CUTS):
        confirmed, found = cut(seed, "FULL")
        assert found[: len(confirmed)] == confirmed
        assert len(found) - len(confirmed) in (0, 1)


def test_a_power_cut_with_less_syncing_loses_writes(cut: Callable) -> None:
    lost = [seed for seed in range(CUTS) if len(set.difference(*map(set, cut(seed, "NORMAL"))))]
    assert len(lost) > CUTS // 2
