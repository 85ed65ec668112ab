"""What buttons and selects do: found by their custom_id, so they work after any restart."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Self, TypeVar

import discord
from discord.ui.select import BaseSelect

from bot.core import errors
from bot.core.deferring import send
from bot.core.desk import Desk
from bot.core.page import Layout
from bot.core.rate_limits import CAME
from bot.core.render_options import Manner
from bot.core.replying import is_theirs, send_answer, turn
from bot.features.lookup import accounts, entry
from bot.features.lookup.asking import answer_quote, answer_timeline
from bot.features.quotes import views as quote
from bot.features.search import views as search
from bot.features.timeline import views as timeline
from bot.house import house
from lore.errors import LoreError
from lore.ids import bare
from lore.query.answers import Found, QuoteChoices
from lore.query.visible_lore import sought

ItemT = TypeVar("ItemT", bound=discord.ui.Item[Any])


class NotYours(LoreError):
    """A button was pressed by somebody whose it is not."""


class UnknownPressError(LoreError):
    """Something was pressed or chosen that this version does not know."""

    def __init__(self) -> None:
        super().__init__("I do not know this button any more. Please ask anew.")


class Press(discord.ui.DynamicItem[ItemT], template=""):
    """A button or select known by the parts of its custom_id, `asked`."""

    def __init__(self, item: ItemT, asked: dict[str, str]) -> None:
        super().__init__(item)
        self.asked = asked

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(item, match.groupdict())  # type: ignore[arg-type]  # the template tells its kind

    async def callback(self, interaction: discord.Interaction) -> None:
        name = type(self).__name__.lower()
        await house(interaction).reception.receive(interaction, self._answered(interaction), name)

    async def _answered(self, interaction: discord.Interaction) -> None:
        around = house(interaction)
        # discord.py only logs what a dynamic item raises; nobody would be answered.
        try:
            around.reception.limits.admit(interaction)
            if not _is_offered(self.item):
                raise UnknownPressError
            await self.pressed(interaction, around.desk)
        except Exception as error:
            await errors.tell(interaction, error)

    async def pressed(self, interaction: discord.Interaction, desk: Desk) -> None:
        """Answer the press."""
        raise NotImplementedError

    async def manner(self, interaction: discord.Interaction, desk: Desk) -> Manner:
        """The manner of the message that was pressed."""
        message = interaction.message
        private = message is not None and message.flags.ephemeral
        return await desk.manner(interaction, private or not is_theirs(interaction))


def _is_offered(item: discord.ui.Item[Any]) -> bool:
    """Whether what was chosen can be chosen there; a button has nothing to choose."""
    if isinstance(item, discord.ui.Select):
        known = {option.value for option in item.options}
        return known.issuperset(item.values) and bool(item.values or not item.min_values)
    # Of what Discord did not tell more, there is only the id.
    return not (isinstance(item, BaseSelect) and any(isinstance(one, str) for one in item.values))


async def unknown(interaction: discord.Interaction) -> None:
    """Answer a press that no `Press` has received, before anything else was done about it."""
    if CAME not in interaction.extras:
        reception = house(interaction).reception
        await reception.receive(interaction, _refused(interaction), "unknown")


async def _refused(interaction: discord.Interaction) -> None:
    try:
        house(interaction).reception.limits.admit(interaction)
        raise UnknownPressError
    except LoreError as error:
        await errors.tell(interaction, error)


class Go(Press[discord.ui.Button[Any]], template=r"go:(?P<page>\d+):(?P<id>[\w.-]+)"):
    """Turns an answer to a page of an entry."""

    async def pressed(self, interaction: discord.Interaction, desk: Desk) -> None:
        await _turn_to(self, interaction, desk, self.asked["id"], int(self.asked["page"]))


class Accounts(Press[discord.ui.Button[Any]], template=r"accounts:(?P<page>\d+):(?P<id>[\w.-]+)"):
    """Turns an answer to a page of the accounts that differ about its entry."""

    async def pressed(self, interaction: discord.Interaction, desk: Desk) -> None:
        page = int(self.asked["page"])
        await _turn_to(self, interaction, desk, self.asked["id"], page, accounts.layout)


class Jump(Press[discord.ui.Select[Any]], template=r"jump:\d"):
    """Turns an answer to the entry that was chosen."""

    async def pressed(self, interaction: discord.Interaction, desk: Desk) -> None:
        await _turn_to(self, interaction, desk, self.item.values[0], 0)


async def _turn_to(
    press: Press[Any],
    interaction: discord.Interaction,
    desk: Desk,
    id: str,
    page: int,
    layout: Callable[[Found, Manner, int], Layout] = entry.layout,
) -> None:
    answer = await desk.library.entry(id, await desk.scope(interaction))
    manner = await press.manner(interaction, desk)
    if isinstance(answer, Found):
        await turn(interaction, layout(answer, manner, page))
    else:
        await send_answer(interaction, answer, manner)


class Ask(Press[discord.ui.Button[Any]], template=r"ask:(?P<private>[01]):(?P<id>[\w.-]+)"):
    """Answers with the entry that was meant."""

    async def pressed(self, interaction: discord.Interaction, desk: Desk) -> None:
        manner = await desk.manner(interaction, self.asked["private"] == "1")
        answer = await desk.library.entry(self.asked["id"], await desk.scope(interaction))
        await send_answer(interaction, answer, manner)


class Said(
    Press[discord.ui.Button[Any]],
    template=r"said:(?P<private>[01]):(?P<speaker>[^:]*):(?P<words>[^:]*)",
):
    """Answers with a quote of the speaker who was meant."""

    async def pressed(self, interaction: discord.Interaction, desk: Desk) -> None:
        manner = await desk.manner(interaction, self.asked["private"] == "1")
        asked = self.asked["speaker"], self.asked["words"]
        await desk.library.check_named(await desk.scope(interaction), self.asked["speaker"])
        await answer_quote(interaction, desk, manner, *asked)


class Walk(
    Press[discord.ui.Button[Any]],
    template=r"walk:(?P<private>[01]):(?P<character>[^:]*):(?P<place>[^:]*):(?P<event>[^:]*)",
):
    """Opens the timeline of what was meant."""

    async def pressed(self, interaction: discord.Interaction, desk: Desk) -> None:
        manner = await desk.manner(interaction, self.asked["private"] == "1")
        asked = [self.asked[option] for option in ("character", "place", "event")]
        await desk.library.check_named(await desk.scope(interaction), *asked)
        await answer_timeline(interaction, desk, manner, *asked)


class Show(Press[discord.ui.Button[Any]], template=r"show:(?P<id>[\w.-]+)"):
    """Shows whoever presses an entry, privately."""

    async def pressed(self, interaction: discord.Interaction, desk: Desk) -> None:
        manner = await desk.manner(interaction, private=True)
        answer = await desk.library.entry(self.asked["id"], await desk.scope(interaction))
        await send_answer(interaction, answer, manner)


class ShowQuote(Press[discord.ui.Button[Any]], template=r"quote:(?P<private>[01]):(?P<id>[\w.-]+)"):
    """Answers with the quote that was chosen."""

    async def pressed(self, interaction: discord.Interaction, desk: Desk) -> None:
        manner = await desk.manner(interaction, self.asked["private"] == "1")
        answer = await desk.library.pressed_quote(self.asked["id"], await desk.scope(interaction))
        await send_answer(interaction, answer, manner)


class Like(
    Press[discord.ui.Button[Any]],
    template=r"like:(?P<private>[01]):(?P<page>\d+):(?P<speaker>[^:]*):(?P<words>[^:]*)",
):
    """Turns to a page of the quotes that half-remembered words may be of."""

    async def pressed(self, interaction: discord.Interaction, desk: Desk) -> None:
        manner = await desk.manner(interaction, self.asked["private"] == "1")
        words, speaker = self.asked["words"], self.asked["speaker"] or None
        answer = await desk.library.quote_like(words, await desk.scope(interaction), speaker)
        if isinstance(answer, QuoteChoices):
            await turn(interaction, quote.choices(answer, manner, int(self.asked["page"])))
        else:
            await send_answer(interaction, answer, manner)


class Quotes(Press[discord.ui.Button[Any]], template=r"quotes:(?P<id>[\w.-]+)(?::(?P<page>\d+))?"):
    """Lists, privately, what an entry is quoted with; with a page, turns that list."""

    async def pressed(self, interaction: discord.Interaction, desk: Desk) -> None:
        manner = await desk.manner(interaction, private=True)
        id, page = self.asked["id"], self.asked["page"]
        quotes = await desk.library.quotes_of(id, await desk.scope(interaction))
        layout = quote.of_entry(id, quotes, manner, int(page or 0))
        if page:
            await turn(interaction, layout)
        else:
            await send(interaction, layout, private=True)


class Timeline(
    Press[discord.ui.Button[Any]],
    template=r"timeline:(?P<order>(?:[1-9]\d*\.)?\d+):(?P<who>[\w.-]*):(?P<place>[\w.-]*)",
):
    """Opens the timeline at an event."""

    async def pressed(self, interaction: discord.Interaction, desk: Desk) -> None:
        scope = await desk.scope(interaction)
        manner = await self.manner(interaction, desk)
        who, place = self.asked["who"] or None, self.asked["place"] or None
        desk.library.check_open(self.asked["order"])
        shown = await desk.library.timeline(scope, who, place)
        layout = timeline.layout(shown, manner, int(bare(self.asked["order"])))
        await turn(interaction, layout)


class Search(
    Press[discord.ui.Button[Any]],
    template=r"search:(?P<page>\d+):(?P<kind>\w*):(?P<query>(?s:.*))",
):
    """Turns to a page of a search."""

    async def pressed(self, interaction: discord.Interaction, desk: Desk) -> None:
        scope = await desk.scope(interaction)
        manner = await self.manner(interaction, desk)
        kind = self.asked["kind"]
        hits = await desk.library.search(self.asked["query"], scope, sought(kind))
        await turn(interaction, search.layout(hits, manner, kind, int(self.asked["page"])))


class Remove(Press[discord.ui.Button[Any]], template="remove"):
    """Takes an answer down, for its asker and for those who may delete messages anyway."""

    async def pressed(self, interaction: discord.Interaction, desk: Desk) -> None:
        if not is_theirs(interaction) and not (
            interaction.guild_id and interaction.permissions.manage_messages
        ):
            raise NotYours("Only whoever asked, or a moderator, can delete this answer.")
        await interaction.response.defer()
        # Who presses twice finds nothing left to remove.
        with suppress(discord.NotFound):
            await interaction.delete_original_response()


PRESSES = (
    Go, Accounts, Jump, Ask, Said, Walk, Show, ShowQuote, Like, Quotes, Timeline, Search, Remove,
)  # fmt: skip
