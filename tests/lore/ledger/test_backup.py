import asyncio
import shutil
import sqlite3
from contextlib import AbstractAsyncContextManager, closing, suppress
from pathlib import Path

import pytest

from lore.ledger.errors import BackupError, LedgerInUseError, LedgerSchemaError
from lore.ledger.sqlite.backup import back_up, restore
from lore.ledger.sqlite.database import open_store
from lore.ledger.unit import Database


@pytest.fixture
def opening(tmp_path: Path) -> AbstractAsyncContextManager[Database]:
    return open_store(tmp_path / "ledger.db")


async def add(database: Database, guild_id: int) -> None:
    async with database.write() as tx:
        await tx.run("INSERT INTO guild (guild_id) VALUES (?)", (guild_id,))


def guilds(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as db:
        return [row[0] for row in db.execute("SELECT guild_id FROM guild ORDER BY 1")]


async def test_backup_holds_the_latest_write(database: Database, tmp_path: Path) -> None:
    await add(database, 1)
    await database.back_up(tmp_path / "backups" / "ledger-1.db")
    assert guilds(tmp_path / "backups" / "ledger-1.db") == [1]


async def test_backup_can_be_made_during_an_open_transaction(
    database: Database, tmp_path: Path
) -> None:
    await add(database, 1)
    async with database.write() as tx:
        await tx.run("INSERT INTO guild (guild_id) VALUES (2)")
        await database.back_up(tmp_path / "copy.db")
    assert guilds(tmp_path / "copy.db") == [1]


async def add_many(database: Database) -> None:
    many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000)"
    async with database.write() as tx:
        await tx.run(f"INSERT INTO guild (guild_id) {many} SELECT i FROM n")


async def test_ledger_closes_after_an_abandoned_backup(tmp_path: Path) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        await add_many(database)
        backing_up = asyncio.create_task(database.back_up(tmp_path / "copy.db"))
        while not (tmp_path / "copy.db.part").exists():  # noqa: ASYNC110  # a thread makes it
            await asyncio.sleep(0)
        backing_up.cancel()
        await asyncio.wait([backing_up])
    assert not (tmp_path / "ledger.db-wal").exists()


async def test_stopped_backup_leaves_no_file(database: Database, tmp_path: Path) -> None:
    await add_many(database)
    with pytest.raises(BackupError, match="interrupted"):
        back_up(database.path, tmp_path / "copy.db", lambda: True)
    assert not (tmp_path / "copy.db").exists()
    assert not (tmp_path / "copy.db.part").exists()


async def test_unwritable_backup_path_is_named(database: Database) -> None:
    with pytest.raises(BackupError, match=r"/dev/null/copy\.db cannot be written: Not a directory"):
        await database.back_up(Path("/dev/null/copy.db"))


async def test_ledger_and_backup_are_readable_only_by_the_operator(
    database: Database, tmp_path: Path
) -> None:
    await database.back_up(tmp_path / "copy.db")
    for file in (database.path, tmp_path / "copy.db"):
        assert file.stat().st_mode & 0o077 == 0


async def test_restore_installs_the_backup_and_keeps_the_old_ledger_aside(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    async with open_store(path) as database:
        await add(database, 1)
        await database.back_up(tmp_path / "copy.db")
        await add(database, 2)
    restore(tmp_path / "copy.db", path)
    assert guilds(path) == [1]
    assert guilds(tmp_path / "ledger.db.replaced") == [1, 2]


async def test_second_restore_keeps_the_ledger_put_aside_by_the_first(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    async with open_store(path) as database:
        await database.back_up(tmp_path / "copy.db")
        await add(database, 1)
    aside = [restore(tmp_path / "copy.db", path) for _ in range(2)]
    assert aside == [tmp_path / "ledger.db.replaced", tmp_path / "ledger.db.replaced-2"]
    assert guilds(tmp_path / "ledger.db.replaced") == [1]


class CutOffError(BaseException):
    """Simulates a power cut."""


@pytest.mark.parametrize("renaming", [0, 1, 2])
async def test_interrupted_restore_leaves_either_the_old_ledger_or_the_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renaming: int
) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        await add(database, 1)
        await database.back_up(tmp_path / "copy.db")
        await add(database, 2)
        # What a killed process leaves: its last writes are in the WAL alone.
        killed = tmp_path / "killed"
        killed.mkdir()
        for name in ("ledger.db", "ledger.db-wal"):
            shutil.copy(tmp_path / name, killed)
    left = renaming
    rename = Path.replace

    def cut_off(file: Path, target: Path) -> Path:
        nonlocal left
        left -= 1
        if left < 0:
            raise CutOffError
        return rename(file, target)

    monkeypatch.setattr(Path, "replace", cut_off)
    with suppress(CutOffError):
        restore(tmp_path / "copy.db", killed / "ledger.db")
    held = guilds(killed / "ledger.db")
    assert held == [1, 2] or (held, guilds(killed / "ledger.db.replaced")) == ([1], [1, 2])


async def test_ledger_is_put_aside_on_a_disk_without_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        await database.back_up(tmp_path / "copy.db")
        await add(database, 1)

    def refused(*_: Path) -> None:
        raise PermissionError

    monkeypatch.setattr("os.link", refused)
    aside = restore(tmp_path / "copy.db", tmp_path / "ledger.db")
    assert aside is not None
    assert (guilds(tmp_path / "ledger.db"), guilds(aside)) == ([], [1])


async def test_a_restore_without_an_old_ledger_sets_none_aside(
    database: Database, tmp_path: Path
) -> None:
    await database.back_up(tmp_path / "copy.db")
    assert restore(tmp_path / "copy.db", tmp_path / "new.db") is None


async def test_restore_over_a_ledger_in_use_is_refused(database: Database, tmp_path: Path) -> None:
    await database.back_up(tmp_path / "copy.db")
    with pytest.raises(LedgerInUseError):
        restore(tmp_path / "copy.db", database.path)


def test_foreign_database_is_not_restored(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("CREATE TABLE other (x)")
    with pytest.raises(BackupError, match="of something else"):
        restore(tmp_path / "other.db", tmp_path / "ledger.db")


@pytest.mark.parametrize("content", [b"", b"no database " * 1000])
def test_damaged_backup_is_not_restored(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "copy.db").write_bytes(content)
    with pytest.raises(BackupError, match=r"copy\.db"):
        restore(tmp_path / "copy.db", tmp_path / "ledger.db")
    assert not (tmp_path / "ledger.db").exists()


def test_missing_backup_is_named(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match=r"copy\.db is not there"):
        restore(tmp_path / "copy.db", tmp_path / "ledger.db")


def test_folder_is_not_restored(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="is a folder"):
        restore(tmp_path, tmp_path / "ledger.db")


async def test_backup_of_a_newer_version_is_not_restored(
    database: Database, tmp_path: Path
) -> None:
    await database.back_up(tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as db:
        db.execute("PRAGMA user_version = 1000")
    with pytest.raises(LedgerSchemaError, match="newer version"):
        restore(tmp_path / "copy.db", tmp_path / "new.db")
    assert not (tmp_path / "new.db").exists()
