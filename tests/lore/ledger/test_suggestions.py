from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lore.curation.drafts import DraftError, EntryDraft
from lore.curation.quota import QuotaError
from lore.ledger.port import Ledger, NoSuchEntryError, StateError, SuggestionChangedError
from lore.ledger.records import Actor, Change, Suggestion, SuggestionState
from lore.pack.model import Kind

GUILD = 1
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
COOK = EntryDraft(Kind.CHARACTER, "Maren Holt", "She cooks at the farm.")
BAKER = EntryDraft(Kind.CHARACTER, "Maren Holt", "She bakes at the farm.")

Bys = Callable[..., Actor]


async def test_suggestion_waits_in_the_queue_and_not_in_the_lore(ledger: Ledger, by: Bys) -> None:
    suggestion = await ledger.suggestions.suggest(GUILD, COOK, by(person_id=21))
    assert suggestion == Suggestion(GUILD, 1, COOK, SuggestionState.PENDING, 21, NOON)
    assert await ledger.suggestions.queue(GUILD) == (suggestion,)
    assert (await ledger.entries.server_lore(GUILD)).entries == ()


async def test_approved_suggestion_becomes_an_entry_by_its_suggester(
    ledger: Ledger, by: Bys
) -> None:
    await ledger.suggestions.suggest(GUILD, COOK, by(person_id=21))
    approval = await ledger.suggestions.approve(GUILD, 1, by(person_id=11))
    assert approval.suggestion.entry_id == approval.entry.id == "s.maren-holt"
    assert (approval.suggestion.suggested_by, approval.suggestion.decided_by) == (21, 11)
    assert (approval.entry.written_by, approval.entry.edited_by) == (21, 11)
    assert (await ledger.entries.server_lore(GUILD)).entries == (approval.entry,)
    assert [r.change for r in await ledger.entries.history(GUILD, "s.maren-holt")] == [
        Change.APPROVED
    ]
    assert await ledger.suggestions.queue(GUILD) == ()


async def test_curator_may_edit_a_suggestion_before_approving(ledger: Ledger, by: Bys) -> None:
    await ledger.suggestions.suggest(GUILD, COOK, by())
    approval = await ledger.suggestions.approve(GUILD, 1, by(), edited=BAKER)
    assert (approval.entry.draft, approval.suggestion.draft) == (BAKER, COOK)


async def test_draft_edited_on_approval_is_tidied(ledger: Ledger, by: Bys) -> None:
    await ledger.suggestions.suggest(GUILD, COOK, by())
    approval = await ledger.suggestions.approve(
        GUILD, 1, by(), edited=replace(BAKER, name="  Maren   Holt ")
    )
    assert approval.entry.draft == BAKER


async def test_approval_changes_no_suggestion_of_another_server(ledger: Ledger, by: Bys) -> None:
    for guild in (GUILD, 2):
        await ledger.suggestions.suggest(guild, COOK, by())
    await ledger.entries.publish(GUILD, COOK, by())
    approval = await ledger.suggestions.approve(2, 1, by())
    await ledger.suggestions.approve(GUILD, 1, by())
    assert await ledger.suggestions.suggestion(2, 1) == approval.suggestion


async def test_rejected_suggestion_keeps_the_reason(ledger: Ledger, by: Bys) -> None:
    await ledger.suggestions.suggest(GUILD, COOK, by(person_id=21))
    rejected = await ledger.suggestions.reject(GUILD, 1, "  Not   in our game. ", by(11))
    assert (rejected.state, rejected.reason) == (SuggestionState.REJECTED, "Not in our game.")
    assert await ledger.suggestions.suggestion(GUILD, 1) == rejected


async def test_decided_suggestion_cannot_be_decided_again(ledger: Ledger, by: Bys) -> None:
    await ledger.suggestions.suggest(GUILD, COOK, by())
    await ledger.suggestions.approve(GUILD, 1, by())
    with pytest.raises(StateError, match="Suggestion 1 was approved already"):
        await ledger.suggestions.reject(GUILD, 1, "no", by())


async def test_repeated_interaction_decides_once(ledger: Ledger, by: Bys) -> None:
    who = [by(at=NOON + timedelta(days=day)) for day in range(4)]

    async def all_verbs() -> list[object]:
        return [
            (await ledger.suggestions.suggest(GUILD, COOK, who[0])).number,
            (await ledger.suggestions.suggest(GUILD, BAKER, who[1])).number,
            await ledger.suggestions.approve(GUILD, 1, who[2]),
            await ledger.suggestions.reject(GUILD, 2, "no", who[3]),
        ]

    assert await all_verbs() == await all_verbs()
    assert len((await ledger.entries.server_lore(GUILD)).entries) == 1


