"""Autocomplete choices: what is typed so far, answered from memory with names that tell apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from discord.app_commands import Choice as Offer

from bot.core.render_options import Manner
from bot.core.text import cut, flat
from bot.core.tiers import short_title, tier_name
from bot.features.quotes.views import words_of
from lore.ids import bare
from lore.pack.model import PackInfo
from lore.query.answers import Choice, QuoteView
from lore.query.labels import LED_TO
from lore.query.labels import LONGEST as LABEL
from lore.query.quote_ids import AFTER

# So much of it has room for what a tier is called.
TIER = 40


def offers(choices: Iterable[Choice], info: PackInfo) -> list[Offer[str]]:
    """The choices as Discord lists them; the value is the entry's id, and so is what they say."""
    return [Offer(name=_label(choice, info), value=choice.ref.id) for choice in choices]


def quote_offers(quotes: Iterable[QuoteView], manner: Manner) -> list[Offer[str]]:
    """Quotes by their id and words; a list has no bars, so what is veiled is not in it."""
    shown = (quote for quote in quotes if quote.tier not in manner.veiled)
    return [Offer(name=_quote_label(quote, manner.info), value=quote.id) for quote in shown]


def _quote_label(quote: QuoteView, info: PackInfo) -> str:
    best = quote.tier == info.best_tier
    tier = "" if best else f" · {cut(tier_name(quote.tier, info), TIER)}"
    return cut(flat(f"{bare(quote.id)}{AFTER}{words_of(quote)}"), LABEL - len(tier)) + tier


def _label(choice: Choice, info: PackInfo) -> str:
    ref = choice.ref
    if ref.id == ref.name:
        # Who speaks but has no entry goes by their name.
        return cut(flat(ref.name), LABEL)
    kind = f" · {ref.kind.value}"
    if ref.tier != info.best_tier:
        kind += f", {cut(tier_name(ref.tier, info), TIER)}"
    room = LABEL - len(kind)
    if len(ref.title) > room or flat(ref.name) != ref.name:
        # Where the name is not shown whole, only the id tells what is meant.
        ref = replace(ref, mark=bare(ref.id))
    title = short_title(ref, room)
    led = cut(flat(choice.match.name.text), room) + LED_TO if choice.match else ""
    return (led if len(led) + len(title) <= room else "") + title + kind
