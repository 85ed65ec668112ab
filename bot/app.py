"""Builds the application: settings become a catalogue, a library, services and a bot."""

from __future__ import annotations

import asyncio
import logging
import math
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from discord.ext.commands import Cog

from bot.client import LoreBot
from bot.core.connection.identify_budget import IdentifyBudget
from bot.core.connection.identify_queue import IdentifyQueue
from bot.core.connection.proxies import ProxyConnector
from bot.core.connection.rest import RestCalls
from bot.core.connection.rest_trace import rest_trace
from bot.core.fairness import RateLimits
from bot.core.pipeline import Pipeline
from bot.core.removal import Removal
from bot.core.services import Services
from bot.features.about.cog import AboutCog
from bot.features.about.operator import Operator
from bot.features.curation import DraftSessions
from bot.features.curation.aliases import AliasesCog
from bot.features.curation.deciding import SuggestionsCog
from bot.features.curation.details import DetailsCog
from bot.features.curation.drafting import DraftingCog
from bot.features.curation.entry import EntriesCog
from bot.features.curation.exchange import ExchangeCog
from bot.features.curation.hiding import HidingCog
from bot.features.curation.history import HistoryCog
from bot.features.curation.own_suggestions import OwnSuggestionsCog
from bot.features.curation.reports import ReportedCog
from bot.features.curation.saving import SavingCog
from bot.features.lookup.cog import LookupCog
from bot.features.pictures.cog import PicturesCog
from bot.features.privacy.cog import PrivacyCog
from bot.features.qotd.cog import QotdCog
from bot.features.qotd.queue_cog import QueueCog
from bot.features.qotd.service import QotdService
from bot.features.quotes.cog import QuotesCog
from bot.features.reports.cog import ReportsCog
from bot.features.search.cog import SearchCog
from bot.features.settings.cog import SettingsCog
from bot.features.timeline.cog import TimelineCog
from bot.ops.background import beside
from bot.ops.engine import open_ledger
from bot.ops.health import health_page, pages
from bot.ops.health_checks import Storage, count_calls, count_shards, gateway, measure_loop_lag
from bot.ops.health_checks import clock as clock_check
from bot.ops.loops import Loops
from bot.ops.maintenance import Maintenance
from bot.ops.metrics import Metrics
from bot.ops.off_site import OffSite
from bot.ops.other_processes import OtherProcesses
from bot.ops.output import progress_bar
from bot.ops.reload import PackReloader, ReloadListener
from bot.ops.standing_by import StandingBy
from bot.settings import Settings
from lore.catalogue.database import CompiledPack, compile_if_changed
from lore.errors import LoreError
from lore.ids import FIRST
from lore.ledger.errors import StorageError
from lore.ledger.own_shards import ALL_SHARDS
from lore.ledger.port import Ledger
from lore.ledger.unit import Database
from lore.ledger.verbs.ledger import ledger_in
from lore.pack.reader import Progress
from lore.pictures.service import open_pictures
from lore.query.indexing import indexing
from lore.query.library import Library
from lore.query.open_pack import OpenPack
from lore.text.wording import counted

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

UNSHARDED = {"shard_count": None, "shard_ids": None, "processes": 1}


@dataclass(frozen=True)
class App:
    """The bot and those of its parts that the process needs."""

    bot: LoreBot
    database: Database
    ledger: Ledger
    qotd: QotdService
    metrics: Metrics
    storage: Storage
    loops: Loops


