"""`/entry`: what curators do with their server's own lore; and "Save as quote" in message menus."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Choice

from bot.core.completing import offers
from bot.core.curators import NotACuratorError
from bot.core.deferring import send
from bot.core.page import Layout
from bot.core.places import FOR_CURATORS, IN_SERVERS, OF_SERVERS
from bot.core.replying import drawn
from bot.core.text import cut, flat
from bot.features.curation import exchange
from bot.features.curation.deciding import waiting
from bot.features.curation.draft_sessions import Purpose, Verb, blank
from bot.features.curation.drafting import begin, open_form
from bot.features.curation.history import bring_back
from bot.features.curation.messages import said
from bot.features.curation.office import Curator, Office
from bot.features.curation.press import CuratorPress, curating, reply
from bot.features.curation.views import changes, notices
from bot.features.lookup.cog import WHAT
from lore.curation.drafts import EntryDraft, QuoteDraft
from lore.curation.service import COMPLETIONS
from lore.ledger.port import StateError
from lore.ledger.records import Change, ServerEntry
from lore.pack.model import SERVER, Kind
from lore.query.answers import Found, Ref
from lore.query.labels import LONGEST as LABEL


class Entry(app_commands.Group):
    """The commands for curators; every reply is private, every change is written to the log."""

    def __init__(self, office: Office) -> None:
        super().__init__(
            name="entry",
            description="This server's own lore: add, edit, undo; for curators",
            default_permissions=FOR_CURATORS,
            allowed_contexts=IN_SERVERS,
            allowed_installs=OF_SERVERS,
        )
        self._office = office

    @app_commands.command()
    @app_commands.describe(kind="What it is")
    @app_commands.choices(kind=WHAT)
    async def add(self, interaction: discord.Interaction, kind: str) -> None:
        """Write an entry or a quote; you see it before anybody else does."""
        async with curating(interaction, self._office) as curator:
            purpose = Purpose(Verb.ADD, kind)
            await begin(interaction, self._office, curator, purpose, blank(purpose))

    @app_commands.command()
    @app_commands.describe(entry="Which one, by name or id")
    async def edit(self, interaction: discord.Interaction, entry: str) -> None:
        """Change one of this server's entries, quotes or notes."""
        async with curating(interaction, self._office) as curator:
            id = await self._office.curation.meant(curator.guild_id, entry, live=True)
            now = await self._office.ledger.entries.entry(curator.guild_id, id)
            if not now.live:
                raise StateError(f"{id} is removed. /entry restore brings it back.")
            self._office.curation.check_story(now.draft)
            purpose = Purpose(Verb.EDIT, id, now.revision)
            await open_form(interaction, self._office, purpose, now.draft)

    @app_commands.command()
    @app_commands.describe(name="An entry of the pack, by any name")
    async def annotate(self, interaction: discord.Interaction, name: str) -> None:
        """Put a note of this server under an entry of the pack."""
        async with curating(interaction, self._office) as curator:
            answer = await self._office.desk.library.look_up(name, curator.scope)
            if not isinstance(answer, Found):
                # No question of somebody who wants to know: not to be counted as one.
                layout, _ = drawn(answer, curator.manner, noting)
                await send(interaction, layout, private=True)
                return
            await annotate(interaction, self._office, curator, answer.view.ref)

    @app_commands.command()
    @app_commands.describe(entry="Which one, by name or id")
    async def remove(self, interaction: discord.Interaction, entry: str) -> None:
        """Take one of this server's entries, quotes or notes away; it can come back."""
        async with curating(interaction, self._office) as curator:
            id = await self._office.curation.meant(curator.guild_id, entry, live=True)
            removed = await self._office.curation.remove(curator.guild_id, id, curator.by)
            by, name_of = curator.by.person_id, self._office.name_of
            report = changes.report(by, Change.REMOVED, removed, name_of)
            async with self._office.reporting(interaction, curator.guild_id, report):
                await send(interaction, changes.removed(removed, name_of), private=True)

    @app_commands.command()
    @app_commands.describe(entry="Which one, by name or id")
    async def restore(self, interaction: discord.Interaction, entry: str) -> None:
        """Bring back what was removed."""
        async with curating(interaction, self._office) as curator:
            id = await self._office.curation.meant(curator.guild_id, entry, live=False)
            await bring_back(interaction, self._office, curator, id)

    @app_commands.command()
    @app_commands.describe(entry="Which one, by name or id")
    async def history(self, interaction: discord.Interaction, entry: str) -> None:
        """Who changed what and when, with a way back to any revision."""
        async with curating(interaction, self._office) as curator:
            id = await self._office.curation.meant(curator.guild_id, entry)
            steps = await self._office.ledger.entries.history(curator.guild_id, id)
            layout = changes.history_of(id, steps, self._office.name_of)
            await send(interaction, layout, private=True)

    @app_commands.command(name="list")
    async def list_(self, interaction: discord.Interaction) -> None:
        """All that this server has added, the newest first."""
        async with curating(interaction, self._office) as curator:
            await send(interaction, await listed(self._office, curator, 0), private=True)

    @app_commands.command()
    async def queue(self, interaction: discord.Interaction) -> None:
        """Decide about what members suggest."""
        async with curating(interaction, self._office) as curator:
            await send(interaction, await waiting(interaction, self._office, curator), private=True)

    @app_commands.command()
    async def unanswered(self, interaction: discord.Interaction) -> None:
        """What people asked in vain, the most asked first."""
        async with curating(interaction, self._office) as curator:
            asked, more = await self._office.curation.unanswered(curator.guild_id, curator.scope)
            await send(interaction, notices.unanswered(asked, more), private=True)

    @app_commands.command()
    async def export(self, interaction: discord.Interaction) -> None:
        """Download this server's own lore with its history."""
        async with curating(interaction, self._office) as curator:
            await exchange.export(interaction, self._office, curator)

    @app_commands.command(name="import")
    @app_commands.describe(file="A file from /entry export, up to 1 MB")
    async def import_(self, interaction: discord.Interaction, file: discord.Attachment) -> None:
        """Take in a file; first you see what it would do."""
        async with curating(interaction, self._office) as curator:
            await exchange.dry_run(interaction, self._office, curator, file)

    @edit.autocomplete("entry")
    @remove.autocomplete("entry")
    async def complete_live(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        return await self._own(interaction, typed, True)

    @history.autocomplete("entry")
    async def complete_any(self, interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
        return await self._own(interaction, typed, True, False)

    @restore.autocomplete("entry")
    async def complete_removed(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        return await self._own(interaction, typed, False)

    @annotate.autocomplete("name")
    async def complete_pack(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        library = self._office.desk.library
        found = await library.complete(typed, await self._office.desk.scope(interaction))
        return offers((one for one in found if one.ref.tier != SERVER), library.info)

    async def _own(
        self, interaction: discord.Interaction, typed: str, *states: bool
    ) -> list[Choice[str]]:
        """What fits of the server's own that is live (True), removed (False), or first one."""
        try:
            curator = await self._office.admit(interaction)
        except NotACuratorError:
            return []
        curation = self._office.curation
        found = [
            one
            for live in states
            for one in await curation.complete(curator.guild_id, typed, live=live)
        ]
        return [
            Choice(
                name=_offered(one, curation.title(one.draft), mark=one.live not in states[:1]),
                value=one.id,
            )
            for one in found[:COMPLETIONS]
        ]


def _offered(one: ServerEntry, title: str, *, mark: bool) -> str:
    state = " · removed" if mark else ""
    return cut(flat(f"{one.id} · {title}"), LABEL - len(state)) + state


async def listed(office: Office, curator: Curator, page: int) -> Layout:
    """A page of what a server has added."""
    added = (await office.desk.library.overlay(curator.guild_id)).lore.values()
    newest_first = sorted(added, key=lambda one: int(one.id[1:]), reverse=True)
    return changes.own(newest_first, office.name_of, page)


class Own(CuratorPress[discord.ui.Button[Any]], template=r"own:(?P<page>\d+)"):
    """Turns to another page of what the server has added."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        await reply(interaction, await listed(office, curator, int(self.asked["page"])))


async def annotate(
    interaction: discord.Interaction, office: Office, curator: Curator, ref: Ref
) -> None:
    """Open the form of a note under an entry of the pack."""
    if ref.tier == SERVER:
        raise StateError(f"{ref.id} is this server's own: change it with /entry edit.")
    purpose = Purpose(Verb.NOTE, ref.id)
    await begin(interaction, office, curator, purpose, blank(purpose))


def noting(_: bool, id: str) -> str:
    """The custom_id of a button that opens the form of a note under that entry."""
    return f"annotate:{id}"


class Annotate(CuratorPress[discord.ui.Button[Any]], template=r"annotate:(?P<id>[\w.-]+)"):
    """Opens the form of a note under the entry that was meant."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        answer = await office.desk.library.entry(self.asked["id"], curator.scope)
        if isinstance(answer, Found):
            await annotate(interaction, office, curator, answer.view.ref)
        else:
            await reply(interaction, drawn(answer, curator.manner)[0])


class InVain(CuratorPress[discord.ui.Select[Any]], template="vain"):
    """Opens the form of what was asked in vain, of the kind that was asked for."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        question = self.item.values[0]
        asked = await office.ledger.questions.find(curator.guild_id, question)
        kind = asked.kind if asked and asked.kind else Kind.CHARACTER
        purpose = Purpose(Verb.ADD, kind)
        draft = blank(purpose)
        words = asked.question if asked else question
        if isinstance(draft, QuoteDraft):
            draft = replace(draft, words=words)
        elif isinstance(draft, EntryDraft):
            draft = replace(draft, name=words)
        await begin(interaction, office, curator, purpose, draft)


class Dismiss(CuratorPress[discord.ui.Select[Any]], template="dismiss"):
    """Takes questions off the list of what was asked in vain."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        questions, at = self.item.values, curator.by.at
        await office.ledger.questions.dismiss(curator.guild_id, questions, at)
        asked, more = await office.curation.unanswered(curator.guild_id, curator.scope)
        await reply(interaction, notices.unanswered(asked, more, questions, at))


class Undismiss(CuratorPress[discord.ui.Button[Any]], template=r"undismiss:(?P<at>\d{1,12})"):
    """Puts back on the list what was taken off it at a time."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        at = datetime.fromtimestamp(int(self.asked["at"]), UTC)
        await office.ledger.questions.bring_back(curator.guild_id, at)
        asked, more = await office.curation.unanswered(curator.guild_id, curator.scope)
        await reply(interaction, notices.unanswered(asked, more))


def save_as_quote(office: Office) -> app_commands.ContextMenu:
    """The entry in a message's menu that makes a quote of the message."""

    async def save(interaction: discord.Interaction, message: discord.Message) -> None:
        async with curating(interaction, office) as curator:
            words, speaker = said(message)
            draft = QuoteDraft(words, speaker=speaker, source=message.jump_url)
            await begin(interaction, office, curator, Purpose(Verb.ADD, "quote"), draft)

    menu = app_commands.ContextMenu(
        name="Save as quote",
        callback=save,
        allowed_contexts=IN_SERVERS,
        allowed_installs=OF_SERVERS,
    )
    menu.default_permissions = FOR_CURATORS
    return menu
