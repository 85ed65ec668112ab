"""The suggestions of members."""

from lore.curation.drafts import Draft, DraftError, form_of, tidied, tidy, to_json
from lore.curation.quota import Quota
from lore.ledger.port import NoSuchEntryError, StateError, SuggestionChangedError
from lore.ledger.records import DRAFTS_KEPT, Actor, Approval, Change, Suggestion, SuggestionState
from lore.ledger.unit import Database, Transaction
from lore.ledger.verbs import rows
from lore.ledger.verbs.members_queue import MembersQueue
from lore.ledger.verbs.revising import add, check_room


class SqlSuggestions:
    """Implements `port.Suggestions`."""

    def __init__(self, database: Database, quota: Quota, members_queue: MembersQueue) -> None:
        self._database = database
        self._quota = quota
        self._members_queue = members_queue

    async def suggest(self, guild_id: int, draft: Draft, by: Actor) -> Suggestion:
        draft = tidied(draft, self._quota)
        async with self._database.write(guild_id) as tx:
            if done := await rows.done_before(tx, guild_id, "suggest", by):
                return await _suggestion(tx, guild_id, done["number"])
            await self._members_queue.check_room(tx, guild_id, by)
            await rows.ensure_guild(tx, guild_id)
            [number] = await rows.next_numbers(tx, guild_id, "suggestion")
            await tx.run(
                "INSERT INTO suggestion (guild_id, number, draft, state, suggested_by, "
                "suggested_at) VALUES (?, ?, ?, 'pending', ?, ?)",
                (guild_id, number, to_json(draft), by.person_id, rows.seconds(by.at)),
            )
            await rows.note_done(tx, guild_id, "suggest", by, number=number)
            return await _suggestion(tx, guild_id, number)

    async def queue(self, guild_id: int) -> tuple[Suggestion, ...]:
        async with self._database.read() as tx:
            pending = await tx.rows(
                f"{rows.SUGGESTIONS} WHERE suggestion.guild_id = ? AND state = 'pending' "
                "ORDER BY suggestion.number",
                (guild_id,),
            )
            return tuple(tx.readable("suggestion", rows.suggestion, pending))

    async def suggestion(self, guild_id: int, number: int) -> Suggestion:
        async with self._database.read() as tx:
            return await _suggestion(tx, guild_id, number)

    async def of_person(self, guild_id: int, person_id: int) -> tuple[Suggestion, ...]:
        async with self._database.read() as tx:
            own = await tx.rows(
                f"{rows.SUGGESTIONS} WHERE suggestion.guild_id = ? AND suggested_by = ? "
                "ORDER BY suggestion.number DESC",
                (guild_id, person_id),
            )
            return tuple(tx.readable("suggestion", rows.suggestion, own))

    async def own_pending(self, guild_id: int, number: int, by: Actor) -> Suggestion:
        async with self._database.read() as tx:
            return await _own_pending(tx, guild_id, number, by)

    async def change(self, guild_id: int, number: int, draft: Draft, by: Actor) -> Suggestion:
        draft = tidied(draft, self._quota)
        async with self._database.write(guild_id) as tx:
            if done := await rows.done_before(tx, guild_id, "change suggestion", by):
                return await _suggestion(tx, guild_id, done["number"])
            await _own_pending(tx, guild_id, number, by)
            await tx.run(
                "UPDATE suggestion SET draft = ?, revision = revision + 1 "
                "WHERE guild_id = ? AND number = ?",
                (to_json(draft), guild_id, number),
            )
            await rows.note_done(tx, guild_id, "change suggestion", by, number=number)
            return await _suggestion(tx, guild_id, number)

    async def withdraw(self, guild_id: int, number: int, by: Actor) -> Suggestion:
        async with self._database.write(guild_id) as tx:
            if done := await rows.done_before(tx, guild_id, "withdraw", by):
                return await _suggestion(tx, guild_id, done["number"])
            pending = await _own_pending(tx, guild_id, number, by)
            await _decide(tx, pending, SuggestionState.WITHDRAWN, by)
            await rows.note_done(tx, guild_id, "withdraw", by, number=number)
            return await _suggestion(tx, guild_id, number)

    async def approve(
        self,
        guild_id: int,
        number: int,
        by: Actor,
        *,
        edited: Draft | None = None,
        seen: int | None = None,
    ) -> Approval:
        draft = edited and tidied(edited, self._quota)
        async with self._database.write(guild_id) as tx:
            if done := await rows.done_before(tx, guild_id, "approve", by):
                return await _approval(tx, guild_id, done["number"])
            pending = await _pending(tx, guild_id, number, seen)
            draft = draft or pending.draft
            await check_room(tx, guild_id, form_of(draft), self._quota)
            entry = await add(
                tx, guild_id, draft, Change.APPROVED, by, written_by=pending.suggested_by
            )
            await _decide(tx, pending, SuggestionState.APPROVED, by)
            await tx.run(
                "UPDATE suggestion SET entry = ? WHERE guild_id = ? AND number = ?",
                (await rows.entry_number(tx, guild_id, entry.id), guild_id, number),
            )
            await rows.note_done(tx, guild_id, "approve", by, number=number)
            return await _approval(tx, guild_id, number)

    async def reject(
        self, guild_id: int, number: int, reason: str, by: Actor, *, seen: int | None = None
    ) -> Suggestion:
        reason = tidy(reason)
        if len(reason) > self._quota.line:
            raise DraftError(f"The reason is longer than {self._quota.line:,} characters.")
        async with self._database.write(guild_id) as tx:
            if done := await rows.done_before(tx, guild_id, "reject", by):
                return await _suggestion(tx, guild_id, done["number"])
            pending = await _pending(tx, guild_id, number, seen)
            await _decide(tx, pending, SuggestionState.REJECTED, by, reason)
            await rows.note_done(tx, guild_id, "reject", by, number=number)
            return await _suggestion(tx, guild_id, number)

    async def not_taken(self, guild_id: int, number: int, by: Actor) -> Suggestion:
        async with self._database.read() as tx:
            row = await tx.row(
                f"{rows.SUGGESTIONS} WHERE suggestion.guild_id = ? AND suggestion.number = ? "
                "AND suggested_by = ? "
                "AND state IN ('rejected', 'withdrawn') AND decided_at > ?",
                (guild_id, number, by.person_id, rows.seconds(by.at - DRAFTS_KEPT)),
            )
            if row is None:
                raise StateError("This suggestion was yours to change for a day, which is over.")
            return tx.read("suggestion", rows.suggestion, row)

    async def check_room(self, guild_id: int, by: Actor) -> None:
        async with self._database.read() as tx:
            await self._members_queue.check_room(tx, guild_id, by)


