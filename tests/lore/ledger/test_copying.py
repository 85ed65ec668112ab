"""A ledger copied from its file to PostgreSQL and back: every row as it was."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from lore.ledger.errors import BackupError, LedgerMovedError, LedgerSharedError
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.postgres.database import open_postgres, open_to_read
from lore.ledger.postgres.server_rows import to_change, to_copy
from lore.ledger.sqlite.file_rows import new_ledger, open_backup, open_rows
from tests.ledgers import all_rows, make_filled
from tests.postgres import Server

pytestmark = pytest.mark.process

# The smallest and the largest id that a column takes.
SERVERS = (1, 2**63 - 1)

# What a database might take for something else, cut, reorder or normalise.
ODD = (
    *("\u00e9", "e\u0301", "Ω\u200b🦊\U0010ffff", "'\"\\\n\t\r\x01$1 ?:x\\N\\.", "NULL"),
    *(" Z ", "z", ""),
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("filled") / "ledger.db"
    asyncio.run(make_filled(path, SERVERS))
    with closing(sqlite3.connect(path)) as db:
        for odd in ODD:
            values = (SERVERS[1], odd, 2**62, odd)
            db.execute(
                "INSERT INTO unanswered (guild_id, question, times, last_asked_at, typed) "
                "VALUES (?, ?, ?, 0, ?)",
                values,
            )
        db.commit()
    return path.read_bytes()


@pytest.fixture
def path(filled: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    path.write_bytes(filled)
    return path


@pytest.fixture
async def address(postgres: Server) -> PostgresAddress:
    return await postgres.make("copied")


async def fill(address: PostgresAddress, path: Path, *, unused: bool = False) -> int:
    async with to_change(address) as server, open_rows(path) as file:
        await server.check_room(file.lineage)
        return await server.fill(file, unused=unused)


async def back(address: PostgresAddress, path: Path) -> int:
    async with to_change(address) as server, new_ledger(path) as file:
        return await server.write_to(file)


async def run(address: PostgresAddress, sql: str) -> None:
    connection = await asyncpg.connect(address.url)
    await connection.execute(sql)
    await connection.close()


async def test_every_row_of_every_table_is_the_same_there_and_back(
    path: Path, address: PostgresAddress
) -> None:
    before = all_rows(path)
    count = await fill(address, path)
    assert await back(address, path.with_name("back.db")) == count
    assert all_rows(path.with_name("back.db")) == before
    # A table that nobody copies, or that has no row here, would prove nothing.
    assert all(before.values()), before
    assert sum(map(len, before.values())) == count
    assert path.with_name("back.db").stat().st_mode & 0o777 == 0o600
    assert not any(".part" in name for name in os.listdir(path.parent))


async def test_no_column_in_postgresql_counts_by_itself(
    path: Path, address: PostgresAddress
) -> None:
    # A counter would have to be set after the rows were copied.
    await fill(address, path)
    async with open_to_read(address) as database, database.read() as tx:
        assert await tx.rows("SELECT 1 FROM pg_sequences") == []


async def test_row_that_arrives_changed_is_noticed_and_nothing_is_kept(
    path: Path, address: PostgresAddress
) -> None:
    async with open_postgres(address):
        pass
    await run(
        address,
        "CREATE FUNCTION worse() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN NEW.times = NEW.times + 1; RETURN NEW; END';"
        "CREATE TRIGGER worse BEFORE INSERT ON unanswered FOR EACH ROW EXECUTE FUNCTION worse()",
    )
    with pytest.raises(BackupError, match="table unanswered did not arrive"):
        await fill(address, path)
    async with open_to_read(address) as database, database.read() as tx:
        assert await tx.rows("SELECT 1 FROM guild") == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE unanswered SET typed = 'a' || char(0) || 'b'", r"unanswered \(guild_id 1, times"),
        ("UPDATE report SET wrong = CAST(x'ff00fe' AS TEXT)", r"report \(guild_id 1, number \d"),
        ("DELETE FROM entry WHERE guild_id = 1", "revision: insert or update on table .*foreign"),
        ("UPDATE entry SET live = 7", "table entry did not arrive"),
        ("UPDATE report SET state = 'lost'", "a row of table report: .*check constraint"),
    ],
)
async def test_row_that_cannot_be_copied_is_named_and_nothing_is_changed(
    path: Path, address: PostgresAddress, change: str, sentence: str
) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute(change)
        db.commit()
    with pytest.raises(BackupError, match=sentence):
        await fill(address, path)
    await run(address, "CREATE TABLE guild (nothing BIGINT)")


async def test_row_that_only_the_bot_cannot_read_is_copied_as_it_is(
    path: Path, address: PostgresAddress
) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE revision SET draft = 'junk'")
        db.execute("DELETE FROM continuity")
        db.commit()
    await fill(address, path)
    await back(address, path.with_name("back.db"))
    assert all_rows(path.with_name("back.db")) == all_rows(path)


async def test_ledger_that_is_in_use_is_not_copied_over(
    path: Path, address: PostgresAddress
) -> None:
    async with open_postgres(address):
        with pytest.raises(LedgerSharedError):
            await fill(address, path)


async def test_only_an_unused_copy_of_the_same_ledger_may_be_replaced(
    path: Path, address: PostgresAddress, tmp_path: Path
) -> None:
    await fill(address, path, unused=True)
    await fill(address, path, unused=True)
    other = tmp_path / "other.db"
    await make_filled(other, [3])
    with pytest.raises(BackupError, match="holds a ledger already"):
        await fill(address, other)
    async with open_postgres(address):
        pass
    with pytest.raises(BackupError, match="holds a ledger already"):
        await fill(address, path)


async def test_ledger_that_was_moved_away_is_opened_by_no_bot_and_may_be_filled(
    path: Path, address: PostgresAddress
) -> None:
    await fill(address, path)
    async with to_change(address) as server:
        await server.leave("/srv/it's here/ledger.db")
    for opening in (open_postgres(address), open_to_read(address)):
        with pytest.raises(LedgerMovedError, match=r"moved to /srv/it's here/ledger\.db"):
            async with opening:
                pass
    await fill(address, path)
    async with open_postgres(address):
        pass


async def test_a_database_in_which_no_server_kept_anything_may_be_filled(
    path: Path, address: PostgresAddress
) -> None:
    async with open_postgres(address):
        pass
    assert await fill(address, path)


async def test_backup_of_an_older_version_is_brought_up_to_date_on_the_way(
    address: PostgresAddress, tmp_path: Path
) -> None:
    older = tmp_path / "older.db"
    given = Path(__file__).parents[2] / "frozen/given/ledger.sql"
    with closing(sqlite3.connect(older)) as db:
        db.executescript(given.read_text("utf-8"))
    before = older.read_bytes()
    async with to_change(address) as server, open_backup(older, tmp_path / "ledger.db") as file:
        await server.fill(file, older=True)
    async with open_to_read(address) as database, database.read() as tx:
        assert [tuple(row) for row in await tx.rows("SELECT older FROM continuity")] == [(True,)]
    assert older.read_bytes() == before
    assert os.listdir(tmp_path) == ["older.db"]


async def test_copy_of_a_ledger_in_use_is_one_snapshot(
    path: Path, address: PostgresAddress
) -> None:
    await fill(address, path)
    begun, copied = asyncio.Event(), asyncio.Event()

    async def write() -> int:
        times = 0
        async with open_postgres(address) as database:
            while not copied.is_set():
                times += 1
                async with database.write(1) as tx:
                    await tx.run("UPDATE guild SET version = ?", (times,))
                    await tx.run("UPDATE revision SET made_at = ?", (times,))
                begun.set()
        return times

    async def copy() -> None:
        await begun.wait()
        async with to_copy(address) as server, new_ledger(path.with_name("copy.db")) as file:
            await server.write_to(file)
        copied.set()

    times, _ = await asyncio.gather(write(), copy())
    with closing(sqlite3.connect(path.with_name("copy.db"))) as db:
        found = db.execute("SELECT version FROM guild UNION SELECT made_at FROM revision")
        assert len(found.fetchall()) == 1
    assert times > 1
