import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from lore.curation.drafts import DraftError, EntryDraft, NoteDraft, QuoteDraft
from lore.curation.quota import QuotaError
from lore.errors import LoreError
from lore.ledger.port import Ledger, NoSuchEntryError, StateError
from lore.ledger.records import Actor, Change, Conflict, ServerEntry
from lore.pack.model import Kind

GUILD = 1
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
COOK = EntryDraft(Kind.CHARACTER, "Maren Holt", "She cooks at the farm.", ("the cook",), "our game")
BAKER = EntryDraft(Kind.CHARACTER, "Maren Holt", "She bakes at the farm.")
QUOTE = QuoteDraft("Soup first.", speaker="Maren Holt", occasion="before the siege")
NOTE = NoteDraft("ultron", "In our game he was a toaster.")

Bys = Callable[..., Actor]


async def test_published_entry_is_read_as_written(ledger: Ledger, by: Bys) -> None:
    entry = await ledger.entries.publish(GUILD, COOK, by())
    assert entry == ServerEntry(GUILD, "s.maren-holt", 1, COOK, True, 11, NOON, 11, NOON, 1)
    assert await ledger.entries.entry(GUILD, "s.maren-holt") == entry


@pytest.mark.parametrize("draft", [COOK, QUOTE, NOTE])
async def test_server_lore_holds_entries_quotes_and_notes(
    ledger: Ledger, by: Bys, draft: EntryDraft
) -> None:
    entry = await ledger.entries.publish(GUILD, draft, by())
    assert (await ledger.entries.server_lore(GUILD)).entries == (entry,)


async def test_edit_keeps_id_and_author_and_increments_the_revision(
    ledger: Ledger, by: Bys
) -> None:
    await ledger.entries.publish(GUILD, COOK, by(person_id=11))
    later = NOON + timedelta(hours=1)
    edited = await ledger.entries.edit(GUILD, "s.maren-holt", BAKER, 1, by(person_id=12, at=later))
    assert isinstance(edited, ServerEntry)
    assert (edited.id, edited.revision, edited.draft) == ("s.maren-holt", 2, BAKER)
    assert (edited.written_by, edited.written_at) == (11, NOON)
    assert (edited.edited_by, edited.edited_at) == (12, later)


async def test_second_of_two_simultaneous_edits_is_a_conflict(ledger: Ledger, by: Bys) -> None:
    await ledger.entries.publish(GUILD, COOK, by())
    other = EntryDraft(Kind.CHARACTER, "Maren Holt", "She rides.")
    results = await asyncio.gather(
        ledger.entries.edit(GUILD, "s.maren-holt", BAKER, 1, by(person_id=11)),
        ledger.entries.edit(GUILD, "s.maren-holt", other, 1, by(person_id=12)),
    )
    saved = await ledger.entries.entry(GUILD, "s.maren-holt")
    assert sorted(map(type, results), key=str) == [Conflict, ServerEntry]
    assert Conflict(saved) in results
    assert saved in results
    assert len(await ledger.entries.history(GUILD, "s.maren-holt")) == 2


async def test_unchanged_edit_makes_no_revision(ledger: Ledger, by: Bys) -> None:
    entry = await ledger.entries.publish(GUILD, COOK, by())
    assert await ledger.entries.edit(GUILD, "s.maren-holt", COOK, 1, by()) == entry
    assert len(await ledger.entries.history(GUILD, "s.maren-holt")) == 1


async def test_removed_entry_is_listed_as_removed(ledger: Ledger, by: Bys) -> None:
    await ledger.entries.publish(GUILD, QUOTE, by())
    removed = await ledger.entries.remove(GUILD, "s1", by())
    lore = await ledger.entries.server_lore(GUILD)
    assert lore.entries == ()
    assert lore.removed == ("s1",)
    assert await ledger.entries.entry(GUILD, "s1") == removed
    assert not removed.live


async def test_restored_entry_has_its_former_text(ledger: Ledger, by: Bys) -> None:
    await ledger.entries.publish(GUILD, COOK, by())
    await ledger.entries.remove(GUILD, "s.maren-holt", by())
    restored = await ledger.entries.restore(GUILD, "s.maren-holt", by())
    assert (restored.revision, restored.draft, restored.live) == (3, COOK, True)