@asynccontextmanager
async def build_app(
    settings: Settings,
    rng: random.Random,
    clock: Clock,
    synced: Path | None = None,
    calls: RestCalls | None = None,
    *,
    new: bool = False,
    online: bool = False,
) -> AsyncIterator[App]:
    """Build the bot and its parts, and close them at the end; one to go `online` may stand by."""
    settings.prepare()
    with progress_bar("Compiling the pack") as progress:
        compiled, metrics = _compiled(settings, progress), Metrics()
    storage, loops = Storage(metrics), Loops(metrics)
    standing_by = StandingBy(metrics, settings.health_port)
    stand_by = standing_by.stand_by if online else None
    opened = open_ledger(settings, clock(), storage.observe, new=new, stand_by=stand_by)
    async with open_pictures(settings.fonts) as pictures, opened as database:
        compiled = await _compiled_anew(settings, compiled, wanted=standing_by.was)
        metrics.slot.set(database.slot)
        own, rate = settings.own_shards(database.slot), settings.posts_per_second
        ledger = ledger_in(database, settings.quota, own, rate)
        library = Library([await _open_pack(compiled, ledger)], rng, ledger.entries)
        del compiled  # its rows are no longer needed
        services = Services.build(
            *(library, ledger, settings.quota, calls or RestCalls(), clock),
            *(settings.pack, settings.site, settings.tiers_of_site, pictures),
        )
        qotd = QotdService(services, settings.proxies, rate, own.share)
        limits = RateLimits(settings.person_per_minute, settings.server_per_minute)
        pipeline = Pipeline(services, limits, metrics)
        # What only plays a Discord has all of it, whatever this process would have online.
        connected = settings if online else settings.model_copy(update=UNSHARDED)
        bot = _client(connected, services, pipeline, qotd, database, synced)
        await _add_features(bot, qotd, settings.operator)
        async with bot, beside(bot, lambda bot: qotd.run(bot, loops)):
            yield App(bot, database, ledger, qotd, metrics, storage, loops)


def _client(
    settings: Settings,
    services: Services,
    pipeline: Pipeline,
    qotd: QotdService,
    database: Database,
    synced: Path | None,
) -> LoreBot:
    """Return the bot without its features, which connects its own shards."""
    shards, processes = settings.own_shards(database.slot), settings.processes
    budget = IdentifyBudget(settings.identifies if synced else None, services.clock, processes)
    return LoreBot(
        *(services, pipeline, qotd, budget),
        IdentifyQueue(database.ticket, budget) if processes > 1 else None,
        synced,
        connector=ProxyConnector(settings.proxies),
        http_trace=rest_trace(qotd.clock_check.note_date),
        shard_ids=None if shards == ALL_SHARDS else shards.ids,
        shard_count=settings.shard_count,
    )


def _compiled(settings: Settings, progress: Progress | None = None) -> CompiledPack:
    return compile_if_changed(settings.pack, settings.catalogue, indexing(), progress)


async def _compiled_anew(settings: Settings, former: CompiledPack, *, wanted: bool) -> CompiledPack:
    """Return the pack as it is by now, if that is wanted, or the former one if that has faults."""
    if not wanted:
        return former
    try:
        # In a thread, as the slot has to be renewed meanwhile.
        return await asyncio.to_thread(_compiled, settings)
    except LoreError as error:
        log.error("the pack stays as it was when this process began to stand by: %s", error)
        return former


async def _open_pack(compiled: CompiledPack, ledger: Ledger) -> OpenPack:
    """Open a compiled pack under the number that the ledger gives it."""
    number = await ledger.packs.number(compiled.info.id)
    if number != FIRST:
        log.info(
            "%s is not the first story here: buttons and notes of others rest", compiled.info.id
        )
    return await asyncio.to_thread(lambda: OpenPack(compiled.numbered(number), compiled.index))


def pack_reloader(parts: App, settings: Settings) -> PackReloader:
    """Return what reopens the pack from its folder."""

    async def open_pack() -> OpenPack:
        return await _open_pack(await asyncio.to_thread(_compiled, settings), parts.ledger)

    return PackReloader(parts.bot.services.library, open_pack)


async def _add_features(bot: LoreBot, qotd: QotdService, operator: Operator) -> None:
    for feature in _features(bot, qotd, operator):
        await bot.add_feature(feature)
    bot.router.add(Removal())


