"""What storage does to a ledger: kills, bad and full disks (rows 1, 3, 4, 6 and 9)."""

import asyncio
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import count
from pathlib import Path

import pytest

from lore.ledger.errors import StorageBusyError, StorageFullError
from lore.ledger.sqlite.database import open_store
from lore.ledger.sqlite.schema import MIGRATIONS
from lore.ledger.unit import Database

pytestmark = [pytest.mark.slow, pytest.mark.alone]

# Writes for as long as it may, each number in two tables, and says which are confirmed.
WRITE = """
import asyncio, sys
from itertools import count
from pathlib import Path
from lore.ledger.errors import StorageError
from lore.ledger.sqlite.database import open_store

async def write(ledger, begin):
    async with open_store(Path(ledger)) as database:
        for number in count(int(begin)):
            try:
                async with database.write() as tx:
                    await tx.run("INSERT INTO guild (guild_id) VALUES (?)", (number,))
                    await tx.run(
                        "INSERT INTO unanswered (guild_id, question, times, last_asked_at) "
                        "VALUES (?, 'q', 1, 0)",
                        (number,),
                    )
            except StorageError as error:
                print("refused", type(error).__name__, flush=True)
            else:
                print(number, flush=True)

asyncio.run(write(*sys.argv[1:]))
"""


def held(ledger: Path) -> list[int]:
    """Return the numbers in the ledger, which has to be whole and hold each in both tables."""
    with closing(sqlite3.connect(ledger)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        both = db.execute("SELECT guild_id FROM unanswered ORDER BY 1").fetchall()
        assert db.execute("SELECT guild_id FROM guild ORDER BY 1").fetchall() == both
    return [row[0] for row in both]


async def written(ledger: Path, begin: int, seconds: float, *behind: str) -> list[str]:
    """Return what a writer said until it was killed."""
    writer = await asyncio.create_subprocess_exec(
        *(*behind, sys.executable, "-c", WRITE, str(ledger), str(begin)), stdout=subprocess.PIPE
    )
    assert writer.stdout is not None
    first = await writer.stdout.readline()
    await asyncio.sleep(seconds)
    with suppress(ProcessLookupError):
        writer.kill()
    rest, _ = await writer.communicate()
    return [first.decode().strip(), *rest.decode().split("\n")[:-1]]


def confirmed(lines: list[str]) -> set[int]:
    return {int(line) for line in lines if line.isdecimal()}


async def test_a_process_killed_fifty_times_loses_no_confirmed_write(tmp_path: Path) -> None:
    ledger, rng, numbers = tmp_path / "ledger.db", random.Random(1), set[int]()
    for _ in range(50):
        begin = max(numbers, default=0) + 2
        numbers |= confirmed(await written(ledger, begin, rng.random() / 10))
        assert numbers <= set(held(ledger))
    assert len(numbers) > 500


async def test_an_unreliable_disk_loses_no_confirmed_write(tmp_path: Path) -> None:
    if not shutil.which("fiu-run"):
        pytest.skip("fiu-run is not installed")
    ledger = tmp_path / "ledger.db"
    async with open_store(ledger):
        pass
    lines: list[str] = []
    for point in ("rw/pwrite", "sync/fdatasync") * 3:
        failing = f"enable_random name=posix/io/{point},probability=0.05"
        begin = max(held(ledger), default=0) + 1
        lines += await written(ledger, begin, 0.5, "fiu-run", "-x", "-c", failing)
    assert any(line.startswith("refused") for line in lines)
    assert confirmed(lines) <= set(held(ledger))


# Before a command that only root may give.
AS_ROOT = () if os.geteuid() == 0 else ("sudo", "-n")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Yield a file system of one megabyte."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = [*AS_ROOT, "mount", "-t", "tmpfs", "-o", f"size=1m,uid={os.geteuid()}", "tmpfs", disk]
    if subprocess.run(mount, check=False).returncode != 0:
        pytest.skip("mounting a small disk needs root, or sudo without a password")
    yield disk
    subprocess.run([*AS_ROOT, "umount", str(disk)], check=True)


async def grow(database: Database, number: int) -> None:
    async with database.write() as tx:
        await tx.run(
            "INSERT INTO guild (guild_id, settings) VALUES (?, hex(zeroblob(20000)))", (number,)
        )


async def filled(database: Database) -> int:
    """Grow until there is no room; how many times there was."""
    for number in count():
        try:
            await grow(database, number)
        except StorageFullError:
            break
    return number


async def test_a_full_disk_refuses_writes_but_allows_reads_and_recovers(small_disk: Path) -> None:
    async with open_store(small_disk / "ledger.db") as database:
        before = await filled(database)
        with pytest.raises(StorageFullError):
            await grow(database, 1000)
        async with database.read() as tx:
            assert len(await tx.rows("SELECT guild_id FROM guild")) == before
        remount = await asyncio.create_subprocess_exec(
            *AS_ROOT, "mount", "-o", "remount,size=9m", str(small_disk)
        )
        assert await remount.wait() == 0
        await grow(database, 1000)


LOCK = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


async def test_a_ledger_locked_by_another_process_is_waited_for_and_readable(
    tmp_path: Path,
) -> None:
    async with open_store(tmp_path / "ledger.db", busy_seconds=1) as database:
        locker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", LOCK, str(database.path)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert locker.stdout is not None
        await locker.stdout.readline()
        with pytest.raises(StorageBusyError):
            await grow(database, 1)
        waiting = asyncio.create_task(grow(database, 2))
        async with database.read() as tx:
            assert await tx.rows("SELECT guild_id FROM guild") == []
        await locker.communicate(b"")
        await waiting


OPEN = """
import asyncio, sys
from pathlib import Path
from lore.ledger.sqlite.database import open_store

async def open_it():
    async with open_store(Path(sys.argv[1]), migrations=Path(sys.argv[2])):
        pass

asyncio.run(open_it())
"""


async def test_a_migration_killed_at_any_moment_can_be_run_again(tmp_path: Path) -> None:
    shutil.copytree(MIGRATIONS, tmp_path / "migrations")
    last = sorted((tmp_path / "migrations").glob("*.sql"))[-1]
    big = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000)"
    with last.open("a") as sql:
        sql.write(f"\nCREATE TABLE big (i INTEGER) STRICT;\n{big} INSERT INTO big SELECT i FROM n;")
    rng, killed = random.Random(2), 0
    for number in range(10):
        ledger = tmp_path / f"{number}.db"
        opener = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", OPEN, str(ledger), str(tmp_path / "migrations"))
        )
        await asyncio.sleep(0.2 + rng.random() / 2)
        if opener.returncode is None:
            opener.kill()
            killed += 1
        await opener.wait()
        async with (
            open_store(ledger, migrations=tmp_path / "migrations") as database,
            database.read() as tx,
        ):
            assert (await tx.row("SELECT count(*) FROM big"))[0] == 2_000_000
    assert killed > 2
