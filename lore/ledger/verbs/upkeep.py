"""Servers that the bot leaves, and people who ask for their data."""

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import groupby

from lore.ledger.records import DRAFTS_KEPT
from lore.ledger.row import StoredRow
from lore.ledger.unit import Column, Database, Transaction
from lore.ledger.verbs import rows
from lore.ledger.verbs.erased_people import ErasedPeople

_KEPT_AFTER_LEAVING = timedelta(days=30)
_ACTIONS_KEPT = timedelta(days=30)


class SqlUpkeep:
    """Implements `port.Upkeep`; takes its columns from the schema, so that no table is missed."""

    def __init__(self, database: Database, erased_people: ErasedPeople) -> None:
        self._database = database
        self._forgotten = erased_people

    async def guilds_joined(self, guild_ids: Iterable[int]) -> None:
        async with self._database.read(patient=True) as tx:
            left = await tx.rows("SELECT guild_id FROM guild WHERE left_at IS NOT NULL")
        for guild_id in sorted({row["guild_id"] for row in left}.intersection(guild_ids)):
            async with self._database.write(guild_id) as tx:
                await tx.run("UPDATE guild SET left_at = NULL WHERE guild_id = ?", (guild_id,))

    async def guilds_left(self, guild_ids: Iterable[int], now: datetime) -> None:
        for guild_id in sorted(guild_ids):
            async with self._database.write(guild_id) as tx:
                row = await tx.row("SELECT alive_at FROM continuity")
                # A time noted by a slow clock would have everything deleted once the clock is
                # corrected.
                left_at = max(rows.seconds(now), (row and row["alive_at"]) or 0)
                await tx.run(
                    "INSERT INTO guild (guild_id, left_at) VALUES (?, ?) ON CONFLICT (guild_id) "
                    "DO UPDATE SET left_at = coalesce(guild.left_at, excluded.left_at)",
                    (guild_id, left_at),
                )

    async def guilds(self) -> frozenset[int]:
        async with self._database.read(patient=True) as tx:
            tables = [column.table for column in await tx.columns() if column.name == "guild_id"]
            # A server may have other rows without having one of its own.
            kept = " UNION ".join(f"SELECT guild_id FROM {table}" for table in tables)
            found = await tx.rows(
                f"SELECT guild_id FROM ({kept}) AS kept WHERE guild_id NOT IN "
                "(SELECT guild_id FROM guild WHERE left_at IS NOT NULL)"
            )
        return frozenset(row["guild_id"] for row in found)

    async def purge(self, now: datetime) -> tuple[int, ...]:
        async with self._database.read(patient=True) as tx:
            left = await tx.rows(
                "SELECT guild_id FROM guild WHERE left_at <= ? ORDER BY guild_id",
                (rows.seconds(now - _KEPT_AFTER_LEAVING),),
            )
            tables = [one.table for one in await tx.columns() if one.name == "guild_id"]
        gone = [row["guild_id"] for row in left]
        for guild_id in gone:
            async with self._database.write(guild_id) as tx:
                for table in tables:
                    await tx.run(f"DELETE FROM {table} WHERE guild_id = ?", (guild_id,))
        async with self._database.write() as tx:
            await tx.run(
                "DELETE FROM action WHERE done_at <= ?", (rows.seconds(now - _ACTIONS_KEPT),)
            )
            await tx.run(
                "DELETE FROM draft WHERE typed_at <= ?", (rows.seconds(now - DRAFTS_KEPT),)
            )
        return tuple(gone)

    async def forget_person(self, person_id: int) -> int:
        async with self._database.read(patient=True) as tx:
            found = [row["guild_id"] async for _, row in _held(tx, person_id)]
        for guild_id in sorted(set(found)):
            async with self._database.write(guild_id) as tx:
                sent = await tx.rows(
                    "SELECT suggested_at FROM suggestion "
                    "WHERE guild_id = :guild_id AND suggested_by = :person UNION ALL "
                    "SELECT told_at FROM report WHERE guild_id = :guild_id AND told_by = :person",
                    {"guild_id": guild_id, "person": person_id},
                )
                await _forget(tx, guild_id, person_id)
            self._forgotten.remember(person_id, ((guild_id, row[0]) for row in sent))
        return len(found)

    async def person_data(self, person_id: int) -> tuple[Mapping[str, object], ...]:
        async with self._database.read(patient=True) as tx:
            return tuple(
                [
                    {"table": table, **_without_others(row, person_id)}
                    async for table, row in _held(tx, person_id)
                ]
            )


async def _forget(tx: Transaction, guild_id: int, person_id: int) -> None:
    """Take a person out of the rows of a server."""
    await tx.run("DELETE FROM draft WHERE guild_id = ? AND typed_by = ?", (guild_id, person_id))
    columns = await tx.columns()
    of_servers = {column.table for column in columns if column.name == "guild_id"}
    for column in columns:
        if column.table not in of_servers:
            continue
        if _holds_person(column):
            await tx.run(
                f"UPDATE {column.table} SET {column.name} = NULL "
                f"WHERE guild_id = ? AND {column.name} = ?",
                (guild_id, person_id),
            )
        elif _holds_text(column):
            for form in _id_patterns(person_id):
                await tx.run(
                    f"UPDATE {column.table} SET {column.name} = "
                    f"replace({column.name}, :form, '@someone') "
                    f"WHERE guild_id = :guild_id AND {_contains(column.name, 'form')}",
                    {"guild_id": guild_id, "form": form},
                )
    # Caches hold the rows as they were: a new version has them read again.
    version = await rows.next_version(tx, guild_id)
    await tx.run("UPDATE entry SET version = ? WHERE guild_id = ?", (version, guild_id))


def _contains(column: str, form: str) -> str:
    """Return a test for a text in a column."""
    return f"replace({column}, :{form}, '') <> {column}"


def _holds_person(column: Column) -> bool:
    return column.name.endswith("_by")


def _holds_text(column: Column) -> bool:
    return column.is_text and not column.in_key and column.table != "migration"


async def _held(tx: Transaction, person_id: int) -> AsyncIterator[tuple[str, StoredRow]]:
    """Yield every row with the person's id, in a column or within a text."""
    forms = {f"form{n}": form for n, form in enumerate(_id_patterns(person_id))}
    for table, columns in groupby(await tx.columns(), key=lambda column: column.table):
        tests: list[str] = []
        for column in columns:
            if _holds_person(column):
                tests.append(f"{column.name} = :person")
            elif _holds_text(column):
                tests += [_contains(column.name, form) for form in forms]
        if tests:
            sql = f"SELECT * FROM {table} WHERE {' OR '.join(tests)}"
            for row in await tx.rows(sql, {"person": person_id, **forms}):
                yield table, row


def _id_patterns(person_id: int) -> tuple[str, ...]:
    """Return the forms in which a person's id occurs in a text."""
    mentions = (f"<@{person_id}>", f"<@!{person_id}>")
    # A Discord id is this long; a shorter number in a text may well be a year.
    return (*mentions, str(person_id)) if person_id >= 10**15 else mentions


def _without_others(row: StoredRow, person_id: int) -> dict[str, object]:
    return {
        name: _shown(row[name])
        for name in row.keys()  # noqa: SIM118 - iterating a row gives its values
        if not name.endswith("_by") or row[name] == person_id
    }


def _shown(value: object) -> object:
    """Return a value in a form that can be written to a file, even a damaged text."""
    return value.decode(errors="replace") if isinstance(value, bytes) else value
