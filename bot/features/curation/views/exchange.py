"""Pages of export and import: the plan, its conflicts, and the result."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

import discord

from bot.core.cutting import shortened
from bot.core.limits import MENU_OPTIONS, OPTION_TEXT
from bot.core.page import Button, Layout, Pager, Row, button, rows
from bot.core.text import cut, flat, safe, visible
from bot.features.curation.ids import (
    ApplyImport,
    ChooseConflicts,
    ListImport,
    ResolveConflicts,
    UndoImport,
)
from bot.features.curation.views.words import NameOf, fit_message, titled
from lore.curation.as_pack import OWN_WORK, ServerPack
from lore.curation.diff import diff
from lore.curation.drafts import AliasDraft, Draft, EntryDraft, HideDraft, NoteDraft, QuoteDraft
from lore.curation.importing import entries_to_write
from lore.ledger.records import OF_EXPORT, FileEntry, Imported, Plan, Undone
from lore.text.markup import without_spoilers
from lore.text.wording import counted

# How many lines a plan has under each heading, and how many a page of a list.
LINES = 6
LISTED = 15
LISTED_LINE = 200

# How many characters of each side a menu option shows of a difference.
SIDE = 30

# How many characters of a quote's speaker, date and occasion a line has.
SIGNED = 60


def plan(
    asked: Plan,
    token: int,
    name_of: NameOf,
    replacing: Collection[str] = (),
    page: int = 0,
    *,
    anew: bool = False,
) -> Layout:
    """Return the page with an import plan; `anew` if the lore changed since it was first shown."""
    warning = "⚠ The lore has changed meanwhile; this is the plan as of now." if anew else ""
    clashing = asked.conflicting
    count = sum(1 for _ in entries_to_write(asked, replacing))
    parts = [
        _part("To be added", asked, asked.added, name_of),
        _part("To be changed", asked, asked.changed, name_of, "in the place of what is here"),
        _conflicts(clashing, replacing),
        _refused(asked),
        f"**Twice in the file: {len(asked.repeated)}** taken once" if asked.repeated else "",
        f"**Unchanged: {len(asked.unchanged)}** here already, just so" if asked.unchanged else "",
    ]
    read = f"{safe(asked.shape.sentence)}\n" if asked.shape.sentence else ""
    heading = f"## Nothing is changed yet\n{read}This is what the file would do:"
    buttons = [button(f"Import {count}", ApplyImport(token))] if count else []
    ending = "" if count else "There is nothing to import."
    choices = _choices(clashing, token, name_of, replacing, page) if clashing else []
    buttons += _lists(asked, token)
    return Layout(fit_message([warning, heading, *parts, ending]), [*choices, *rows(buttons)])


def _lists(asked: Plan, token: int) -> Iterator[Button]:
    """Return buttons to lists of what the plan does not show in full."""
    if len(asked.added) > LINES:
        yield button("All to be added", ListImport("added", token, 0))
    if asked.shape is not OF_EXPORT and (asked.repeated or asked.unchanged):
        yield button("What is there already", ListImport("skipped", token, 0))
    if len(asked.refused) > LINES:
        yield button("All refused", ListImport("refused", token, 0))


def rows_page(asked: Plan, shown: ListImport, name_of: NameOf) -> Layout:
    """Return a page of a part of an import plan, row by row."""
    unit = asked.shape.unit
    lines: Sequence[str]
    if shown.part == "refused":
        heading = "## What cannot be taken"
        lines = [f"- {unit} {one.line}: {safe(one.reason)}" for one in asked.refused]
    elif shown.part == "skipped":
        heading = "## What is there already"
        both = ((asked.repeated, "twice in the file"), (asked.unchanged, "here already"))
        told = [(one, why) for entries, why in both for one in entries]
        told.sort(key=lambda one: one[0].line)
        lines = [
            f"- {unit} {one.line}: {_entitled(one.draft, name_of)} · {why}" for one, why in told
        ]
    else:
        heading = "## What would be added"
        lines = [f"- {unit} {one.line}: {_entitled(one.draft, name_of)}" for one in asked.added]
    pager = Pager(shown.page, len(lines), LISTED)
    page = [cut(line, LISTED_LINE) for line in pager.shown(lines)]
    buttons = pager.buttons(lambda there: replace(shown, page=there))
    buttons.append(button("Back to the plan", ListImport("plan", shown.token, 0)))
    return Layout([heading, "\n".join(page), f"-# {pager}"], rows(buttons))


def _entitled(draft: Draft, name_of: NameOf) -> str:
    """Return the title of a draft, of a quote with who said it and when."""
    if isinstance(draft, HideDraft):
        return f"Hidden: {titled(draft, name_of)}"
    if not isinstance(draft, QuoteDraft):
        return titled(draft, name_of)
    about = ", ".join(filter(None, (draft.speaker, draft.date, draft.occasion)))
    return titled(draft, name_of) + (f" — {safe(cut(flat(about), SIGNED))}" if about else "")


def _conflicts(clashing: Sequence[FileEntry], replacing: Collection[str]) -> str:
    if not clashing:
        return ""
    chosen = sum(one.id in replacing for one in clashing)
    return (
        f"**Conflicts: {len(clashing)}** what has the same id here is different\n"
        f"{len(clashing) - chosen} stay as they are here, {chosen} are replaced by the file's, "
        "each as a new revision."
    )


def _choices(
    clashing: Sequence[FileEntry],
    token: int,
    name_of: NameOf,
    replacing: Collection[str],
    page: int,
) -> Iterator[Row]:
    """Return menus for the conflicts of a page, buttons for all of them, and page buttons."""
    pager = Pager(page, len(clashing), MENU_OPTIONS)
    page, shown = pager.page, pager.shown(clashing)
    yield discord.ui.ActionRow(
        discord.ui.Select(
            custom_id=str(ChooseConflicts(token, page)),
            placeholder="Keep all of these; choose what the file replaces",
            min_values=0,
            max_values=len(shown),
            options=[_option(one, name_of, one.id in replacing) for one in shown],
        )
    )
    buttons = [
        button("Replace all", ResolveConflicts("all", token, page)),
        button("Keep all", ResolveConflicts("none", token, page)),
    ]
    buttons += pager.buttons(
        lambda there: ResolveConflicts("page", token, there), "Earlier conflicts", "More conflicts"
    )
    yield from rows(buttons)


def _option(one: FileEntry, name_of: NameOf, chosen: bool) -> discord.SelectOption:
    label = flat(visible(f"{one.id} · {_plain_title(one.draft, name_of)}"))
    return discord.SelectOption(
        label=cut(label, OPTION_TEXT),
        value=one.id or "",
        description=cut(visible(_differs(one)), OPTION_TEXT) or None,
        default=chosen,
    )


def _plain_title(draft: Draft, name_of: NameOf) -> str:
    """Return the title of a draft for a label, in which no markdown has to be escaped."""
    match draft:
        case EntryDraft():
            return without_spoilers(draft.name)
        case QuoteDraft():
            return draft.words
        case NoteDraft():
            return f"Note on {name_of(draft.about)}"
        case HideDraft():
            return f"Hidden: {draft.name}"
        case AliasDraft():
            return f"{without_spoilers(draft.name)} for {name_of(draft.about)}"


def _differs(one: FileEntry) -> str:
    """Return in short how the file's entry differs from the server's."""
    if one.mine is None or one.live != one.mine.live:
        return "removed in the file" if not one.live else "removed here"
    first = diff(one.mine.draft, one.draft)[0]
    before, after = (" ".join(text.split())[:SIDE] for text in (first.before, first.after))
    return f"{first.field}: “{before}” here, “{after}” in the file"


def _part(
    name: str, asked: Plan, entries: Sequence[FileEntry], name_of: NameOf, what: str = ""
) -> str:
    if not entries:
        return ""
    lines = (
        f"- {asked.shape.unit} {one.line}: {one.id or 'new'} {_entitled(one.draft, name_of)}"
        for one in entries
    )
    return _listed(f"**{name}: {len(entries)}** {what}".rstrip(), lines, len(entries))


def _refused(asked: Plan) -> str:
    if not asked.refused:
        return ""
    lines = (
        f"- {asked.shape.unit} {one.line}: {safe(cut(one.reason, 150))}" for one in asked.refused
    )
    return _listed(f"**Refused: {len(asked.refused)}**", lines, len(asked.refused))


def _listed(heading: str, lines: Iterable[str], count: int) -> str:
    more = [f"- and {count - LINES} more"] if count > LINES else []
    return shortened("\n".join((heading, *islice(lines, LINES), *more)), 1500)


def pack(written: ServerPack) -> str:
    """Return what a pack of a server's lore holds, and what of it is left out."""
    entries = counted(written.entries, "entry", "entries")
    under = f"under {written.licence}" if written.licence else "under no licence"
    under = "all rights kept" if written.licence == OWN_WORK else under
    lines = [
        f"A pack of {entries} and {counted(written.quotes, 'quote')}, {under}. Unpack it, and "
        "`lorebot run --pack` answers from its folder.",
        *(f"- left out: {what}" for what in written.left_out),
    ]
    return "\n".join(lines)


def imported(done: Imported, import_id: int) -> Layout:
    """Return the confirmation of an import, with a button to undo it."""
    sentence = f"Imported: {done.added} added, {done.changed} changed."
    return Layout([sentence], undo(done, import_id))


def undo(done: Imported, import_id: int) -> list[Row]:
    """Return the button that undoes an import; None if it changed nothing."""
    count = done.added + done.changed
    return list(rows([button("Undo this import", UndoImport(import_id))] if count else []))


def undone(done: Undone) -> Layout:
    """Return the confirmation that an import was undone, or that nothing of it was left to undo."""
    begins = "The import is undone" if done.reverted else "There is nothing left to undo"
    return Layout([f"{begins}: {undo_summary(done)}."])


def undo_summary(done: Undone) -> str:
    """Return how many entries an undo changed and left alone."""
    counts = [f"{done.removed} removed, {done.rolled_back} as before"] if done.reverted else []
    counts += [f"{done.already} undone already"] if done.already else []
    counts += [f"{done.left} left alone, as changed since"] if done.left else []
    return ", ".join(counts)
