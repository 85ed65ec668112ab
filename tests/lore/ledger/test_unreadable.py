"""An unreadable row is left out and reported; everything else works."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from lore.curation.drafts import EntryDraft, QuoteDraft
from lore.curation.quota import Quota
from lore.errors import LoreError
from lore.ledger.port import Ledger
from lore.ledger.records import GuildSettings
from lore.ledger.sqlite.database import open_store
from lore.ledger.sqlite.inspecting import DECODERS, OF_LEDGER, unreadable
from lore.ledger.unit import Database
from lore.ledger.unreadable import UnreadableRowError
from lore.ledger.verbs.ledger import ledger_in, qotd_in
from lore.pack.model import Kind
from tests.ledgers import DAY, DRAFT, NOON, POOL, by, make_filled

SERVERS = (1, 2)

# What may stand where a text or a number should; each is tried in every column where it fits.
TEXTS = (
    "'junk'",
    "''",
    "'{}'",
    "'[]'",
    "'null'",
    """'{"kind": "place", "name": 5, "text": null, "aliases": "abc"}'""",
    """'{"kind": "ghost", "name": "x", "text": "y"}'""",
    "CAST(x'ff00fe' AS TEXT)",
    f"'{'[' * 5000}'",
)
NUMBERS = ("-1", "0", "9223372036854775807", "253402300800000")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a ledger with rows of two servers in every table."""
    path = tmp_path_factory.mktemp("filled") / "ledger.db"
    asyncio.run(make_filled(path, SERVERS))
    return path.read_bytes()


