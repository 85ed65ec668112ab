"""Where everything that an entry says stands: its sources, sentence by sentence, in pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.core.page import Block, Divider, Layout, Pager, button, pages, rows
from bot.core.rendering import RenderOptions, attributions, barred, cited_places, mark
from bot.core.text import prose, safe
from bot.features.lookup.ids import ShowSources
from bot.features.reports.ids import AskWhatIsWrong
from lore.pack.model import Tier
from lore.query.answers import Found
from lore.query.arrangement import SourcedSentence, statements
from lore.text.wording import counted


def sources_page(found: Found, options: RenderOptions, page: int = 0) -> Layout:
    """Return a page of the sources, counted from 0; a number too high gives the last."""
    view, id = found.view, found.view.ref.id
    said = [one for one in statements(view) if one.cites]
    split = _split(said, view.ref.tier, options)
    pager = Pager(page, len(split))
    begin = sum(map(len, split[: pager.page]))
    text: list[Block] = [f"## Sources of {safe(view.ref.name)}"]
    if said:
        shown = len(split[pager.page])
        text.append(f"-# {begin + 1} to {begin + shown} of {counted(len(said), 'statement')}")
    if view.kind_inferred and not begin:
        text.append(f"What it is, is inferred: {safe(view.kind_inferred)}")
    if origin := view.origin:
        text.append(f"This server added it as {view.ref.id}, in revision {origin.revision}.")
        text.append(f"Source: {prose(origin.source)}" if origin.source else "No source is given.")
    licensed = attributions((cite for one in said for cite in one.cites), options.info)
    text = [*text, Divider.GAP, *split[pager.page], Divider.LINE]
    text.append("\n".join(f"-# {line}" for line in licensed))
    buttons = pager.buttons(lambda there: ShowSources(id, there))
    if options.takes_reports:
        buttons.append(button("Something wrong?", AskWhatIsWrong("entry", id, pager.page)))
    return Layout(text, rows(buttons))


def sentences_on_page(
    said: Sequence[SourcedSentence], within: Tier, options: RenderOptions, page: int
) -> Sequence[SourcedSentence]:
    """Return those of the sentences of an entry that stand on a page of its sources."""
    split = _split(said, within, options)
    pager = Pager(page, len(split))
    begin = sum(map(len, split[: pager.page]))
    return said[begin : begin + len(split[pager.page])]


def _split(
    said: Iterable[SourcedSentence], within: Tier, options: RenderOptions
) -> list[list[Block]]:
    return pages([_block(one, within, options) for one in said])


def _block(one: SourcedSentence, within: Tier, options: RenderOptions) -> str:
    def hidden(words: str) -> str:
        return barred(words, one.tier, options)

    lines = [f"{hidden(f'**{safe(one.says)}**')}{mark(one.tier, options, within)}"]
    if one.inferred:
        lines.append(f"-# Inferred: {hidden(safe(one.inferred))}")
    words: dict[str, list[str]] = {}
    for cite in one.cites:
        place = cited_places([cite], options.info)
        words.setdefault(place, []).append(hidden(f"“{safe(cite.words)}”"))
    lines += (f"-# {place}: {', '.join(said)}" for place, said in words.items())
    return "\n".join(lines)
