"""A ledger with rows in every table."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path

from lore.curation.drafts import EntryDraft, QuoteDraft
from lore.curation.quota import Quota
from lore.ledger.copying import NOT_COPIED
from lore.ledger.port import Ledger
from lore.ledger.records import Actor, Reported, TypedForm
from lore.ledger.sqlite.database import open_store
from lore.ledger.unit import Database
from lore.ledger.verbs.ledger import ledger_in, qotd_in
from lore.pack.model import Kind
from lore.qotd.picking import Pool
from lore.qotd.timetable import QotdConfig, Timetable, zone

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)
KEYS = ("one", "two", "three", "four")
POOL = Pool(KEYS, set(KEYS))
CONFIG = QotdConfig(channel_id=5, table=Timetable(zone("UTC"), time(13)))
DRAFT = EntryDraft(Kind.PLACE, "Zorblax Bar", "A bar.", ("The Quillon",), "Menu")
REPORTED = Reported("entry", "ultron", "Ultron", "film", "a-story", "It flies.")

# The rows of each table.
Everything = dict[str, list[tuple[object, ...]]]

_ids = count(70_000)


def by(at: datetime = NOON) -> Actor:
    """Return a new interaction of one person."""
    return Actor(next(_ids), 11, at)


async def fill(ledger: Ledger, database: Database, guild_id: int) -> None:
    """Leave at least two rows in every table."""
    for number in (1, 2):
        await ledger.entries.publish(guild_id, DRAFT, by())
        await ledger.suggestions.suggest(guild_id, QuoteDraft(f"Lanterns {number}!"), by())
        await ledger.reports.tell(guild_id, REPORTED, f"No, {number}.", by())
        token = next(_ids)
        typed = TypedForm(guild_id, token, 11, "form:add:quote:0", {"words": "Hm."}, NOON)
        await ledger.drafts.keep(typed)
        await ledger.problems.report(guild_id, f"log: {number}", 5, NOON)
        await ledger.questions.count(guild_id, f"who is {number}", NOON)
    await ledger.settings.change(guild_id, by(), curator_role_id=5)
    await qotd_in(database).schedules.set(guild_id, CONFIG, NOON)
    plans, deliveries = qotd_in(database).plans, qotd_in(database).deliveries
    for days in (0, 1):
        now = NOON + days * DAY + timedelta(hours=2)
        for schedule in await plans.due(now, 9):
            await plans.plan(schedule, POOL, now)
        for delivery in await deliveries.claim(now, 9):
            await plans.another(delivery, POOL)
            await deliveries.sent(delivery, next(_ids), now, publish=True)
    later = NOON + 2 * DAY
    await plans.queue(guild_id, date(2026, 11, 25), "one", later)
    await plans.skip(guild_id, POOL, later, by(later))


async def make_filled(path: Path, servers: Iterable[int]) -> None:
    """Make a ledger with at least two rows of each server in every table."""
    async with open_store(path) as database:
        await ledger_in(database, Quota()).packs.number("a-story")
        for guild_id in servers:
            await fill(ledger_in(database, Quota()), database, guild_id)


def all_rows(path: Path) -> Everything:
    """Return every row of every table of a file, without what its migrations say."""
    with closing(sqlite3.connect(path)) as db:
        tables = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        return {
            table: db.execute(f"SELECT * FROM {table}").fetchall()
            for (table,) in tables
            if table not in NOT_COPIED
        }
