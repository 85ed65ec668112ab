"""A round of quotes ends in the order in which it began, also through an update of the ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lore.ledger.migrations import migrations_in
from lore.ledger.port import QotdPlans
from lore.ledger.sqlite.database import open_store
from lore.ledger.sqlite.migrate import migrate
from lore.ledger.sqlite.schema import MIGRATIONS
from lore.ledger.verbs.ledger import qotd_in
from lore.qotd.picking import Pool

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
KEYS = ("one", "two", "three", "four")
OWN_FIRST = Pool(KEYS, set(KEYS), {"one", "two"})
ALIKE = replace(OWN_FIRST, alike=True)

Play = Callable[..., Awaitable[list[str]]]


@pytest.mark.usefixtures("schedule")
async def test_a_wish_of_curators_holds_from_the_next_round_on(play: Play) -> None:
    began = await play(1, OWN_FIRST)
    ended = await play(3, ALIKE, begin=1)
    others = await play(4, ALIKE, begin=4)
    last = await play(4, OWN_FIRST, begin=8)

    assert {*began, *ended[:1]} == {"three", "four"}
    assert {*others[:2]} != {"three", "four"}
    assert {*last[:2]} == {"three", "four"}


@pytest.mark.usefixtures("schedule")
async def test_the_preview_foretells_rounds_in_the_order_they_will_have(
    plans: QotdPlans, play: Play
) -> None:
    await play(1, ALIKE)
    preview = await plans.preview(1, OWN_FIRST, NINE)

    foretold = [day.choice and day.choice.key for day in preview]
    assert foretold == await play(7, OWN_FIRST, begin=1)


async def test_a_ledger_from_before_rounds_had_an_order_ends_its_round_as_it_was(
    tmp_path: Path,
) -> None:
    path, ours = tmp_path / "ledger.db", migrations_in(MIGRATIONS)
    before = next(n for n, one in enumerate(ours) if "own_first" in one.sql)
    migrate(path, ours[:before])
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "INSERT INTO quote_schedule (guild_id, number, channel_id, zone, at, days, next_day, "
            "next_due) VALUES (1, 1, 5, 'UTC', '09:00', 127, '2027-03-02', ?)",
            [(NINE + timedelta(days=1)).timestamp()],
        )
        db.execute(
            "INSERT INTO quote_delivery (guild_id, number, day, state, due, expires, channel_id, "
            "key, why, round, unshown, total) "
            "VALUES (1, 1, '2027-03-01', 'sent', 0, 0, 5, 'three', 'drawn', 1, 4, 4)"
        )
    async with open_store(path) as database:
        plans = qotd_in(database).plans
        foretold = [await plans.preview(1, pool, NINE) for pool in (OWN_FIRST, ALIKE)]

    own_first, alike = ([day.choice and day.choice.key for day in days] for days in foretold)
    assert own_first[:3] == alike[:3]
    assert {*own_first[3:5]} == {"three", "four"}
