"""A ledger that is older than what it did doubles no post, however it came to be there."""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot import settings as settings_
from bot.app import build_bot
from bot.simulated import online
from bot.simulator.objects import Channel
from bot.simulator.permissions import Permission
from bot.simulator.server import Simulator
from lore.ledger.migrations import migrations_in
from lore.ledger.sqlite.backup import back_up, restore
from lore.ledger.sqlite.database import open_store
from lore.ledger.sqlite.lineage import counter_file
from lore.ledger.sqlite.migrate import migrate
from lore.ledger.sqlite.schema import MIGRATIONS
from lore.ledger.verbs.ledger import qotd_in
from lore.qotd.delivery import Delivery, State
from lore.qotd.picking import Pool
from lore.qotd.timetable import QotdConfig, Timetable, zone

pytestmark = pytest.mark.thorough

EIGHT = datetime(2027, 3, 1, 8, tzinfo=UTC)


@dataclass
class Clock:
    """Stands still until it is moved; Discord and the bot go by it."""

    now: datetime = EIGHT

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Place:
    """A bot's data folder, the server that it posts in at nine, and the time."""

    data: Path
    simulator: Simulator
    clock: Clock

    @property
    def ledger(self) -> Path:
        return self.data / "ledger.db"

    @property
    def channel(self) -> Channel:
        return self.simulator.state.server(1).channels[1]

    @property
    def posts(self) -> int:
        bot = self.simulator.state.bot.id
        return sum(message.author_id == bot for message in self.channel.messages.values())

    @property
    def looks(self) -> int:
        return sum(
            sent.method == "GET" and sent.path.endswith("/messages")
            for sent in self.simulator.requests
        )

    async def begin(self) -> None:
        """Set the schedule, and let the ledger be in use."""
        await self.schedule(time(9))
        await self.run(at=EIGHT)

    async def schedule(self, hour: time) -> None:
        """Set at which hour the quote comes."""
        async with open_store(self.ledger) as database:
            config = QotdConfig(self.channel.id, Timetable(zone("UTC"), hour))
            await qotd_in(database).schedules.set(self.channel.guild_id or 0, config, self.clock())

    async def run(self, at: datetime, *, now: bool = False) -> Delivery | None:
        """Start the bot at a time and end it when there is no more to do; the newest delivery."""
        self.clock.now = at
        settings = settings_.load(data_dir=self.data)
        guild_id = self.channel.guild_id or 0
        async with (
            build_bot(settings, random.Random(7), self.clock) as bot,
            online(bot, self.simulator),
        ):
            # All servers come at once here: no need to wait two seconds for more.
            bot._connection.guild_ready_timeout = 0.1
            await bot.wait_until_ready()
            if now:
                schedule = await bot.qotd.schedules.find(guild_id)
                assert schedule
                await bot.qotd.plan_now(schedule)
                await bot.qotd.deliver_now(bot, guild_id)
            for _ in range(200):
                await asyncio.sleep(0.02)
                if self.signed() and not await bot.qotd.due():
                    break
        async with open_store(self.ledger) as database:
            history = await qotd_in(database).plans.history(guild_id, 1)
            return history[0] if history else None

    def signed(self) -> bool:
        """Tell whether the bot has given a sign of life at the present time."""
        with closing(sqlite3.connect(f"{self.ledger.as_uri()}?mode=ro", uri=True)) as db:
            [alive] = db.execute("SELECT alive_at FROM continuity").fetchone()
            due = db.execute(
                "SELECT 1 FROM quote_schedule WHERE next_due <= ?", [self.clock.now.timestamp()]
            ).fetchone()
        return bool(alive == self.clock.now.timestamp() and not due)

    def chat(self, count: int, at: datetime) -> None:
        """Let people write so many messages at that time."""
        before, self.clock.now = self.clock.now, at
        for number in range(count):
            self.simulator.state.post(
                self.channel, self.simulator.state.owner, {"content": f"message {number}"}
            )
        self.clock.now = before


@pytest.fixture
async def place(
    tmp_path: Path, compiled_seeds: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Place]:
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "data"
    shutil.copytree(compiled_seeds.parent, data)
    clock = Clock()
    async with Simulator(clock, bot_name="Lorebot") as simulator:
        place = Place(data, simulator, clock)
        await place.begin()
        yield place


