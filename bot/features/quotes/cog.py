"""`/quote`: words said, by chance, by speaker, by half-remembered words or by id."""

from __future__ import annotations

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.core.hidden import explain_hidden, explain_silence
from bot.core.page import Button, Layout
from bot.core.rendering import RenderOptions
from bot.core.request import MissedQuestion, RequestContext, request
from bot.core.router import handles
from bot.features.lookup import offers
from bot.features.quotes import views
from bot.features.quotes.completing import quote_offers
from bot.features.quotes.ids import (
    ListQuotesBy,
    ListQuotesLike,
    ListQuotesOf,
    QuoteSpeaker,
    ShowQuote,
    ShowQuoteSources,
    speaking,
)
from bot.features.quotes.results import result_page
from lore.pack.model import Kind
from lore.query.answers import (
    DidYouMean,
    NoQuote,
    QuoteAnswer,
    QuoteChoices,
    Quoted,
    QuoteView,
    Ref,
    Unknown,
)
from lore.query.visible_lore import QUOTE, Sought
from lore.search import MatchType


class QuotesCog(commands.Cog):
    """Answers with quotes."""

    @app_commands.command()
    @app_commands.describe(
        speaker="Only words of theirs",
        text="Words that you remember, roughly",
        id="The quote's id, as it stands under each quote",
        private="Only you see it",
    )
    async def quote(
        self,
        interaction: discord.Interaction,
        speaker: str | None = None,
        text: str | None = None,
        id: str | None = None,
        private: bool | None = None,
    ) -> None:
        """A quote: by chance, by its speaker, by words you half remember."""
        ctx = request(interaction)
        options = ctx.options(private)
        if id:
            await _answer_by_id(ctx, options, id, speaker or "", text or "")
        else:
            await _answer(ctx, options, speaker or "", text or "")

    @quote.autocomplete("speaker")
    async def complete_speaker(
        self, interaction: discord.Interaction, typed: str
    ) -> list[Choice[str]]:
        ctx = request(interaction)
        library = ctx.services.library
        return offers(await library.complete_speaker(typed, ctx.scope), library.info)

    @quote.autocomplete("id")
    async def complete_id(self, interaction: discord.Interaction, typed: str) -> list[Choice[str]]:
        ctx = request(interaction)
        found = await ctx.services.library.complete_quote(typed, ctx.scope)
        return quote_offers(found, ctx.options())

    @handles(ShowQuote)
    async def show(self, ctx: RequestContext, pressed: ShowQuote) -> None:
        """Answer with the quote that was chosen."""
        answer = await ctx.services.library.pressed_quote(pressed.quote_id, ctx.scope)
        await _send(ctx, answer, ctx.options(pressed.private))

    @handles(ShowQuoteSources)
    async def show_sources(self, ctx: RequestContext, pressed: ShowQuoteSources) -> None:
        """Send where a quote stands to the person who pressed."""
        answer = await ctx.services.library.pressed_quote(pressed.quote_id, ctx.scope)
        options = ctx.private_options
        if isinstance(answer, Quoted):
            await ctx.send(views.sources_page(answer.view, options), private=True)
        else:
            await _send(ctx, answer, options)

    @handles(QuoteSpeaker)
    async def answer_speaker(self, ctx: RequestContext, pressed: QuoteSpeaker) -> None:
        """Answer with a quote of the speaker who was meant."""
        await ctx.services.library.check_named(ctx.scope, pressed.speaker)
        await _answer(ctx, ctx.options(pressed.private), pressed.speaker, pressed.words)

    @handles(ListQuotesLike)
    async def list_like(self, ctx: RequestContext, pressed: ListQuotesLike) -> None:
        """Turn to a page of the quotes that match the words asked for."""
        options, speaker = ctx.options(pressed.private), pressed.speaker or None
        answer = await ctx.services.library.quote_like(pressed.words, ctx.scope, speaker)
        if isinstance(answer, QuoteChoices):
            await ctx.turn(views.choices(answer, options, pressed.page))
        else:
            await _send(ctx, answer, options)

    @handles(ListQuotesOf)
    async def list_of(self, ctx: RequestContext, pressed: ListQuotesOf) -> None:
        """Send the quotes of an entry to the person who pressed, or turn that list."""
        id, page = pressed.entry_id, pressed.page
        quotes = await ctx.services.library.quotes_of(id, ctx.scope)
        layout = views.quotes_of_entry_page(id, quotes, ctx.private_options, page or 0)
        if page is None:
            await ctx.send(layout, private=True)
        else:
            await ctx.turn(layout)

    @handles(ListQuotesBy)
    async def list_by(self, ctx: RequestContext, pressed: ListQuotesBy) -> None:
        """Send the quotes of a speaker to the person who pressed, or turn that list."""
        library, scope, options = ctx.services.library, ctx.scope, ctx.private_options
        await library.check_named(scope, pressed.speaker)
        who = await library.speaker(pressed.speaker, scope)
        if not isinstance(who, Ref):
            await _send(ctx, who, options)
            return
        quotes = await library.quotes_by(who.id, scope)
        layout = views.quotes_by_page(who, quotes, options, pressed.page or 0)
        if pressed.page is None:
            await ctx.send(layout, private=True)
        else:
            await ctx.turn(layout)


