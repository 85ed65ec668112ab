"""What `/qotd set` is asked for, understood; what could never be posted is refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import discord

from bot.core.rendering import tier_name
from bot.core.request import RequestContext
from bot.features.qotd.service import QotdService
from lore.errors import LoreError, echoed
from lore.pack.model import Tiers
from lore.qotd import typed as asked
from lore.qotd.timetable import EVERY_DAY, QotdConfig, Timetable, zone
from lore.query.answers import DidYouMean, NoQuote, Ref, Unknown
from lore.text.wording import listed

Value = TypeVar("Value")


class NoSuchSpeakerError(LoreError):
    """Nobody is surely meant by the name of a speaker."""


class NothingFitsError(LoreError):
    """There is no quote that could ever be posted on these config."""


class NotBegunError(LoreError):
    """There is nothing yet that could be kept of what is not named."""


class EveryonePingedError(LoreError):
    """Everybody was to be pinged."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a curator typed; what they left out stays as it was, but for what they `clear`."""

    channel: discord.TextChannel | None
    time: str | None
    zone: str | None
    days: str | None
    role: discord.Role | None
    tiers: str | None
    speaker: str | None
    clear: str | None


async def understood(ctx: RequestContext, wanted: Wanted, qotd: QotdService) -> QotdConfig:
    """The config that are meant; a LoreError where something is not understood or cannot be."""
    if wanted.role and wanted.role.is_default():
        raise EveryonePingedError(
            "I do not ping everyone. Choose a role for those who wish to hear of it, or none."
        )
    info = ctx.services.library.info
    names = {tier: tier_name(tier, info) for tier in info.ranked(info.every_tier)}
    tiers = asked.tiers(wanted.tiers, names) if wanted.tiers else None
    config = _named(wanted, tiers, await _before(wanted, qotd, ctx.server))
    if wanted.speaker:
        config = replace(config, speaker=(await _speaker(ctx, wanted.speaker)).id)
    if not (await qotd.pool(ctx.server, config)).fitting:
        raise NothingFitsError(
            "No quote fits that, so nothing was changed. Choose more tiers or another speaker, or "
            "add a quote first with /entry add."
        )
    return config


async def _before(wanted: Wanted, qotd: QotdService, guild_id: int) -> QotdConfig:
    """The config that are set, or those that a new schedule begins with."""
    there = zone(wanted.zone) if wanted.zone else None
    if (config := await qotd.schedules.config(guild_id, there)) is not None:
        return config
    if not (wanted.channel and wanted.time and there):
        raise NotBegunError(
            "There is no quote of the day here yet. To begin, say in which channel, at what time "
            "and by the clock of which zone."
        )
    return QotdConfig(wanted.channel.id, Timetable(there, asked.hour(wanted.time)))


def _named(wanted: Wanted, tiers: Tiers | None, config: QotdConfig) -> QotdConfig:
    """The config with what was named in the place of what was set, and without what is cleared."""
    table = config.table
    if wanted.clear == "days":
        table = replace(table, days=EVERY_DAY)
    if wanted.time:
        table = replace(table, at=asked.hour(wanted.time))
    if wanted.days:
        table = replace(table, days=asked.days(wanted.days))
    return QotdConfig(
        wanted.channel.id if wanted.channel else config.channel_id,
        table,
        wanted.role.id if wanted.role else _kept("role", config.role_id, wanted),
        tiers or _kept("tiers", config.tiers, wanted),
        _kept("speaker", config.speaker, wanted),
    )


def _kept(option: str, value: Value | None, wanted: Wanted) -> Value | None:
    return None if wanted.clear == option else value


async def _speaker(ctx: RequestContext, name: str) -> Ref:
    """Whoever is surely meant."""
    answer = await ctx.services.library.speaker(name, ctx.scope)
    if isinstance(answer, Ref):
        return answer
    if isinstance(answer, NoQuote) and answer.speaker:
        raise NoSuchSpeakerError(f"{answer.speaker.name} has an entry but is quoted nowhere here.")
    near = answer.choices if isinstance(answer, DidYouMean) else ()
    near = answer.closest if isinstance(answer, Unknown) else near
    said = f"It is not clear who is meant by {echoed(name.strip())}."
    if near:
        more = answer.more if isinstance(answer, DidYouMean) else 0
        titles = [choice.ref.title for choice in near] + ([f"{more} more"] if more else [])
        said += f" Close to it: {listed(titles)}."
    raise NoSuchSpeakerError(f"{said} Pick a name from the list that opens as you type.")
