"""How answers to questions are shown: sentences with their sources, and passages that come near."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.rendering import RenderOptions, barred, cited_places, named, tier_label, told
from bot.core.text import safe
from lore.pack.model import DifferenceKind, Tier
from lore.query.answers import CitedText, ClosestPassage, DifferenceView, SureAnswer


def answer_blocks(answer: SureAnswer, options: RenderOptions, within: Tier) -> Iterator[str]:
    """Yield what is surely told of what was asked, above an entry of that tier."""
    if answer.sentences:
        yield "\n".join(_sentence(one, options, within) for one in answer.sentences)
    yield from (_difference(one, options) for one in answer.differences)


def passage_block(passage: ClosestPassage, options: RenderOptions) -> str:
    """Return a sentence that comes near to a question, with its entry and its source."""
    tier = passage.told.tier
    words = barred(safe(passage.told.says), tier, options)
    sources = f"{cited_places(passage.told.cites, options.info)} · {tier_label(tier, options)}"
    return f"> {words}\n-# {named(passage.at, options)} · {sources}"


def _sentence(one: CitedText, options: RenderOptions, within: Tier) -> str:
    words = told(f"**{safe(one.says)}**", one.tier, options, within)
    return f"{words}\n-# {cited_places(one.cites, options.info)}"


def _difference(one: DifferenceView, options: RenderOptions) -> str:
    """Return all accounts of what sources tell differently, so that none stands alone."""
    tier = options.info.ranked(account.tier for account in one.accounts)[1]
    accounts = (
        f"> **{cited_places(account.cites, options.info)}:** "
        f"{barred(safe(account.says), account.tier, options)}"
        for account in one.accounts
    )
    differs = barred(safe(one.differs), tier, options)
    contradict = one.kind is DifferenceKind.CONTRADICTS
    how = "The sources contradict each other." if contradict else "One source tells more."
    return "\n".join((f"**{how}** {differs}", *accounts))
