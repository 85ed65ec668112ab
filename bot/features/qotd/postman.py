"""What delivering asks of Discord, and what can come of it: values, so that it is tried without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from lore.qotd.delivery import Delivery, Trouble, Window


class TokenRevokedError(Exception):
    """Discord no longer knows the bot's token: nothing more can be sent by this process."""


@dataclass(frozen=True, slots=True)
class Door:
    """A channel as we know it: what keeps us from posting, and whether its history can be read."""

    trouble: Trouble | None = None
    can_look: bool = False


@dataclass(frozen=True, slots=True)
class Away:
    """Discord does not show us the server at the moment; it will again."""


@dataclass(frozen=True, slots=True)
class Posted:
    """The message is there; its id is None if it has been deleted meanwhile."""

    message_id: int | None


@dataclass(frozen=True, slots=True)
class Absent:
    """The history has been read to the end of the window: the message is not there."""


@dataclass(frozen=True, slots=True)
class Unread:
    """It is not among the messages that were read; there are more."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """The history cannot be read, so nobody can know."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows what came of it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unsent:
    """Discord had it wait too long: nothing has left."""

    certain: bool = True


@dataclass(frozen=True, slots=True)
class Held:
    """Discord wants no more requests for so many seconds.

    Here and below it is `certain` that nothing was posted unless an earlier attempt of the same
    request got no answer.
    """

    seconds: float
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Refused:
    """Discord will not have it there, whatever the quote."""

    trouble: Trouble
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Unfit:
    """Discord will not have this quote, or it is gone."""

    certain: bool = True


Outcome = Posted | Unknown | Unsent | Held | Refused | Unfit
Finding = Posted | Absent | Unread | Unknown | Unseen


class Postman(Protocol):
    """Carries deliveries to their channels."""

    def gate(self, guild_id: int, channel_id: int) -> Door | Away:
        """Whether a channel can be posted in, as far as is known without a request."""

    async def send(self, delivery: Delivery) -> Outcome:
        """Post it with its nonce; no attempt leaves after half a minute."""

    async def find(self, delivery: Delivery, window: Window) -> Finding:
        """Look for it in that part of the channel's history."""
