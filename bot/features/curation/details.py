"""What an entry of a server's own has beside its text: relations, facts, its place in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from discord.app_commands import Choice
from discord.ext import commands

from bot.core.curators import require_curator
from bot.core.hidden import why_missing
from bot.core.request import RequestContext, UnknownComponentError
from bot.core.router import handles
from bot.core.text import QUERY, cut, safe
from bot.features.curation.ids import TakeOut
from bot.features.curation.views import changes
from bot.features.curation.views.details import AFTER, FACT, RELATION, STALE, details_page
from lore.curation.diff import diff
from lore.curation.drafts import Draft, DraftError, EntryDraft, OwnFact, OwnRelation, only_entries
from lore.errors import LoreError
from lore.ledger.port import StateError
from lore.ledger.records import Change, ServerEntry
from lore.pack.model import Kind, PackInfo
from lore.query.answers import DidYouMean, Found, Ref
from lore.query.own_events import comes_after
from lore.search.normalise import caseless

Amended = Callable[[EntryDraft], EntryDraft]

# Follows the id of a relation's type where it is told from its other end.
_INVERSE = ":inverse"
_MOST = 25


class NotMeantError(LoreError):
    """An option names no entry or no type of relation; the text says what could be named."""


class DetailsCog(commands.Cog):
    """Lets curators take details out of an entry again."""

    @handles(TakeOut)
    async def take_out(self, ctx: RequestContext, pressed: TakeOut) -> None:
        """Take the chosen details out of an entry, unless it has changed since."""
        guild_id, id = require_curator(ctx), pressed.entry_id
        chosen = ctx.component.chosen
        now = await ctx.services.ledger.entries.entry(guild_id, id)
        if now.revision != pressed.revision:
            await show_details(ctx, now, STALE)
            return
        await _amend(ctx, id, lambda draft: _without(draft, chosen))


async def link(ctx: RequestContext, entry: str, type: str, other: str) -> None:
    """Relate an entry of the server's own to another entry."""
    id = await _own_entry(ctx, entry)
    type_id, inverse = _relation_type(ctx.services.library.info, type)
    to = (await _meant(ctx, other, None)).id
    if to == id:
        raise DraftError("An entry has no relation to itself. Choose another one.")
    relation = OwnRelation(type_id, to, inverse)

    def amended(draft: EntryDraft) -> EntryDraft:
        return replace(draft, relations=(*draft.relations, relation))

    await _amend(ctx, id, amended)


async def add_fact(ctx: RequestContext, entry: str, label: str, value: str) -> None:
    """Put a fact into the box of an entry of the server's own."""
    id, fact = await _own_entry(ctx, entry), OwnFact(label, value)
    await _amend(ctx, id, lambda draft: replace(draft, facts=(*draft.facts, fact)))


async def place_in_time(ctx: RequestContext, entry: str, after: str | None) -> None:
    """Say after which event one of the server's own happened; None: that is not told."""
    id = await _own_entry(ctx, entry)
    layer = await ctx.services.library.layer(ctx.server)
    if id in layer.entries and (kind := layer.entries[id].ref.kind) is not Kind.EVENT:
        raise StateError(f"{id} is of the kind {kind}: only events have a place in the timeline.")
    before = ""
    if after:
        ref = await _meant(ctx, after, Kind.EVENT)
        if ref.kind is not Kind.EVENT:
            raise DraftError(f"{ref.name} is of the kind {ref.kind}. Choose an event.")
        if ref.id == id:
            raise DraftError("An event does not come after itself. Choose another one.")
        if comes_after(ref.id, id, layer.lore):
            raise DraftError(f"{ref.name} comes after this event already, so it is not before it.")
        before = ref.id
    await _amend(ctx, id, lambda draft: replace(draft, after=before), await _untimed(ctx, before))


async def _untimed(ctx: RequestContext, before: str) -> str:
    """Return a warning if it is not told when the event happened that another comes after."""
    found = await ctx.services.library.entry(before, ctx.scope) if before else None
    if not isinstance(found, Found):
        return ""
    event, name = found.view.happening, safe(found.view.ref.title)
    if event is None or event.position is not None:
        return ""
    return f"⚠ It is not told when {name} happened, so the time of this event is not told either."


async def telling(ctx: RequestContext, entry: str, unlike: str | None) -> str:
    """Return the id of the server's own entry that tells a sentence of the story otherwise."""
    if not unlike:
        raise DraftError("Say with unlike: which sentence of the story it tells otherwise.")
    return (await _own_details(ctx, entry)).id


async def show(ctx: RequestContext, entry: str) -> None:
    """Show the details of an entry of the server's own."""
    await show_details(ctx, await _own_details(ctx, entry))


