"""What curators have to mend, and what people asked in vain."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.layouts.buttons import Row
from bot.layouts.curation.words import within
from bot.layouts.page import Layout
from bot.layouts.qotd_days import problem as daily_problem
from bot.layouts.text import cut, flat, safe
from lore.ledger.records import Problem, Unanswered

# What keeps the log channel from being written to, by the end of a problem's code.
LOG = {
    "gone": "The log channel is gone. Choose another in `/settings`.",
    "unseen": "I cannot see the log channel {channel}. Allow me View Channel there, or choose "
    "another in `/settings`.",
    "mute": "I may not write in the log channel {channel}. Allow me Send Messages there, or choose "
    "another in `/settings`.",
    "failed": "I could not write to the log channel {channel}. The change itself is kept. If this "
    "goes on, choose another in `/settings`.",
}


CURATOR_ROLE_GONE = "The curator role is gone. Choose another in `/settings`."


def problems(found: Sequence[Problem], lost: Sequence[str]) -> Layout | None:
    """What is wrong in the server, and what to do about each; None if nothing is."""
    told = dict.fromkeys(sentence for one in found if (sentence := _sentence(one)))
    told |= dict.fromkeys(lost)
    if not told:
        return None
    return Layout(["\n".join(("**To be mended in this server**", *(f"⚠ {it}" for it in told)))])


def _sentence(problem: Problem) -> str:
    kind, _, detail = problem.code.partition(": ")
    if kind == "log":
        return LOG.get(detail, "").format(channel=f"<#{problem.subject_id}>")
    return daily_problem(detail, problem.subject_id)


def unanswered(asked: Sequence[Unanswered]) -> Layout:
    """The questions that found nothing, the most asked first, each to be answered at once."""
    if not asked:
        return Layout(["Everything that was asked here so far was found."])
    lines = (f"- {safe(one.question)} · {one.times}×" for one in asked)
    heading = "## Asked in vain\n-# Choose one to write an entry for it."
    return Layout(within([heading, "\n".join(lines)]), [_choice(asked)])


def _choice(asked: Sequence[Unanswered]) -> Row:
    options = {
        label: discord.SelectOption(label=label, value=one.question[:100])
        for one in asked
        if (label := cut(flat(one.question), 100))
    }
    return discord.ui.ActionRow(
        discord.ui.Select(
            custom_id="vain", placeholder="Write an entry for …", options=list(options.values())
        )
    )
