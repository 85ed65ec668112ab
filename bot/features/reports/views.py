"""The form for what is wrong, and what its writer and the server's log read of it."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.core.audit import person
from bot.core.forms import Field, Form, text_field
from bot.core.limits import MENU_OPTIONS, OPTION_TEXT
from bot.core.page import Layout, button, rows
from bot.core.rendering import RenderOptions, tier_name
from bot.core.text import NONE, cut, flat, prose
from bot.features.curation import reported_name
from bot.features.curation.ids import ShowSuggestion
from bot.features.reports.ids import SendReport
from lore.curation.quota import Quota
from lore.curation.reported import key_of
from lore.ledger.records import Report
from lore.query.arrangement import SourcedSentence

# How much of a report stands in the log.
LOGGED = 300


def form(
    id: SendReport, sentences: Sequence[SourcedSentence], options: RenderOptions, quota: Quota
) -> Form:
    """Return the form that asks what is wrong, and with which of the sentences if there are any."""
    hint = f"For this server's curators; up to {quota.words:,} characters"
    wrong = text_field(
        "wrong", "What is wrong?", "", quota.words, needed=True, long=True, hint=hint
    )
    which = [_which(sentences, options)] if sentences else []
    return Form("Something wrong?", id, [*which, wrong])


def _which(sentences: Sequence[SourcedSentence], options: RenderOptions) -> Field:
    choices = {
        key_of(one): discord.SelectOption(
            label=_label(number, one, options),
            value=key_of(one),
        )
        for number, one in enumerate(sentences, 1)
    }
    select = discord.ui.Select[discord.ui.LayoutView](
        custom_id="sentence",
        options=[*choices.values()][:MENU_OPTIONS],
        min_values=0,
        required=False,
    )
    hint = "Of those on the page; may stay empty"
    return discord.ui.Label(text="Which sentence?", description=hint, component=select)


def _label(number: int, one: SourcedSentence, options: RenderOptions) -> str:
    # A label can hide nothing.
    words = tier_name(one.tier, options.info) if one.tier in options.spoilered else flat(one.says)
    return cut(f"{number}. {words}", OPTION_TEXT)


def sent(report: Report) -> Layout:
    """Return the confirmation that a report is in the queue."""
    sentence = (
        f"Thank you. Your report {report.number} waits for this server's curators. "
        "I will tell you what they decide in a private message."
    )
    return Layout([sentence])


def logged(report: Report, options: RenderOptions) -> Layout:
    """Return the entry of a waiting report in the log channel."""
    heading = (
        f"{person(report.told_by)} · **reported** · {reported_name(report.about, options)}\n"
        f"{prose(report.wrong, length=LOGGED, styles=NONE)}"
    )
    return Layout([heading], rows([button("Decide", ShowSuggestion(report.number))]))