async def _answer(ctx: RequestContext, options: RenderOptions, speaker: str, words: str) -> None:
    """Send a quote that fits speaker and words, each of which may be empty."""
    library, scope = ctx.services.library, ctx.scope
    if not words:
        answer = await library.quote(scope, speaker or None, alike=ctx.settings.alike)
        if speaker and isinstance(answer, Quoted):
            more = await _all_quotes(ctx, speaker)
            layout = views.quote_page(answer.view, options, more=more)
            await ctx.send(layout, private=options.private)
            return
    else:
        answer = await library.quote_like(words, scope, speaker or None)
        if speaker and isinstance(answer, NoQuote) and not answer.speaker:
            elsewhere = await library.quote_like(words, scope)
            if isinstance(elsewhere, Quoted):
                layout = views.quote_page(
                    elsewhere.view, options, heading=views.said_by_another(speaker)
                )
                await ctx.send(layout, private=options.private)
                return
    layout = result_page(answer, options, speaking(words))
    await _send(ctx, answer, options, layout, Kind.CHARACTER)


async def _all_quotes(ctx: RequestContext, speaker: str) -> list[Button]:
    """Return a button to all quotes of a speaker who was found by that name."""
    who = await ctx.services.library.speaker(speaker, ctx.scope)
    if not isinstance(who, Ref):
        return []
    count = len(await ctx.services.library.quote_ids(ctx.scope, who.id))
    return views.all_quotes_button(who.id, count)


async def _answer_by_id(
    ctx: RequestContext, options: RenderOptions, id: str, speaker: str, words: str
) -> None:
    """Send the quote with an id, with remarks on options that do not fit it."""
    answer = await ctx.services.library.quote_by_id(id, ctx.scope)
    if not isinstance(answer, Quoted):
        await _send(ctx, answer, options)
        return
    remarks = []
    if speaker and not await _speaks(ctx, answer.view, speaker):
        remarks.append(views.does_not_speak(speaker))
    if words:
        remarks.append(views.WORDS_IGNORED)
    layout = views.quote_page(answer.view, options, heading="\n".join(remarks))
    await ctx.send(layout, private=options.private)


async def _speaks(ctx: RequestContext, quote: QuoteView, speaker: str) -> bool:
    """Return whether a speaker, given by name, speaks in a quote."""
    speakers = [line.ref.id if line.ref else line.speaker or "" for line in quote.lines]
    answer = await ctx.services.library.speaker(speaker, ctx.scope)
    if isinstance(answer, Ref):
        return answer.id in speakers
    # The name may mean several people, each of whom may speak in it.
    candidates = answer.choices if isinstance(answer, DidYouMean) else ()
    return any(
        choice.ref.id in speakers and choice.match and choice.match.match_type <= MatchType.VARIANT
        for choice in candidates
    )


async def _send(
    ctx: RequestContext,
    answer: QuoteAnswer,
    options: RenderOptions,
    layout: Layout | None = None,
    kind: Kind | None = None,
) -> None:
    """Send the result of a look-up of quotes, privately unless a quote was found."""
    found = isinstance(answer, Quoted)
    layout = layout or result_page(answer, options)
    if isinstance(answer, NoQuote | DidYouMean | Unknown):
        sought: Sought = QUOTE if isinstance(answer, NoQuote) else kind
        hidden = await explain_hidden(ctx, layout, answer.query, sought)
        if isinstance(answer, NoQuote) and answer.speaker:
            await explain_silence(ctx, layout, answer.speaker)
        if not (hidden or isinstance(answer, DidYouMean)):
            ctx.unanswered = MissedQuestion(answer.query, sought or "")
    await ctx.send_result(layout, found=found, private=options.private)