async def test_id_is_never_reused(ledger: Ledger, by: Bys) -> None:
    await ledger.entries.publish(GUILD, COOK, by())
    await ledger.entries.remove(GUILD, "s.maren-holt", by())
    assert (await ledger.entries.publish(GUILD, COOK, by())).id == "s.maren-holt-2"


async def test_history_holds_person_time_and_state_of_each_revision(
    ledger: Ledger, by: Bys
) -> None:
    await ledger.entries.publish(GUILD, COOK, by())
    await ledger.entries.edit(GUILD, "s.maren-holt", BAKER, 1, by(12))
    await ledger.entries.remove(GUILD, "s.maren-holt", by(13))
    await ledger.entries.roll_back(GUILD, "s.maren-holt", 1, 3, by(14))
    history = await ledger.entries.history(GUILD, "s.maren-holt")
    assert [(r.number, r.change, r.live, r.draft, r.made_by, r.back_to) for r in history] == [
        (1, Change.ADDED, True, COOK, 11, None),
        (2, Change.EDITED, True, BAKER, 12, None),
        (3, Change.REMOVED, False, BAKER, 13, None),
        (4, Change.ROLLED_BACK, True, COOK, 14, 1),
    ]


async def test_rollback_over_a_newer_revision_is_a_conflict(ledger: Ledger, by: Bys) -> None:
    await ledger.entries.publish(GUILD, COOK, by())
    await ledger.entries.edit(GUILD, "s.maren-holt", BAKER, 1, by())
    now = await ledger.entries.entry(GUILD, "s.maren-holt")
    assert await ledger.entries.roll_back(GUILD, "s.maren-holt", 1, 1, by()) == Conflict(now)


async def test_version_grows_with_every_change(ledger: Ledger, by: Bys) -> None:
    versions = [await ledger.entries.version(GUILD)]
    for change in (
        ledger.entries.publish(GUILD, COOK, by()),
        ledger.entries.edit(GUILD, "s.maren-holt", BAKER, 1, by()),
        ledger.entries.remove(GUILD, "s.maren-holt", by()),
        ledger.entries.restore(GUILD, "s.maren-holt", by()),
        ledger.entries.roll_back(GUILD, "s.maren-holt", 1, 4, by()),
    ):
        await change
        versions.append(await ledger.entries.version(GUILD))
    assert versions == sorted(set(versions))
    assert (await ledger.entries.server_lore(GUILD)).version == versions[-1]


async def test_only_the_changes_since_a_version_can_be_read(ledger: Ledger, by: Bys) -> None:
    for _ in range(3):
        await ledger.entries.publish(GUILD, COOK, by())
    version = await ledger.entries.version(GUILD)
    await ledger.entries.edit(GUILD, "s.maren-holt-2", BAKER, 1, by())
    edited = await ledger.entries.entry(GUILD, "s.maren-holt-2")
    await ledger.entries.remove(GUILD, "s.maren-holt-3", by())
    changed = await ledger.entries.server_lore(GUILD, since=version)
    assert (changed.since, changed.entries) == (version, (edited,))
    assert changed.removed == ("s.maren-holt-3",)


async def test_version_from_before_a_purge_gives_everything(ledger: Ledger, by: Bys) -> None:
    entry = await ledger.entries.publish(GUILD, COOK, by())
    lore = await ledger.entries.server_lore(GUILD, since=99)
    assert (lore.since, lore.entries) == (0, (entry,))


async def test_repeated_interaction_changes_nothing(ledger: Ledger, by: Bys) -> None:
    entries = ledger.entries
    who = [by() for _ in range(5)]

    async def all_verbs() -> list[object]:
        return [
            await entries.publish(GUILD, COOK, who[0]),
            await entries.edit(GUILD, "s.maren-holt", BAKER, 1, who[1]),
            await entries.remove(GUILD, "s.maren-holt", who[2]),
            await entries.restore(GUILD, "s.maren-holt", who[3]),
            await entries.roll_back(GUILD, "s.maren-holt", 1, 4, who[4]),
        ]

    first = await all_verbs()
    after = await entries.server_lore(GUILD)
    assert await all_verbs() == first
    assert await entries.server_lore(GUILD) == after


