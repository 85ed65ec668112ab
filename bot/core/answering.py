"""How answers to questions are shown: sentences with their sources, and passages that come near."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core.rendering import RenderOptions, barred, cited_places, mark, named, tier_label, told
from bot.core.text import prose, safe
from lore.pack.model import SERVER, DifferenceKind, Tier
from lore.query.answers import CitedText, ClosestPassage, DifferenceView, SureAnswer

# So much is quoted of a server's own text that comes near to a question.
QUOTED = 600


def answer_blocks(answer: SureAnswer, options: RenderOptions, within: Tier) -> Iterator[str]:
    """Yield what is surely told of what was asked, above an entry of that tier."""
    if answer.sentences:
        cites = [cite for one in answer.sentences for cite in one.cites]
        lines = [_sentence(one, options, within) for one in answer.sentences]
        # What a server tells has no cites.
        sources = cited_places(cites, options.info) or tier_label(SERVER, options)
        yield "\n".join([*lines, f"-# {sources}"])
    for one in answer.differences:
        contradict = one.kind is DifferenceKind.CONTRADICTS
        heading = "The sources contradict each other" if contradict else "One source tells more"
        yield difference_block(heading, one, options, within)


def passage_block(passage: ClosestPassage, options: RenderOptions) -> str:
    """Return a sentence that comes near to a question, with its entry and its source."""
    tier, places = passage.told.tier, cited_places(passage.told.cites, options.info)
    words = barred(_says(passage.told, QUOTED), tier, options)
    sources = " · ".join(filter(None, (named(passage.at, options), places)))
    return f"> {words}\n-# {sources} · {tier_label(tier, options)}"


def _says(one: CitedText, length: int | None = None) -> str:
    """Return a text that is quoted; a server's has its curator's markup, and may be long."""
    if one.tier == SERVER:
        return prose(one.says, length=length).replace("\n", "\n> ")
    return safe(one.says)


def _sentence(one: CitedText, options: RenderOptions, within: Tier) -> str:
    return told(f"**{safe(one.says)}**", one.tier, options, within)


def difference_block(
    heading: str, one: DifferenceView, options: RenderOptions, within: Tier
) -> str:
    """Return what sources tell differently, with all accounts, so that none stands alone."""
    # It takes two accounts: so it is known as well as the second best.
    tier = options.info.ranked(account.tier for account in one.accounts)[1]
    lines = [f"**{heading}**{mark(tier, options, within)}"]
    lines += [barred(safe(one.differs), tier, options)] if one.differs else []
    for account in one.accounts:
        if account.tier == SERVER:
            lines.append(f"> **{tier_label(SERVER, options)}** {_says(account)}")
            continue
        words = told(_says(account), account.tier, options, within)
        lines.append(f"> **{cited_places(account.cites, options.info)}** {words}")
    return "\n".join(lines)
