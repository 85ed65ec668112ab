"""Export of a server's lore to a file, and import after a dry run."""

from __future__ import annotations

import io
from dataclasses import dataclass

import discord
from discord.ext import commands

from bot.core.audit import noted
from bot.core.connection.http import UNSENT
from bot.core.curators import require_curator
from bot.core.files import files_page, send_files
from bot.core.request import RequestContext
from bot.core.router import handles
from bot.features.curation.ids import (
    ApplyImport,
    ChooseConflicts,
    ListImport,
    ResolveConflicts,
    UndoImport,
)
from bot.features.curation.views import exchange as views
from lore.curation.reading import MAX_BYTES, ImportFileError
from lore.errors import LoreError
from lore.ledger.records import Plan
from lore.recent import SharedCache

# How many uploaded files are kept in memory: some megabytes.
IMPORTS = 20


class GoneError(LoreError):
    """The file of an import plan is no longer kept."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a curator may import into the lore as it was at `version`.

    `clashing` entries may replace the server's entries with the same ids; `replacing` were chosen
    to.
    """

    guild_id: int
    person_id: int
    content: bytes
    name: str
    version: int
    clashing: frozenset[str]
    replacing: frozenset[str] = frozenset()


class ExchangeCog(commands.Cog):
    """Exports and imports a server's lore."""

    def __init__(self) -> None:
        self._uploads: SharedCache[int, Upload] = SharedCache(IMPORTS)

    async def export(self, ctx: RequestContext) -> None:
        """Send all of a server's lore as files."""
        # Reading thousands of entries takes longer than the three seconds for a first answer.
        await ctx.interaction.response.defer(ephemeral=True, thinking=True)
        now = ctx.actor.at
        contents = await ctx.services.ledger.exchange.export(ctx.server, now)
        text = "All of this server's lore with its history. `/entry import` takes it in again."
        await send_files(ctx, text, f"lore-{now:%Y-%m-%d}", contents)

    async def export_pack(self, ctx: RequestContext, licence: str) -> None:
        """Send a server's lore as a pack in a zip, and tell what is not in it."""
        await ctx.interaction.response.defer(ephemeral=True, thinking=True)
        guild = ctx.interaction.guild
        name = guild.name if guild else ""
        pack = await ctx.services.curation.export_pack(ctx.server, name, licence)
        file = discord.File(io.BytesIO(pack.content), f"pack-{ctx.actor.at:%Y-%m-%d}.zip")
        await ctx.follow_up(files_page(views.pack(pack), [file]), [file])

    async def dry_run(self, ctx: RequestContext, file: discord.Attachment) -> None:
        """Show what importing a file would do."""
        if file.size > MAX_BYTES:
            raise ImportFileError("The file is larger than 1 MB, which is as much as I read.")
        await ctx.interaction.response.defer(ephemeral=True, thinking=True)
        try:
            content = await file.read()
        except UNSENT as error:
            raise ImportFileError(
                "Discord did not hand me the file. Please attach it again."
            ) from error
        plan = await ctx.services.curation.plan_import(ctx.server, content, name=file.filename)
        self._uploads.keep(ctx.interaction.id, _upload(ctx, content, file.filename, plan))
        layout = views.plan(plan, ctx.interaction.id, ctx.services.curation.name_of)
        await ctx.follow_up(layout)

    @handles(ApplyImport)
    async def apply(self, ctx: RequestContext, pressed: ApplyImport) -> None:
        """Apply an import plan if the lore has not changed since."""
        guild_id, curation = require_curator(ctx), ctx.services.curation
        token, interaction = pressed.token, ctx.interaction
        upload = self._held(ctx, token)
        await interaction.response.defer()
        done = await curation.apply_import(
            guild_id, upload.content, upload.version, ctx.actor, upload.replacing, upload.name
        )
        if isinstance(done, Plan):
            again = _upload(ctx, upload.content, upload.name, done, upload.replacing)
            self._uploads.keep(token, again)
            layout = views.plan(done, token, curation.name_of, again.replacing, anew=True)
            await interaction.edit_original_response(view=layout)
            return
        self._uploads.drop(token)
        what = f"**imported** · {done.added} added, {done.changed} changed"
        undo = views.undo(done, interaction.id)
        async with ctx.reporting(noted(ctx.actor.person_id, what, undo)):
            await interaction.edit_original_response(view=views.imported(done, interaction.id))

    @handles(ChooseConflicts)
    async def choose(self, ctx: RequestContext, pressed: ChooseConflicts) -> None:
        """Set which entries of a page replace the server's entry with the same id."""
        require_curator(ctx)
        upload = self._held(ctx, pressed.token)
        menu = ctx.component
        replacing = upload.replacing - frozenset(menu.offered) | frozenset(menu.chosen)
        await self._choose(ctx, pressed.token, replacing, pressed.page)

    @handles(ResolveConflicts)
    async def resolve(self, ctx: RequestContext, pressed: ResolveConflicts) -> None:
        """Replace all conflicting entries, keep all, or turn to another page of them."""
        require_curator(ctx)
        upload = self._held(ctx, pressed.token)
        chosen = {"all": upload.clashing, "none": frozenset[str](), "page": upload.replacing}
        await self._choose(ctx, pressed.token, chosen[pressed.how], pressed.page)

    @handles(ListImport)
    async def list_rows(self, ctx: RequestContext, pressed: ListImport) -> None:
        """Turn to a page of what a file would add, or of what it would not."""
        require_curator(ctx)
        upload, curation = self._held(ctx, pressed.token), ctx.services.curation
        if pressed.part == "plan":
            await self._choose(ctx, pressed.token, upload.replacing, 0)
            return
        await ctx.interaction.response.defer()
        plan = await curation.plan_import(ctx.server, upload.content, upload.replacing, upload.name)
        layout = views.rows_page(plan, pressed, curation.name_of)
        await ctx.interaction.edit_original_response(view=layout)

    @handles(UndoImport)
    async def undo(self, ctx: RequestContext, pressed: UndoImport) -> None:
        """Undo an import."""
        guild_id = require_curator(ctx)
        await ctx.interaction.response.defer(ephemeral=True, thinking=True)
        done = await ctx.services.curation.undo_import(guild_id, pressed.import_id, ctx.actor)
        what = f"**import undone** · {views.undo_summary(done)}"
        # What was undone before is in the log already.
        changed = [noted(ctx.actor.person_id, what)] if done.reverted else []
        async with ctx.reporting(*changed):
            await ctx.interaction.edit_original_response(view=views.undone(done))

    def _held(self, ctx: RequestContext, token: int) -> Upload:
        """Return the uploaded file if it is still kept for this curator."""
        upload = self._uploads.find(token)
        whose = ctx.server, ctx.actor.person_id
        if upload is None or (upload.guild_id, upload.person_id) != whose:
            raise GoneError("I no longer have this file. Please use /entry import once more.")
        return upload

    async def _choose(
        self, ctx: RequestContext, token: int, replacing: frozenset[str], page: int
    ) -> None:
        """Show the import plan with these entries replaced."""
        upload, curation = self._held(ctx, token), ctx.services.curation
        await ctx.interaction.response.defer()
        plan = await curation.plan_import(ctx.server, upload.content, replacing, upload.name)
        chosen = _upload(ctx, upload.content, upload.name, plan, replacing)
        self._uploads.keep(token, chosen)
        anew = plan.version != upload.version
        layout = views.plan(plan, token, curation.name_of, chosen.replacing, page, anew=anew)
        await ctx.interaction.edit_original_response(view=layout)


def _upload(
    ctx: RequestContext,
    content: bytes,
    name: str,
    plan: Plan,
    replacing: frozenset[str] = frozenset(),
) -> Upload:
    """Return an upload with the choices made so far."""
    clashing = frozenset(one.id for one in plan.conflicting if one.id)
    person_id, chosen = ctx.actor.person_id, replacing & clashing
    return Upload(ctx.server, person_id, content, name, plan.version, clashing, chosen)
