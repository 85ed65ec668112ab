"""What `/qotd set` is asked for, understood; what could never be posted is refused."""

from __future__ import annotations

from dataclasses import dataclass

import discord

from bot.daily import Daily
from bot.desk import Desk
from bot.layouts.wording import listed
from bot.office import Curator
from lore.answers import DidYouMean, NoQuote, Ref, Scope, Unknown
from lore.daily import asked
from lore.daily.echo import echoed
from lore.daily.schedule import Terms
from lore.daily.timetable import EVERY_DAY, Timetable, zone
from lore.errors import LoreError


class NoSuchSpeakerError(LoreError):
    """Nobody is surely meant by the name of a speaker."""


class NothingFitsError(LoreError):
    """There is no quote that could ever be posted on these terms."""


class EverybodyError(LoreError):
    """Everybody was to be pinged."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a curator typed."""

    channel: discord.TextChannel
    time: str
    zone: str
    days: str | None
    role: discord.Role | None
    tiers: str | None
    speaker: str | None


async def understood(wanted: Wanted, daily: Daily, desk: Desk, curator: Curator) -> Terms:
    """The terms that are meant; a LoreError where something is not understood or cannot be."""
    if wanted.role and wanted.role.is_default():
        raise EverybodyError(
            "I do not ping everyone. Choose a role for those who wish to hear of it, or none."
        )
    days = asked.days(wanted.days) if wanted.days else EVERY_DAY
    terms = Terms(
        wanted.channel.id,
        Timetable(zone(wanted.zone), asked.hour(wanted.time), days),
        wanted.role.id if wanted.role else None,
        asked.tiers(wanted.tiers) if wanted.tiers else None,
        (await _speaker(wanted.speaker, desk, curator.scope)).id if wanted.speaker else None,
    )
    if not (await daily.pool(curator.guild_id, terms)).fitting:
        raise NothingFitsError(
            "No quote fits that, so nothing was changed. Choose more tiers or another speaker, or "
            "add a quote first with /entry add."
        )
    return terms


async def _speaker(name: str, desk: Desk, scope: Scope) -> Ref:
    """Whoever is surely meant."""
    answer = await desk.library.speaker(name, scope)
    if isinstance(answer, Ref):
        return answer
    if isinstance(answer, NoQuote) and answer.speaker:
        raise NoSuchSpeakerError(f"{answer.speaker.name} has an entry but is quoted nowhere here.")
    near = answer.choices if isinstance(answer, DidYouMean) else ()
    near = answer.closest if isinstance(answer, Unknown) else near
    said = f"It is not clear who is meant by {echoed(name.strip())}."
    if near:
        said += f" Close to it: {listed([choice.ref.name for choice in near])}."
    raise NoSuchSpeakerError(f"{said} Pick a name from the list that opens as you type.")