async def test_person_has_a_daily_limit_of_suggestions(ledger: Ledger, by: Bys) -> None:
    for _ in range(2):
        await ledger.suggestions.suggest(GUILD, COOK, by(person_id=21))
    with pytest.raises(QuotaError, match="2 suggestions here within a day"):
        await ledger.suggestions.suggest(GUILD, COOK, by(person_id=21))
    nearly = by(21, NOON + timedelta(hours=23, minutes=59, seconds=59))
    with pytest.raises(QuotaError, match="2 suggestions here within a day"):
        await ledger.suggestions.suggest(GUILD, COOK, nearly)
    await ledger.suggestions.suggest(GUILD, COOK, by(21, NOON + timedelta(days=1)))


async def test_erasure_does_not_reset_the_daily_limit(ledger: Ledger, by: Bys) -> None:
    for _ in range(2):
        await ledger.suggestions.suggest(GUILD, COOK, by(person_id=21))
        await ledger.upkeep.forget_person(21)
    assert await ledger.upkeep.person_data(21) == ()
    with pytest.raises(QuotaError, match="2 suggestions here within a day"):
        await ledger.suggestions.suggest(GUILD, COOK, by(person_id=21))
    await ledger.suggestions.suggest(GUILD + 1, COOK, by(person_id=21))
    await ledger.suggestions.suggest(GUILD, COOK, by(21, NOON + timedelta(days=1)))


async def test_queue_has_a_limit(ledger: Ledger, by: Bys) -> None:
    for person in (21, 22, 23):
        await ledger.suggestions.suggest(GUILD, COOK, by(person))
    with pytest.raises(QuotaError, match="have 3 suggestions to decide"):
        await ledger.suggestions.suggest(GUILD, COOK, by(24))
    await ledger.suggestions.reject(GUILD, 2, "", by())
    await ledger.suggestions.suggest(GUILD, COOK, by(24))


async def test_full_server_cannot_approve(ledger: Ledger, by: Bys) -> None:
    for _ in range(4):
        await ledger.entries.publish(GUILD, COOK, by())
    await ledger.suggestions.suggest(GUILD, COOK, by())
    with pytest.raises(QuotaError):
        await ledger.suggestions.approve(GUILD, 1, by())
    assert len(await ledger.suggestions.queue(GUILD)) == 1


async def test_suggestion_is_refused_where_suggestions_are_off(ledger: Ledger, by: Bys) -> None:
    await ledger.settings.change(GUILD, by(), suggestions=False)
    with pytest.raises(StateError, match="takes no suggestions"):
        await ledger.suggestions.suggest(GUILD, COOK, by())


async def test_too_long_reason_is_refused(ledger: Ledger, by: Bys) -> None:
    await ledger.suggestions.suggest(GUILD, COOK, by())
    with pytest.raises(DraftError, match="longer than 300"):
        await ledger.suggestions.reject(GUILD, 1, "x" * 301, by())


async def test_suggestions_belong_to_one_server(ledger: Ledger, by: Bys) -> None:
    await ledger.suggestions.suggest(GUILD, COOK, by())
    assert await ledger.suggestions.queue(2) == ()
    for verb in (
        ledger.suggestions.suggestion(2, 1),
        ledger.suggestions.approve(2, 1, by()),
        ledger.suggestions.reject(2, 1, "no", by()),
    ):
        with pytest.raises(NoSuchEntryError, match="no suggestion 1"):
            await verb


async def test_author_changes_a_waiting_suggestion_once_for_each_interaction(
    ledger: Ledger, by: Bys
) -> None:
    await ledger.suggestions.suggest(GUILD, COOK, by(person_id=21))
    again = by(person_id=21)
    for _ in range(2):
        changed = await ledger.suggestions.change(GUILD, 1, BAKER, again)

    assert (changed.draft, changed.revision) == (BAKER, 2)
    with pytest.raises(SuggestionChangedError):
        await ledger.suggestions.approve(GUILD, 1, by(), seen=1)
    with pytest.raises(SuggestionChangedError):
        await ledger.suggestions.reject(GUILD, 1, "", by(), seen=1)
    assert (await ledger.suggestions.approve(GUILD, 1, by(), seen=2)).entry.draft == BAKER


async def test_only_its_author_changes_or_withdraws_a_suggestion(ledger: Ledger, by: Bys) -> None:
    for guild in (GUILD, 2):
        await ledger.suggestions.suggest(guild, COOK, by(person_id=21))
    for verb in (ledger.suggestions.withdraw, ledger.suggestions.own_pending):
        with pytest.raises(StateError, match="not yours"):
            await verb(GUILD, 1, by(person_id=22))
    with pytest.raises(StateError, match="not yours"):
        await ledger.suggestions.change(GUILD, 1, BAKER, by(person_id=22))
    await ledger.suggestions.withdraw(GUILD, 1, by(person_id=21))

    [mine] = await ledger.suggestions.of_person(GUILD, 21)
    assert mine.state is SuggestionState.WITHDRAWN
    assert await ledger.suggestions.of_person(GUILD, 22) == ()
    assert [one.draft for one in await ledger.suggestions.queue(2)] == [COOK]