def restored(place: Place) -> None:
    restore(place.data.parent / "copy.db", place.ledger)


def copied_over(place: Place) -> None:
    shutil.copy(place.data.parent / "copy.db", place.ledger)


def put_back(place: Place) -> None:
    shutil.rmtree(place.data)
    shutil.copytree(place.data.parent / "whole", place.data)


def begun_anew(place: Place) -> None:
    catalogue = (place.data / "catalogue.db").read_bytes()
    shutil.rmtree(place.data)
    place.data.mkdir()
    (place.data / "catalogue.db").write_bytes(catalogue)


def moved_house(place: Place) -> None:
    begun_anew(place)
    restore(place.data.parent / "copy.db", place.ledger)


def of_an_older_version(place: Place) -> None:
    """Restore a backup from before there were signs of life."""
    old = place.data.parent / "old.db"
    migrate(old, migrations_in(MIGRATIONS)[:6])
    with closing(sqlite3.connect(old)) as db, db:
        db.execute("ATTACH ? AS now", (str(place.data.parent / "copy.db"),))
        for (table,) in db.execute(
            "SELECT name FROM main.sqlite_schema WHERE type = 'table'"
        ).fetchall():
            then, now = (
                {name for _, name, *_ in db.execute(f"PRAGMA {of}.table_info({table})")}
                for of in ("main", "now")
            )
            if table != "migration" and (kept := ", ".join(sorted(then & now))):
                db.execute(
                    f"INSERT OR REPLACE INTO main.{table} ({kept}) SELECT {kept} FROM now.{table}"
                )
    restore(old, place.ledger)


WAYS = [
    restored,
    put_back,
    *(pytest.param(way, marks=pytest.mark.slow) for way in (copied_over, moved_house)),
    pytest.param(of_an_older_version, marks=pytest.mark.slow),
]
Way = Callable[[Place], None]


def keep(place: Place) -> None:
    """Take a backup and a copy of the whole folder."""
    back_up(place.ledger, place.data.parent / "copy.db")
    shutil.copytree(place.data, place.data.parent / "whole")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("minutes", [15, 200])
async def test_a_restored_ledger_does_not_double_todays_post(
    place: Place, way: Way, minutes: int
) -> None:
    keep(place)
    sent = await place.run(EIGHT + timedelta(hours=1))
    assert sent
    assert (sent.state, place.posts) == (State.SENT, 1)
    place.chat(350, EIGHT + timedelta(hours=1, minutes=5))
    way(place)

    found = await place.run(EIGHT + timedelta(hours=1, minutes=minutes))
    assert found
    assert (found.state, found.message_id, place.posts) == (State.SENT, sent.message_id, 1)


@pytest.mark.parametrize("way", WAYS)
async def test_a_restored_ledger_repeats_no_post_if_the_history_is_unreadable(
    place: Place, way: Way
) -> None:
    keep(place)
    await place.run(EIGHT + timedelta(hours=1))
    await place.simulator.deny(place.channel, Permission.READ_MESSAGE_HISTORY)
    way(place)

    found = await place.run(EIGHT + timedelta(hours=2))
    assert found
    assert (found.state, place.posts) == (State.UNVERIFIED, 1)


@pytest.mark.parametrize("way", [restored, put_back])
async def test_a_restored_ledger_does_not_repeat_an_early_post_on_request(
    place: Place, way: Way
) -> None:
    keep(place)
    await place.run(EIGHT + timedelta(minutes=5), now=True)
    place.chat(150, EIGHT + timedelta(minutes=30))
    way(place)

    found = await place.run(EIGHT + timedelta(hours=2))
    assert found
    assert (found.state, place.posts) == (State.SENT, 1)