async def _suggestion(tx: Transaction, guild_id: int, number: int) -> Suggestion:
    row = await tx.row(
        f"{rows.SUGGESTIONS} WHERE suggestion.guild_id = ? AND suggestion.number = ?",
        (guild_id, number),
    )
    if row is None:
        raise NoSuchEntryError(f"This server has no suggestion {number}.")
    return tx.read("suggestion", rows.suggestion, row)


async def _pending(
    tx: Transaction, guild_id: int, number: int, seen: int | None = None
) -> Suggestion:
    suggestion = await _suggestion(tx, guild_id, number)
    if suggestion.state != SuggestionState.PENDING:
        raise StateError(f"Suggestion {number} was {suggestion.state} already.")
    if seen is not None and seen != suggestion.revision:
        raise SuggestionChangedError(number)
    return suggestion


async def _own_pending(tx: Transaction, guild_id: int, number: int, by: Actor) -> Suggestion:
    pending = await _pending(tx, guild_id, number)
    if pending.suggested_by != by.person_id:
        raise StateError(f"Suggestion {number} is not yours to change.")
    return pending


async def _approval(tx: Transaction, guild_id: int, number: int) -> Approval:
    suggestion = await _suggestion(tx, guild_id, number)
    if suggestion.entry_id is None:
        raise StateError(f"Suggestion {number} was not approved.")
    entry = await rows.entry_number(tx, guild_id, suggestion.entry_id)
    return Approval(suggestion, await rows.at_revision(tx, guild_id, entry, 1))


async def _decide(
    tx: Transaction,
    suggestion: Suggestion,
    state: SuggestionState,
    by: Actor,
    reason: str | None = None,
) -> None:
    await tx.run(
        """
        UPDATE suggestion SET state = :state, reason = :reason, decided_by = :by, decided_at = :at
        WHERE guild_id = :guild_id AND number = :number
        """,
        {
            **{"guild_id": suggestion.guild_id, "number": suggestion.number, "state": state},
            **{"reason": reason, "by": by.person_id, "at": rows.seconds(by.at)},
        },
    )
