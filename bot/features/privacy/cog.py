"""`/privacy`: what is kept, one's own part of it, and how to have that deleted."""

from __future__ import annotations

import json

import discord
from discord import app_commands
from discord.ext import commands

from bot.core.files import send_files
from bot.core.page import Layout
from bot.core.request import RequestContext, request
from bot.core.router import handles
from bot.features.about import Operator
from bot.features.curation import DraftSessions
from bot.features.privacy import views
from bot.features.privacy.ids import OwnData

# Bytes per file.
FILE = 1_000_000


class PrivacyCog(commands.Cog):
    """Tells people what is stored about them, and deletes it."""

    def __init__(self, operator: Operator, sessions: DraftSessions) -> None:
        self._operator = operator
        self._sessions = sessions

    @app_commands.command()
    async def privacy(self, interaction: discord.Interaction) -> None:
        """What I keep of you and this server, and how to have it deleted."""
        await request(interaction).send(views.notice(self._operator), private=True)

    @handles(OwnData)
    async def own_data(self, ctx: RequestContext, pressed: OwnData) -> None:
        """Show people what is stored about them, or delete it."""
        person = ctx.actor.person_id
        match pressed.act:
            case "show":
                await _show(ctx)
            case "ask":
                count = len(await ctx.services.ledger.upkeep.person_data(person))
                await ctx.reply(views.confirm(count))
            case _:
                places = await ctx.services.curation.forget_person(person)
                self._sessions.forget_person(person)
                await ctx.reply(views.deleted(places))


async def _show(ctx: RequestContext) -> None:
    await ctx.interaction.response.defer(ephemeral=True, thinking=True)
    rows = await ctx.services.ledger.upkeep.person_data(ctx.actor.person_id)
    if not rows:
        await ctx.follow_up(Layout([views.NOTHING]))
        return
    files: list[list[bytes]] = [[]]
    room = FILE
    for row in (json.dumps(row, ensure_ascii=False).encode() for row in rows):
        if len(row) > room:
            files.append([])
            room = FILE
        files[-1].append(row)
        room -= len(row)
    contents = [b"[\n" + b",\n".join(lines) + b"\n]\n" for lines in files]
    await send_files(ctx, views.YOURS, "kept-of-you", contents)
