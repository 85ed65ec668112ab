"""Questions that found nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import discord

from bot.core.limits import OPTION_TEXT
from bot.core.page import Layout, Row, Select, button, rows
from bot.core.text import cut, flat, safe
from bot.features.curation.ids import (
    BringBackUnanswered,
    DismissUnanswered,
    WriteUnanswered,
)
from bot.features.curation.views.words import fit_message
from lore.ledger.records import Unanswered
from lore.text.ids_in_text import spelt_out


def page(
    asked: Sequence[Unanswered],
    more: int,
    dismissed: Sequence[str] = (),
    at: datetime | None = None,
) -> Layout:
    """Return the unanswered questions, the most asked first; `more` of them do not fit.

    `dismissed` were just dismissed, `at` a time by which they can be listed again.
    """
    done = f"✓ Dismissed: {safe(flat('; '.join(dismissed)))}" if dismissed else ""
    undo = [button("Undo", BringBackUnanswered(int(at.timestamp())))] if at else []
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
    text = fit_message([done, heading, "\n".join(lines), ending])
    return Layout(text, [*_choices(asked), *rows(undo)])


def _choices(asked: Sequence[Unanswered]) -> Iterable[Row]:
    labels = {
        one.question[:OPTION_TEXT]: cut(flat(spelt_out(one.question)), OPTION_TEXT) for one in asked
    }
    # A question without visible characters is left out.
    options = [
        discord.SelectOption(label=label, value=value) for value, label in labels.items() if label
    ]
    ways = (
        (WriteUnanswered(), "Write an entry for …", 1),
        (DismissUnanswered(), "Dismiss …", len(options)),
    )
    for id, placeholder, most in ways:
        select: Select = discord.ui.Select(
            custom_id=str(id), placeholder=placeholder, options=options, max_values=most
        )
        yield discord.ui.ActionRow(select)
