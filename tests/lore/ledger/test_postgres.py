"""The ledger in PostgreSQL: its tables beside those of SQLite, and what bars the way to it."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lore.curation.quota import Quota
from lore.errors import LoreError
from lore.ledger.errors import (
    LedgerRefusedError,
    LedgerSchemaError,
    LedgerSharedError,
    LedgerUnreachableError,
    StorageBusyError,
    StorageFailedError,
    StorageUnsureError,
)
from lore.ledger.migrations import Migration, migrations_in
from lore.ledger.postgres import connecting
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.postgres.database import PostgresDatabase, open_postgres
from lore.ledger.postgres.faults import storage_faults_refused
from lore.ledger.postgres.migrate import FIRST, MIGRATIONS, migrate
from lore.ledger.postgres.statements import prepared, translated
from lore.ledger.sqlite.database import open_store
from lore.ledger.sqlite.schema import MIGRATIONS as SQLITES
from lore.ledger.unit import Column
from lore.ledger.verbs.ledger import ledger_in
from tests.postgres import Server, empty_ledger, pooler

pytestmark = pytest.mark.process


@pytest.fixture
async def database(postgres_ledger):
    async with empty_ledger(postgres_ledger) as database:
        yield database


async def columns_of(database) -> list[Column]:
    async with database.read() as tx:
        return sorted(await tx.columns())


async def test_both_engines_have_the_same_tables_and_columns(
    database: PostgresDatabase, tmp_path: Path
) -> None:
    async with open_store(tmp_path / "ledger.db") as sqlite:
        assert await columns_of(sqlite) == await columns_of(database)


async def test_the_same_columns_may_be_empty_on_both_engines(
    database: PostgresDatabase, tmp_path: Path
) -> None:
    async with open_store(tmp_path / "ledger.db") as sqlite, sqlite.read() as tx:
        ours = await tx.rows(
            "SELECT t.name, c.name FROM pragma_table_list t, pragma_table_info(t.name) c "
            "WHERE t.schema = 'main' AND NOT c.\"notnull\" AND NOT c.pk"
        )
    async with database.read() as tx:
        theirs = await tx.rows(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND is_nullable = 'YES'"
        )
    empty = {tuple(row) for row in ours if not row[0].startswith("sqlite")}
    assert empty == {tuple(row) for row in theirs}


def test_every_migration_of_one_engine_has_its_pair_on_the_other() -> None:
    ours = [one.version for one in migrations_in(SQLITES)]
    assert [one.version for one in migrations_in(MIGRATIONS, FIRST)] == ours[FIRST - 1 :]


async def test_migrations_are_applied_once(postgres: Server) -> None:
    address = await postgres.make("anew")
    for _ in range(2):
        async with open_postgres(address) as database, database.read() as tx:
            [row] = await tx.rows("SELECT count(*) FROM migration")
            assert row[0] == len(migrations_in(MIGRATIONS, FIRST))


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        ("UPDATE migration SET version = 9999 WHERE version = 18", "newer version"),
        ("UPDATE migration SET sha256 = 'x'", "other migrations"),
        ("DROP TABLE migration", "tables of something else"),
    ],
)
async def test_tables_of_something_else_are_refused(
    postgres: Server, before: str, sentence: str
) -> None:
    address = await postgres.make("other")
    async with open_postgres(address) as database, database.write() as tx:
        await tx.run(before)
    with pytest.raises(LedgerSchemaError, match=sentence):
        async with open_postgres(address):
            pass


async def test_failed_migration_leaves_nothing(postgres: Server) -> None:
    address = await postgres.make("failing")
    connection = await asyncpg.connect(address.url)
    broken = Migration(FIRST, "CREATE TABLE guild (guild_id BIGINT); SELECT 1 / 0")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(connection, "", [broken])
    assert (
        await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname='public'") == 0
    )
    await connection.close()


async def refusal(address: PostgresAddress) -> LoreError:
    with pytest.raises(LoreError) as refused:
        async with open_postgres(address):
            pass
    return refused.value


async def test_what_bars_the_way_is_told_without_the_password(postgres: Server) -> None:
    right = postgres.address("postgres").url
    wrong = {
        right.replace("sesame", "Sesame"): (LedgerRefusedError, "password is wrong"),
        postgres.address("nowhere").url: (LedgerRefusedError, "no such database"),
        re.sub(r":\d+/", ":1/", right): (LedgerUnreachableError, "nothing listens there"),
        f"{right}?sslmode=nonsense": (LedgerRefusedError, "Correct LORE_LEDGER_URL"),
    }
    for url, (kind, sentence) in wrong.items():
        error = await refusal(PostgresAddress(url))
        assert type(error) is kind
        assert sentence in str(error)
        assert "esame" not in str(error)
        assert error.__cause__ is None


async def test_server_that_is_too_old_is_refused(
    postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "OLDEST", 99)
    assert "Update it to 99" in str(await refusal(postgres.address("postgres")))


async def test_database_in_another_encoding_is_refused(postgres: Server) -> None:
    latin = await postgres.make("latin", "ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    assert "its encoding is LATIN1" in str(await refusal(latin))


@pytest.mark.parametrize("dropping", [True, False])
async def test_pooler_before_the_server_is_refused(postgres: Server, dropping: bool) -> None:
    async with pooler(postgres.address("postgres"), dropping=dropping) as address:
        assert "Name the server itself" in str(await refusal(address))


@pytest.mark.usefixtures("database")
async def test_second_process_is_refused(postgres_ledger: PostgresAddress) -> None:
    assert isinstance(await refusal(postgres_ledger), LedgerSharedError)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgres://a:b%40c@db.example.org:5433/l", "postgresql://a@db.example.org:5433/l"),
        ("postgresql://[::1]/l?password=secret", "postgresql://[::1]/l"),
    ],
)
def test_address_is_shown_without_its_secrets(url: str, shown: str) -> None:
    address = PostgresAddress(url)
    assert str(address) == shown
    assert "secret" not in repr(address)
    assert "b%40c" not in repr(address)


@pytest.mark.parametrize("url", ["", "mysql://a/b", "postgresql://a", "postgresql://a:port/b", "x"])
def test_other_texts_are_no_address(url: str) -> None:
    with pytest.raises(ValueError, match=r"no address|[Pp]ort"):
        PostgresAddress(url)


# What statements are made of, each with what becomes of it.
PARTS = st.sampled_from(
    ["'a ? :b'", "''", "-- why? :c\n", "x = ?", "y = :one", "z = :two", "CAST(a AS TEXT)", " || "]
)


@given(st.lists(PARTS, max_size=12))
def test_places_and_names_get_numbers_and_texts_stay(parts: list[str]) -> None:
    named = [part for part in parts if "?" not in part or part[0] in "'-"]
    places = [part for part in parts if " = :" not in part]

    text, names = translated(" ".join(named))
    assert [text.count(f"${n}") for n in range(1, len(names) + 1)] == [
        named.count(f"{'y' if name == 'one' else 'z'} = :{name}") for name in names
    ]
    assert prepared(" ".join(named), dict.fromkeys(("one", "two"), 7))[1] == [7] * len(names)

    text, names = translated(" ".join(places))
    assert names == ()
    assert re.findall(r"\$(\d+)", text) == [str(n + 1) for n in range(places.count("x = ?"))]
    kept = [part for part in places if part != "x = ?"]
    assert all(part in text for part in kept)


async def test_units_of_one_server_take_turns(database: PostgresDatabase) -> None:
    async with database.write(1) as tx:
        await tx.run("INSERT INTO guild (guild_id) VALUES (1), (2)")

    async def count_up(guild_id: int) -> None:
        async with database.write(guild_id) as tx:
            row = await tx.row("SELECT version FROM guild WHERE guild_id = ?", (guild_id,))
            assert row
            await asyncio.sleep(0)
            values = row["version"] + 1, guild_id
            await tx.run("UPDATE guild SET version = ? WHERE guild_id = ?", values)

    await asyncio.gather(*(count_up(guild_id) for guild_id in (1, 2) * 8))
    async with database.read() as tx:
        assert [row[0] for row in await tx.rows("SELECT version FROM guild")] == [8, 8]


async def test_a_delivery_is_claimed_by_one_of_two_at_once(database: PostgresDatabase) -> None:
    async with database.write(1) as tx:
        await tx.run(
            "INSERT INTO quote_delivery (guild_id, number, day, state, due, expires, channel_id) "
            "SELECT n, 1, '2027-03-01', 'planned', 0, 9, 5 FROM generate_series(1, 8) AS n"
        )
    deliveries = ledger_in(database, Quota()).qotd.deliveries
    now = datetime(2027, 3, 1, tzinfo=UTC)
    claims = await asyncio.gather(*(deliveries.claim(now, 3) for _ in range(4)))
    claimed = [one.guild_id for claim in claims for one in claim]
    assert sorted(claimed) == list(range(1, 9))


def test_commit_whose_answer_is_lost_may_have_been_kept() -> None:
    with pytest.raises(StorageUnsureError), storage_faults_refused(at_commit=True):
        raise ConnectionResetError
    with pytest.raises(StorageBusyError), storage_faults_refused(at_commit=True):
        raise asyncpg.DeadlockDetectedError("two units")


async def test_lost_connection_is_told_and_the_next_unit_works(
    database: PostgresDatabase, postgres_ledger: PostgresAddress
) -> None:
    other = await asyncpg.connect(postgres_ledger.url)

    async def lose_it() -> None:
        async with database.write(1) as tx:
            [row] = await tx.rows("SELECT pg_backend_pid()")
            await other.execute("SELECT pg_terminate_backend($1, 2000)", row[0])
            await tx.run("INSERT INTO guild (guild_id) VALUES (1)")

    with pytest.raises(StorageFailedError):
        await lose_it()
    await other.close()
    async with database.write(1) as tx:
        await tx.run("INSERT INTO guild (guild_id) VALUES (1)")


async def test_unit_that_waits_too_long_for_another_gives_up(database: PostgresDatabase) -> None:
    async with database.write(1) as tx:
        await tx.run("INSERT INTO guild (guild_id) VALUES (1)")
        with pytest.raises(StorageBusyError):
            async with database.write(1):
                pass
