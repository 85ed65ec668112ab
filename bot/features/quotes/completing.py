"""Quotes as completions while an id or words are typed, from memory."""

from __future__ import annotations

from collections.abc import Iterable

from discord.app_commands import Choice

from bot.core.rendering import IN_CHOICE, RenderOptions, tier_name
from bot.core.text import cut, flat
from bot.features.quotes.views import one_line
from lore.ids import bare
from lore.pack.model import PackInfo
from lore.query.answers import QuoteView
from lore.query.quotes import AFTER_ID
from lore.query.resolve import LONGEST_LABEL


def quote_offers(quotes: Iterable[QuoteView], options: RenderOptions) -> list[Choice[str]]:
    """Return completions for quotes, without spoilered ones, as a completion cannot hide text."""
    shown = (quote for quote in quotes if quote.tier not in options.spoilered)
    return [Choice(name=_quote_label(quote, options.info), value=quote.id) for quote in shown]


def _quote_label(quote: QuoteView, info: PackInfo) -> str:
    best = quote.tier == info.best_tier
    tier = "" if best else f" · {cut(tier_name(quote.tier, info), IN_CHOICE)}"
    label = flat(f"{bare(quote.id)}{AFTER_ID}{one_line(quote)}")
    return cut(label, LONGEST_LABEL - len(tier)) + tier
