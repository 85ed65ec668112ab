"""Files of a server's lore: what one would do, what it did, and what is handed out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

import discord

from bot.layouts.buttons import button, rows
from bot.layouts.curation.words import NameOf, titled, within
from bot.layouts.cutting import shortened
from bot.layouts.page import Layout
from bot.layouts.text import cut, safe
from lore.ledger.records import FileEntry, Imported, Plan

# Lines of a plan under each of its headings.
LINES = 6


def plan(asked: Plan, token: int, name_of: NameOf, *, anew: bool = False) -> Layout:
    """What importing a file would do; `anew` if the lore has changed since it was first said."""
    warning = "⚠ The lore has changed meanwhile; this is the plan as of now." if anew else ""
    count = len(asked.added) + len(asked.changed)
    parts = [
        _part("To be added", asked.added, name_of),
        _part("To be changed", asked.changed, name_of, "in the place of what is here"),
        _part(
            "Left alone", asked.conflicting, name_of, "as what has the same id here is different"
        ),
        _refused(asked),
        f"**Unchanged: {len(asked.unchanged)}** here already, just so" if asked.unchanged else "",
    ]
    heading = "## Nothing is changed yet\nThis is what the file would do:"
    buttons = [button(f"Import {count}", f"import:{token}")] if count else []
    ending = "" if count else "There is nothing to import."
    if asked.conflicting:
        ending += "\n-# What is left alone is added as new if its id is taken out of the file."
    return Layout(within([warning, heading, *parts, ending]), rows(buttons))


def _part(name: str, entries: Sequence[FileEntry], name_of: NameOf, what: str = "") -> str:
    if not entries:
        return ""
    lines = (
        f"- line {one.line}: {one.id or 'new'} {titled(one.draft, name_of)}" for one in entries
    )
    return _listed(f"**{name}: {len(entries)}** {what}".rstrip(), lines, len(entries))


def _refused(asked: Plan) -> str:
    if not asked.refused:
        return ""
    lines = (f"- line {one.line}: {safe(cut(one.reason, 150))}" for one in asked.refused)
    return _listed(f"**Refused: {len(asked.refused)}**", lines, len(asked.refused))


def _listed(heading: str, lines: Iterable[str], count: int) -> str:
    more = [f"- and {count - LINES} more"] if count > LINES else []
    return shortened("\n".join((heading, *islice(lines, LINES), *more)), 1500)


def imported(done: Imported) -> Layout:
    """The import is done."""
    return Layout([f"Imported: {done.added} added, {done.changed} changed."])


def files(told: str, named: Sequence[discord.File]) -> Layout:
    """Files to download; the same files go with the message."""
    layout = Layout([told])
    for file in named:
        layout.add_item(discord.ui.File(file))
    return layout
