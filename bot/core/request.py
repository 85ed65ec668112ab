"""One interaction on its way through the bot: what its handler knows, and its outcome."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from time import perf_counter
from typing import Any, NamedTuple, cast

import discord
from discord.components import SelectMenu
from discord.utils import MISSING

from bot.core.connection.http import UNSENT
from bot.core.ids import number
from bot.core.limits import ANSWER_SECONDS
from bot.core.page import Layout
from bot.core.rendering import RenderOptions
from bot.core.services import EVERYWHERE, Services
from lore.errors import LoreError
from lore.ledger.errors import StorageError
from lore.ledger.records import Actor, GuildSettings, TypedForm
from lore.pack.model import SERVER
from lore.query.answers import Scope

log = logging.getLogger(__name__)

# A request that waited longer is refused, so that there is time left to answer.
PATIENCE = ANSWER_SECONDS / 2

# The rest of the time is for many acknowledgements that are due at once.
ACKNOWLEDGED_AFTER = ANSWER_SECONDS - 2

# Even an acknowledged request waits no longer than this, so that not too many wait.
ACKNOWLEDGED_PATIENCE = 10.0

# The errors of reading an interaction with missing or forged parts.
UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)

_KEY = "request"


class UnknownComponentError(LoreError):
    """A button or menu was used that this version does not know."""

    def __init__(self) -> None:
        super().__init__("I do not know this button any more. Please ask anew.")


class FormTooLateError(LoreError):
    """Discord was told to wait for an answer, and then takes no form any more."""

    def __init__(self) -> None:
        super().__init__("That took too long for a form to open. Please try again.")


class Outcome(StrEnum):
    """How an interaction ended, as the metrics count it."""

    ANSWERED = "answered"
    NOT_FOUND = "not found"
    REFUSED = "refused"
    FAILED = "failed"
    LATE = "late"
    RATE_LIMITED = "rate limited"


class MissedQuestion(NamedTuple):
    """A question that found nothing, and the kind it asked for, if it named one."""

    question: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class UsedComponent:
    """The button or menu that was used, and its message."""

    interaction: discord.Interaction[Any]

    @property
    def is_private(self) -> bool:
        """Return whether its message is visible to one person only."""
        message = self.interaction.message
        return message is not None and message.flags.ephemeral

    @property
    def is_own_answer(self) -> bool:
        """Return whether its message is an answer to whoever used it."""
        message = self.interaction.message
        asked = message.interaction_metadata if message else None
        return asked is not None and asked.user.id == self.interaction.user.id

    @property
    def item(self) -> Any:
        """Return the button or menu from its message; None if it is not there."""
        custom_id = cast(dict[str, Any], self.interaction.data)["custom_id"]
        message = self.interaction.message
        parts: list[Any] = list(message.components) if message else []
        while parts:
            part = parts.pop()
            if getattr(part, "custom_id", None) == custom_id:
                return part
            parts += getattr(part, "children", ())
        return None

    @property
    def chosen(self) -> list[str]:
        """Return the choices made in a menu: values, or ids of Discord's objects."""
        values: list[str] = cast(dict[str, Any], self.interaction.data).get("values", [])
        return values

    @property
    def choice(self) -> str:
        """Return the one chosen value; UnknownComponentError if there is none."""
        if not self.chosen:
            raise UnknownComponentError
        return self.chosen[0]

    @property
    def chosen_id(self) -> int | None:
        """Return the id of the chosen Discord object, None if none was chosen."""
        try:
            return next(map(number, self.chosen), None)
        except ValueError as error:
            raise UnknownComponentError from error

    @property
    def offered(self) -> list[str]:
        """Return all values of the menu."""
        menu = self.item
        return [option.value for option in menu.options] if isinstance(menu, SelectMenu) else []


@dataclass(slots=True)
class Deferral:
    """Acknowledges an interaction that has begun to write, if it is not answered in time.

    Only a slow ledger makes that happen, and answers to changes are private anyway: public answers
    and quick ones look the same as without it.
    """

    interaction: discord.Interaction[Any]
    started: float = field(default_factory=perf_counter)
    # Whether Discord was told that the answer will come later.
    acknowledged: bool = False
    _timer: asyncio.TimerHandle | None = None
    _sending: asyncio.Task[None] | None = None

    @property
    def patience(self) -> float:
        """Return for how many more seconds the interaction may wait before it is handled."""
        longest = ACKNOWLEDGED_PATIENCE if self.acknowledged else PATIENCE
        return max(0.0, longest - (perf_counter() - self.started))

    def watch(self) -> None:
        """Watch the time from the first write on, which may take longer than Discord waits."""
        if self._timer is None:
            left = max(0.0, ACKNOWLEDGED_AFTER - (perf_counter() - self.started))
            self._timer = asyncio.get_running_loop().call_later(left, self._acknowledge)

    def _acknowledge(self) -> None:
        if not self.interaction.response.is_done():
            self.acknowledged = True
            self._sending = asyncio.create_task(self._send())

    async def _send(self) -> None:
        # A button of a private message is mostly answered by editing the message.
        thinking = not UsedComponent(self.interaction).is_private
        try:
            await self.interaction.response.defer(ephemeral=thinking, thinking=thinking)
        except UNSENT as error:
            log.info("an interaction was not acknowledged: %r", error)

    async def settle(self) -> None:
        """Stop acknowledging; return once an acknowledgement under way has arrived."""
        if self._timer is not None:
            self._timer.cancel()
        if self._sending is not None:
            await self._sending


