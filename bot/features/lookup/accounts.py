"""The accounts that differ about an entry, side by side, in pages."""

from __future__ import annotations

from bot.core.page import Layout, Pager, button, pages, remove_button, rows
from bot.core.rendering import Footnotes, RenderOptions, accent, kind_and_tier
from bot.core.text import safe
from bot.features.lookup.entry import differences
from bot.features.lookup.ids import ShowAccounts, ShowPage
from bot.features.lookup.menus import jumps
from lore.query.answers import Found
from lore.text.wording import counted


def accounts_page(found: Found, options: RenderOptions, page: int = 0) -> Layout:
    """Return a page of the accounts, counted from 0; a number too high gives the last."""
    view, id = found.view, found.view.ref.id
    footnotes = Footnotes(options.info)
    split = pages(differences(view, options, footnotes))
    pager = Pager(page, len(split))
    points = counted(len(view.disagreements), "point")
    heading = (
        f"## {safe(view.ref.name)}\n-# {kind_and_tier(view.ref, options)}\n"
        f"-# Accounts differ on {points} · {pager}"
    )
    buttons = pager.buttons(lambda there: ShowAccounts(there, id))
    buttons.append(button("Back to the entry", ShowPage(0, id)))
    if not options.private:
        buttons.append(remove_button())
    origins = ((one.at, one.about) for one in view.disagreements if one.at != view.ref)
    text = footnotes.below([heading, *split[pager.page]])
    colour = accent(view.ref.tier, options.info)
    return Layout(text, [*jumps(options, origins), *rows(buttons)], colour)
