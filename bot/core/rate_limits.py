"""How often a person, and a server, may ask: so that nobody's flood is everybody's wait."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import discord

from bot.core.request import RequestContext
from lore.errors import LoreError
from lore.recent import Recent

# Discord asks for a completion at every other keystroke.
COMPLETIONS = 4

# In seconds; by less than a moment a sum of all parts of a minute may be longer than it.
MINUTE = 60.0
MOMENT = 1e-6
Clock = Callable[[], float]


class TooOftenError(LoreError):
    """A person or a server asks more often than is answered."""


class TokenBucket:
    """So many a minute for each id, saved up to one minute's worth."""

    def __init__(self, per_minute: int, clock: Clock = monotonic, remembered: int = 10_000) -> None:
        self._each = MINUTE / per_minute
        self._clock = clock
        # When all that was taken will have grown back.
        self._whole: Recent[int, float] = Recent(remembered)

    def take(self, id: int) -> float:
        """Take one; the seconds to wait if none is left."""
        now = self._clock()
        whole = max(now, self._whole.find(id) or now) + self._each
        wait = whole - now - MINUTE
        if wait > MOMENT:
            return wait
        self._whole.keep(id, whole)
        return 0.0


class RateLimits:
    """What is let in of what people ask."""

    def __init__(self, person: int, server: int, clock: Clock = monotonic) -> None:
        self._asked = TokenBucket(person, clock), TokenBucket(server, clock)
        typed = person * COMPLETIONS, server * COMPLETIONS
        self._typed = TokenBucket(typed[0], clock), TokenBucket(typed[1], clock)

    def check(self, ctx: RequestContext) -> None:
        """Let a request in, or raise TooOften."""
        interaction = ctx.interaction
        typing = interaction.type is discord.InteractionType.autocomplete
        persons, servers = self._typed if typing else self._asked
        if wait := persons.take(interaction.user.id):
            raise TooOftenError(f"That was a lot at once. Ask me again in {_seconds(wait)}.")
        if interaction.guild_id and (wait := servers.take(interaction.guild_id)):
            raise TooOftenError(
                f"Many are asking here right now. Ask me again in {_seconds(wait)}."
            )
        if not ctx.patience:
            raise TooOftenError("More are asking here than I can answer. Ask me again in a minute.")


def _seconds(wait: float) -> str:
    whole = int(wait) + 1
    return "a second" if whole == 1 else f"{whole} seconds"
