"""A person in front of the bot: where they are, what they see, and how they act."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from bot.simulator.exchanges import Reply, refusal, reply_of
from bot.simulator.interactions import AnswerState, Interaction, InteractionKind, Location
from bot.simulator.objects import LOADING, Channel, Json, Message, Person
from bot.simulator.server import Simulator

SILENCE = "The application did not respond"
_STILL_THINKING = "The application is still thinking"
_DIRECT = 1


async def _nothing() -> None:
    """Wait for nothing."""


@dataclass(frozen=True)
class Timeouts:
    """Seconds to wait for a first answer, for a deferred one, and for more after an answer.

    Whoever knows when the bot is done with what follows an answer has `settled` wait for it.
    """

    first: float = 3.0
    deferred: float = 15.0
    more: float = 0.05
    settled: Callable[[], Awaitable[None]] = _nothing


class SimUser:
    """A person at a place, at first the asker in #general of server 1; `modal` is the open form."""

    def __init__(self, simulator: Simulator, waits: Timeouts) -> None:
        self._simulator = simulator
        self._state = simulator.state
        self._waits = waits
        self.person: Person = self._state.asker
        guild = self._state.server(1)
        self.place = Location(guild.channels[0], guild)
        self.modal: tuple[Interaction, Json] | None = None

    def commands(self) -> list[Json]:
        """Return the commands that Discord would offer to this person in this place."""
        guild, state = self.place.guild, self._state
        held = state.permissions(self.person, self.place.channel)
        local = state.commands.get(guild.id, []) if guild else []
        offered = [*local, *(c for c in state.commands[None] if self.offers(c))]
        free = state.overridden
        return [
            c
            for c in offered
            if c["name"] in free or not needed_permissions(c) & ~held or not guild
        ]

    def offers(self, command: Json) -> bool:
        """Return whether a global command exists in a place like this one."""
        contexts = command["contexts"]
        if self.place.guild is not None:
            return contexts is None or 0 in contexts
        return bool(command["dm_permission"]) if contexts is None else _DIRECT in contexts

    def seen(self) -> Iterator[Message]:
        """Return the messages that the person sees here, newest first."""
        for message in reversed(self.place.channel.messages.values()):
            hidden = message.ephemeral_to not in (None, self.person.id)
            if not hidden and not message.payload["flags"] & LOADING:
                yield message

    async def act(
        self,
        kind: InteractionKind,
        data: Json,
        source: Message | None = None,
        opener: Interaction | None = None,
    ) -> tuple[list[Reply], float]:
        """Do something; return what comes of it, and after how many milliseconds."""
        interaction = self._simulator.answers.begin(
            kind, self.person, self.place, data, source, opener
        )
        loop = asyncio.get_running_loop()
        started, answered = loop.time(), 0.0
        await self._simulator.deliver(interaction)
        replies: list[Reply] = []
        wait: float | None = self._waits.first
        while wait is not None:
            try:
                outcome = await asyncio.wait_for(interaction.outcomes.get(), wait)
            except TimeoutError:
                break
            if outcome.kind == "thinking":
                wait = self._waits.deferred
                continue
            if outcome.kind == "acknowledged":
                continue
            answered = answered or loop.time()
            replies.append(reply_of(outcome, self._state.name_of, self._state.clock()))
            if outcome.kind == "modal":
                self.modal = (interaction, outcome.body["data"])
            wait = None if outcome.kind in ("modal", "choices") else self._waits.more
            if wait is not None:
                await self._waits.settled()
        if not replies:
            replies = self._silence(interaction)
        return replies, ((answered or loop.time()) - started) * 1000

    def posts(self) -> list[Reply]:
        """Return posts of the bot since the last call that answer no interaction."""
        state, replies = self._state, []
        while state.posted:
            message, body = state.posted.popleft()
            outcome = AnswerState("message", body, message, message.payload)
            place = self._called(state.channels[message.channel_id])
            replies.append(reply_of(outcome, state.name_of, state.clock(), place))
        return replies

    def _called(self, channel: Channel) -> str:
        if channel.recipient is not None:
            return f"DM to {channel.recipient.name}"
        guild = self._state.guilds[channel.guild_id or 0]
        return f"#{channel.name}" + ("" if guild is self.place.guild else f" of {guild.name}")

    def _silence(self, interaction: Interaction) -> list[Reply]:
        """Return what a person sees if the bot does not answer, and what Discord refused."""
        path = f"/interactions/{interaction.id}/"
        sent = [s for s in self._simulator.requests if s.path.startswith(path) and s.status >= 400]
        refused = [refusal(f"Discord refused its answer: {s.status}.", s.json) for s in sent]
        if interaction.answered is None:
            return [refusal(SILENCE), *refused]
        return [refusal(_STILL_THINKING)] if interaction.source is None else []


def needed_permissions(command: Json) -> int:
    """Return the permissions without which a server's members do not see a command."""
    return int(command["default_member_permissions"] or 0)
