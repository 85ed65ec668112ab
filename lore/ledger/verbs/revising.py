"""Adding and changing entries: each time a new revision and a new version of the lore."""

from lore.curation.drafts import AliasDraft, Draft, Form, HideDraft, form_of, from_json
from lore.curation.quota import Quota, QuotaError, group_of
from lore.ledger.port import StateError
from lore.ledger.records import Actor, Change, Revision, ServerEntry
from lore.ledger.row import StoredRow
from lore.ledger.unit import Transaction
from lore.ledger.verbs.rows import (
    add_revisions,
    at_revision,
    done_before,
    ensure_guild,
    entry_id,
    entry_number,
    heads_of,
    next_numbers,
    next_version,
    note_done,
    slugs,
)


async def add(
    tx: Transaction,
    guild_id: int,
    draft: Draft,
    change: Change,
    by: Actor,
    *,
    written_by: int | None,
) -> ServerEntry:
    """Add an entry under the server's next number, or under its name."""
    await ensure_guild(tx, guild_id)
    [number] = await next_numbers(tx, guild_id, "entry")
    slug = (await slugs(tx, guild_id)).of(draft)
    number = number if slug is None else -number
    await tx.run(
        "INSERT INTO entry (guild_id, number, slug, form, head, live, version, written_by) "
        "VALUES (?, ?, ?, ?, 0, FALSE, 0, ?)",
        (guild_id, number, slug, form_of(draft), written_by),
    )
    return await revise(tx, guild_id, number, draft, change, by)


async def revise(
    tx: Transaction,
    guild_id: int,
    number: int,
    draft: Draft,
    change: Change,
    by: Actor,
    *,
    live: bool = True,
    back_to: int | None = None,
) -> ServerEntry:
    """Add a revision to an entry's history."""
    version = await next_version(tx, guild_id)
    heads = await heads_of(tx, guild_id, number)
    head = heads.get(number, 0) + 1
    await tx.run(
        "UPDATE entry SET head = ?, live = ?, version = ? WHERE guild_id = ? AND number = ?",
        (head, live, version, guild_id, number),
    )
    made = Revision(head, change, live, draft, by.person_id, by.at, back_to)
    await add_revisions(tx, guild_id, [(number, made)])
    return await at_revision(tx, guild_id, number, made.number)


async def note_revised(
    tx: Transaction, entry: ServerEntry, change: Change, by: Actor
) -> ServerEntry:
    """Remember that this interaction made this revision."""
    number = await entry_number(tx, entry.guild_id, entry.id)
    await note_done(tx, entry.guild_id, change, by, number=number, revision=entry.revision)
    return entry


async def revised_before(
    tx: Transaction, guild_id: int, change: Change, by: Actor
) -> ServerEntry | None:
    """Return the revision that this interaction made when it first came; None if it is new."""
    if done := await done_before(tx, guild_id, change, by):
        return await at_revision(tx, guild_id, done["number"], done["revision"])
    return None


async def check_room(tx: Transaction, guild_id: int, form: Form, quota: Quota) -> None:
    """Raise QuotaError if the server may not have one more entry of this form."""
    held = dict(quota.held(await _live(tx, guild_id)))[group_of(form)]
    if held.number >= held.limit:
        raise QuotaError(
            f"This server has {held.words}, as many as it may. Remove one that is no longer needed."
        )


async def check_total(tx: Transaction, guild_id: int, quota: Quota) -> None:
    """Raise QuotaError if a change would exceed the server's limits."""
    for _, held in quota.held(await _live(tx, guild_id)):
        if held.number > held.limit:
            raise QuotaError(
                f"The server would have {held.words} then; {held.limit:,} is as many as it may. "
                "Remove some that are no longer needed."
            )


async def _live(tx: Transaction, guild_id: int) -> dict[str, int]:
    """Return the number of a server's live drafts of each form."""
    found = await tx.rows(
        "SELECT form, count(*) FROM entry WHERE guild_id = ? AND live GROUP BY form", (guild_id,)
    )
    return {row[0]: row[1] for row in found}


async def check_single(tx: Transaction, guild_id: int, draft: Draft) -> None:
    """Raise StateError if the server says already over the pack what a draft would say."""
    match draft:
        case HideDraft(about, name):
            says = f"This server hides {name} already"
        case AliasDraft(about, name):
            says = f"This server has the alias {name} for it already"
        case _:
            return
    found = await tx.rows(
        """
        SELECT entry.guild_id, number, slug, revision.draft FROM entry
        JOIN revision USING (guild_id, number)
        WHERE entry.guild_id = ? AND entry.live AND form = ? AND revision = head
          AND replace(draft, ?, '') <> draft
        """,
        (guild_id, form_of(draft), about),
    )
    for id, other in tx.readable("revision", _named, found):
        if _said(other) == _said(draft):
            raise StateError(f"{says} ({id}).")


def _named(row: StoredRow) -> tuple[str, Draft]:
    return entry_id(row), from_json(row["draft"])


def _said(draft: Draft) -> tuple[str, ...]:
    """Return what a draft says over the pack, whatever the entry was called then."""
    match draft:
        case HideDraft(about, _, of):
            return "hide", about, of
        case AliasDraft(about, name):
            return "alias", about, name
    return ()
