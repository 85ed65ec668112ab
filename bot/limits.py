"""How often a person, and a server, may ask: so that nobody's flood is everybody's wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import discord

from lore.errors import LoreError
from lore.recent import Recent

# Discord asks for a completion at every other keystroke.
COMPLETIONS = 4

# Under this name an interaction's `extras` tell how many seconds it waited for its turn.
WAITED = "waited"

# Whoever waited longer is only told so: Discord takes no answer after three seconds.
PATIENCE = 1.5


class TooOften(LoreError):
    """A person or a server asks more often than is answered."""


class Allowance:
    """So many a minute for each id, saved up to one minute's worth."""

    def __init__(
        self, per_minute: int, clock: Callable[[], datetime], remembered: int = 10_000
    ) -> None:
        self._per_second = per_minute / 60
        self._full = float(per_minute)
        self._clock = clock
        self._left: Recent[int, tuple[float, datetime]] = Recent(remembered)

    def take(self, id: int) -> float:
        """Take one; the seconds to wait if none is left."""
        now = self._clock()
        left, since = self._left.find(id) or (self._full, now)
        # A clock that was set back must not take anything away.
        passed = max(0.0, (now - since).total_seconds())
        left = min(self._full, left + passed * self._per_second)
        wait = max(0.0, (1 - left) / self._per_second)
        self._left.keep(id, (left if wait else left - 1, now))
        return wait


class Limits:
    """What is let in of what people ask."""

    def __init__(self, person: int, server: int, clock: Callable[[], datetime]) -> None:
        self._asked = Allowance(person, clock), Allowance(server, clock)
        self._typed = (
            Allowance(person * COMPLETIONS, clock),
            Allowance(server * COMPLETIONS, clock),
        )

    def admit(self, interaction: discord.Interaction) -> None:
        """Let an interaction in, or raise TooOften."""
        typing = interaction.type is discord.InteractionType.autocomplete
        persons, servers = self._typed if typing else self._asked
        if wait := persons.take(interaction.user.id):
            raise TooOften(f"That was a lot at once. Ask me again in {_seconds(wait)}.")
        if interaction.guild_id and (wait := servers.take(interaction.guild_id)):
            raise TooOften(f"Many are asking here right now. Ask me again in {_seconds(wait)}.")
        if interaction.extras[WAITED] > PATIENCE:
            raise TooOften("More are asking here than I can answer. Ask me again in a minute.")


def _seconds(wait: float) -> str:
    whole = int(wait) + 1
    return "a second" if whole == 1 else f"{whole} seconds"
