"""A client logged in to the simulator, and everything that delivers through it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from time import monotonic

import discord
import pytest

from bot.core.connection.rest import RestCalls
from bot.core.connection.rest_trace import rest_trace
from bot.core.page import Layout
from bot.features.qotd.channels import SEND_SECONDS, DiscordChannelSender, Post, PostPicture
from bot.features.qotd.delivery import Pools, QotdDelivery, QotdScheduler
from bot.features.qotd.post_page import marked
from bot.simulator.objects import Channel
from bot.simulator.permissions import Permission
from bot.simulator.server import TOKEN, Simulator
from lore.ledger.port import QotdPlans, QotdSchedules
from lore.ledger.sqlite.database import open_store
from lore.ledger.unit import Database
from lore.ledger.verbs.ledger import qotd_in
from lore.qotd.delivery import Delivery, FailureReason
from lore.qotd.picking import Pool
from lore.qotd.timetable import QotdConfig, Timetable, zone

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)

QUICKLY = timedelta(milliseconds=50)
POOL = Pool(("one", "two", "three"), {"one", "two", "three"})


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = NINE

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class KeptReports:
    """Keeps reports in a list."""

    failures: list[tuple[FailureReason, bool]] = field(default_factory=list)
    posts: int = 0
    unattached: int = 0

    async def blocked(self, _: Delivery, failure: FailureReason, *, paused: bool) -> None:
        self.failures.append((failure, paused))

    async def posted(self, _: Delivery, *, unattached: bool) -> None:
        self.posts += 1
        self.unattached += unattached


async def full_pool(*_: int) -> Pool:
    return POOL


@dataclass
class Circumstances:
    """What a test may change for the scheduler."""

    pool: Pools = full_pool
    trusted: bool = True
    unfit: frozenset[str] = frozenset()
    picture: bytes = b""
    drawing: asyncio.Event | None = None  # set once drawing has begun, which then does not end
    composed: int = 0
    stopped: float = 0.0  # for how many seconds the process did not run


@dataclass
class ScheduledServer:
    """A server with a schedule at nine, and a scheduler that runs one round at a time."""

    simulator: Simulator
    clock: Clock
    reports: KeptReports
    scheduler: QotdScheduler
    plans: QotdPlans
    schedules: QotdSchedules
    channel: Channel
    client: discord.Client
    given: Circumstances
    database: Database
    calls: RestCalls

    async def round(self) -> Delivery:
        """Deliver what is due now; how the newest delivery stands then."""
        while batch := await self.scheduler.due():
            for delivery in batch:
                await self.scheduler.deliver(delivery)
        return (await self.plans.history(self.channel.guild_id or 0, 1))[0]

    async def deny(self, permissions: Permission) -> None:
        """Take these permissions from the bot, and wait until it knows."""
        heard = asyncio.ensure_future(self.client.wait_for("guild_channel_update", timeout=10))
        await asyncio.sleep(0)
        await self.simulator.deny(self.channel, permissions)
        await heard

    async def outage(self) -> None:
        """Let Discord lose the server for a while, and wait until the bot knows."""
        heard = asyncio.ensure_future(self.client.wait_for("guild_unavailable", timeout=10))
        await asyncio.sleep(0)
        lost = {"id": str(self.channel.guild_id), "unavailable": True}
        await self.simulator.gateway.dispatch(self.channel.guild_id, "GUILD_DELETE", lost)
        await heard

    @property
    def sends(self) -> list:
        return [sent for sent in self.simulator.requests if sent.method == "POST"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def client(clock, monkeypatch) -> AsyncIterator[tuple[Simulator, discord.Client]]:
    async with Simulator(clock) as simulator:
        monkeypatch.setattr(discord.http.Route, "BASE", simulator.api)
        client = discord.AutoShardedClient(
            intents=discord.Intents(guilds=True),
            guild_ready_timeout=0,
            http_trace=rest_trace(lambda _: None),
        )
        async with client:
            running = asyncio.create_task(client.start(TOKEN))
            await simulator.bot_online()
            await client.wait_until_ready()
            yield simulator, client
        await running


@pytest.fixture
def send_within() -> float:
    """Return for how many seconds of the event loop attempts of one post may leave."""
    return SEND_SECONDS


@pytest.fixture
async def scheduled(client, clock, tmp_path, send_within) -> AsyncIterator[ScheduledServer]:
    simulator, bot = client
    channel = simulator.state.server(1).channels[1]

    async def compose(delivery: Delivery, can_attach: bool) -> Post | None:
        given.composed += 1
        if delivery.choice.key in given.unfit:
            return None
        words = [f"quote {delivery.choice.key}"]
        page = marked(Layout(words), delivery.number, delivery.day)
        if not given.picture or not delivery.takes_picture:
            return Post(page)
        if not can_attach:
            return Post(page, unattached=True)
        if given.drawing:
            given.drawing.set()
            await asyncio.sleep(60)
        item = discord.MediaGalleryItem("attachment://card.png", description="a card")
        pictured = Layout(words, picture=discord.ui.MediaGallery(item))
        marked(pictured, delivery.number, delivery.day)
        return Post(page, PostPicture(pictured, "card.png", given.picture))

    async def pool(guild_id: int, number: int) -> Pool:
        return await given.pool(guild_id, number)

    async def trusted() -> bool:
        return given.trusted

    given = Circumstances()
    async with open_store(tmp_path / "ledger.db") as database:
        qotd = qotd_in(database)
        calls, reports = RestCalls(), KeptReports()
        sender = DiscordChannelSender(bot, compose, calls, clock, send_within)
        deliverer = QotdDelivery(
            *(qotd, sender, pool, reports, clock),
            renew=QUICKLY,
            steady=lambda: monotonic() + given.stopped,
        )
        scheduler = QotdScheduler(
            qotd,
            deliverer,
            pool,
            reports,
            clock,
            trusted,
            calls,
        )
        config = QotdConfig(channel.id, Timetable(zone("UTC"), time(9)))
        await qotd.schedules.set(channel.guild_id, config, NINE - timedelta(hours=1))
        yield ScheduledServer(
            simulator,
            clock,
            reports,
            scheduler,
            qotd.plans,
            qotd.schedules,
            channel,
            bot,
            given,
            database,
            calls,
        )
        await calls.close()
