"""Search results page by page, with the matching words in bold."""

from __future__ import annotations

from bot.core.page import Button, Layout, Pager, button, remove_button, rows
from bot.core.rendering import (
    RenderOptions,
    attributions,
    barred,
    cited_places,
    label,
    named,
    tier_label,
    tier_name,
    what_it_is,
)
from bot.core.text import ALL, ANYTHING, NONE, prose, repeated
from bot.features.lookup import jumps
from bot.features.lookup.ids import AskForEntry
from bot.features.quotes.ids import ShowQuote
from bot.features.search.ids import CUT
from bot.features.search.ids import hits as hits_id
from lore.pack.model import SERVER
from lore.query.answers import FoundPassage, Hits
from lore.search.scripts import is_sign
from lore.text.wording import counted

PER_PAGE = 5

# The length of an excerpt: five fit a message even if each character has to be escaped.
EXCERPT = 240


def search_page(hits: Hits, options: RenderOptions, kind: str = "", page: int = 0) -> Layout:
    """Return a page of search results, counted from 0."""
    if not hits.passages:
        return _no_results(hits, options, kind)
    pager = Pager(page, len(hits.passages), PER_PAGE)
    shown = pager.shown(hits.passages)
    text = [_heading(hits), *(_passage_block(passage, options) for passage in shown)]
    if hits.query.endswith(CUT):
        text.append("-# Of a long question only the beginning is searched.")
    best = ", the best of more" if hits.left_out else ""
    count = counted(len(hits.passages), "passage")
    text.append(f"-# {pager}, {count}{best}")
    buttons = pager.buttons(lambda there: hits_id(there, kind, hits.query))
    buttons += [_quote_button(passage, options) for passage in shown if passage.quote_id]
    if not options.private:
        buttons.append(remove_button())
    refs = [(passage.ref, what_it_is(passage.ref, options)) for passage in shown if passage.ref]
    cites = (cite for passage in shown for cite in passage.cites)
    text += [f"-# {line}" for line in attributions(cites, options.info)]
    return Layout(text, [*jumps(options, refs), *rows(buttons)])


def _heading(hits: Hits) -> str:
    asked = repeated(hits.query)
    if hits.nearest:
        return f"## Nearest to “{asked}”\nNo passage has most of these words."
    return f"## Found for “{asked}”"


def _no_results(hits: Hits, options: RenderOptions, kind: str) -> Layout:
    asked = repeated(hits.query)
    among = f"Among {kind}s nothing" if kind else "Nothing that I know"
    text = [f"## Nothing found\n{among} is told in words like “{asked}”."]
    buttons = []
    if hits.elsewhere:
        there = "is" if hits.elsewhere == 1 else "are"
        text.append(f"There {there} {counted(hits.elsewhere, 'passage')} of other kinds.")
        buttons.append(button("Search all kinds", hits_id(0, "", hits.query)))
    if hits.named:
        entries = "is an entry" if len(hits.named) == 1 else "are entries"
        text.append(f"There {entries} for what you name:")
    elif not hits.elsewhere:
        text.append("Try fewer or other words, or look up a name with `/lore`.")
    refs = (choice.ref for choice in hits.named)
    buttons += [button(label(ref, options), AskForEntry(options.private, ref.id)) for ref in refs]
    return Layout(text, rows(buttons))


def _quote_button(passage: FoundPassage, options: RenderOptions) -> Button:
    spoilered = passage.tier in options.spoilered
    words = f"· {tier_name(passage.tier, options.info)}" if spoilered else passage.quote_id
    return button(f"Quote {words}", ShowQuote(options.private, passage.quote_id or ""))


def _passage_block(passage: FoundPassage, options: RenderOptions) -> str:
    if passage.ref:
        heading = f"**{named(passage.ref, options)}** · {passage.ref.kind.value.capitalize()}"
    else:
        heading = "**Quote**"
    text = f"Found by {highlighted(passage)}" if passage.found_by else highlighted(passage)
    text = barred(text, passage.tier, options)
    if passage.implied:
        names = repeated(" · ".join(passage.implied))
        why = f"Also called {names}" if passage.ref else f"— {names}"
        text += f"\n{barred(why, passage.tier, options)}"
    if passage.cites:
        text += f"\n-# {cited_places(passage.cites, options.info)}"
    return f"{heading} · {tier_label(passage.tier, options)}\n{text}"


def highlighted(passage: FoundPassage) -> str:
    """Return the passage, or an excerpt of it, with the matching words in bold."""
    first, last = _excerpt_bounds(passage)
    before = "…" if first else ""
    after = "…" if last < len(passage.text) else ""
    text = prose(
        passage.text,
        part=(first, last),
        marked=passage.marks,
        styles=ALL if passage.tier == SERVER and not passage.is_name else NONE,
        then=after or ANYTHING,
    )
    return f"{before}{text}{after}"


def _excerpt_bounds(passage: FoundPassage) -> tuple[int, int]:
    """Return the start and end of the excerpt of a passage around its first match."""
    length = len(passage.text)
    mark = passage.marks[0][0] if passage.marks else 0
    first = max(0, min(mark - EXCERPT // 3, length - EXCERPT))
    if first:
        first = passage.text.find(" ", first, mark) + 1 or _letter_start(passage.text, first)
    return first, _letter_start(passage.text, min(length, first + EXCERPT))


def _letter_start(text: str, at: int) -> int:
    """Return the index where the letter at `at` begins, before its combining signs."""
    while 0 < at < len(text) and is_sign(text[at]):
        at -= 1
    return at
