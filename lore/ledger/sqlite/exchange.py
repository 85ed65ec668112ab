"""Export and import of a server's lore in SQLite."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain, count, groupby
from sqlite3 import Row
from typing import Any

from pydantic import TypeAdapter

from lore.ledger.drafts import form
from lore.ledger.exchange import ImportFile, read_file, write_files
from lore.ledger.importing import Notable, plan_import
from lore.ledger.quota import Quota
from lore.ledger.records import By, Change, FileEntry, Imported, Plan, Revision
from lore.ledger.sqlite import rows
from lore.ledger.store import Store, Unit

_IMPORTED = TypeAdapter(Imported)


class SqliteExchange:
    """Implements `port.Exchange`."""

    def __init__(self, store: Store, quota: Quota) -> None:
        self._store = store
        self._quota = quota

    async def export(self, guild_id: int, now: datetime) -> tuple[bytes, ...]:
        async with self._store.read() as tx:
            found = await tx.rows(
                "SELECT * FROM revision WHERE guild_id = ? ORDER BY number, revision", (guild_id,)
            )
        histories = (
            (rows.entry_id(number), revisions)
            for number, history in groupby(found, key=lambda row: int(row["number"]))
            if (revisions := tuple(tx.readable("revision", rows.revision, history)))
        )
        return await asyncio.to_thread(write_files, guild_id, now, histories)

    async def plan_import(self, guild_id: int, content: bytes, notable: Notable) -> Plan:
        file = await asyncio.to_thread(read_file, content, self._quota)
        async with self._store.read() as tx:
            return await self._plan(tx, guild_id, file, notable)

    async def apply_import(
        self, guild_id: int, content: bytes, expected_version: int, by: By, notable: Notable
    ) -> Imported | Plan:
        file = await asyncio.to_thread(read_file, content, self._quota)
        async with self._store.write() as tx:
            if done := await rows.done_before(tx, guild_id, "import", by):
                return tx.read("action", imported, done)
            plan = await self._plan(tx, guild_id, file, notable)
            if plan.version != expected_version:
                return plan
            await _apply(tx, guild_id, plan, by)
            result = Imported(len(plan.added), len(plan.changed))
            detail = _IMPORTED.dump_json(result).decode()
            await rows.note_done(tx, guild_id, "import", by, detail=detail)
            return result

    async def _plan(self, tx: Unit, guild_id: int, file: ImportFile, notable: Notable) -> Plan:
        found = await tx.rows(
            f"{rows.ENTRIES} AND revision.revision = entry.head", {"guild_id": guild_id}
        )
        ours = {entry.id: entry for entry in tx.readable("revision", rows.server_entry, found)}
        version = await rows.version(tx, guild_id)
        return plan_import(file, ours, version, self._quota, notable)


def imported(row: Row) -> Imported:
    """What an import did, in a row of action."""
    return _IMPORTED.validate_json(row["detail"])


async def _apply(tx: Unit, guild_id: int, plan: Plan, by: By) -> None:
    if not plan.added and not plan.changed:
        return
    version, new_numbers = await _make_room(tx, guild_id, plan)
    found = await tx.rows("SELECT number, head FROM entry WHERE guild_id = ?", (guild_id,))
    heads = {row["number"]: row["head"] for row in found}
    entries: list[tuple[Any, ...]] = []
    revisions: list[tuple[int, Revision]] = []
    for entry in chain(plan.added, plan.changed):
        number = rows.entry_number(entry.id) if entry.id else next(new_numbers)
        history = [] if number in heads else _renumbered(entry)
        head = heads.get(number, len(history)) + 1
        imported = Revision(head, Change.IMPORTED, entry.live, entry.draft, by.person_id, by.at)
        revisions += [(number, revision) for revision in (*history, imported)]
        state = (form(entry.draft), head, entry.live, version, by.person_id)
        entries.append((guild_id, number, *state))
    await tx.run_many(
        """
        INSERT INTO entry (guild_id, number, form, head, live, version, written_by)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET head = excluded.head, live = excluded.live,
                                  version = excluded.version
        """,
        entries,
    )
    await rows.add_revisions(tx, guild_id, revisions)


async def _make_room(tx: Unit, guild_id: int, plan: Plan) -> tuple[int, Iterator[int]]:
    """The server's next version, and numbers for the entries that bring none."""
    await rows.ensure_guild(tx, guild_id)
    given = [rows.entry_number(entry.id) for entry in plan.added if entry.id]
    unnamed = len(plan.added) - len(given)
    [guild] = await tx.rows(
        """
        UPDATE guild SET version = version + 1,
                         next_entry = max(next_entry, :after_given) + :unnamed
        WHERE guild_id = :guild_id RETURNING version, next_entry - :unnamed AS first_new
        """,
        {"guild_id": guild_id, "after_given": max(given, default=0) + 1, "unnamed": unnamed},
    )
    return guild["version"], count(guild["first_new"])


def _renumbered(entry: FileEntry) -> list[Revision]:
    # A file leaves out the oldest revisions of an entry that has too many of them.
    numbers = {revision.number: new for new, revision in enumerate(entry.revisions, 1)}
    return [
        replace(
            revision,
            number=numbers[revision.number],
            back_to=numbers.get(revision.back_to or 0),
        )
        for revision in entry.revisions
    ]
