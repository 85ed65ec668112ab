"""What curators have to mend, and what people asked in vain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import discord

from bot.core.buttons import OPTION, Row, Select, button, rows
from bot.core.page import Layout
from bot.core.text import cut, flat, safe
from bot.features.curation.views.words import within
from bot.features.qotd.days import problem as daily_problem
from lore.ledger.records import Problem, Unanswered
from lore.text.ids_in_text import spelt_out

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


def unanswered(
    asked: Sequence[Unanswered],
    more: int,
    dismissed: Sequence[str] = (),
    at: datetime | None = None,
) -> Layout:
    """The questions that found nothing, the most asked first; `more` were asked less often.

    `dismissed` were just dismissed, at a time by which they come back.
    """
    done = f"✓ Dismissed: {safe(flat('; '.join(dismissed)))}" if dismissed else ""
    undo = [button("Undo", f"undismiss:{int(at.timestamp())}")] if at else []
    if not asked:
        return Layout([done, "Everything that was asked here so far was found."], rows(undo))
    lines = (
        " · ".join(
            filter(None, (f"- {safe(flat(spelt_out(one.question)))}", one.kind, f"{one.times}×"))
        )
        for one in asked
    )
    heading = "## Asked in vain\n-# Choose one to write it, or dismiss what is not to be written."
    ending = f"-# and {more} more that were asked less often" if more else ""
    text = within([done, heading, "\n".join(lines), ending])
    return Layout(text, [*_choices(asked), *rows(undo)])


def _choices(asked: Sequence[Unanswered]) -> Iterable[Row]:
    labels = {one.question[:OPTION]: cut(flat(spelt_out(one.question)), OPTION) for one in asked}
    # What nobody can see is no question.
    options = [
        discord.SelectOption(label=label, value=value) for value, label in labels.items() if label
    ]
    ways = (("vain", "Write an entry for …", 1), ("dismiss", "Dismiss …", len(options)))
    for custom_id, placeholder, most in ways:
        select: Select = discord.ui.Select(
            custom_id=custom_id, placeholder=placeholder, options=options, max_values=most
        )
        yield discord.ui.ActionRow(select)
