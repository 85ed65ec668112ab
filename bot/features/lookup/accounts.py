"""Where sources differ about an entry: what contradicts first, then what one tells in detail."""

from __future__ import annotations

from bot.core.page import Block, Divider, Layout, Pager, button, pages, remove_button, rows
from bot.core.rendering import RenderOptions, accent, cited_places, mark, told
from bot.core.text import safe
from bot.features.lookup.ids import ShowAccounts, ShowPage
from bot.features.lookup.menus import jumps
from lore.pack.model import Tier
from lore.query.answers import CitedText, DifferenceView, EntryView, Found
from lore.query.arrangement import by_kind
from lore.text.wording import counted


def accounts_page(found: Found, options: RenderOptions, page: int = 0) -> Layout:
    """Return a page of the accounts, counted from 0; a number too high gives the last."""
    view, id = found.view, found.view.ref.id
    contradicting, details = by_kind(view)
    writer = _Accounts(view, options)
    contradictions = writer.pages(contradicting)
    split = [*contradictions, *writer.pages(details, 1 + len(contradicting))] or [[]]
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
    buttons.append(button("Back to the entry", ShowPage(0, id)))
    if not options.private:
        buttons.append(remove_button())
    origins = ((one.at, one.about) for one in view.disagreements if one.at != view.ref)
    text: list[Block] = [heading, Divider.GAP, *split[pager.page]]
    colour = accent(view.ref.tier, options.info)
    return Layout(text, [*jumps(options, origins), *rows(buttons)], colour)


class _Accounts:
    """Writes the differences of one entry."""

    def __init__(self, view: EntryView, options: RenderOptions) -> None:
        self._within = view.ref.tier
        self._options = options

    def pages(self, differences: list[DifferenceView], first: int = 1) -> list[list[Block]]:
        """Return the pages of some differences, numbered from `first` on; none if there are none.

        A difference that has room on one page is never on two.
        """
        blocks = [self._block(*numbered) for numbered in enumerate(differences, first)]
        return pages(blocks) if blocks else []

    def _block(self, number: int, one: DifferenceView) -> str:
        # It takes two accounts: so it is known as well as the second best.
        tier = self._options.info.ranked(account.tier for account in one.accounts)[1]
        marked = mark(tier, self._options, self._within)
        lines = [f"**{number} · {safe(one.about)}**{marked}", self._told(one.differs, tier)]
        return "\n".join([*lines, *map(self._account, one.accounts)])

    def _account(self, one: CitedText) -> str:
        """Return what one source says, after its title."""
        return (
            f"> **{cited_places(one.cites, self._options.info)}** {self._told(one.says, one.tier)}"
        )

    def _told(self, words: str, tier: Tier) -> str:
        return told(safe(words), tier, self._options, self._within)