@pytest.mark.parametrize("id", ["s2", "s0", "s-1", "s1 OR 1=1", "ultron", "", "s" + "9" * 99])
async def test_unknown_id_is_refused(ledger: Ledger, by: Bys, id: str) -> None:
    await ledger.entries.publish(GUILD, COOK, by())
    for verb in (
        ledger.entries.entry(GUILD, id),
        ledger.entries.history(GUILD, id),
        ledger.entries.edit(GUILD, id, BAKER, 1, by()),
        ledger.entries.remove(GUILD, id, by()),
    ):
        with pytest.raises(NoSuchEntryError, match="This server has no entry"):
            await verb


async def test_invalid_change_is_refused_and_leaves_no_trace(ledger: Ledger, by: Bys) -> None:
    await ledger.entries.publish(GUILD, COOK, by())
    refused = [
        (ledger.entries.restore(GUILD, "s.maren-holt", by()), StateError),
        (ledger.entries.roll_back(GUILD, "s.maren-holt", 1, 1, by()), StateError),
        (ledger.entries.roll_back(GUILD, "s.maren-holt", 7, 1, by()), NoSuchEntryError),
        (ledger.entries.edit(GUILD, "s.maren-holt", QUOTE, 1, by()), DraftError),
        (ledger.entries.publish(GUILD, EntryDraft(Kind.PLACE, " ", "x"), by()), DraftError),
    ]
    for verb, refusal in refused:
        with pytest.raises(refusal):
            await verb
    assert len(await ledger.entries.history(GUILD, "s.maren-holt")) == 1
    assert await ledger.entries.version(GUILD) == 1


async def test_removed_entry_cannot_be_edited_or_removed_again(ledger: Ledger, by: Bys) -> None:
    await ledger.entries.publish(GUILD, COOK, by())
    await ledger.entries.remove(GUILD, "s.maren-holt", by())
    with pytest.raises(StateError, match="Restore it"):
        await ledger.entries.edit(GUILD, "s.maren-holt", BAKER, 2, by())
    with pytest.raises(StateError, match="removed already"):
        await ledger.entries.remove(GUILD, "s.maren-holt", by())


async def test_full_server_refuses_entries_until_one_is_removed(ledger: Ledger, by: Bys) -> None:
    for draft in (COOK, NOTE, COOK, BAKER):
        await ledger.entries.publish(GUILD, draft, by())
    with pytest.raises(QuotaError, match="4 entries of its own"):
        await ledger.entries.publish(GUILD, COOK, by())
    await ledger.entries.remove(GUILD, "s.maren-holt", by())
    await ledger.entries.publish(GUILD, COOK, by())
    for bring_back in (
        ledger.entries.restore(GUILD, "s.maren-holt", by()),
        ledger.entries.roll_back(GUILD, "s.maren-holt", 1, 2, by()),
    ):
        with pytest.raises(QuotaError):
            await bring_back


async def test_quotes_have_a_limit_of_their_own(ledger: Ledger, by: Bys) -> None:
    for draft in (COOK, COOK, COOK, COOK, QUOTE, QUOTE):
        await ledger.entries.publish(GUILD, draft, by())
    with pytest.raises(QuotaError, match="2 quotes of its own"):
        await ledger.entries.publish(GUILD, QUOTE, by())


async def test_server_cannot_see_or_change_another_servers_entries(ledger: Ledger, by: Bys) -> None:
    kept = await ledger.entries.publish(GUILD, COOK, by())
    for verb in (
        ledger.entries.entry(2, "s.maren-holt"),
        ledger.entries.history(2, "s.maren-holt"),
        ledger.entries.edit(2, "s.maren-holt", BAKER, 1, by()),
        ledger.entries.remove(2, "s.maren-holt", by()),
        ledger.entries.restore(2, "s.maren-holt", by()),
        ledger.entries.roll_back(2, "s.maren-holt", 1, 1, by()),
    ):
        with pytest.raises(LoreError):
            await verb
    assert (await ledger.entries.server_lore(2)).entries == ()
    assert await ledger.entries.entry(GUILD, "s.maren-holt") == kept


async def test_same_interaction_id_in_two_servers_is_two_interactions(
    ledger: Ledger, by: Bys
) -> None:
    who = by()
    await ledger.entries.publish(GUILD, COOK, who)
    assert (await ledger.entries.publish(2, BAKER, who)).draft == BAKER