@pytest.mark.parametrize("can_look", [True, False], ids=["history", "no history"])
@pytest.mark.parametrize("now", [False, True], ids=["at its hour", "asked for"])
async def test_a_new_data_folder_does_not_double_todays_post(
    place: Place, now: bool, can_look: bool
) -> None:
    await place.run(EIGHT + timedelta(hours=1))
    begun_anew(place)
    if not can_look:
        await place.simulator.deny(place.channel, Permission.READ_MESSAGE_HISTORY)
    await place.run(EIGHT + timedelta(hours=2))
    await place.schedule(time(10, 5))

    found = await place.run(EIGHT + timedelta(hours=2, minutes=5), now=now)
    assert found
    # Where nobody can look, a quote too many is better than none for those who begin.
    assert (found.state, place.posts) == (State.SENT, 1 if can_look else 2)


async def test_a_new_ledger_searches_no_history_on_its_second_day(place: Place) -> None:
    begun_anew(place)
    await place.run(EIGHT + timedelta(hours=2))
    await place.schedule(time(9))
    await place.run(EIGHT + timedelta(hours=24, minutes=55))
    looks = place.looks
    await place.run(EIGHT + timedelta(hours=25))

    assert (place.looks, place.posts) == (looks, 1)


async def test_a_restored_ledger_finds_an_early_post_on_request(place: Place) -> None:
    keep(place)
    await place.run(EIGHT + timedelta(minutes=5), now=True)
    restored(place)
    await place.run(EIGHT + timedelta(minutes=20))

    found = await place.run(EIGHT + timedelta(hours=1, seconds=5))
    assert found
    assert (found.state, place.posts) == (State.SENT, 1)


async def test_a_delivery_under_way_at_the_backup_is_searched_for(place: Place) -> None:
    async with open_store(place.ledger) as database:
        schedule = await qotd_in(database).schedules.find(place.channel.guild_id or 0)
        assert schedule
        quote = frozenset({"peace-in-my-time"})
        await qotd_in(database).plans.plan(schedule, Pool(quote, quote), EIGHT + timedelta(hours=1))
    keep(place)
    await place.run(EIGHT + timedelta(hours=1))
    put_back(place)

    found = await place.run(EIGHT + timedelta(hours=2))
    assert found
    assert (found.state, place.posts) == (State.SENT, 1)


async def test_a_bot_that_was_only_off_posts_late_after_one_search(place: Place) -> None:
    found = await place.run(EIGHT + timedelta(hours=3))

    assert found
    assert (found.state, place.posts) == (State.SENT, 1)
    assert place.looks == 1


async def test_a_bot_that_was_off_posts_late_however_full_the_channel_is(
    place: Place,
) -> None:
    for hours in range(8):
        place.chat(120, EIGHT + timedelta(hours=hours / 2, minutes=1))

    found = await place.run(EIGHT + timedelta(hours=4, minutes=30))
    assert found
    assert (found.state, place.posts) == (State.SENT, 1)
    assert place.looks <= 5


async def test_no_more_than_500_messages_are_read(place: Place) -> None:
    keep(place)
    await place.run(EIGHT + timedelta(hours=1))
    restored(place)
    [post] = place.channel.messages
    del place.channel.messages[post]
    place.chat(900, EIGHT + timedelta(hours=1, minutes=5))

    looks = place.looks
    found = await place.run(EIGHT + timedelta(hours=2))
    assert found
    assert found.state is State.UNVERIFIED
    assert place.looks - looks == 5


async def test_a_bot_restarted_at_once_searches_no_history(place: Place) -> None:
    await place.run(EIGHT + timedelta(minutes=55))
    found = await place.run(EIGHT + timedelta(hours=1))

    assert found
    assert found.state is State.SENT
    assert place.looks == 0


@pytest.mark.parametrize("content", ["", "nonsense", "x y"])
async def test_an_unreadable_counter_does_not_mark_the_ledger_as_restored(
    place: Place, content: str
) -> None:
    await place.run(EIGHT + timedelta(minutes=55))
    counter_file(place.ledger).write_text(content, "ascii")
    await place.run(EIGHT + timedelta(hours=1))

    assert (place.looks, place.posts) == (0, 1)


async def test_no_history_is_searched_a_day_after_a_restore(place: Place) -> None:
    keep(place)
    restored(place)
    await place.run(EIGHT + timedelta(hours=1))
    looks = place.looks
    await place.run(EIGHT + timedelta(hours=24, minutes=55))
    await place.run(EIGHT + timedelta(hours=25))

    assert (place.looks, place.posts) == (looks, 2)
