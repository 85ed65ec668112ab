"""Entries as completions while a name is typed, from memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from discord.app_commands import Choice as Offer

from bot.core.rendering import IN_CHOICE, short_title, tier_name
from bot.core.request import RequestContext
from bot.core.text import cut, flat
from lore.ids import bare
from lore.pack.model import Kind, PackInfo
from lore.query.answers import Choice
from lore.query.resolve import LED_TO, LONGEST_LABEL


async def entry_choices(ctx: RequestContext, typed: str, kind: Kind | None) -> list[Offer[str]]:
    """Return completions for a name typed so far, for entries of one kind or of all."""
    library = ctx.services.library
    choices = await library.complete(typed, ctx.scope, kind)
    return ctx.services.choices.of(choices, None, lambda: offers(choices, library.info))


def offers(choices: Iterable[Choice], info: PackInfo) -> list[Offer[str]]:
    """Return completions for entries; the value is the entry's id."""
    return [Offer(name=_label(choice, info), value=choice.ref.id) for choice in choices]


def _label(choice: Choice, info: PackInfo) -> str:
    ref = choice.ref
    if ref.id == ref.name:
        # Who speaks but has no entry goes by their name.
        return cut(flat(ref.name), LONGEST_LABEL)
    kind = f" · {ref.kind.value}"
    if ref.tier != info.best_tier:
        kind += f", {cut(tier_name(ref.tier, info), IN_CHOICE)}"
    room = LONGEST_LABEL - len(kind)
    if len(ref.title) > room or flat(ref.name) != ref.name:
        # Where the name is not shown whole, only the id tells what is meant.
        ref = replace(ref, mark=bare(ref.id))
    title = short_title(ref, room)
    led = cut(flat(choice.match.name.text), room) + LED_TO if choice.match else ""
    return (led if len(led) + len(title) <= room else "") + title + kind
