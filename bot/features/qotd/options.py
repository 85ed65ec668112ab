"""Completions for the options of `/qotd`, and the meaning of those of `/qotd set`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import discord
from discord import app_commands
from discord.app_commands import Choice

from bot.core.hidden import why_missing
from bot.core.limits import CHOICE_TEXT, CHOICES
from bot.core.rendering import tier_name
from bot.core.request import RequestContext
from bot.core.text import cut
from bot.features.qotd.service import QotdService
from bot.features.qotd.views import DAYS
from lore.errors import LoreError, echoed
from lore.ledger.port import NoSuchEntryError
from lore.pack.model import Kind, PackInfo, Tiers
from lore.qotd import typed
from lore.qotd.timetable import (
    BY_CLOCK,
    EVERY_DAY,
    LostZoneError,
    QotdConfig,
    Timetable,
    What,
    folded,
    places_using,
    zone,
    zones,
)
from lore.query.answers import DidYouMean, Found, NoQuote, Ref, Unknown
from lore.search import norm
from lore.text.wording import listed

Value = TypeVar("Value")

DAYS_AHEAD = 60

_DAY_SETS = ("every day", "weekdays", "weekends", "mon, wed, fri", *(day.lower() for day in DAYS))


def offered(values: Iterable[str], text: str) -> list[Choice[str]]:
    """Return the values that begin with the typed text, then those that contain it elsewhere."""
    part = folded(text)
    found = [value for value in values if part in folded(value)]
    found.sort(key=lambda value: not folded(value).startswith(part))
    return [Choice(name=cut(value, CHOICE_TEXT), value=value) for value in found[:CHOICES]]


def zone_offers(text: str) -> list[Choice[str]]:
    """Return time zones by a part of a city's name, or by an abbreviation that its clocks use."""
    by_clock = places_using(text)
    word = text.strip().upper()
    first = [Choice(name=f"{name}{BY_CLOCK}{word}", value=name) for name in by_clock[:CHOICES]]
    others = [one for one in offered(zones(), text) if one.value not in by_clock]
    return [*first, *others][:CHOICES]


def day_offers(text: str) -> list[Choice[str]]:
    """Return days of the week."""
    return offered(_DAY_SETS, text)


def tier_offers(shown: Tiers, info: PackInfo, text: str) -> list[Choice[str]]:
    """Return each tier alone, and each together with all better-known ones."""
    ranked = info.ranked(shown)
    sets = [tuple(ranked[:count]) for count in range(1, len(ranked) + 1)]
    labels = {}
    for tiers in dict.fromkeys([*((tier,) for tier in ranked), *sets]):
        value = ", ".join(tiers)
        if len(value) > CHOICE_TEXT:
            continue
        label = ", ".join(tier_name(tier, info) for tier in tiers)
        labels[value] = label if len(label) <= CHOICE_TEXT else value
    part = norm(text)
    found = (one for one in labels.items() if any(part in norm(text) for text in one))
    return [Choice(name=label, value=value) for value, label in found][:CHOICES]


def post_date_offers(tables: Iterable[Timetable], now: datetime, text: str) -> list[Choice[str]]:
    """Return dates with a post of one of these timetables."""
    slots = (islice(table.slots(table.today(now)), DAYS_AHEAD) for table in tables)
    return _date_offers({slot.day for some in slots for slot in some}, text)


def end_offers(tables: Iterable[Timetable], now: datetime, text: str) -> list[Choice[str]]:
    """Return dates on which a pause may end."""
    days = {table.today(now) + timedelta(1 + n) for table in tables for n in range(DAYS_AHEAD)}
    return _date_offers(days, text)


def _date_offers(days: Iterable[date], text: str) -> list[Choice[str]]:
    """Return choices for dates, each with its day of the week, the nearest first."""
    part = norm(text)
    labels = (
        (day.isoformat(), f"{day.isoformat()}{typed.WEEKDAY}{DAYS[day.weekday()]}")
        for day in sorted(days)
    )
    found = [(value, label) for value, label in labels if part in norm(label)]
    return [Choice(name=label, value=value) for value, label in found[:CHOICES]]


