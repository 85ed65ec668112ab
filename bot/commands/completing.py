"""Autocomplete choices: what is typed so far, answered from memory with names that tell apart."""

from __future__ import annotations

from collections.abc import Iterable

from discord.app_commands import Choice as Offer

from bot.layouts.text import cut, visible
from lore.answers import Choice
from lore.model import PackInfo, Tier

# Discord's limit on the label of a choice.
LABEL = 100


def offers(choices: Iterable[Choice], info: PackInfo) -> list[Offer[str]]:
    """The choices as Discord lists them; the value is the entry's id."""
    labels: dict[str, str] = {}
    for choice in choices:
        label = _label(choice, info)
        if label in labels:
            label = cut(f"{choice.ref.id}: {label}", LABEL)
        labels[label] = choice.ref.id
    return [Offer(name=label, value=id) for label, id in labels.items()]


def _label(choice: Choice, info: PackInfo) -> str:
    ref, match = choice.ref, choice.match
    name = ref.name
    if match is not None:
        name = f"{match.name.text} → {name}"
    tier = info.tiers.get(ref.tier, "this server")
    kind = ref.kind.value if ref.tier is Tier.FILM else f"{ref.kind.value}, {tier}"
    return cut(visible(f"{name} · {kind}"), LABEL)
