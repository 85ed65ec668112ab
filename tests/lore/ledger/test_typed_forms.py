"""Drafts typed into forms and not published: kept for a day, for their author."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lore.curation.drafts import QuoteDraft
from lore.curation.quota import Quota, QuotaError
from lore.errors import LoreError
from lore.ledger.port import Ledger, StateError
from lore.ledger.records import Actor, TypedForm
from lore.ledger.sqlite.database import open_store
from lore.ledger.unit import Database
from lore.ledger.verbs.ledger import ledger_in

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DRAFT = TypedForm(1, 500, 11, "form:add:quote:0", {"words": "Lanterns out!"}, NOON)
QUOTE = QuoteDraft("Lanterns out!")

Bys = Callable[..., Actor]


async def tokens(ledger: Ledger, drafts: list[TypedForm]) -> list[int]:
    """Return the tokens of the drafts that are still kept."""
    kept = [await ledger.drafts.find(one.guild_id, one.token, NOON) for one in drafts]
    return [one.token for one in kept if one]


async def test_draft_is_found_after_reopening_the_ledger(tmp_path: Path) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        await ledger_in(database, Quota()).drafts.keep(DRAFT)
    async with open_store(tmp_path / "ledger.db") as database:
        assert await ledger_in(database, Quota()).drafts.find(1, 500, NOON) == DRAFT


async def test_draft_with_a_lone_surrogate_is_kept_as_typed(ledger: Ledger) -> None:
    odd = replace(DRAFT, typed={"words": "\ud800 \x00 \u2028"})
    await ledger.drafts.keep(odd)
    assert await ledger.drafts.find(1, 500, NOON) == odd


async def test_draft_is_kept_for_a_day(ledger: Ledger, database: Database) -> None:
    await ledger.drafts.keep(DRAFT)
    almost = NOON + timedelta(days=1, seconds=-1)
    assert await ledger.drafts.find(1, 500, almost) == DRAFT
    assert await ledger.drafts.find(1, 500, NOON + timedelta(days=1)) is None
    await ledger.upkeep.purge(NOON + timedelta(days=1))
    async with database.read() as tx:
        assert await tx.rows("SELECT * FROM draft") == []


async def test_draft_is_not_found_by_another_server(ledger: Ledger) -> None:
    await ledger.drafts.keep(DRAFT)
    assert await ledger.drafts.find(2, 500, NOON) is None


async def test_publishing_a_draft_deletes_it(ledger: Ledger, by: Bys) -> None:
    await ledger.drafts.keep(DRAFT)
    await ledger.drafts.keep(replace(DRAFT, guild_id=2))
    await ledger.entries.publish(1, QUOTE, replace(by(), interaction_id=500))
    assert await ledger.drafts.find(1, 500, NOON) is None
    assert await ledger.drafts.find(2, 500, NOON)


async def test_refused_draft_is_kept(ledger: Ledger, by: Bys) -> None:
    await ledger.drafts.keep(DRAFT)
    for number in range(3):
        await ledger.suggestions.suggest(1, QUOTE, by(number))
    with pytest.raises(LoreError):
        await ledger.suggestions.suggest(1, QUOTE, replace(by(), interaction_id=500))
    assert await ledger.drafts.find(1, 500, NOON) == DRAFT


async def test_oldest_draft_of_a_person_over_the_limit_is_dropped(database: Database) -> None:
    ledger = ledger_in(database, Quota(drafts_of_person=3))
    other = replace(DRAFT, token=1, person_id=12)
    many = [replace(DRAFT, token=n, typed_at=NOON + timedelta(seconds=n)) for n in range(10, 15)]
    for draft in (other, *many):
        await ledger.drafts.keep(draft)
    assert await tokens(ledger, [other, *many]) == [1, 12, 13, 14]


async def test_full_server_drops_a_draft_of_the_person_with_the_most(
    database: Database,
) -> None:
    ledger = ledger_in(database, Quota(drafts=4))
    elsewhere = replace(DRAFT, guild_id=2, token=1)
    few = replace(DRAFT, token=2, person_id=12)
    many = [replace(DRAFT, token=n, typed_at=NOON + timedelta(seconds=n)) for n in range(10, 16)]
    for draft in (elsewhere, few, *many):
        await ledger.drafts.keep(draft)
    assert await tokens(ledger, [elsewhere, few, *many]) == [1, 2, 13, 14, 15]


async def test_rejected_suggestion_stays_with_its_author_for_a_day(ledger: Ledger, by: Bys) -> None:
    await ledger.suggestions.suggest(1, QUOTE, by(11))
    await ledger.suggestions.suggest(1, QUOTE, by(11))
    await ledger.suggestions.reject(1, 1, "", by(12))
    late = by(11, NOON + timedelta(days=1))
    assert (await ledger.suggestions.not_taken(1, 1, by(11))).draft == QUOTE
    for guild_id, number, who in ((1, 2, by(11)), (1, 1, by(12)), (2, 1, by(11)), (1, 1, late)):
        with pytest.raises(StateError):
            await ledger.suggestions.not_taken(guild_id, number, who)


async def test_limit_can_be_checked_before_a_text_is_written(ledger: Ledger, by: Bys) -> None:
    await ledger.entries.check_room(1, "quote")
    await ledger.suggestions.check_room(1, by())
    for _ in range(2):
        await ledger.entries.publish(1, QUOTE, by())
        await ledger.suggestions.suggest(1, QUOTE, by())
    await ledger.entries.check_room(1, "entry")
    with pytest.raises(QuotaError, match="2 quotes"):
        await ledger.entries.check_room(1, "quote")
    with pytest.raises(QuotaError, match="2 suggestions"):
        await ledger.suggestions.check_room(1, by())


async def test_last_saved_messages_are_found_by_person_and_channel(ledger: Ledger) -> None:
    saved = replace(DRAFT, channel=7, messages=(70, 71))
    later = replace(saved, token=501, typed_at=NOON + timedelta(minutes=1), messages=(72,))
    for one in (saved, later, replace(DRAFT, token=502, typed_at=NOON + timedelta(minutes=2))):
        await ledger.drafts.keep(one)
    last, before = ledger.drafts.last_saved, NOON - timedelta(seconds=1)

    assert await last(1, DRAFT.person_id, 7, before) == later
    assert await last(1, DRAFT.person_id, 7, later.typed_at) is None
    assert await last(1, DRAFT.person_id, 8, before) is None
    assert await last(1, DRAFT.person_id + 1, 7, before) is None
    assert await last(2, DRAFT.person_id, 7, before) is None
