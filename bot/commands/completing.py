"""Autocomplete choices: what is typed so far, answered from memory with names that tell apart."""

from __future__ import annotations

from collections.abc import Iterable

from discord.app_commands import Choice as Offer

from bot.layouts.manner import Manner
from bot.layouts.quote import words_of
from bot.layouts.text import cut, visible
from lore.answers import Choice, QuoteView
from lore.model import PackInfo, Tier

# Discord's limit on the label of a choice.
LABEL = 100

# So much of it has room for what a tier is called.
TIER = 40


def offers(choices: Iterable[Choice], info: PackInfo) -> list[Offer[str]]:
    """The choices as Discord lists them; the value is the entry's id."""
    labels: dict[str, str] = {}
    for choice in choices:
        label = _label(choice, info)
        if label in labels:
            label = cut(f"{choice.ref.id}: {label}", LABEL)
        labels[label] = choice.ref.id
    return [Offer(name=label, value=id) for label, id in labels.items()]


def quote_offers(quotes: Iterable[QuoteView], manner: Manner) -> list[Offer[str]]:
    """Quotes by their id and words; a list has no bars, so what is veiled is not in it."""
    shown = (quote for quote in quotes if quote.tier not in manner.veiled)
    return [Offer(name=_quote_label(quote, manner.info), value=quote.id) for quote in shown]


def _quote_label(quote: QuoteView, info: PackInfo) -> str:
    film = quote.tier is Tier.FILM
    tier = "" if film else f" · {cut(visible(info.tiers.get(quote.tier, 'this server')), TIER)}"
    return cut(visible(f"{quote.id}: {words_of(quote)}"), LABEL - len(tier)) + tier


def _label(choice: Choice, info: PackInfo) -> str:
    ref, match = choice.ref, choice.match
    name = ref.name
    if match is not None:
        name = f"{match.name.text} → {name}"
    tier = info.tiers.get(ref.tier, "this server")
    kind = ref.kind.value if ref.tier is Tier.FILM else f"{ref.kind.value}, {tier}"
    return cut(visible(f"{name} · {kind}"), LABEL)
