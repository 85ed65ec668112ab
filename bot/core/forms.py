"""Forms: a title, and fields to type into."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import discord

from bot.core.ids import FormId
from bot.core.limits import FIELD_TEXT, FORM_TITLE
from bot.core.text import cut, flat

Field = discord.ui.Label[Any]


class Form(discord.ui.Modal):
    """A form without a callback: discord.py keeps no reference, so an abandoned one is freed."""

    def __init__(self, title: str, id: FormId, fields: Iterable[Field]) -> None:
        super().__init__(title=cut(flat(title), FORM_TITLE), custom_id=str(id))
        for field in fields:
            self.add_item(field)
        self.stop()


def text_field(
    key: str,
    label: str,
    value: str,
    limit: int,
    *,
    needed: bool = False,
    long: bool = False,
    hint: str | None = None,
) -> Field:
    """Return a field for a text; `hint` stands below its label."""
    if long:
        hint = hint or f"Up to {limit:,} characters"
    if len(value) > limit:
        hint = f"{len(value):,} characters now; up to {limit:,} can be kept"
    return discord.ui.Label(
        text=label,
        description=hint,
        component=discord.ui.TextInput(
            custom_id=key,
            style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
            default=value[:FIELD_TEXT],
            required=needed,
            # Words from a message may be longer than the limit: whoever saves them has to cut them.
            max_length=min(max(limit, len(value)), FIELD_TEXT),
        ),
    )
