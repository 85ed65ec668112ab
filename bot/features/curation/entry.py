"""`/entry`: what curators do with their server's own lore."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.core.command_options import FOR_CURATORS, IN_SERVERS, KINDS_TO_WRITE, OF_SERVERS
from bot.core.curators import NotACuratorError, require_curator
from bot.core.page import Layout
from bot.core.request import RequestContext, UnknownComponentError, request
from bot.core.router import handles
from bot.core.text import cut, flat
from bot.features.curation import details
from bot.features.curation.aliases import add_alias
from bot.features.curation.choosing import chosen_entry, named_entry
from bot.features.curation.draft_sessions import blank
from bot.features.curation.exchange import ExchangeCog
from bot.features.curation.hiding import hidden_page, hide_named
from bot.features.curation.history import history_page, remove_entry, restore_entry
from bot.features.curation.ids import (
    AnnotateEntry,
    BringBackUnanswered,
    DismissUnanswered,
    DraftAction,
    DraftTarget,
    ListOwn,
    WriteUnanswered,
)
from bot.features.curation.opening import begin, open_form
from bot.features.curation.queue import waiting
from bot.features.curation.sentences import sentence_choices, sentence_meant
from bot.features.curation.views import changes, unanswered
from bot.features.lookup import entry_choices, offers
from bot.features.problems import curating
from bot.features.quotes import quote_offers
from lore.curation.drafts import EntryDraft, HideDraft, NoteDraft, QuoteDraft, editable
from lore.curation.service import COMPLETIONS
from lore.ledger.port import StateError
from lore.ledger.records import ServerEntry
from lore.pack.model import SERVER, Kind
from lore.query.answers import Found, Ref
from lore.query.resolve import LONGEST_LABEL

NO_LICENCE = "none"
EXPORTS = [
    Choice(name="File with the history, for /entry import", value="file"),
    Choice(name="Pack without the history, for a bot of its own", value="pack"),
]
LICENCES = [
    Choice(name="None given", value=NO_LICENCE),
    Choice(name="Own words, all rights kept", value="own"),
    Choice(name="CC0: anybody may do anything", value="CC0 1.0"),
    Choice(name="CC BY: whoever wrote it is named", value="CC BY 4.0"),
    Choice(name="CC BY-SA: and passed on likewise", value="CC BY-SA 4.0"),
]


class EntriesCog(commands.Cog):
    """Lets curators change their server's lore; every reply is private, every change is logged."""

    entry = app_commands.Group(
        name="entry",
        description="This server's own lore: add, edit, undo; for curators",
        default_permissions=FOR_CURATORS,
        allowed_contexts=IN_SERVERS,
        allowed_installs=OF_SERVERS,
    )

    def __init__(self, exchange: ExchangeCog) -> None:
        self._exchange = exchange

    @entry.command()
    @app_commands.describe(kind="What it is")
    @app_commands.choices(kind=KINDS_TO_WRITE)
    async def add(self, interaction: discord.Interaction, kind: str) -> None:
        """Write an entry or a quote; you see it before anybody else does."""
        ctx = request(interaction)
        async with curating(ctx):
            target = DraftTarget(DraftAction.ADD, kind)
            await begin(ctx, target, blank(target))

    @entry.command()
    @app_commands.describe(entry="Which one, by name or id")
    async def edit(self, interaction: discord.Interaction, entry: str) -> None:
        """Change one of this server's entries, quotes or notes."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            id = await ctx.services.curation.resolve(guild_id, entry, live=True)
            now = await ctx.services.ledger.entries.entry(guild_id, id)
            if not now.live:
                raise StateError(f"{id} is removed. /entry restore brings it back.")
            ctx.services.curation.check_story(now.draft)
            draft = editable(now.draft)
            await open_form(ctx, DraftTarget(DraftAction.EDIT, id, now.revision), draft)

    @entry.command()
    @app_commands.describe(
        entry="One of this server's own, by name or id",
        type="What it is to the other",
        other="The other entry, of the story or of this server's own",
    )
    async def link(
        self, interaction: discord.Interaction, entry: str, type: str, other: str
    ) -> None:
        """Relate one of this server's entries to another; both show it."""
        ctx = request(interaction)
        async with curating(ctx):
            await details.link(ctx, entry, type, other)

    @entry.command()
    @app_commands.describe(
        entry="One of this server's own, by name or id",
        label="What it tells, such as Species",
        value="What that is, in a few words",
    )
    async def fact(
        self, interaction: discord.Interaction, entry: str, label: str, value: str
    ) -> None:
        """Put a fact into the box of one of this server's entries."""
        ctx = request(interaction)
        async with curating(ctx):
            await details.add_fact(ctx, entry, label, value)

    @entry.command()
    @app_commands.describe(
        entry="One of this server's own events, by name or id",
        after="The event before it; leave it out where that is not told",
    )
    async def when(
        self, interaction: discord.Interaction, entry: str, after: str | None = None
    ) -> None:
        """Give one of this server's events its place in the timeline."""
        ctx = request(interaction)
        async with curating(ctx):
            await details.place_in_time(ctx, entry, after)

    @entry.command(name="details")
    @app_commands.describe(entry="One of this server's own, by name or id")
    async def details_(self, interaction: discord.Interaction, entry: str) -> None:
        """Relations, facts and place in time of an entry, and how to take them out."""
        ctx = request(interaction)
        async with curating(ctx):
            await details.show(ctx, entry)

    @entry.command()
    @app_commands.describe(
        name="An entry of the pack, by any name",
        unlike="A sentence of that entry which is told otherwise here",
        entry="One of this server's own that tells it so, by name or id",
    )
    async def annotate(
        self,
        interaction: discord.Interaction,
        name: str,
        unlike: str | None = None,
        entry: str | None = None,
    ) -> None:
        """Put a note of this server under an entry of the pack, or tell a sentence otherwise."""
        ctx = request(interaction)
        async with curating(ctx):
            within = entry and await details.telling(ctx, entry, unlike)
            if view := await named_entry(ctx, name, _note_id):
                await _annotate(ctx, view.ref, unlike and sentence_meant(view, unlike), within)

    @entry.command()
    @app_commands.describe(
        name="An entry of the story, by any name", alias="What it is called in this server"
    )
    async def alias(self, interaction: discord.Interaction, name: str, alias: str) -> None:
        """Let an entry of the story be found by another name in this server."""
        ctx = request(interaction)
        async with curating(ctx):
            await add_alias(ctx, name, alias)

    @entry.command()
    @app_commands.describe(name="An entry of the story, by any name", quote="Or a quote, by its id")
    async def hide(
        self, interaction: discord.Interaction, name: str | None = None, quote: str | None = None
    ) -> None:
        """Hide an entry or a quote of the story in this server; it can be shown again."""
        ctx = request(interaction)
        async with curating(ctx):
            await hide_named(ctx, name or "", quote or "")

    @entry.command()
    @app_commands.describe(entry="Which one, by name or id")
    async def remove(self, interaction: discord.Interaction, entry: str) -> None:
        """Take one of this server's entries, quotes or notes away; it can come back."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            id = await ctx.services.curation.resolve(guild_id, entry, live=True)
            await remove_entry(ctx, id)

    @entry.command()
    @app_commands.describe(entry="Which one, by name or id")
    async def restore(self, interaction: discord.Interaction, entry: str) -> None:
        """Bring back what was removed."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            id = await ctx.services.curation.resolve(guild_id, entry, live=False)
            await restore_entry(ctx, id)

    @entry.command()
    @app_commands.describe(entry="Which one, by name or id")
    async def history(self, interaction: discord.Interaction, entry: str) -> None:
        """Who changed what and when, with a way back to any revision."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            id = await ctx.services.curation.resolve(guild_id, entry)
            await ctx.send(await history_page(ctx, id), private=True)

    @entry.command(name="list")
    @app_commands.describe(hidden="What this server hides of the story instead")
    async def list_(self, interaction: discord.Interaction, hidden: bool = False) -> None:
        """All that this server has added, the newest first; or all that it hides."""
        ctx = request(interaction)
        async with curating(ctx):
            page = await (hidden_page(ctx, 0) if hidden else _listed(ctx, 0))
            await ctx.send(page, private=True)

    @entry.command()
    async def queue(self, interaction: discord.Interaction) -> None:
        """Decide about what members suggest, and what they say is wrong."""
        ctx = request(interaction)
        async with curating(ctx):
            await ctx.send(await waiting(ctx), private=True)

    @entry.command()
    async def unanswered(self, interaction: discord.Interaction) -> None:
        """What people asked in vain, the most asked first."""
        ctx = request(interaction)
        async with curating(ctx) as guild_id:
            asked, more = await ctx.services.curation.unanswered(guild_id, ctx.scope)
            await ctx.send(unanswered.page(asked, more), private=True)

    @entry.command()
    @app_commands.rename(as_="as")
    @app_commands.describe(
        as_="A file for /entry import, or a pack that a bot of its own answers from",
        licence="Under which others may use the words of the pack",
    )
    @app_commands.choices(as_=EXPORTS, licence=LICENCES)
    async def export(
        self,
        interaction: discord.Interaction,
        as_: str | None = None,
        licence: str | None = None,
    ) -> None:
        """Download this server's own lore: with its history, or as a pack."""
        ctx = request(interaction)
        async with curating(ctx):
            # A file with the history needs no licence, so that one asks for a pack.
            if as_ == "pack" or (as_ is None and licence):
                given = "" if licence == NO_LICENCE else licence or ""
                await self._exchange.export_pack(ctx, given)
            else:
                await self._exchange.export(ctx)

    @entry.command(name="import")
    @app_commands.describe(
        file="Quotes as JSON, CSV or text, or a file from /entry export; up to 1 MB"
    )
    async def import_(self, interaction: discord.Interaction, file: discord.Attachment) -> None:
        """Take in a file; first you see what it would do."""
        ctx = request(interaction)
        async with curating(ctx):
            await self._exchange.dry_run(ctx, file)

    @link.autocomplete("type")
    async def complete_type(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        chosen = dict(iter(interaction.namespace))
        ends = (str(chosen.get(end) or "") for end in ("entry", "other"))
        return await details.relation_choices(request(interaction), typed, *ends)

    @link.autocomplete("other")
    async def complete_other(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        return await entry_choices(request(interaction), typed, None)

    @when.autocomplete("after")
    async def complete_after(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        return await entry_choices(request(interaction), typed, Kind.EVENT)

    @link.autocomplete("entry")
    @fact.autocomplete("entry")
    @when.autocomplete("entry")
    @details_.autocomplete("entry")
    @annotate.autocomplete("entry")
    @edit.autocomplete("entry")
    @remove.autocomplete("entry")
    async def complete_live(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        return await _complete_own(request(interaction), typed, True)

    @history.autocomplete("entry")
    async def complete_any(self, interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
        return await _complete_own(request(interaction), typed, True, False)

    @restore.autocomplete("entry")
    async def complete_removed(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        return await _complete_own(request(interaction), typed, False)

    @alias.autocomplete("name")
    @annotate.autocomplete("name")
    @hide.autocomplete("name")
    async def complete_pack(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        ctx = request(interaction)
        library = ctx.services.library
        found = await library.complete(typed, ctx.scope)
        return offers((one for one in found if one.ref.tier != SERVER), library.info)

    @hide.autocomplete("quote")
    async def complete_quote(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        ctx = request(interaction)
        found = await ctx.services.library.complete_quote(typed, ctx.scope)
        return quote_offers((one for one in found if one.tier != SERVER), ctx.options())

    @annotate.autocomplete("unlike")
    async def complete_sentence(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        ctx, name = request(interaction), dict(iter(interaction.namespace)).get("name")
        answer = await ctx.services.library.look_up(name, ctx.scope) if name else None
        return sentence_choices(answer.view, typed) if isinstance(answer, Found) else []

    @handles(ListOwn)
    async def list_own(self, ctx: RequestContext, pressed: ListOwn) -> None:
        """Turn to another page of the server's own entries."""
        require_curator(ctx)
        await ctx.reply(await _listed(ctx, pressed.page))

    @handles(AnnotateEntry)
    async def annotate_meant(self, ctx: RequestContext, pressed: AnnotateEntry) -> None:
        """Open the form for a note under the chosen entry."""
        require_curator(ctx)
        if ref := await chosen_entry(ctx, pressed.entry_id):
            await _annotate(ctx, ref)

    @handles(WriteUnanswered)
    async def write_unanswered(self, ctx: RequestContext, _: WriteUnanswered) -> None:
        """Open the form for an unanswered question, of the kind that was asked for."""
        guild_id, question = require_curator(ctx), ctx.component.choice
        asked = await ctx.services.ledger.questions.find(guild_id, question)
        kind = asked.kind if asked and asked.kind else Kind.CHARACTER
        target = DraftTarget(DraftAction.ADD, kind)
        draft = blank(target)
        words = asked.question if asked else question
        if isinstance(draft, QuoteDraft):
            draft = replace(draft, words=words)
        elif isinstance(draft, EntryDraft):
            draft = replace(draft, name=words)
        await begin(ctx, target, draft)

    @handles(DismissUnanswered)
    async def dismiss(self, ctx: RequestContext, _: DismissUnanswered) -> None:
        """Dismiss unanswered questions."""
        guild_id, questions, at = require_curator(ctx), ctx.component.chosen, ctx.actor.at
        await ctx.services.ledger.questions.dismiss(guild_id, questions, at)
        asked, more = await ctx.services.curation.unanswered(guild_id, ctx.scope)
        await ctx.reply(unanswered.page(asked, more, questions, at))

    @handles(BringBackUnanswered)
    async def bring_back_unanswered(
        self, ctx: RequestContext, pressed: BringBackUnanswered
    ) -> None:
        """List the questions again that were dismissed together."""
        guild_id = require_curator(ctx)
        try:
            at = datetime.fromtimestamp(pressed.at, UTC)
        except (OSError, OverflowError, ValueError) as error:
            raise UnknownComponentError from error
        await ctx.services.ledger.questions.bring_back(guild_id, at)
        asked, more = await ctx.services.curation.unanswered(guild_id, ctx.scope)
        await ctx.reply(unanswered.page(asked, more))


async def _complete_own(ctx: RequestContext, typed: str, *states: bool) -> list[Choice[str]]:
    """Return completions of the server's own entries: live (True), removed (False), or both."""
    try:
        guild_id = require_curator(ctx)
    except NotACuratorError:
        return []
    curation = ctx.services.curation
    found = [one for live in states for one in await curation.complete(guild_id, typed, live=live)]
    return [
        Choice(
            name=_offered(one, curation.title(one.draft), mark=one.live not in states[:1]),
            value=one.id,
        )
        for one in found[:COMPLETIONS]
    ]


def _offered(one: ServerEntry, title: str, *, mark: bool) -> str:
    state = " · removed" if mark else ""
    return cut(flat(f"{one.id} · {title}"), LONGEST_LABEL - len(state)) + state


async def _listed(ctx: RequestContext, page: int) -> Layout:
    """Show a page of the server's own entries."""
    lore = (await ctx.services.library.layer(ctx.server)).lore.values()
    added = [one for one in lore if not isinstance(one.draft, HideDraft)]
    newest_first = sorted(added, key=lambda one: one.number, reverse=True)
    hidden = len(lore) - len(added)
    return changes.own_entries_page(newest_first, ctx.services.curation.name_of, page, hidden)


async def _annotate(
    ctx: RequestContext, ref: Ref, unlike: str | None = None, within: str | None = None
) -> None:
    """Open the form for a note under an entry of the pack, which may tell a sentence otherwise."""
    if ref.tier == SERVER:
        raise StateError(f"{ref.id} is this server's own: change it with /entry edit.")
    target = DraftTarget(DraftAction.NOTE, ref.id, within=within)
    await begin(ctx, target, NoteDraft(ref.id, "", unlike=unlike or "", within=within or ""))


def _note_id(_: bool, id: str) -> AnnotateEntry:
    """Return the custom_id that opens the form for a note under that entry."""
    return AnnotateEntry(id)
