"""One interaction on its way through the bot: what its handler knows, and what came of it."""

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

# Whoever waited longer is only told so: there has to be time left to answer.
PATIENCE = ANSWER_SECONDS / 2

# The other seconds are for many acknowledgements that are due at once.
ACKNOWLEDGED_AFTER = ANSWER_SECONDS - 2

# Nor is anybody kept for longer whose answer Discord was told to wait for, lest too many wait.
ACKNOWLEDGED_PATIENCE = 10.0

# What is raised on the way through what Discord, or whoever forges it, has left out or made up.
UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)

_KEY = "request"


class UnknownComponentError(LoreError):
    """Something was pressed or chosen that this version does not know."""

    def __init__(self) -> None:
        super().__init__("I do not know this button any more. Please ask anew.")


class Outcome(StrEnum):
    """What came of an interaction, as the metrics count it."""

    ANSWERED = "answered"
    NOT_FOUND = "not found"
    REFUSED = "refused"
    FAILED = "failed"
    LATE = "late"
    RATE_LIMITED = "rate limited"


class MissedQuestion(NamedTuple):
    """A question that found nothing, and the kind of what was asked for, if one was named."""

    question: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class UsedComponent:
    """The button or menu that was used, and the message on which it stands."""

    interaction: discord.Interaction[Any]

    @property
    def is_private(self) -> bool:
        """Whether it stands on a message that only one person sees."""
        message = self.interaction.message
        return message is not None and message.flags.ephemeral

    @property
    def is_own_answer(self) -> bool:
        """Whether it stands on an answer to whoever used it."""
        message = self.interaction.message
        asked = message.interaction_metadata if message else None
        return asked is not None and asked.user.id == self.interaction.user.id

    @property
    def item(self) -> Any:
        """The button or menu as it stands on its message; None if it does not."""
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
        """What was chosen in a menu: values, or ids of what Discord offers."""
        values: list[str] = cast(dict[str, Any], self.interaction.data).get("values", [])
        return values

    @property
    def choice(self) -> str:
        """The one value that was chosen; UnknownComponentError if there is none."""
        if not self.chosen:
            raise UnknownComponentError
        return self.chosen[0]

    @property
    def chosen_id(self) -> int | None:
        """The id of what was chosen of what Discord offers, None if nothing was."""
        try:
            return next(map(number, self.chosen), None)
        except ValueError as error:
            raise UnknownComponentError from error

    @property
    def offered(self) -> list[str]:
        """All values of the menu that was chosen from."""
        menu = self.item
        return [option.value for option in menu.options] if isinstance(menu, SelectMenu) else []


@dataclass(slots=True)
class Deferral:
    """Acknowledges an interaction whose work has begun to write, if it is not answered in time.

    That comes before the answer only where the ledger is slow, and what is answered to a change is
    private: so all who ask publicly, and all who are answered at once, see no difference.
    """

    interaction: discord.Interaction[Any]
    started: float = field(default_factory=perf_counter)
    # Whether Discord was told to wait for the answer.
    acknowledged: bool = False
    _timer: asyncio.TimerHandle | None = None
    _sending: asyncio.Task[None] | None = None

    @property
    def patience(self) -> float:
        """For how many seconds more the interaction may wait before its work begins."""
        longest = ACKNOWLEDGED_PATIENCE if self.acknowledged else PATIENCE
        return max(0.0, longest - (perf_counter() - self.started))

    def watch(self) -> None:
        """Watch the time from the first write on, which may last longer than Discord waits."""
        if self._timer is None:
            left = max(0.0, ACKNOWLEDGED_AFTER - (perf_counter() - self.started))
            self._timer = asyncio.get_running_loop().call_later(left, self._acknowledge)

    def _acknowledge(self) -> None:
        if not self.interaction.response.is_done():
            self.acknowledged = True
            self._sending = asyncio.create_task(self._send())

    async def _send(self) -> None:
        # What is pressed on a private message is mostly answered by changing it.
        thinking = not UsedComponent(self.interaction).is_private
        try:
            await self.interaction.response.defer(ephemeral=thinking, thinking=thinking)
        except UNSENT as error:
            log.info("an interaction was not acknowledged: %r", error)

    async def settle(self) -> None:
        """Acknowledge nothing from now on; return once what is under way has arrived."""
        if self._timer is not None:
            self._timer.cancel()
        if self._sending is not None:
            await self._sending


