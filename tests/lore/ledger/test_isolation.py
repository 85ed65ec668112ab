import json
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lore.curation.drafts import EntryDraft
from lore.errors import LoreError
from lore.ledger.port import Ledger
from lore.ledger.records import Actor, Reported, ReportState, TypedForm
from lore.ledger.unit import Database
from lore.pack.model import Kind
from tests.postgres import opened

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SENTINEL = "Zyzzyva"
DRAFT = EntryDraft(Kind.PLACE, SENTINEL, SENTINEL)
TYPED = TypedForm(1, 500, 11, "form:add:place:0", {"name": SENTINEL}, NOON)
REPORTED = Reported("entry", "s1", SENTINEL, "server", sentence=SENTINEL)
PLAIN = EntryDraft(Kind.PLACE, "Mill", "It grinds.")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.process)])
def opening(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AbstractAsyncContextManager[Database]:
    # The other contract tests are run on PostgreSQL among the slow ones.
    return opened(request, tmp_path)


VERBS: list[Callable[[Ledger, Actor], Awaitable[object]]] = [
    lambda ledger, _: ledger.entries.entry(2, "s.zyzzyva"),
    lambda ledger, _: ledger.entries.history(2, "s.zyzzyva"),
    lambda ledger, _: ledger.entries.server_lore(2),
    lambda ledger, by: ledger.entries.edit(2, "s.zyzzyva", PLAIN, 1, by),
    lambda ledger, by: ledger.entries.edit(2, "s.zyzzyva", PLAIN, 2, by),
    lambda ledger, by: ledger.entries.remove(2, "s.zyzzyva", by),
    lambda ledger, by: ledger.entries.restore(2, "s.zyzzyva", by),
    lambda ledger, by: ledger.entries.roll_back(2, "s.zyzzyva", 1, 1, by),
    lambda ledger, by: ledger.entries.publish(2, PLAIN, by),
    lambda ledger, _: ledger.suggestions.queue(2),
    lambda ledger, _: ledger.suggestions.suggestion(2, 1),
    lambda ledger, by: ledger.suggestions.approve(2, 1, by),
    lambda ledger, by: ledger.suggestions.reject(2, 1, "no", by),
    lambda ledger, by: ledger.suggestions.not_taken(2, 1, by),
    lambda ledger, by: ledger.suggestions.check_room(2, by),
    lambda ledger, _: ledger.reports.waiting(2),
    lambda ledger, _: ledger.reports.report(2, 2),
    lambda ledger, by: ledger.reports.decide(2, 2, ReportState.DISMISSED, by),
    lambda ledger, by: ledger.entries.edit(2, "s.zyzzyva", PLAIN, 1, by, 2),
    lambda ledger, _: ledger.entries.check_room(2, "entry"),
    lambda ledger, _: ledger.drafts.find(2, 500, NOON),
    lambda ledger, _: ledger.drafts.keep(replace(TYPED, guild_id=2, typed={})),
    lambda ledger, _: ledger.exchange.export(2, NOON),
    lambda ledger, by: ledger.exchange.undo_import(2, 900, by),
    lambda ledger, _: ledger.settings.of(2),
    lambda ledger, by: ledger.settings.change(2, by, private=True),
    lambda ledger, _: ledger.problems.of(2),
    lambda ledger, _: ledger.problems.solve(2, SENTINEL),
    lambda ledger, _: ledger.questions.unanswered(2),
]


async def everything_of_the_first(ledger: Ledger) -> list[object]:
    return [
        await ledger.entries.server_lore(1),
        await ledger.entries.history(1, "s.zyzzyva"),
        await ledger.suggestions.queue(1),
        await ledger.reports.waiting(1),
        await ledger.drafts.find(1, 500, NOON),
        await ledger.settings.of(1),
        await ledger.problems.of(1),
        await ledger.questions.unanswered(1),
    ]


async def test_no_operation_of_one_server_shows_or_changes_another(
    ledger: Ledger, by: Callable[..., Actor]
) -> None:
    await ledger.entries.publish(1, DRAFT, by())
    await ledger.suggestions.suggest(1, DRAFT, by())
    await ledger.reports.tell(1, REPORTED, SENTINEL, by())
    await ledger.drafts.keep(TYPED)
    file = json.dumps({"schema_version": 1, "entries": [{"draft": asdict(DRAFT)}]}).encode()
    act = replace(by(), interaction_id=900)
    version = await ledger.entries.version(1)
    await ledger.exchange.apply_import(1, file, version, act, lambda _: True)
    await ledger.settings.change(1, by(), curator_role_id=5)
    await ledger.problems.report(1, SENTINEL, 5, NOON)
    await ledger.questions.count(1, SENTINEL, NOON)
    before = await everything_of_the_first(ledger)
    for verb in VERBS:
        try:
            shown = await verb(ledger, by())
        except LoreError as refusal:
            shown = str(refusal)
        # A refusal names the id that was asked for.
        told = repr(shown).casefold().replace("has no entry s.zyzzyva", "")
        assert SENTINEL.casefold() not in told
    assert await everything_of_the_first(ledger) == before