class NoSuchSpeakerError(LoreError):
    """The name given for a speaker means nobody, or several."""


class NothingFitsError(LoreError):
    """No quote matches these options."""


class NotBegunError(LoreError):
    """An option that a new schedule needs is missing."""


PostChannel = app_commands.AppCommandChannel | app_commands.AppCommandThread


class WherePosted(app_commands.Transformer):
    """A channel or thread to post in, also one that is closed and not told of to the bot.

    Forums can be chosen as well, so that it is told why they cannot be.
    """

    @property
    def type(self) -> discord.AppCommandOptionType:
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        kinds = discord.ChannelType
        threads = kinds.public_thread, kinds.private_thread, kinds.news_thread
        return [kinds.text, kinds.news, *threads, kinds.forum]

    async def transform(self, _: discord.Interaction, value: Any, /) -> PostChannel:
        """Return the channel as Discord describes it."""
        assert isinstance(value, PostChannel)
        return value


def parent_of(channel: PostChannel) -> int | None:
    """Return the channel that a thread is in; None for a channel."""
    return channel.parent_id if isinstance(channel, app_commands.AppCommandThread) else None


class NewPostsError(LoreError):
    """A forum was chosen, where every day would be a new post."""


class NoThreadHereError(LoreError):
    """A thread was asked for where there can be none."""


class NoPicturesError(LoreError):
    """The post is to have a picture, and this bot draws none."""


class EveryonePingedError(LoreError):
    """The role to be pinged is @everyone."""


@dataclass(frozen=True, slots=True)
class SetOptions:
    """The options a curator typed; left-out ones stay as they were, except what they `clear`."""

    channel: PostChannel | None
    time: str | None
    zone: str | None
    days: str | None
    role: discord.Role | None
    tiers: str | None
    speaker: str | None
    picture: bool | None = None
    what: What | None = None
    thread: bool | None = None
    clear: str | None = None


async def read_config(
    ctx: RequestContext, given: SetOptions, qotd: QotdService, number: int | None
) -> tuple[QotdConfig, QotdConfig | None]:
    """Return the configuration that the options ask for, and the one before, if it is known.

    Without a number it is that of a new post. LoreError if the options are invalid.
    """
    _check_possible(given, draws=ctx.services.pictures is not None)
    info = ctx.services.library.info
    names = {tier: tier_name(tier, info) for tier in info.ranked(info.every_tier)}
    tiers = typed.tiers(given.tiers, names) if given.tiers else None
    in_zone = zone(given.zone) if given.zone else None
    base = before = None
    if number:
        base, before = await _config_before(in_zone, qotd, ctx.server, number)
    config = _changed(given, tiers, _moved(base, in_zone) or _begun(given, in_zone))
    if config.what is What.ENTRIES and (given.speaker or given.picture):
        raise NothingFitsError(
            "Only quotes have a speaker or a picture: leave them out, or choose what:Quotes."
        )
    if config.parent_id and config.thread:
        if given.thread:
            raise NoThreadHereError(
                "A thread has no threads of its own: choose a channel, or leave out thread:True."
            )
        config = replace(config, thread=False)
    if given.speaker:
        config = replace(config, speaker=(await _speaker(ctx, given.speaker)).id)
    if not (await qotd.pool(ctx.server, config)).fitting:
        raise NothingFitsError(
            "No quote fits that, so nothing was changed. Choose more tiers or another speaker, or "
            "add a quote first with /entry add."
            if config.what is What.QUOTES
            else "No entry fits that, so nothing was changed. Choose more tiers."
        )
    return config, before


def _check_possible(given: SetOptions, *, draws: bool) -> None:
    """Refuse what the bot does not do: to ping everyone, to start forum posts, perhaps to draw."""
    if given.role and given.role.is_default():
        raise EveryonePingedError(
            "I do not ping everyone. Choose a role for those who wish to hear of it, or none."
        )
    if given.channel and given.channel.type is discord.ChannelType.forum:
        raise NewPostsError(
            "I post into a post of a forum, but start none each day: Discord recognises a message "
            "that is sent twice, but no forum post that is, so I could not promise one a day. "
            "Open a post there, and choose it as channel."
        )
    if given.picture and not draws:
        raise NoPicturesError(
            "This bot draws no pictures, so nothing was changed. Whoever runs it finds the reason "
            "by lorebot doctor."
        )


