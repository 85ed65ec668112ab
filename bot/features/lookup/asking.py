"""Look-ups that a command and the buttons of “Did you mean …” run alike."""

from __future__ import annotations

import discord

from bot.core import buttons
from bot.core.deferring import send
from bot.core.desk import Desk
from bot.core.render_options import Manner
from bot.core.replying import send_answer
from bot.core.text import QUERY, cut
from bot.features.quotes import views as quotes
from bot.features.timeline import views as layouts
from lore.errors import LoreError
from lore.ids import bare
from lore.pack.model import Kind
from lore.query.answers import DidYouMean, Found, NoQuote, Quoted, QuoteView, Ref, Scope
from lore.search import How

# The options of a timeline, in the order in which they are asked for.
WALKED = (Kind.CHARACTER, Kind.PLACE, Kind.EVENT)


class TwoAtOnce(LoreError):
    """Two options turned out to ask for two things of one kind."""


async def answer_quote(
    interaction: discord.Interaction, desk: Desk, manner: Manner, speaker: str, words: str
) -> None:
    """A quote of a speaker, by words or by chance; either may be left open."""
    scope = await desk.scope(interaction)
    if not words:
        answer = await desk.library.quote(scope, speaker or None)
    else:
        answer = await desk.library.quote_like(words, scope, speaker or None)
        if speaker and isinstance(answer, NoQuote) and not answer.speaker:
            elsewhere = await desk.library.quote_like(words, scope)
            if isinstance(elsewhere, Quoted):
                layout = quotes.layout(elsewhere.view, manner, heading=quotes.by_others(speaker))
                await send(interaction, layout, private=manner.private)
                return
    await send_answer(interaction, answer, manner, buttons.said(words), Kind.CHARACTER)


async def answer_quote_by_id(
    interaction: discord.Interaction, desk: Desk, manner: Manner, id: str, speaker: str, words: str
) -> None:
    """The quote with that id; it is said if the speaker is another, and of any words."""
    scope = await desk.scope(interaction)
    answer = await desk.library.quote_by_id(id, scope)
    if not isinstance(answer, Quoted):
        await send_answer(interaction, answer, manner)
        return
    quote = answer.view
    remarks = []
    if speaker and not await _speaks(desk, scope, quote, speaker):
        remarks.append(quotes.not_theirs(speaker))
    if words:
        remarks.append(quotes.WORDS_ASIDE)
    layout = quotes.layout(quote, manner, heading="\n".join(remarks))
    await send(interaction, layout, private=manner.private)


async def _speaks(desk: Desk, scope: Scope, quote: QuoteView, speaker: str) -> bool:
    """Tell whether whoever is meant speaks in a quote; who has no entry goes by their name."""
    speaking = [line.ref.id if line.ref else line.speaker or "" for line in quote.lines]
    answer = await desk.library.speaker(speaker, scope)
    if isinstance(answer, Ref):
        return answer.id in speaking
    # Several may be meant, each of whom may speak in it.
    offered = answer.choices if isinstance(answer, DidYouMean) else ()
    return any(
        choice.ref.id in speaking and choice.match and choice.match.how <= How.VARIANT
        for choice in offered
    )


async def answer_timeline(
    interaction: discord.Interaction, desk: Desk, manner: Manner, *asked: str
) -> None:
    """The timeline of a character, of a place, opened at an event; each of these may be left open.

    A name may mean something of another kind than was asked for; then that is shown, and said.
    """
    scope = await desk.scope(interaction)
    found: dict[Kind, tuple[str, Ref]] = {}
    order = None
    remarks = []
    for number, (kind, name) in enumerate(zip(WALKED, asked, strict=True)):
        if not name:
            continue
        answer = await desk.library.look_up(name, scope, kind)
        if not isinstance(answer, Found):
            await send_answer(interaction, answer, manner, buttons.walk(asked, number), kind)
            return
        view = answer.view
        if view.happening:
            order = view.happening.order
        # Who chose an entry by its id has seen what it is.
        if view.ref.kind is not kind and name not in (view.ref.id, bare(view.ref.id)):
            remarks.append(layouts.taken_for(name, view.ref, manner))
        _keep(found, name, view.ref)
    refs = {kind: ref for kind, (_, ref) in found.items()}
    ids = [refs[kind].id if kind in refs else None for kind in (Kind.CHARACTER, Kind.PLACE)]
    shown = await desk.library.timeline(scope, *ids)
    event = refs.get(Kind.EVENT)
    if event and event not in [one.ref for one in shown.events]:
        remarks.append(layouts.missed(event, manner))
    layout = layouts.layout(shown, manner, order, remarks)
    await send(interaction, layout, private=manner.private or not shown.events)


def _keep(found: dict[Kind, tuple[str, Ref]], name: str, ref: Ref) -> None:
    """Note what a name meant; whatever is neither place nor event can take part, as people do."""
    kind = ref.kind if ref.kind in (Kind.PLACE, Kind.EVENT) else Kind.CHARACTER
    if kind in found:
        first, second = (cut(one, QUERY) for one in (found[kind][0], name))
        raise TwoAtOnce(
            f"A timeline follows one {kind.value} at a time: leave out “{first}” or “{second}”."
        )
    found[kind] = name, ref
