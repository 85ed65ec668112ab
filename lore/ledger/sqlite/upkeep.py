"""Servers that the bot leaves, and people who ask for their data, in SQLite."""

import sqlite3
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from lore.ledger.sqlite import rows
from lore.ledger.sqlite.database import Database, Transaction
from lore.ledger.sqlite.drafts import DRAFTS_KEPT
from lore.ledger.sqlite.erased_people import ErasedPeople

_KEPT_AFTER_LEAVING = timedelta(days=30)
_ACTIONS_KEPT = timedelta(days=30)


class SqliteUpkeep:
    """Implements `port.Upkeep`; takes its columns from the schema, so that no table is missed."""

    def __init__(self, database: Database, erased_people: ErasedPeople) -> None:
        self._database = database
        self._forgotten = erased_people

    async def guilds_joined(self, guild_ids: Iterable[int]) -> None:
        async with self._database.write() as tx:
            await tx.run_many(
                "UPDATE guild SET left_at = NULL WHERE guild_id = ? AND left_at IS NOT NULL",
                [(guild_id,) for guild_id in guild_ids],
            )

    async def guilds_left(self, guild_ids: Iterable[int], now: datetime) -> None:
        async with self._database.write() as tx:
            await tx.run_many(
                # A time noted by a slow clock would have everything deleted once the clock is
                # corrected.
                "INSERT INTO guild (guild_id, left_at) "
                "SELECT ?, max(?, coalesce((SELECT alive_at FROM continuity), 0)) WHERE true "
                "ON CONFLICT DO UPDATE SET left_at = coalesce(left_at, excluded.left_at)",
                [(guild_id, rows.seconds(now)) for guild_id in guild_ids],
            )

    async def guilds(self) -> frozenset[int]:
        async with self._database.read() as tx:
            tables = [column.table for column in await _columns(tx) if column.name == "guild_id"]
            # A server may have other rows without having one of its own.
            kept = " UNION ".join(f"SELECT guild_id FROM {table}" for table in tables)
            found = await tx.rows(
                f"SELECT guild_id FROM ({kept}) WHERE guild_id NOT IN "
                "(SELECT guild_id FROM guild WHERE left_at IS NOT NULL)"
            )
        return frozenset(row["guild_id"] for row in found)

    async def purge(self, now: datetime) -> tuple[int, ...]:
        async with self._database.write() as tx:
            left = await tx.rows(
                "SELECT guild_id FROM guild WHERE left_at <= ? ORDER BY guild_id",
                (rows.seconds(now - _KEPT_AFTER_LEAVING),),
            )
            gone = tuple(row["guild_id"] for row in left)
            for column in await _columns(tx):
                if column.name == "guild_id":
                    await tx.run_many(
                        f"DELETE FROM {column.table} WHERE guild_id = ?",
                        [(guild_id,) for guild_id in gone],
                    )
            await tx.run(
                "DELETE FROM action WHERE done_at <= ?", (rows.seconds(now - _ACTIONS_KEPT),)
            )
            await tx.run(
                "DELETE FROM draft WHERE typed_at <= ?", (rows.seconds(now - DRAFTS_KEPT),)
            )
            return gone

    async def forget_person(self, person_id: int) -> int:
        async with self._database.write() as tx:
            held = [row async for _, row in _held(tx, person_id)]
            sent = await tx.rows(
                "SELECT guild_id, suggested_at FROM suggestion WHERE suggested_by = :person "
                "UNION ALL SELECT guild_id, told_at FROM report WHERE told_by = :person",
                {"person": person_id},
            )
            await tx.run("DELETE FROM draft WHERE typed_by = ?", (person_id,))
            for column in await _columns(tx):
                if column.holds_person:
                    await tx.run(
                        f"UPDATE {column.table} SET {column.name} = NULL WHERE {column.name} = ?",
                        (person_id,),
                    )
                elif column.holds_text:
                    for form in _id_patterns(person_id):
                        await tx.run(
                            f"UPDATE {column.table} SET {column.name} = "
                            f"replace({column.name}, :form, '@someone') "
                            f"WHERE instr({column.name}, :form)",
                            {"form": form},
                        )
            # Caches hold the rows as they were: a new version has them read again.
            guilds = {(row["guild_id"],) for row in held}
            for (guild_id,) in guilds:
                await rows.next_version(tx, guild_id)
            await tx.run_many(
                "UPDATE entry SET version = guild.version FROM guild "
                "WHERE guild.guild_id = entry.guild_id AND entry.guild_id = ?",
                guilds,
            )
        self._forgotten.remember(person_id, ((row[0], row[1]) for row in sent))
        return len(held)

    async def person_data(self, person_id: int) -> tuple[Mapping[str, object], ...]:
        async with self._database.read() as tx:
            return tuple(
                [
                    {"table": table, **_without_others(row, person_id)}
                    async for table, row in _held(tx, person_id)
                ]
            )


class _Column(NamedTuple):
    table: str
    name: str
    type: str
    in_key: bool

    @property
    def holds_person(self) -> bool:
        return self.name.endswith("_by")

    @property
    def holds_text(self) -> bool:
        return self.type == "TEXT" and not self.in_key and self.table != "migration"


async def _columns(tx: Transaction) -> list[_Column]:
    found = await tx.rows(
        """
        SELECT tables.name, columns.name, columns.type, columns.pk > 0
        FROM pragma_table_list AS tables, pragma_table_info(tables.name) AS columns
        WHERE tables.schema = 'main' AND tables.name NOT LIKE 'sqlite%'
        ORDER BY tables.name, columns.cid
        """
    )
    return [_Column(*row) for row in found]


async def _held(tx: Transaction, person_id: int) -> AsyncIterator[tuple[str, sqlite3.Row]]:
    """Yield every row with the person's id, in a column or within a text."""
    forms = {f"form{n}": form for n, form in enumerate(_id_patterns(person_id))}
    for table, columns in groupby(await _columns(tx), key=lambda column: column.table):
        tests: list[str] = []
        for column in columns:
            if column.holds_person:
                tests.append(f"{column.name} = :person")
            elif column.holds_text:
                tests += [f"instr({column.name}, :{form})" for form in forms]
        if tests:
            sql = f"SELECT * FROM {table} WHERE {' OR '.join(tests)}"
            for row in await tx.rows(sql, {"person": person_id, **forms}):
                yield table, row


def _id_patterns(person_id: int) -> tuple[str, ...]:
    """Return the forms in which a person's id occurs in a text."""
    mentions = (f"<@{person_id}>", f"<@!{person_id}>")
    # A Discord id is this long; a shorter number in a text may well be a year.
    return (*mentions, str(person_id)) if person_id >= 10**15 else mentions


def _without_others(row: sqlite3.Row, person_id: int) -> dict[str, object]:
    return {
        name: _shown(row[name])
        for name in row.keys()  # noqa: SIM118 - iterating a Row gives its values
        if not name.endswith("_by") or row[name] == person_id
    }


def _shown(value: object) -> object:
    """Return a value in a form that can be written to a file, even a damaged text."""
    return value.decode(errors="replace") if isinstance(value, bytes) else value
