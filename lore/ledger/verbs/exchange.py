"""Export and import of a server's lore."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from pydantic import TypeAdapter

from lore.curation.drafts import form_of
from lore.curation.exchange import ImportFile, PackNames, read_file, write_files
from lore.curation.importing import Notable, entries_to_write, plan_import
from lore.curation.own_ids import OwnSlugs
from lore.curation.quota import Quota
from lore.ledger.port import StateError
from lore.ledger.records import Actor, Change, FileEntry, Imported, Plan, Revision, Undone
from lore.ledger.row import StoredRow
from lore.ledger.unit import Database, Transaction
from lore.ledger.verbs import packs, rows
from lore.ledger.verbs.revising import check_total

_IMPORTED = TypeAdapter(Imported)
_UNDONE = TypeAdapter(Undone)


class SqlExchange:
    """Implements `port.Exchange`."""

    def __init__(self, database: Database, quota: Quota) -> None:
        self._database = database
        self._quota = quota

    async def export(self, guild_id: int, now: datetime) -> tuple[bytes, ...]:
        async with self._database.read(patient=True) as tx:
            found = await tx.rows(
                "SELECT * FROM revision WHERE guild_id = ? ORDER BY abs(number), number, revision",
                (guild_id,),
            )
            kept = await tx.rows("SELECT * FROM entry WHERE guild_id = ?", (guild_id,))
            named = PackNames(await packs.numbers(tx))
        ids = dict(tx.readable("entry", lambda row: (row["number"], rows.entry_id(row)), kept))
        histories = (
            (ids[number], revisions)
            for number, history in groupby(found, key=lambda row: int(row["number"]))
            if number in ids
            and (revisions := tuple(tx.readable("revision", rows.revision, history)))
        )
        return await asyncio.to_thread(write_files, guild_id, now, histories, named)

    async def plan_import(
        self,
        guild_id: int,
        content: bytes,
        notable: Notable,
        replacing: Collection[str] = (),
        name: str = "",
    ) -> Plan:
        file = await self._read(content, name)
        async with self._database.read() as tx:
            return await self._plan(tx, guild_id, file, notable, replacing)

    async def apply_import(
        self,
        guild_id: int,
        content: bytes,
        expected_version: int,
        by: Actor,
        notable: Notable,
        replacing: Collection[str] = (),
        name: str = "",
    ) -> Imported | Plan:
        file = await self._read(content, name)
        async with self._database.write(guild_id) as tx:
            if done := await rows.done_before(tx, guild_id, "import", by):
                return tx.read("action", imported, done)
            plan = await self._plan(tx, guild_id, file, notable, replacing)
            if plan.version != expected_version:
                return plan
            result = await _apply(tx, guild_id, plan, by, replacing)
            detail = _IMPORTED.dump_json(result).decode()
            await rows.note_done(tx, guild_id, "import", by, detail=detail)
            return result

    async def undo_import(self, guild_id: int, import_id: int, by: Actor) -> Undone:
        async with self._database.write(guild_id) as tx:
            if done := await rows.done_before(tx, guild_id, "undo import", by):
                return tx.read("action", undone, done)
            of_import = await rows.done_before(
                tx, guild_id, "import", replace(by, interaction_id=import_id)
            )
            if of_import is None:
                raise StateError("I no longer know what this import did: that is kept for 30 days.")
            result = await _undo(tx, guild_id, tx.read("action", imported, of_import).made, by)
            await check_total(tx, guild_id, self._quota)
            detail = _UNDONE.dump_json(result).decode()
            await rows.note_done(tx, guild_id, "undo import", by, detail=detail)
            return result

    async def _read(self, content: bytes, name: str) -> ImportFile:
        async with self._database.read() as tx:
            named = PackNames(await packs.numbers(tx))
        return await asyncio.to_thread(read_file, content, self._quota, named, name)

    async def _plan(
        self,
        tx: Transaction,
        guild_id: int,
        file: ImportFile,
        notable: Notable,
        replacing: Collection[str],
    ) -> Plan:
        found = await tx.rows(
            f"{rows.ENTRIES} AND revision.revision = entry.head", {"guild_id": guild_id}
        )
        # What an import added, and what was removed as the next thing that happened to it.
        gone = await tx.rows(
            "SELECT entry.number, entry.slug FROM entry JOIN revision USING (guild_id, number) "
            "JOIN revision AS last USING (guild_id, number) "
            "WHERE entry.guild_id = :guild_id AND last.revision = entry.head "
            "AND last.change IN (:removed, :undone) AND revision.revision = entry.head - 1 "
            "AND revision.change = :imported",
            {
                "guild_id": guild_id,
                "removed": str(Change.REMOVED),
                "undone": str(Change.UNDONE),
                "imported": str(Change.IMPORTED),
            },
        )
        version = await rows.version(tx, guild_id)

        def planned() -> Plan:
            ours = {entry.id: entry for entry in tx.readable("revision", rows.server_entry, found)}
            undone = set(tx.readable("entry", rows.entry_id, gone))
            return plan_import(file, ours, version, self._quota, notable, replacing, undone)

        # Thousands of entries are compared: others are answered meanwhile.
        return await asyncio.to_thread(planned)


def imported(row: StoredRow) -> Imported:
    """Return what an import did, from a row of action."""
    return _IMPORTED.validate_json(row["detail"])


def undone(row: StoredRow) -> Undone:
    """Return what undoing an import did, from a row of action."""
    return _UNDONE.validate_json(row["detail"])


async def _apply(
    tx: Transaction, guild_id: int, plan: Plan, by: Actor, replacing: Collection[str]
) -> Imported:
    if not any(True for _ in entries_to_write(plan, replacing)):
        return Imported(0, 0)
    version, keys = await _make_room(tx, guild_id, plan)
    heads = await rows.heads_of(tx, guild_id)
    entries: list[tuple[Any, ...]] = []
    revisions: list[tuple[int, Revision]] = []
    made: list[tuple[int, int, int]] = []
    for entry in entries_to_write(plan, replacing):
        number, slug = keys(entry)
        history = [] if number in heads else _renumbered(entry)
        head = heads.get(number, len(history)) + 1
        imported = Revision(head, Change.IMPORTED, entry.live, entry.draft, by.person_id, by.at)
        revisions += [(number, revision) for revision in (*history, imported)]
        made.append((number, head, heads.get(number, 0)))
        state = (form_of(entry.draft), head, entry.live, version, by.person_id)
        entries.append((guild_id, number, slug, *state))
    await tx.run_many(
        """
        INSERT INTO entry (guild_id, number, slug, form, head, live, version, written_by)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (guild_id, number) DO UPDATE SET head = excluded.head, live = excluded.live,
                                  version = excluded.version
        """,
        entries,
    )
    await rows.add_revisions(tx, guild_id, revisions)
    added = len(plan.added)
    return Imported(added, len(made) - added, tuple(made))


async def _undo(
    tx: Transaction, guild_id: int, made: Sequence[tuple[int, int, int]], by: Actor
) -> Undone:
    """Add a revision to each entry that is as the import left it, with its former state."""
    heads = await rows.heads_of(tx, guild_id)
    imported = {(number, head) for number, head, _ in made}
    # An added entry is removed with its text unchanged; a changed one gets its former text back.
    wanted = {number: before or head for number, head, before in made if heads.get(number) == head}
    last = await tx.rows(
        "SELECT * FROM revision WHERE guild_id = :guild_id AND revision >= ("
        "SELECT max(newest.revision) FROM revision AS newest WHERE newest.guild_id = :guild_id "
        "AND newest.number = revision.number AND newest.revision < :last) - 1",
        {"guild_id": guild_id, "last": rows.LAST_NUMBER},
    )
    undone = {
        (row["number"], row["revision"])
        for row in last
        if row["change"] == Change.UNDONE and (row["number"], row["revision"] - 1) in imported
    }
    found = [row for row in last if wanted.get(row["number"]) == row["revision"]]
    former = tx.readable("revision", lambda row: (row["number"], rows.revision(row)), found)
    revisions = [(number, _before(revision, heads[number], by)) for number, revision in former]
    version = await rows.next_version(tx, guild_id)
    await tx.run_many(
        "UPDATE entry SET head = ?, live = ?, version = ? WHERE guild_id = ? AND number = ?",
        [
            (revision.number, revision.live, version, guild_id, number)
            for number, revision in revisions
        ],
    )
    await rows.add_revisions(tx, guild_id, revisions)
    removed = sum(not revision.back_to for _, revision in revisions)
    already = sum((number, heads.get(number)) in undone for number, _, _ in made)
    left = len(made) - len(revisions) - already
    return Undone(removed, len(revisions) - removed, left, already)


def _before(former: Revision, head: int, by: Actor) -> Revision:
    """Return the revision that follows `head` and restores an entry's former state."""
    if former.number == head:
        return Revision(head + 1, Change.UNDONE, False, former.draft, by.person_id, by.at)
    return Revision(
        *(head + 1, Change.UNDONE, former.live, former.draft, by.person_id, by.at),
        back_to=former.number,
    )


async def _make_room(
    tx: Transaction, guild_id: int, plan: Plan
) -> tuple[int, Callable[[FileEntry], tuple[int, str | None]]]:
    """Return the server's next version, and what gives the number and slug of an entry."""
    await rows.ensure_guild(tx, guild_id)
    found = await tx.rows(
        "SELECT number, slug FROM entry WHERE guild_id = ? AND slug IS NOT NULL", (guild_id,)
    )
    known = {row["slug"]: row["number"] for row in found}
    given = [number for one in plan.added if (number := rows.number_in(one.id or ""))]
    new = iter(await rows.next_numbers(tx, guild_id, "entry", len(plan.added) - len(given), given))
    named = [one.id.removeprefix("s.") for one in plan.added if one.id]
    slugs = OwnSlugs([*known, *named])

    def key(entry: FileEntry) -> tuple[int, str | None]:
        if number := rows.number_in(entry.id or ""):
            return number, None
        slug = entry.id.removeprefix("s.") if entry.id else slugs.of(entry.draft)
        if slug is None:
            return next(new), None
        return known.get(slug) or -next(new), slug

    return await rows.next_version(tx, guild_id), key


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