@dataclass(slots=True)
class RequestContext:
    """What a handler needs to answer; made by the pipeline, one for each interaction.

    `guild_id` is where it was acted, or, for a private message, the server that it is about; the
    settings are those of that server.
    """

    interaction: discord.Interaction[Any]
    services: Services
    guild_id: int | None
    outcome: Outcome = Outcome.ANSWERED
    unanswered: MissedQuestion | None = None
    # What was typed into the form that was sent, once it is kept; and how a refusal gives it back.
    typed: TypedForm | None = None
    refusal: Callable[[str], Layout] | None = None
    deferral: Deferral = field(init=False)
    _settings: GuildSettings | StorageError = field(init=False, default=EVERYWHERE)

    def __post_init__(self) -> None:
        self.deferral = Deferral(self.interaction)
        # discord.py hands only the interaction to a command.
        self.interaction.extras[_KEY] = self

    @property
    def component(self) -> UsedComponent:
        """The button or menu that was used."""
        return UsedComponent(self.interaction)

    @property
    def settings(self) -> GuildSettings:
        """How the bot behaves in the server that it is about; StorageError if nobody can tell."""
        if isinstance(self._settings, StorageError):
            raise self._settings
        return self._settings

    async def of_server(self, guild_id: int | None) -> None:
        """Make it one about that server, or none, and read the settings that hold there.

        Where they cannot be read, only what needs them is refused.
        """
        self.guild_id = guild_id
        try:
            self._settings = await self.services.settings.of(guild_id)
        except StorageError as error:
            self._settings = error

    @property
    def actor(self) -> Actor:
        """Who acts, when, and by which interaction."""
        interaction = self.interaction
        return Actor(interaction.id, interaction.user.id, interaction.created_at)

    @property
    def server(self) -> int:
        """The id of the server that it is about, once it is known to be about one."""
        assert self.guild_id is not None
        return self.guild_id

    @property
    def shows_own(self) -> bool:
        """Whether the server shows at present what was added to it."""
        return SERVER in self.scope.tiers

    @property
    def scope(self) -> Scope:
        """What is shown where it is answered."""
        return Scope(self.guild_id, self.services.library.info.chosen(self.settings.tiers))

    def options(self, private: bool | None = None) -> RenderOptions:
        """Return how to answer; `private` is what the asker wishes, None for the custom there."""
        settings = self.settings
        wanted = settings.private if private is None else private
        return self.services.options(settings, private=wanted)

    @property
    def private_options(self) -> RenderOptions:
        """How to answer whoever acts, and nobody else."""
        return self.options(private=True)

    def page_options(self) -> RenderOptions:
        """Return how to answer what was pressed: as the message that it stands on."""
        component = self.component
        return self.options(component.is_private or not component.is_own_answer)

    async def send(self, layout: Layout, *, private: bool) -> None:
        """Answer with a new message."""
        await self.deferral.settle()
        if self.interaction.response.is_done():
            await self.interaction.followup.send(view=layout, ephemeral=private)
        else:
            await self.interaction.response.send_message(view=layout, ephemeral=private)

    async def edit(self, layout: Layout) -> None:
        """Answer by turning the message that was acted on to `layout`."""
        await self.deferral.settle()
        if self.interaction.response.is_done():
            await self.interaction.edit_original_response(view=layout)
        else:
            await self.interaction.response.edit_message(view=layout)

    async def send_result(self, layout: Layout, *, found: bool, private: bool) -> None:
        """Answer with what was found, or tell the asker alone that it was not."""
        if not found:
            self.outcome = Outcome.NOT_FOUND
        await self.send(layout, private=private or not found)

    async def turn(self, layout: Layout) -> None:
        """Turn the message that was pressed to `layout`; others than its asker get a copy."""
        if self.component.is_own_answer:
            await self.edit(layout)
        else:
            await self.send(layout, private=True)

    async def reply(self, layout: Layout) -> None:
        """Turn the private message that was acted on to `layout`, or answer with a private one."""
        if self.component.is_private:
            await self.edit(layout)
        else:
            await self.send(layout, private=True)

    def reporting(self, *layouts: Layout) -> AbstractAsyncContextManager[None]:
        """Write to the server's log what was changed, after the answer, be it taken or not."""
        return self.services.audit.reporting(self.interaction, self.server, *layouts)

    async def follow_up(self, layout: Layout, files: Sequence[discord.File] = MISSING) -> None:
        """Send one more private message, after the answer or a deferral."""
        await self.interaction.followup.send(view=layout, files=files, ephemeral=True)


def request(interaction: discord.Interaction[Any]) -> RequestContext:
    """Return the context of the interaction that a command was called with."""
    return cast(RequestContext, interaction.extras[_KEY])
