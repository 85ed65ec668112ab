"""Who runs the bot, and where they state their own terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import discord

from bot.core.page import Button


@dataclass(frozen=True, slots=True)
class Operator:
    """What an operator publishes about themselves; empty fields are not shown."""

    contact: str = ""
    privacy_url: str = ""
    terms_url: str = ""

    def links(self) -> Iterable[Button]:
        """Return a button for each policy of the operator's own."""
        pages = (("Privacy policy", self.privacy_url), ("Terms of use", self.terms_url))
        return [discord.ui.Button(label=label, url=url) for label, url in pages if url]