def _features(bot: LoreBot, qotd: QotdService, operator: Operator) -> Iterator[Cog]:
    sessions = DraftSessions(bot.services.ledger.drafts)
    exchange = ExchangeCog()
    yield LookupCog()
    yield SearchCog()
    yield QuotesCog()
    yield TimelineCog()
    yield PicturesCog()
    yield AboutCog(operator)
    yield (queue := QueueCog(qotd))
    yield QotdCog(qotd, queue)
    yield EntriesCog(exchange)
    yield SavingCog(bot, sessions)
    yield from (exchange, DraftingCog(sessions, bot.router), DetailsCog(), HistoryCog())
    yield from (HidingCog(), AliasesCog())
    yield from (SuggestionsCog(sessions), ReportedCog(sessions), ReportsCog(sessions))
    yield OwnSuggestionsCog()
    yield SettingsCog()
    yield PrivacyCog(operator, sessions)


@asynccontextmanager
async def run_app(
    settings: Settings, rng: random.Random, clock: Clock, *, new: bool = False
) -> AsyncIterator[LoreBot]:
    """Build the bot as it goes online, with health page, backups and maintenance."""
    every = timedelta(hours=settings.backup_hours)
    async with build_app(settings, rng, clock, settings.synced, new=new, online=True) as parts:
        bot, loops = parts.bot, parts.loops
        maintenance = Maintenance(
            *(parts.database, parts.ledger.upkeep, clock, every, settings.backup_keep),
            forget=bot.services.forget,
            backups=settings.backups,
            off_site=OffSite(settings.backup_command, settings.sent_off),
            trusted=parts.qotd.clock_check.trusted,
            loops=loops,
        )
        measure_lag = partial(measure_loop_lag, parts.metrics)
        reloads = _reloads(parts, settings)
        others = OtherProcesses(bot.services, parts.metrics, reloads)
        hear = partial(parts.database.listen, others)
        async with (
            reloads.listening(),
            _health_page(parts, settings, maintenance) as port,
            beside(bot, lambda _: loops.keep("maintenance", maintenance.do)),
            beside(bot, lambda _: loops.keep("loop lag", measure_lag)),
            beside(bot, lambda _: loops.keep("announcements", hear)),
            beside(bot, lambda _: parts.database.taken_over()),
            beside(bot, lambda _: _log_ready(bot, settings.data_dir.absolute(), port)),
        ):
            yield bot


def _reloads(parts: App, settings: Settings) -> ReloadListener:
    """Return what reloads the pack on request, also that of another process on the ledger."""
    reloader, reply = pack_reloader(parts, settings), partial(parts.database.announce, reply=True)
    return ReloadListener(reloader, settings.reload_report, parts.loops, reply)


async def _log_ready(bot: LoreBot, data: Path, port: int | None) -> None:
    await bot.wait_until_ready()
    health = f"health on http://127.0.0.1:{port}/health" if port else "no health page"
    log.info("ready: %s, data in %s, %s", counted(len(bot.guilds), "server"), data, health)


@asynccontextmanager
async def _health_page(
    parts: App, settings: Settings, maintenance: Maintenance
) -> AsyncIterator[int | None]:
    """Serve the health page while this is open, and yield its port; None if there is none."""
    checks = {
        "discord": gateway(parts.bot),
        "storage": parts.storage.wrong,
        "clock": clock_check(parts.qotd.clock_check.trusted),
        "requests": parts.bot.services.calls.wrong,
        "backups": maintenance.wrong,
        "loops": parts.loops.wrong,
    }

    async def figures() -> bytes:
        count_shards(parts.bot, parts.metrics)
        count_calls(parts.bot.services.calls, parts.metrics)
        try:
            parts.metrics.due.set(await parts.qotd.due())
        except StorageError:
            parts.metrics.due.set(math.nan)
        return parts.metrics.text()

    slot = parts.database.slot
    said = {"slot": f"{slot} of {settings.processes}, {settings.own_shards(slot)}"}
    shown = pages(checks, figures, **said if settings.processes > 1 else {})
    async with health_page(shown, settings.health_port) as bound_port:
        yield bound_port


@asynccontextmanager
async def build_bot(
    settings: Settings,
    rng: random.Random,
    clock: Clock,
    synced: Path | None = None,
    *,
    new: bool = False,
) -> AsyncIterator[LoreBot]:
    """Build the bot from the settings, and close it at the end."""
    async with build_app(settings, rng, clock, synced, new=new) as parts:
        yield parts.bot
