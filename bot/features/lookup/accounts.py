"""Where sources differ about an entry: what contradicts first, then what one tells in detail."""

from __future__ import annotations

from bot.core.answering import difference_block
from bot.core.page import Block, Divider, Layout, Pager, button, pages, remove_button, rows
from bot.core.rendering import RenderOptions, accent
from bot.core.text import safe
from bot.features.lookup.ids import ShowAccounts, ShowPage
from bot.features.lookup.menus import jumps
from lore.query.answers import DifferenceView, EntryView, Found
from lore.query.arrangement import by_kind
from lore.text.wording import counted


def accounts_page(found: Found, options: RenderOptions, page: int = 0) -> Layout:
    """Return a page of the accounts, counted from 0; a number too high gives the last."""
    view, id = found.view, found.view.ref.id
    contradicting, details = by_kind(view)
    contradictions = _pages(contradicting, view, options)
    split = [*contradictions, *_pages(details, view, options, 1 + len(contradicting))] or [[]]
    pager = Pager(page, len(split))
    counts = [
        counted(len(contradicting), "contradiction") if contradicting else "",
        f"{len(details)} told in more detail by one source" if details else "",
    ]
    small = " · ".join(filter(None, (*counts, str(pager))))
    heading = f"## Where sources differ: {safe(view.ref.name)}\n-# {small}"
    buttons = pager.buttons(lambda there: ShowAccounts(there, id))
    if details and pager.page < len(contradictions):
        first_of_details = ShowAccounts(len(contradictions), id)
        buttons.append(button(f"More detail ({len(details)})", first_of_details))
    buttons.append(button("Back to the entry", ShowPage(0, id, options.short or None)))
    if not options.private:
        buttons.append(remove_button())
    origins = ((one.at, one.about) for one in view.disagreements if one.at != view.ref)
    text: list[Block] = [heading, Divider.GAP, *split[pager.page]]
    colour = accent(view.ref.tier, options.info)
    return Layout(text, [*jumps(options, origins), *rows(buttons)], colour)


def _pages(
    differences: list[DifferenceView], view: EntryView, options: RenderOptions, first: int = 1
) -> list[list[Block]]:
    """Return the pages of some differences, numbered from `first` on; none if there are none.

    A difference that has room on one page is never on two.
    """
    blocks = [
        difference_block(f"{number} · {safe(one.about)}", one, options, view.ref.tier)
        for number, one in enumerate(differences, first)
    ]
    return pages(blocks) if blocks else []
