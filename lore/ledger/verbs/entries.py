"""A server's own entries, quotes and notes."""

from lore.curation.drafts import Draft, DraftError, Form, form_of, tidied
from lore.curation.quota import Quota
from lore.ledger.port import NoSuchEntryError, StateError
from lore.ledger.records import Actor, Change, Conflict, Revision, ServerEntry, ServerLore
from lore.ledger.unit import Database
from lore.ledger.unreadable import UnreadableRowError
from lore.ledger.verbs import rows
from lore.ledger.verbs.reports import note_amended
from lore.ledger.verbs.revising import (
    add,
    check_room,
    check_single,
    note_revised,
    revise,
    revised_before,
)


class SqlEntries:
    """Implements `port.Entries`."""

    def __init__(self, database: Database, quota: Quota) -> None:
        self._database = database
        self._quota = quota

    async def publish(self, guild_id: int, draft: Draft, by: Actor) -> ServerEntry:
        draft = tidied(draft, self._quota)
        async with self._database.write(guild_id) as tx:
            if done := await revised_before(tx, guild_id, Change.ADDED, by):
                return done
            await check_room(tx, guild_id, form_of(draft), self._quota)
            await check_single(tx, guild_id, draft)
            entry = await add(tx, guild_id, draft, Change.ADDED, by, written_by=by.person_id)
            return await note_revised(tx, entry, Change.ADDED, by)

    async def edit(
        self,
        guild_id: int,
        entry_id: str,
        draft: Draft,
        expected_revision: int,
        by: Actor,
        report: int | None = None,
    ) -> ServerEntry | Conflict:
        draft = tidied(draft, self._quota)
        async with self._database.write(guild_id) as tx:
            if done := await revised_before(tx, guild_id, Change.EDITED, by):
                return done
            number = await rows.entry_number(tx, guild_id, entry_id)
            now = await rows.current(tx, guild_id, number)
            if now.revision != expected_revision:
                return Conflict(now)
            if not now.live:
                raise StateError(f"{now.id} is removed. Restore it before you edit it.")
            if form_of(draft) != form_of(now.draft):
                raise DraftError(f"{now.id} is of the form {form_of(now.draft)} and stays so.")
            if draft == now.draft:
                return now
            entry = await revise(tx, guild_id, number, draft, Change.EDITED, by)
            if report is not None:
                await note_amended(tx, guild_id, report, entry.id, by)
            return await note_revised(tx, entry, Change.EDITED, by)

    async def remove(self, guild_id: int, entry_id: str, by: Actor) -> ServerEntry:
        async with self._database.write(guild_id) as tx:
            if done := await revised_before(tx, guild_id, Change.REMOVED, by):
                return done
            number = await rows.entry_number(tx, guild_id, entry_id)
            now = await rows.current(tx, guild_id, number)
            if not now.live:
                raise StateError(f"{now.id} is removed already.")
            entry = await revise(tx, guild_id, number, now.draft, Change.REMOVED, by, live=False)
            return await note_revised(tx, entry, Change.REMOVED, by)

    async def restore(self, guild_id: int, entry_id: str, by: Actor) -> ServerEntry:
        async with self._database.write(guild_id) as tx:
            if done := await revised_before(tx, guild_id, Change.RESTORED, by):
                return done
            number = await rows.entry_number(tx, guild_id, entry_id)
            now = await rows.current(tx, guild_id, number)
            if now.live:
                raise StateError(f"{now.id} is not removed.")
            await check_room(tx, guild_id, form_of(now.draft), self._quota)
            await check_single(tx, guild_id, now.draft)
            entry = await revise(tx, guild_id, number, now.draft, Change.RESTORED, by)
            return await note_revised(tx, entry, Change.RESTORED, by)

    async def roll_back(
        self, guild_id: int, entry_id: str, to: int, expected_revision: int, by: Actor
    ) -> ServerEntry | Conflict:
        async with self._database.write(guild_id) as tx:
            if done := await revised_before(tx, guild_id, Change.ROLLED_BACK, by):
                return done
            number = await rows.entry_number(tx, guild_id, entry_id)
            now = await rows.current(tx, guild_id, number)
            if now.revision != expected_revision:
                return Conflict(now)
            draft = (await rows.at_revision(tx, guild_id, number, to)).draft
            if now.live and draft == now.draft:
                raise StateError(f"{now.id} says already what it said at revision {to}.")
            if not now.live:
                await check_room(tx, guild_id, form_of(draft), self._quota)
                await check_single(tx, guild_id, draft)
            entry = await revise(tx, guild_id, number, draft, Change.ROLLED_BACK, by, back_to=to)
            return await note_revised(tx, entry, Change.ROLLED_BACK, by)

    async def entry(self, guild_id: int, entry_id: str) -> ServerEntry:
        async with self._database.read() as tx:
            number = await rows.entry_number(tx, guild_id, entry_id)
            return await rows.current(tx, guild_id, number)

    async def history(self, guild_id: int, entry_id: str) -> tuple[Revision, ...]:
        async with self._database.read() as tx:
            number = await rows.entry_number(tx, guild_id, entry_id)
            found = await tx.rows(
                "SELECT * FROM revision WHERE guild_id = ? AND number = ? ORDER BY revision",
                (guild_id, number),
            )
            if not found:
                raise NoSuchEntryError(f"This server has no entry s{number}.")
            history = tuple(tx.readable("revision", rows.revision, found))
        if not history:
            raise UnreadableRowError
        return history

    async def server_lore(self, guild_id: int, since: int = 0) -> ServerLore:
        async with self._database.read() as tx:
            version = await rows.version(tx, guild_id)
            if since > version:
                since = 0
            live = await tx.rows(
                f"{rows.ENTRIES} AND (:since = 0 OR entry.version > :since) AND entry.live "
                "AND revision.revision = entry.head ORDER BY abs(entry.number)",
                {"guild_id": guild_id, "since": since},
            )
            heads = await tx.rows(
                f"{rows.HEADS} WHERE guild_id = :guild_id AND (:since = 0 OR version > :since)",
                {"guild_id": guild_id, "since": since},
            )
            kept = set(tx.readable("entry", rows.complete_entry_number, heads))
            entries = tx.readable(
                "revision", rows.server_entry, [row for row in live if row["number"] in kept]
            )
            removed = await tx.rows(
                "SELECT number, slug FROM entry WHERE guild_id = ? AND version > ? AND NOT live "
                "ORDER BY version, abs(number)",
                (guild_id, since),
            )
        return ServerLore(
            guild_id=guild_id,
            since=since,
            version=version,
            entries=tuple(entries),
            removed=tuple(tx.readable("entry", rows.entry_id, removed)),
        )

    async def version(self, guild_id: int) -> int:
        async with self._database.read() as tx:
            return await rows.version(tx, guild_id)

    async def check_room(self, guild_id: int, form: Form) -> None:
        async with self._database.read() as tx:
            await check_room(tx, guild_id, form, self._quota)
