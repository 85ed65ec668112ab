"""A server's problems, reported to its curators after their commands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from bot.core.curators import require_curator
from bot.core.id_names import lost
from bot.core.page import Layout
from bot.core.request import RequestContext
from bot.features.qotd import PING_ROLE_GONE, qotd_problem, zone_outdated
from lore.ledger.records import Problem
from lore.qotd.timetable import LostZoneError, QotdConfig, is_outdated

# Why the log channel could not be written to, by the last part of a problem's code.
LOG_CHANNEL = {
    "gone": "The log channel is gone. Choose another in `/settings`.",
    "unseen": "I cannot see the log channel {channel}. Allow me View Channel there, or choose "
    "another in `/settings`.",
    "mute": "I may not write in the log channel {channel}. Allow me Send Messages there, or choose "
    "another in `/settings`.",
    "failed": "I could not write to the log channel {channel}. The change itself is kept. If this "
    "goes on, choose another in `/settings`.",
}


CURATOR_ROLE_GONE = "The curator role is gone. Choose another in `/settings`."


@asynccontextmanager
async def curating(ctx: RequestContext) -> AsyncIterator[int]:
    """Run a curator's command in their server, then report the server's problems to them."""
    yield require_curator(ctx)
    await report_problems(ctx)


async def report_problems(ctx: RequestContext) -> None:
    """Send a curator, after the answer, the problems of their server."""
    found, outdated = await ctx.services.ledger.problems.of(ctx.server), await _outdated(ctx)
    if (found or outdated) and (layout := problems_page(found, outdated)):
        await ctx.follow_up(layout)


async def _outdated(ctx: RequestContext) -> Sequence[str]:
    """Return sentences on deleted roles and channels in the settings, and on an outdated time
    zone.
    """
    configs = [config async for config in _configs(ctx)]
    named = {
        ctx.settings.curator_role_id: CURATOR_ROLE_GONE,
        ctx.settings.log_channel_id: LOG_CHANNEL["gone"],
        **{config.role_id: PING_ROLE_GONE for config in configs},
    }
    gone = lost(ctx.interaction.guild, named)
    zones = dict.fromkeys(config.table.zone.key for config in configs)
    return [
        *(sentence for id, sentence in named.items() if id in gone),
        *(zone_outdated(zone) for zone in zones if is_outdated(zone)),
    ]


async def _configs(ctx: RequestContext) -> AsyncIterator[QotdConfig]:
    """Yield what is set for each daily post of the server, but for those whose zone is gone."""
    schedules = ctx.services.ledger.qotd.schedules
    for post in await schedules.posts(ctx.server):
        with suppress(LostZoneError):
            if schedule := await schedules.find(ctx.server, number=post.number):
                yield schedule.config


def problems_page(found: Sequence[Problem], lost: Sequence[str]) -> Layout | None:
    """Return a page with each problem and its fix; None if there is none."""
    sentences = dict.fromkeys(sentence for one in found if (sentence := _sentence(one)))
    sentences |= dict.fromkeys(lost)
    if not sentences:
        return None
    return Layout(
        ["\n".join(("**To be mended in this server**", *(f"⚠ {it}" for it in sentences)))]
    )


def _sentence(problem: Problem) -> str:
    kind, _, detail = problem.code.partition(": ")
    if kind == "log":
        return LOG_CHANNEL.get(detail, "").format(channel=f"<#{problem.subject_id}>")
    return qotd_problem(detail, problem.subject_id)