@pytest.fixture
def path(filled: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "ledger.db"
    path.write_bytes(filled)
    return path


def columns(table: str, path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as db:
        found = db.execute(f"PRAGMA table_info({table})").fetchall()
    return [(name, type) for _, name, type, *_ in found if name != "guild_id"]


def damage(path: Path, filled: bytes, table: str, column: str, value: str) -> bool:
    """Put a value into rows of the first server, and return whether the table accepts it."""
    path.write_bytes(filled)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        try:
            changed = db.execute(
                f"UPDATE {table} SET {column} = {value} WHERE guild_id = 1 AND {column} = "
                f"(SELECT {column} FROM {table} WHERE guild_id = 1 AND {column} NOTNULL LIMIT 1)"
            ).rowcount
        except sqlite3.IntegrityError:
            return False
        db.commit()
    return changed > 0


async def all_answers(ledger: Ledger, database: Database, guild_id: int) -> dict[str, Any]:
    """Return what each operation answers about a server, refusals included."""
    schedules, plans, now = (
        qotd_in(database).schedules,
        qotd_in(database).plans,
        NOON + 2 * DAY,
    )
    acts: dict[str, Callable[[], Awaitable[Any]]] = {
        "lore": lambda: ledger.entries.server_lore(guild_id),
        "entry": lambda: ledger.entries.entry(guild_id, "s.zorblax-bar"),
        "history": lambda: ledger.entries.history(guild_id, "s.zorblax-bar"),
        "queue": lambda: ledger.suggestions.queue(guild_id),
        "suggestion": lambda: ledger.suggestions.suggestion(guild_id, 1),
        "reports": lambda: ledger.reports.waiting(guild_id),
        "passed on": lambda: ledger.reports.passed_on(),
        "settings": lambda: ledger.settings.of(guild_id),
        "problems": lambda: ledger.problems.of(guild_id),
        "questions": lambda: ledger.questions.unanswered(guild_id),
        "export": lambda: ledger.exchange.export(guild_id, NOON),
        "mine": lambda: ledger.upkeep.person_data(11),
        "schedule": lambda: schedules.find(guild_id),
        "outlook": lambda: plans.outlook(guild_id, now, 3),
        "preview": lambda: plans.preview(guild_id, POOL, now, 3),
        "past": lambda: plans.history(guild_id),
        "publish": lambda: ledger.entries.publish(guild_id, DRAFT, by()),
        "suggest": lambda: ledger.suggestions.suggest(guild_id, QuoteDraft("New!"), by()),
        "change": lambda: ledger.settings.change(guild_id, by(), private=True),
        "remove": lambda: ledger.entries.remove(guild_id, "s.zorblax-bar-2", by()),
    }
    said: dict[str, Any] = {}
    for name, act in acts.items():
        try:
            said[name] = await act()
        except LoreError as refusal:
            said[name] = refusal
    return said


def test_doctor_reads_every_table_of_the_ledger(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type='table'")}
        counts = {
            table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables
        }
        assert list(unreadable(db)) == []
    # A damaged migration is refused at the start.
    assert tables - {"migration"} == set(DECODERS)
    assert all(counts.values()), counts


async def judge(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Assert that readable rows are served, and that doctor and the log report the others."""
    caplog.clear()
    tomorrow = NOON + 2 * DAY + timedelta(hours=2)
    with closing(sqlite3.connect(path)) as db:
        found = list(unreadable(db))
    async with open_store(path) as database:
        ledger, plans = ledger_in(database, Quota()), qotd_in(database).plans
        ours = await all_answers(ledger, database, 1)
        others = await all_answers(ledger, database, 2)
        await qotd_in(database).schedules.realign(NOON + 2 * DAY)
        await plans.without_zone(tomorrow, 9)
        due = await plans.due(tomorrow, 9)
        planned = {one.guild_id for one in due if await plans.plan(one, POOL, tomorrow)}
        claimed = {one.guild_id for one in await qotd_in(database).deliveries.claim(tomorrow, 9)}
    refused = {verb: str(said) for verb, said in others.items() if isinstance(said, LoreError)}
    assert refused == {}
    assert len(others["lore"].entries) == len(others["past"]) == 2
    assert 2 in planned & claimed
    assert not isinstance(ours["publish"], LoreError)
    assert not isinstance(ours["queue"], LoreError)
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == len(set(said))
    assert {line.partition(",")[0] for line in said} <= {name.partition(",")[0] for name in found}


async def judge_each_damage(
    filled: bytes, path: Path, table: str, values: dict[str, tuple[str, ...]], caplog: Any
) -> int:
    """Judge a ledger after each damage to a row of a table, and return their number."""
    tried = 0
    for column, type in columns(table, path):
        for value in values[type]:
            if damage(path, filled, table, column, value):
                await judge(path, caplog)
                tried += 1
    return tried


@pytest.mark.parametrize("table", sorted(DECODERS.keys() - OF_LEDGER))
async def test_damaged_row_affects_no_other_row(
    filled: bytes, path: Path, table: str, caplog: pytest.LogCaptureFixture
) -> None:
    values = {"TEXT": (TEXTS[0], TEXTS[-2]), "INTEGER": ()}

    assert await judge_each_damage(filled, path, table, values, caplog)


@pytest.mark.slow
@pytest.mark.parametrize("table", sorted(DECODERS.keys() - OF_LEDGER))
async def test_any_damage_to_a_row_affects_no_other_row(
    filled: bytes, path: Path, table: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert await judge_each_damage(filled, path, table, {"TEXT": TEXTS, "INTEGER": NUMBERS}, caplog)


async def test_unreadable_entry_is_reported_and_the_others_are_served(
    filled: bytes, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    damage(path, filled, "revision", "draft", "'junk'")
    async with open_store(path) as database:
        ledger = ledger_in(database, Quota())
        for _ in range(2):
            assert (await ledger.entries.server_lore(1)).entries == ()
            with pytest.raises(UnreadableRowError, match="cannot be read any more"):
                await ledger.entries.entry(1, "s.zorblax-bar")
        assert len((await ledger.entries.server_lore(2)).entries) == 2
    assert [record.getMessage() for record in caplog.records] == [
        f"table revision, guild_id 1, number {number}, revision 1 cannot be read and is left out "
        "(ValidationError)"
        for number in (-1, -2)
    ]


async def test_unreadable_settings_are_replaced_by_defaults(filled: bytes, path: Path) -> None:
    damage(path, filled, "guild", "settings", TEXTS[-2])
    async with open_store(path) as database:
        ledger = ledger_in(database, Quota())
        assert await ledger.settings.of(1) == GuildSettings()
        await ledger.settings.change(1, by(), private=True)
        assert await ledger.settings.of(1) == GuildSettings(private=True)


async def test_day_with_an_unreadable_row_is_not_posted_again(path: Path) -> None:
    now = NOON + 2 * DAY + timedelta(hours=2)
    async with open_store(path) as database:
        [schedule] = [one for one in await qotd_in(database).plans.due(now, 9) if one.guild_id == 1]
        await qotd_in(database).plans.plan(schedule, POOL, now)
        [delivery] = await qotd_in(database).deliveries.claim(now, 9, 1)
        await qotd_in(database).deliveries.sent(delivery, 77, now)
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE quote_delivery SET zone = CAST(x'ff' AS TEXT) WHERE guild_id = 1")
        db.execute("UPDATE quote_schedule SET next_day = '2026-11-23', next_due = 1")
        db.commit()
    async with open_store(path) as database:
        for schedule in await qotd_in(database).plans.due(now, 9):
            await qotd_in(database).plans.plan(schedule, POOL, now)
        assert {one.guild_id for one in await qotd_in(database).deliveries.claim(now, 9)} == {2}
        ours = await qotd_in(database).schedules.find(1)
        assert ours
        assert ours.next_day
        assert ours.next_day > date(2026, 11, 23)


@pytest.mark.parametrize("counter", ["version", "next_entry", "next_suggestion"])
@pytest.mark.parametrize("value", ["1", "-1", "999999999", "9223372036854775807"])
async def test_wrong_counter_does_not_prevent_writes(
    filled: bytes, path: Path, counter: str, value: str
) -> None:
    assert damage(path, filled, "guild", counter, value)
    sound = value == "999999999" or (counter, value) == ("version", "1")
    with closing(sqlite3.connect(path)) as db:
        assert list(unreadable(db)) == ([] if sound else ["table guild, guild_id 1"])
    async with open_store(path) as database:
        ledger = ledger_in(database, Quota())
        before = await ledger.entries.server_lore(1)
        made = [await ledger.entries.publish(1, DRAFT, by()) for _ in (1, 2)]
        suggested = await ledger.suggestions.suggest(1, QuoteDraft("New!"), by())
        content = (await ledger.exchange.export(2, NOON))[0].replace(b'"id": "s.zorblax-bar",', b"")
        version = await ledger.entries.version(1)
        await ledger.exchange.apply_import(1, content, version, by(), lambda _: ())
        lore = await ledger.entries.server_lore(1, before.version)
        whole = await ledger.entries.server_lore(1)
        with closing(sqlite3.connect(path)) as db:
            assert list(unreadable(db)) == []
    assert lore.version != before.version
    assert {entry.id for entry in made} <= {entry.id for entry in lore.entries}
    assert {"s.zorblax-bar", "s.zorblax-bar-2"} <= {entry.id for entry in whole.entries}
    assert len({"s.zorblax-bar", "s.zorblax-bar-2", *(entry.id for entry in made)}) == 4
    assert suggested.number > 2


@pytest.mark.parametrize("head", ["0", "-1", "1", "9223372036854775807"])
async def test_import_continues_after_the_revisions_of_an_entry_with_a_wrong_head(
    path: Path, head: str
) -> None:
    async with open_store(path) as database:
        ledger = ledger_in(database, Quota())
        await ledger.entries.edit(
            1, "s.zorblax-bar", EntryDraft(Kind.PLACE, "Zorblax", "New."), 1, by()
        )
        content = (await ledger.exchange.export(1, NOON))[0]
        async with database.write() as tx:
            await tx.run(f"UPDATE entry SET head = {head} WHERE guild_id = -number")
        version = await ledger.entries.version(1)
        changed = content.replace(b'"New."', b'"Newer."')
        await ledger.exchange.apply_import(
            1, changed, version, by(), lambda _: (), {"s.zorblax-bar"}
        )
        await ledger.entries.publish(1, DRAFT, by())


async def test_next_revision_does_not_follow_a_damaged_number(path: Path) -> None:
    async with open_store(path) as database:
        ledger = ledger_in(database, Quota())
        await ledger.entries.edit(
            1, "s.zorblax-bar", EntryDraft(Kind.PLACE, "Zorblax", "New."), 1, by()
        )
        content = (await ledger.exchange.export(1, NOON))[0]
        async with database.write() as tx:
            await tx.run(
                "UPDATE revision SET revision = 999999999 WHERE guild_id = -number AND revision = 1"
            )
        version = await ledger.entries.version(1)
        changed = content.replace(b'"New."', b'"Newer."')
        await ledger.exchange.apply_import(
            1, changed, version, by(), lambda _: (), {"s.zorblax-bar"}
        )

        assert 3 in {one.number for one in await ledger.entries.history(1, "s.zorblax-bar")}


async def test_delivery_with_exhausted_counters_is_claimed_and_sent(path: Path) -> None:
    now = NOON + 2 * DAY + timedelta(hours=2)
    async with open_store(path) as database:
        plans, deliveries = qotd_in(database).plans, qotd_in(database).deliveries
        for schedule in await plans.due(now, 9):
            await plans.plan(schedule, POOL, now)
        async with database.write() as tx:
            await tx.run(
                "UPDATE quote_delivery SET fence = 9223372036854775807, "
                "attempts = 9223372036854775807 WHERE guild_id = 1"
            )
        claimed = await deliveries.claim(now, 9)
        assert len(claimed) == 2
        assert all([await deliveries.intend(delivery, now) for delivery in claimed])


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE entry SET form = 'ode' WHERE (guild_id, number) = (1, -1)",
        "UPDATE entry SET head = 9223372036854775807 WHERE (guild_id, number) = (1, -1)",
        "UPDATE entry SET head = 0 WHERE (guild_id, number) = (1, -1)",
        "DELETE FROM revision WHERE guild_id = 1 AND number = -1",
    ],
)
async def test_entry_reported_by_doctor_is_left_out_and_logged_once(
    path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA ignore_check_constraints = ON")
        db.execute(damage)
        db.commit()
        assert list(unreadable(db)) == ["table entry, guild_id 1, number -1"]
    async with open_store(path) as database:
        ledger = ledger_in(database, Quota())
        for _ in range(2):
            assert [entry.id for entry in (await ledger.entries.server_lore(1)).entries] == [
                "s.zorblax-bar-2"
            ]
    [said] = [record.getMessage() for record in caplog.records]
    assert said.startswith("table entry, guild_id 1, number -1 cannot be read and is left out (")


@pytest.mark.parametrize("round", ["NULL", "-1", "9223372036854775807"])
async def test_day_without_a_valid_round_is_reported_by_doctor_and_in_the_log(
    path: Path, round: str, caplog: pytest.LogCaptureFixture
) -> None:
    now = NOON + 2 * DAY
    with closing(sqlite3.connect(path)) as db:
        db.execute(
            f"UPDATE quote_delivery SET round = {round} WHERE guild_id = 1 AND key NOTNULL "
            "AND day = (SELECT min(day) FROM quote_delivery)"
        )
        db.commit()
        found = list(unreadable(db))
    async with open_store(path) as database:
        plans = qotd_in(database).plans
        await plans.preview(1, POOL, now, 3)
        await plans.history(1)
    assert [name.partition(", key")[0] for name in found] == sorted(
        {
            record.getMessage().partition(" cannot")[0].partition(", key")[0]
            for record in caplog.records
        }
    )
    assert len(found) == 1
