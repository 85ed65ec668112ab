"""`/bio`, `/event`, `/lore`: an entry by its name; `/search`: passages by half-remembered words."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import discord
from discord import app_commands

from bot.core.buttons import searched
from bot.core.completing import offers
from bot.core.curators import check_curator
from bot.core.deferring import send
from bot.core.desk import Desk
from bot.core.layout_cache import Recalled
from bot.core.pipeline import ASKED_KIND, OUTCOME, UNANSWERED
from bot.core.replying import send_answer
from bot.features.lookup import choices
from bot.features.search import views as layouts
from lore.pack.model import Kind
from lore.query.answers import Choice
from lore.query.visible_lore import QUOTE, sought

Command = app_commands.Command[Any, ..., None]
Completion = Callable[
    [discord.Interaction, str], Coroutine[Any, Any, list[app_commands.Choice[str]]]
]

_offered: Recalled[tuple[Choice, ...], list[app_commands.Choice[str]]] = Recalled(1000)

KINDS = [app_commands.Choice(name=kind.value.capitalize(), value=kind.value) for kind in Kind]
WHAT = [*KINDS, app_commands.Choice(name="Quote", value=QUOTE)]


def commands(desk: Desk) -> Iterable[Command]:
    """The commands that look an entry up."""

    async def answer(
        interaction: discord.Interaction, name: str, kind: Kind | None, private: bool | None
    ) -> None:
        manner = await desk.manner(interaction, private)
        scope = await desk.scope(interaction)
        answer = await desk.library.look_up(name, scope, kind)
        await send_answer(interaction, answer, manner, kind=kind)

    @app_commands.command()
    @app_commands.describe(name="Who? Any name, alias or spelling", private="Only you see it")
    async def bio(interaction: discord.Interaction, name: str, private: bool | None = None) -> None:
        """Who someone is and what they did in the story."""
        await answer(interaction, name, Kind.CHARACTER, private)

    @app_commands.command()
    @app_commands.describe(name="What happened? Any name of it", private="Only you see it")
    async def event(
        interaction: discord.Interaction, name: str, private: bool | None = None
    ) -> None:
        """What happened, where, who took part, what came before and after."""
        await answer(interaction, name, Kind.EVENT, private)

    @app_commands.command(name="lore")
    @app_commands.describe(
        name="Any name, alias or spelling",
        kind="Only of this kind",
        private="Only you see it",
        explain="For curators: show the candidates and why they are",
    )
    @app_commands.choices(kind=KINDS)
    async def lore_(
        interaction: discord.Interaction,
        name: str,
        kind: str | None = None,
        private: bool | None = None,
        explain: bool = False,
    ) -> None:
        """Look up anything: character, event, place, artifact, faction or work."""
        wanted = Kind(kind) if kind else None
        if explain:
            check_curator(interaction, await desk.settings(interaction.guild_id))
            scope = await desk.scope(interaction)
            explained = await desk.library.explain(name, scope, wanted)
            await send(interaction, choices.explained(explained), private=True)
        else:
            await answer(interaction, name, wanted, private)

    @app_commands.command()
    @app_commands.describe(
        words="Words that you remember, roughly",
        kind="Only in entries of this kind, or in quotes",
        private="Only you see it",
    )
    @app_commands.choices(kind=WHAT)
    async def search(
        interaction: discord.Interaction,
        words: str,
        kind: str | None = None,
        private: bool | None = None,
    ) -> None:
        """Find passages by words that you half remember: in names, articles, events and quotes."""
        manner = await desk.manner(interaction, private)
        scope = await desk.scope(interaction)
        hits = await desk.library.search(searched(words), scope, sought(kind or ""))
        if not hits.passages:
            interaction.extras |= {OUTCOME: "not found", UNANSWERED: words, ASKED_KIND: kind or ""}
        layout = layouts.layout(hits, manner, kind or "")
        await send(interaction, layout, private=manner.private or not hits.passages)

    bio.autocomplete("name")(completion(desk, Kind.CHARACTER))
    event.autocomplete("name")(completion(desk, Kind.EVENT))

    @lore_.autocomplete("name")
    async def complete_any(
        interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        # What stands in another option may still be half typed, and is not checked by Discord.
        kind = next((kind for kind in Kind if kind == interaction.namespace.kind), None)
        return await completion(desk, kind)(interaction, typed)

    return bio, event, lore_, search


def completion(desk: Desk, kind: Kind | None) -> Completion:
    """Autocomplete of entry names, all or those of one kind."""

    async def complete(
        interaction: discord.Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        choices = await desk.library.complete(typed, await desk.scope(interaction), kind)
        return _offered.of(choices, None, lambda: offers(choices, desk.library.info))

    return complete
