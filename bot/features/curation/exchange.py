"""Files of a server's lore: handed out, and taken in after a dry run."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import discord

from bot.core.connection.http import UNSENT
from bot.features.curation.office import Curator, Office, Upload
from bot.features.curation.press import CuratorPress
from bot.features.curation.views import changes
from bot.features.curation.views import exchange as layouts
from lore.curation.reading import MAX_BYTES, ImportFileError
from lore.errors import LoreError
from lore.ledger.records import Plan

# Discord takes ten files a message and ten megabytes in all; each file is up to one megabyte.
FILES = 8


class GoneError(LoreError):
    """The file of a plan is no longer at hand."""


async def export(interaction: discord.Interaction, office: Office, curator: Curator) -> None:
    """Hand out all of a server's lore."""
    # Thousands of entries take longer to read than the three seconds for a first answer.
    await interaction.response.defer(ephemeral=True, thinking=True)
    now = curator.by.at
    contents = await office.ledger.exchange.export(curator.guild_id, now)
    told = "All of this server's lore with its history. `/entry import` takes it in again."
    await hand_out(interaction, told, f"lore-{now:%Y-%m-%d}", contents)


async def hand_out(
    interaction: discord.Interaction, told: str, name: str, contents: Sequence[bytes]
) -> None:
    """Send JSON files to whoever asked, after a deferral; each of about a megabyte at most."""
    for first in range(0, len(contents), FILES):
        some = enumerate(contents[first : first + FILES], first + 1)
        files = [discord.File(io.BytesIO(one), f"{name}-{number}.json") for number, one in some]
        layout = layouts.files(told, files)
        await interaction.followup.send(view=layout, files=files, ephemeral=True)


async def dry_run(
    interaction: discord.Interaction, office: Office, curator: Curator, file: discord.Attachment
) -> None:
    """Say what importing a file would do."""
    if file.size > MAX_BYTES:
        raise ImportFileError("The file is larger than 1 MB, which is as much as I read.")
    await interaction.response.defer(ephemeral=True, thinking=True)
    try:
        content = await file.read()
    except UNSENT as error:
        raise ImportFileError(
            "Discord did not hand me the file. Please attach it again."
        ) from error
    plan = await office.curation.plan_import(curator.guild_id, content)
    upload = _upload(curator, content, plan)
    office.imports.keep(interaction.id, upload)
    layout = layouts.plan(plan, interaction.id, office.name_of)
    await interaction.followup.send(view=layout, ephemeral=True)


def _upload(
    curator: Curator, content: bytes, plan: Plan, replacing: frozenset[str] = frozenset()
) -> Upload:
    """A file with what was chosen of it so far."""
    clashing = frozenset(one.id for one in plan.conflicting if one.id and one.replaceable)
    person_id, chosen = curator.by.person_id, replacing & clashing
    return Upload(curator.guild_id, person_id, content, plan.version, clashing, chosen)


def _held(office: Office, curator: Curator, token: int) -> Upload:
    """The file with that token, if it is in the curator's hand."""
    upload = office.imports.find(token)
    whose = curator.guild_id, curator.by.person_id
    if upload is None or (upload.guild_id, upload.person_id) != whose:
        raise GoneError("I no longer have this file. Please use /entry import once more.")
    return upload


async def _choose(
    interaction: discord.Interaction,
    office: Office,
    curator: Curator,
    token: int,
    replacing: frozenset[str],
    page: int,
) -> None:
    """Show what the import would do if these were replaced."""
    upload = _held(office, curator, token)
    await interaction.response.defer()
    plan = await office.curation.plan_import(curator.guild_id, upload.content, replacing)
    chosen = _upload(curator, upload.content, plan, replacing)
    office.imports.keep(token, chosen)
    anew = plan.version != upload.version
    layout = layouts.plan(plan, token, office.name_of, chosen.replacing, page, anew=anew)
    await interaction.edit_original_response(view=layout)


class Import(CuratorPress[discord.ui.Button[Any]], template=r"import:(?P<token>\d+)"):
    """Does what the dry run said, if the lore is still as it was then."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        token = int(self.asked["token"])
        upload = _held(office, curator, token)
        await interaction.response.defer()
        done = await office.curation.apply_import(
            curator.guild_id, upload.content, upload.version, curator.by, upload.replacing
        )
        if isinstance(done, Plan):
            again = _upload(curator, upload.content, done, upload.replacing)
            office.imports.keep(token, again)
            layout = layouts.plan(done, token, office.name_of, again.replacing, anew=True)
            await interaction.edit_original_response(view=layout)
            return
        office.imports.drop(token)
        what = f"**imported** · {done.added} added, {done.changed} changed"
        undo = layouts.undo(done, curator.by.interaction_id)
        report = changes.noted(curator.by.person_id, what, undo)
        async with office.reporting(interaction, curator.guild_id, report):
            layout = layouts.imported(done, curator.by.interaction_id)
            await interaction.edit_original_response(view=layout)


class ChooseConflicts(
    CuratorPress[discord.ui.Select[Any]], template=r"conflicts:(?P<token>\d+):(?P<page>\d+)"
):
    """Chooses which entries of a page replace what has their id here."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        token = int(self.asked["token"])
        upload = _held(office, curator, token)
        offered = {option.value for option in self.item.options}
        replacing = upload.replacing - offered | frozenset(self.item.values)
        page = int(self.asked["page"])
        await _choose(interaction, office, curator, token, replacing, page)


class ResolveConflicts(
    CuratorPress[discord.ui.Button[Any]],
    template=r"resolve:(?P<how>all|none|page):(?P<token>\d+):(?P<page>\d+)",
):
    """Replaces all of the server's own entries that differ, keeps all, or turns their page."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        token = int(self.asked["token"])
        upload = _held(office, curator, token)
        chosen = {"all": upload.clashing, "none": frozenset[str](), "page": upload.replacing}
        replacing, page = chosen[self.asked["how"]], int(self.asked["page"])
        await _choose(interaction, office, curator, token, replacing, page)


class UndoImport(CuratorPress[discord.ui.Button[Any]], template=r"unimport:(?P<id>\d+)"):
    """Leaves the entries of an import as they were before it."""

    async def curated(
        self, interaction: discord.Interaction, office: Office, curator: Curator
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        import_id = int(self.asked["id"])
        done = await office.curation.undo_import(curator.guild_id, import_id, curator.by)
        what = f"**import undone** · {layouts.of_undoing(done)}"
        report = changes.noted(curator.by.person_id, what)
        async with office.reporting(interaction, curator.guild_id, report):
            await interaction.edit_original_response(view=layouts.undone(done))