async def _config_before(
    in_zone: ZoneInfo | None, qotd: QotdService, guild_id: int, number: int
) -> tuple[QotdConfig | None, QotdConfig | None]:
    """Return the current configuration twice, or only once in another zone if its own is gone."""
    try:
        before = await qotd.schedules.config(guild_id, None, number=number)
    except LostZoneError:
        if in_zone is None:
            raise
        return await qotd.schedules.config(guild_id, in_zone, number=number), None
    return before, before


def _moved(config: QotdConfig | None, in_zone: ZoneInfo | None) -> QotdConfig | None:
    """Return a configuration in another zone, if one is given."""
    if config is None or in_zone is None:
        return config
    return replace(config, table=replace(config.table, zone=in_zone))


def _begun(given: SetOptions, in_zone: ZoneInfo | None) -> QotdConfig:
    """Return the configuration of a new post."""
    if not (given.channel and given.time and in_zone):
        raise NotBegunError(
            "There is no quote of the day here yet. To begin, say in which channel, at what time "
            "and by the clock of which zone."
        )
    table = Timetable(in_zone, typed.hour(given.time))
    return QotdConfig(given.channel.id, table, parent_id=parent_of(given.channel))


def _changed(given: SetOptions, tiers: Tiers | None, config: QotdConfig) -> QotdConfig:
    """Return the configuration with the given options set and the cleared ones removed."""
    table = config.table
    if given.clear == "days":
        table = replace(table, days=EVERY_DAY)
    if given.time:
        table = replace(table, at=typed.hour(given.time))
    if given.days:
        table = replace(table, days=typed.days(given.days))
    return QotdConfig(
        given.channel.id if given.channel else config.channel_id,
        table,
        given.role.id if given.role else _kept("role", config.role_id, given),
        tiers or _kept("tiers", config.tiers, given),
        _kept("speaker", config.speaker, given),
        bool(_kept("picture", config.picture if given.picture is None else given.picture, given)),
        given.what or config.what,
        parent_of(given.channel) if given.channel else config.parent_id,
        bool(_kept("thread", config.thread if given.thread is None else given.thread, given)),
    )


def _kept(option: str, value: Value | None, given: SetOptions) -> Value | None:
    return None if given.clear == option else value


async def _speaker(ctx: RequestContext, name: str) -> Ref:
    """Return the speaker with that name."""
    answer = await ctx.services.library.speaker(name, ctx.scope)
    if isinstance(answer, Ref):
        return answer
    if isinstance(answer, NoQuote) and answer.speaker:
        raise NoSuchSpeakerError(f"{answer.speaker.name} has an entry but is quoted nowhere here.")
    why = await why_missing(ctx, name, Kind.CHARACTER)
    raise NoSuchSpeakerError(_unclear(f"who is meant by {echoed(name.strip())}", answer, why))


async def named_entry(ctx: RequestContext, name: str) -> Ref:
    """Return the entry with that name or id; NoSuchEntryError if it means none, or several."""
    answer = await ctx.services.library.look_up(name, ctx.scope)
    if isinstance(answer, Found):
        return answer.view.ref
    which = f"which entry {echoed(name.strip())} is; this daily post shows entries, no quotes"
    raise NoSuchEntryError(_unclear(which, answer, await why_missing(ctx, name)))


def _unclear(what: str, answer: object, why: str) -> str:
    """Return that it is not clear what is meant, with what comes close to it, or why."""
    near = answer.choices if isinstance(answer, DidYouMean) else ()
    near = answer.closest if isinstance(answer, Unknown) else near
    said = f"It is not clear {what}."
    if near:
        more = answer.more if isinstance(answer, DidYouMean) else 0
        titles = [choice.ref.title for choice in near] + ([f"{more} more"] if more else [])
        said += f" Close to it: {listed(titles)}."
    return f"{said} {why or 'Pick a name from the list that opens as you type.'}"
