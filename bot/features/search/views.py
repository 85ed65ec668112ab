"""Search results page by page, with the matching words in bold."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from bot.core.answering import answer_blocks
from bot.core.choices import unknown
from bot.core.page import Block, Button, Divider, Layout, Pager, button, remove_button, rows
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
from bot.core.text import ALL, ANYTHING, NONE, prose, repeated, safe
from bot.features.lookup import jumps
from bot.features.lookup.ids import AskForEntry
from bot.features.quotes.ids import ShowQuote
from bot.features.search.ids import CUT
from bot.features.search.ids import hits as hits_id
from lore.pack.model import SERVER
from lore.query.answers import FoundPassage, Hits, Unknown
from lore.search.scripts import is_sign
from lore.text.wording import counted, listed

PER_PAGE = 5

# The length of an excerpt: two of each of five entries fit a message.
EXCERPT = 180
# Of these, so many are of the sentence before it, where that is needed.
BEFORE = 80


def search_page(hits: Hits, options: RenderOptions, kind: str = "", page: int = 0) -> Layout:
    """Return a page of search results, counted from 0."""
    if hits.closest:
        asked = Unknown(hits.query, passages=hits.closest)
        return unknown(asked, options, AskForEntry)
    if not hits.passages and not hits.answer:
        return _no_results(hits, options, kind)
    groups = [list(some) for _, some in groupby(hits.passages, lambda it: it.ref or it.quote_id)]
    pager = Pager(page, len(groups), PER_PAGE)
    shown = [passage for group in pager.shown(groups) for passage in group]
    text = [*_answer(hits, options, pager), Divider.LINE, _heading(hits)]
    for group in pager.shown(groups):
        text += [Divider.GAP, _block(group, options)]
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


def _answer(hits: Hits, options: RenderOptions, pager: Pager) -> list[Block]:
    """Return what is surely told of a question, above the passages of the first page."""
    found = hits.answer
    if found is None or found.answer is None or pager.page:
        return []
    return list(answer_blocks(found.answer, options, found.view.ref.tier))


def _block(group: Sequence[FoundPassage], options: RenderOptions) -> str:
    """Return one block for all passages of an entry, or for a quote."""
    first, *others = group
    block = _passage_block(first, options)
    return "\n".join([block, *(_told(one, options) for one in others)])


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
    text = _told(passage, options)
    return f"{heading} · {tier_label(passage.tier, options)}\n{text}"


def _told(passage: FoundPassage, options: RenderOptions) -> str:
    before = _shortened(passage.before)
    text = f"{before} {highlighted(passage, EXCERPT - len(before))}".strip()
    text = barred(text, passage.tier, options)
    if passage.found_by:
        text += f"\n{barred(f'Found by “{repeated(passage.found_by)}”', passage.tier, options)}"
    if passage.ref and passage.implied:
        why = f"Also called {repeated(' · '.join(passage.implied))}"
        text += f"\n{barred(why, passage.tier, options)}"
    if passage.speakers:
        text += f"\n{barred(f'— {repeated(listed(passage.speakers))}', passage.tier, options)}"
    return f"{text}\n-# {cited_places(passage.cites, options.info)}" if passage.cites else text


def _shortened(before: str) -> str:
    """Return the beginning of the sentence before a passage."""
    if len(before) <= BEFORE:
        return safe(before)
    return f"{safe(before[:BEFORE].rpartition(' ')[0])} …"


def highlighted(passage: FoundPassage, letters: int = EXCERPT) -> str:
    """Return the passage, or an excerpt of so many letters, with the matching words in bold."""
    first, last = _excerpt_bounds(passage, letters)
    before = "…" if first else ""
    after = "…" if last < len(passage.text) else ""
    text = prose(
        passage.text,
        part=(first, last),
        marked=passage.marks,
        styles=ALL if passage.tier == SERVER else NONE,
        then=after or ANYTHING,
    )
    return f"{before}{text}{after}"


def _excerpt_bounds(passage: FoundPassage, letters: int) -> tuple[int, int]:
    """Return the start and end of the excerpt of a passage around its first match."""
    length = len(passage.text)
    mark = passage.marks[0][0] if passage.marks else 0
    first = max(0, min(mark - letters // 3, length - letters))
    if first:
        first = passage.text.find(" ", first, mark) + 1 or _letter_start(passage.text, first)
    return first, _letter_start(passage.text, min(length, first + letters))


def _letter_start(text: str, at: int) -> int:
    """Return the index where the letter at `at` begins, before its combining signs."""
    while 0 < at < len(text) and is_sign(text[at]):
        at -= 1
    return at
