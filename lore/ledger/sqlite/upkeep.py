"""Servers that leave, and people who ask for their data, in SQLite."""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from lore.ledger.sqlite import rows
from lore.ledger.store import Store, Unit

_KEPT_AFTER_LEAVING = timedelta(days=30)
_ACTIONS_KEPT = timedelta(days=30)


class SqliteUpkeep:
    """Implements `port.Upkeep`; reads its columns from the schema, so that no table is missed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def guilds_joined(self, guild_ids: Iterable[int]) -> None:
        async with self._store.write() as tx:
            await tx.run_many(
                "UPDATE guild SET left_at = NULL WHERE guild_id = ? AND left_at IS NOT NULL",
                [(guild_id,) for guild_id in guild_ids],
            )

    async def guilds_left(self, guild_ids: Iterable[int], now: datetime) -> None:
        async with self._store.write() as tx:
            await tx.run_many(
                "INSERT INTO guild (guild_id, left_at) VALUES (?, ?) "
                "ON CONFLICT DO UPDATE SET left_at = coalesce(left_at, excluded.left_at)",
                [(guild_id, rows.seconds(now)) for guild_id in guild_ids],
            )

    async def guilds(self) -> frozenset[int]:
        async with self._store.read() as tx:
            found = await tx.rows("SELECT guild_id FROM guild WHERE left_at IS NULL")
        return frozenset(row["guild_id"] for row in found)

    async def purge(self, now: datetime) -> tuple[int, ...]:
        async with self._store.write() as tx:
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
            return gone

    async def forget_person(self, person_id: int) -> int:
        changed: list[sqlite3.Row] = []
        async with self._store.write() as tx:
            for column in await _columns(tx):
                if column.holds_person:
                    changed += await tx.rows(
                        f"UPDATE {column.table} SET {column.name} = NULL "
                        f"WHERE {column.name} = ? RETURNING guild_id",
                        (person_id,),
                    )
                elif column.holds_text:
                    changed += await _forget_mentions(tx, column, person_id)
            # What is held in memory was made of the rows as they were.
            guilds = {(row["guild_id"],) for row in changed}
            await tx.run_many("UPDATE guild SET version = version + 1 WHERE guild_id = ?", guilds)
            await tx.run_many(
                "UPDATE entry SET version = guild.version FROM guild "
                "WHERE guild.guild_id = entry.guild_id AND entry.guild_id = ?",
                guilds,
            )
        return len(changed)

    async def person_data(self, person_id: int) -> tuple[Mapping[str, object], ...]:
        found: list[Mapping[str, object]] = []
        async with self._store.read() as tx:
            persons = [column for column in await _columns(tx) if column.holds_person]
            for table, columns in groupby(persons, key=lambda column: column.table):
                held = " OR ".join(f"{column.name} = :person" for column in columns)
                rows_held = await tx.rows(
                    f"SELECT * FROM {table} WHERE {held}", {"person": person_id}
                )
                found += [{"table": table, **_without_others(row, person_id)} for row in rows_held]
        return tuple(found)


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


async def _columns(tx: Unit) -> list[_Column]:
    found = await tx.rows(
        """
        SELECT tables.name, columns.name, columns.type, columns.pk > 0
        FROM pragma_table_list AS tables, pragma_table_info(tables.name) AS columns
        WHERE tables.schema = 'main' AND tables.name NOT LIKE 'sqlite%'
        ORDER BY tables.name, columns.cid
        """
    )
    return [_Column(*row) for row in found]


async def _forget_mentions(tx: Unit, column: _Column, person_id: int) -> list[sqlite3.Row]:
    written = [f"<@{person_id}>", f"<@!{person_id}>"]
    # A Discord id is this long; a shorter number in a text may well be a year.
    if person_id >= 10**15:
        written.append(str(person_id))
    changed: list[sqlite3.Row] = []
    for form in written:
        changed += await tx.rows(
            f"UPDATE {column.table} SET {column.name} = replace({column.name}, :form, '@someone') "
            f"WHERE instr({column.name}, :form) RETURNING guild_id",
            {"form": form},
        )
    return changed


def _without_others(row: sqlite3.Row, person_id: int) -> dict[str, object]:
    return {
        name: row[name]
        for name in row.keys()  # noqa: SIM118 - iterating a Row gives its values
        if not name.endswith("_by") or row[name] == person_id
    }