@dataclass(slots=True)
class RequestContext:
    """What a handler needs to answer; made by the pipeline for each interaction.

    `guild_id` is the server of the interaction or, for a private message, the server it is about;
    the settings are those of that server.
    """

    interaction: discord.Interaction[Any]
    services: Services
    guild_id: int | None
    outcome: Outcome = Outcome.ANSWERED
    unanswered: MissedQuestion | None = None
    # The texts of a submitted form, once they are stored; and the page that returns them on a
    # refusal.
    typed: TypedForm | None = None
    refusal: Callable[[str], Layout] | None = None
    deferral: Deferral = field(init=False)
    _settings: GuildSettings | StorageError = field(init=False, default=EVERYWHERE)

    def __post_init__(self) -> None:
        self.deferral = Deferral(self.interaction)
        # discord.py passes only the interaction to a command.
        self.interaction.extras[_KEY] = self

    @property
    def component(self) -> UsedComponent:
        """Return the button or menu that was used."""
        return UsedComponent(self.interaction)

    @property
    def settings(self) -> GuildSettings:
        """Return the settings of the server; StorageError if they cannot be read."""
        if isinstance(self._settings, StorageError):
            raise self._settings
        return self._settings

    async def of_server(self, guild_id: int | None) -> None:
        """Bind the request to that server, or none, and read its settings.

        If they cannot be read, only what needs them is refused.
        """
        self.guild_id = guild_id
        try:
            self._settings = await self.services.settings.of(guild_id)
        except StorageError as error:
            self._settings = error

    @property
    def actor(self) -> Actor:
        """Return who acts, when, and by which interaction."""
        interaction = self.interaction
        return Actor(interaction.id, interaction.user.id, interaction.created_at)

    @property
    def server(self) -> int:
        """Return the server's id, where the request is known to be about one."""
        assert self.guild_id is not None
        return self.guild_id

    @property
    def in_own_server(self) -> bool:
        """Return whether the request is about a server that the bot is in.

        People who installed the bot for themselves use it in other servers, too.
        """
        guild_id = self.guild_id
        return guild_id is not None and self.interaction.client.get_guild(guild_id) is not None

    @property
    def shows_own(self) -> bool:
        """Return whether the server currently shows the lore that it added."""
        return SERVER in self.scope.tiers

    @property
    def scope(self) -> Scope:
        """Return what may be shown where the answer goes."""
        return Scope(self.guild_id, self.services.library.info.chosen(self.settings.tiers))

    def options(self, private: bool | None = None) -> RenderOptions:
        """Return how to render; `private` is the asker's wish, None for the server's default."""
        settings = self.settings
        wanted = settings.private if private is None else private
        takes_reports = settings.suggestions and self.in_own_server
        return self.services.options(settings, private=wanted, takes_reports=takes_reports)

    @property
    def private_options(self) -> RenderOptions:
        """Return how to render for whoever acts alone."""
        return self.options(private=True)

    def page_options(self) -> RenderOptions:
        """Return how to render an answer to a button: as the message it belongs to."""
        component = self.component
        return self.options(component.is_private or not component.is_own_answer)

    async def send(self, layout: Layout, *, private: bool) -> None:
        """Answer with a new message."""
        await self.deferral.settle()
        if self.interaction.response.is_done():
            await self.interaction.followup.send(view=layout, ephemeral=private)
        else:
            await self.interaction.response.send_message(view=layout, ephemeral=private)

    async def open_form(self, form: discord.ui.Modal) -> None:
        """Answer with a form; FormTooLateError if Discord was told to wait for the answer."""
        await self.deferral.settle()
        if self.interaction.response.is_done():
            raise FormTooLateError
        await self.interaction.response.send_modal(form)

    async def edit(self, layout: Layout) -> None:
        """Answer by replacing the message that was acted on with `layout`."""
        await self.deferral.settle()
        if self.interaction.response.is_done():
            await self.interaction.edit_original_response(view=layout)
        else:
            await self.interaction.response.edit_message(view=layout)

    async def send_result(self, layout: Layout, *, found: bool, private: bool) -> None:
        """Answer with a result, or tell only the asker that there is none."""
        if not found:
            self.outcome = Outcome.NOT_FOUND
        await self.send(layout, private=private or not found)

    async def turn(self, layout: Layout) -> None:
        """Replace the message with `layout` for its asker; others get a private copy."""
        if self.component.is_own_answer:
            await self.edit(layout)
        else:
            await self.send(layout, private=True)

    async def reply(self, layout: Layout) -> None:
        """Replace the private message that was acted on, or answer with a private one."""
        if self.component.is_private:
            await self.edit(layout)
        else:
            await self.send(layout, private=True)

    def reporting(self, *layouts: Layout) -> AbstractAsyncContextManager[None]:
        """Report changes in the server's log after the answer, whether or not it arrives."""
        return self.services.audit.reporting(self.interaction, self.server, *layouts)

    async def acknowledge(self) -> None:
        """Tell Discord that an answer to a button follows, with nothing changed until then."""
        await self.deferral.settle()
        if not self.interaction.response.is_done():
            await self.interaction.response.defer()

    async def follow_up(
        self, layout: Layout, files: Sequence[discord.File] = MISSING, *, private: bool = True
    ) -> None:
        """Send one more message, after the answer or a deferral."""
        await self.interaction.followup.send(view=layout, files=files, ephemeral=private)


def request(interaction: discord.Interaction[Any]) -> RequestContext:
    """Return the context of the interaction that a command was called with."""
    return cast(RequestContext, interaction.extras[_KEY])
