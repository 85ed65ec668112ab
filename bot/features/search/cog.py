"""`/search`: passages by half-remembered words."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.ext import commands

from bot.core.command_options import KINDS_AND_QUOTE
from bot.core.hidden import explain_hidden
from bot.core.request import MissedQuestion, RequestContext, request
from bot.core.router import handles
from bot.features.search import views
from bot.features.search.ids import ShowHits, shortened_query
from lore.query.visible_lore import sought


class SearchCog(commands.Cog):
    """Answers with passages."""

    @app_commands.command()
    @app_commands.describe(
        words="Words that you remember, roughly",
        kind="Only in entries of this kind, or in quotes",
        private="Only you see it",
    )
    @app_commands.choices(kind=KINDS_AND_QUOTE)
    async def search(
        self,
        interaction: discord.Interaction,
        words: str,
        kind: str | None = None,
        private: bool | None = None,
    ) -> None:
        """Find passages by words that you half remember: in names, articles, events and quotes."""
        ctx, kind = request(interaction), kind or ""
        options = ctx.options(private)
        hits = await ctx.services.library.search(shortened_query(words), ctx.scope, sought(kind))
        found = bool(hits.passages or hits.answer)
        layout = views.search_page(hits, options, kind)
        if not found and not await explain_hidden(ctx, layout, words, sought(kind)):
            ctx.unanswered = MissedQuestion(words, kind)
        await ctx.send_result(layout, found=found, private=options.private)

    @handles(ShowHits)
    async def show(self, ctx: RequestContext, pressed: ShowHits) -> None:
        """Turn to a page of a search."""
        kind = pressed.kind
        hits = await ctx.services.library.search(pressed.query, ctx.scope, sought(kind))
        await ctx.turn(views.search_page(hits, ctx.page_options(), kind, pressed.page))
