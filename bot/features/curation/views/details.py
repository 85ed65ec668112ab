"""The details of a server's own entry: what it has beside its text, and how to take it out."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import discord

from bot.core.limits import MENU_OPTIONS, OPTION_TEXT
from bot.core.page import Layout, Row, Select, rows
from bot.core.rendering import ADDED_COLOUR
from bot.core.text import cut, flat, safe, safe_but_hiding
from bot.features.curation.ids import TakeOut
from bot.features.curation.views.words import HIDDEN, fit_message, history, show, titled
from lore.curation.diff import Describe
from lore.curation.drafts import EntryDraft, OwnRelation
from lore.ledger.records import ServerEntry
from lore.pack.model import Kind
from lore.text.markup import without_spoilers

# What the values of the menu begin with.
RELATION, FACT, AFTER = "relation", "fact", "after"

STALE = "⚠ Someone changed it meanwhile, so nothing was taken out. Choose again."

_EMPTY = "Nothing yet. `/entry link` relates it to other entries, `/entry fact` adds a fact."
_EMPTY_EVENT = f"{_EMPTY} `/entry when` gives it its place in the timeline."


def details_page(
    entry: ServerEntry,
    describe: Describe,
    gone: Collection[OwnRelation | str],
    remark: str = "",
    *,
    shown: bool,
) -> Layout:
    """Return what an entry has beside its text, with a menu that takes some of it out."""
    draft = entry.draft
    assert isinstance(draft, EntryDraft)
    lines = dict(_lines(draft, describe))
    heading = f"{remark}\n## Details of {titled(draft, str)} ({entry.id})".strip()
    kept = "\n".join(f"- {safe_but_hiding(flat(line))}" for line in lines.values())
    text = [heading, kept or (_EMPTY_EVENT if draft.kind is Kind.EVENT else _EMPTY)]
    text += [gone_remark(gone, describe), "" if shown else HIDDEN]
    buttons = [*([show(entry)] if shown else []), history(entry.id)]
    return Layout(fit_message(text), [*_menus(entry, lines), *rows(buttons)], ADDED_COLOUR)


def gone_remark(gone: Collection[OwnRelation | str], describe: Describe) -> str:
    """Return a warning about what is kept but leads nowhere any more; empty if nothing does."""
    if not gone:
        return ""
    names = "; ".join(
        safe(flat(f"{'' if isinstance(one, OwnRelation) else 'After: '}{describe(one)}"))
        for one in gone
    )
    return f"⚠ Kept but not shown, as what it leads to is hidden here or no longer there: {names}"


def _lines(draft: EntryDraft, describe: Describe) -> Iterator[tuple[str, str]]:
    """Yield the details of an entry in words, each with its value in the menu."""
    yield from ((f"{RELATION}{n}", describe(one)) for n, one in enumerate(draft.relations))
    yield from ((f"{FACT}{n}", f"{one.label}: {one.value}") for n, one in enumerate(draft.facts))
    if draft.after:
        yield AFTER, f"In the timeline after: {describe(draft.after)}"


def _menus(entry: ServerEntry, lines: dict[str, str]) -> Iterator[Row]:
    every = [
        discord.SelectOption(label=cut(flat(without_spoilers(line)), OPTION_TEXT), value=value)
        for value, line in lines.items()
    ]
    for first in range(0, len(every), MENU_OPTIONS):
        options = every[first : first + MENU_OPTIONS]
        id = TakeOut(entry.id, entry.revision, first // MENU_OPTIONS)
        select: Select = discord.ui.Select(
            custom_id=str(id), placeholder="Take out …", options=options, max_values=len(options)
        )
        yield discord.ui.ActionRow(select)
