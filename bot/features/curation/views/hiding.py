"""What a server hides of the pack: confirmations, and the list from which it is shown again."""

from __future__ import annotations

from collections.abc import Sequence

import discord

from bot.core.hidden import ShowAgain
from bot.core.limits import MENU_OPTIONS, OPTION_TEXT
from bot.core.page import Layout, Pager, button, rows
from bot.core.rendering import ADDED_COLOUR
from bot.core.text import cut, flat, safe
from bot.features.curation.ids import ListHidden, ShowChosenAgain, UndoRemoval
from bot.features.curation.views.words import NameOf, fit_message, history, named, show, titled
from lore.curation.drafts import HideDraft
from lore.ledger.records import ServerEntry
from lore.text.wording import counted

NOTHING = "This server hides nothing of the story. `/entry hide` hides an entry or a quote."


def hidden(entry: ServerEntry, name_of: NameOf, quotes: int = 0) -> Layout:
    """Return the confirmation that something is hidden; `quotes` of it went with it."""
    their = f" Its {counted(quotes, 'quote')} went with it." if quotes else ""
    sentence = (
        f"Hidden: {named(entry.id, entry.draft, name_of)}\n"
        "In this server it is found and shown nowhere any more: not by name, in searches, lists, "
        f"timelines or pictures, nor in the quote of the day.{their} Sentences of others that name "
        "it stay. Elsewhere nothing has changed."
    )
    buttons = [button("Undo", ShowAgain(entry.id)), button("All hidden", ListHidden(0))]
    return Layout([sentence], rows([*buttons, history(entry.id)]), ADDED_COLOUR)


def hidden_already(entry: ServerEntry, name_of: NameOf) -> Layout:
    """Return a page that says that something is hidden, with a button to show it again."""
    sentence = f"{named(entry.id, entry.draft, name_of)} is hidden in this server."
    return Layout([sentence], rows([button("Show again", ShowAgain(entry.id))]))


def shown_again(entry: ServerEntry, name_of: NameOf) -> Layout:
    """Return the confirmation that something is no longer hidden."""
    sentence = f"Shown again: {named(entry.id, entry.draft, name_of)}"
    buttons = [show(entry), button("Hide again", UndoRemoval(entry.id)), history(entry.id)]
    return Layout([sentence], rows(buttons), ADDED_COLOUR)


def hidden_page(
    hides: Sequence[tuple[ServerEntry, str]], name_of: NameOf, page: int, done: str = ""
) -> Layout:
    """Return a page of all that a server hides, each with what it is now; `done` stands above."""
    if not hides:
        return Layout([done, NOTHING])
    pager = Pager(page, len(hides), MENU_OPTIONS)
    shown = pager.shown(hides)
    lines = (f"- {named(one.id, one.draft, name_of)} · {safe(now)}" for one, now in shown)
    small = f"-# {pager}, {len(hides)} in all. What is chosen below is shown again."
    text = fit_message([done, "## Hidden in this server", "\n".join(lines), small])
    options = [
        discord.SelectOption(
            label=cut(flat(f"{one.id} · {_plain(one)}"), OPTION_TEXT),
            value=one.id,
            description=cut(now, OPTION_TEXT),
        )
        for one, now in shown
    ]
    menu: discord.ui.Select[discord.ui.LayoutView] = discord.ui.Select(
        custom_id=str(ShowChosenAgain(pager.page)), placeholder="Show again …", options=options
    )
    page_buttons = pager.buttons(ListHidden, "Newer", "Older")
    return Layout(text, [discord.ui.ActionRow(menu), *rows(page_buttons)], ADDED_COLOUR)


def done(entry: ServerEntry, name_of: NameOf) -> str:
    """Return a line that says that something is shown again."""
    return f"✓ Shown again: **{titled(entry.draft, name_of)}**"


def _plain(entry: ServerEntry) -> str:
    assert isinstance(entry.draft, HideDraft)
    return entry.draft.name