async def _own_details(ctx: RequestContext, entry: str) -> ServerEntry:
    """Return an entry that has details; StateError for a quote or the like."""
    id = await _own_entry(ctx, entry)
    now = await ctx.services.ledger.entries.entry(ctx.server, id)
    if not isinstance(now.draft, EntryDraft):
        raise StateError(only_entries(id, now.draft.kind))
    return now


async def show_details(ctx: RequestContext, entry: ServerEntry, remark: str = "") -> None:
    """Show the details of an entry, and the menu that takes some out."""
    curation = ctx.services.curation
    describe, gone = (
        await curation.describer(ctx.server),
        await curation.gone(ctx.server, entry.draft),
    )
    await ctx.reply(details_page(entry, describe, gone, remark, shown=ctx.shows_own))


async def relation_choices(
    ctx: RequestContext, typed: str, entry: str, other: str
) -> list[Choice[str]]:
    """Return the types of relations that have what is typed in their label.

    Where both entries are chosen already, only those that the story has between such kinds.
    """
    library, wanted = ctx.services.library, caseless(typed)
    refs = await library.refs(ctx.server)
    here, there = (ref.kind if (ref := refs(id)) else None for id in (entry, other))

    def fits(value: str) -> bool:
        ends = (there, here) if value.endswith(_INVERSE) else (here, there)
        return library.may_relate(value.removesuffix(_INVERSE), *ends)

    return [
        Choice(name=label, value=value)
        for label, value in _labels(library.info)
        if wanted in caseless(label) and fits(value)
    ][:_MOST]


def _labels(info: PackInfo) -> Iterator[tuple[str, str]]:
    """Yield how each type of relation reads from its ends, with what stands for it."""
    for type in sorted(info.relation_types, key=lambda one: -one.importance):
        yield type.label, type.id
        if type.inverse != type.label:
            yield type.inverse, type.id + _INVERSE


def _relation_type(info: PackInfo, typed: str) -> tuple[str, bool]:
    """Return the type of relation that is meant, and whether it is told from its other end."""
    wanted = caseless(typed)
    for label, value in _labels(info):
        if wanted in (caseless(label), value):
            return value.removesuffix(_INVERSE), value.endswith(_INVERSE)
    labels = [label for label, _ in _labels(info)][:_MOST]
    if not labels:
        raise NotMeantError("This story has no types of relations, so none can be added.")
    raise NotMeantError(
        f"“{cut(typed, QUERY)}” is no type of relation of this story. "
        f"Pick one from the list that opens as you type: {', '.join(labels)}."
    )


async def _own_entry(ctx: RequestContext, entry: str) -> str:
    return await ctx.services.curation.resolve(ctx.server, entry, live=True)


async def _meant(ctx: RequestContext, name: str, kind: Kind | None) -> Ref:
    """Return the entry that a name surely means."""
    answer = await ctx.services.library.look_up(name, ctx.scope, kind)
    if isinstance(answer, Found):
        return answer.view.ref
    choices = answer.choices if isinstance(answer, DidYouMean) else ()
    why = await why_missing(ctx, name, kind)
    could = f" could be {', '.join(one.ref.title for one in choices)}" if choices else ""
    raise NotMeantError(
        f"“{cut(name, QUERY)}”{could or ' is no entry here'}. "
        f"{why or 'Pick one from the list that opens as you type.'}"
    )


async def _amend(ctx: RequestContext, id: str, amended: Amended, warning: str = "") -> None:
    """Change a detail of an entry, log it, and show all details as they are now."""
    curation, by = ctx.services.curation, ctx.actor
    before, after = await curation.amend(ctx.server, id, amended, by)
    if before.revision == after.revision:
        await show_details(ctx, after, "It says that already. Nothing was changed.")
        return
    name_of, describe = curation.name_of, await curation.describer(ctx.server)
    changed = diff(before.draft, after.draft, describe)
    async with ctx.reporting(changes.report(by.person_id, Change.EDITED, after, name_of, changed)):
        await show_details(ctx, after, f"✓ Saved as revision {after.revision}.\n{warning}".strip())


def _without(draft: Draft, chosen: list[str]) -> EntryDraft:
    """Return an entry without the chosen details."""
    if not isinstance(draft, EntryDraft):
        raise UnknownComponentError
    relations = (one for n, one in enumerate(draft.relations) if f"{RELATION}{n}" not in chosen)
    facts = (one for n, one in enumerate(draft.facts) if f"{FACT}{n}" not in chosen)
    after = "" if AFTER in chosen else draft.after
    return replace(draft, relations=tuple(relations), facts=tuple(facts), after=after)
