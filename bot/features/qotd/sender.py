"""What delivering asks of Discord, and what can come of it: values, so that it is tried without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from lore.qotd.delivery import Delivery, FailureReason, Window


class TokenRevokedError(Exception):
    """Discord no longer knows the bot's token: nothing more can be sent by this process."""


@dataclass(frozen=True, slots=True)
class ChannelAccess:
    """A channel as we know it: what keeps us from posting, and whether its history can be read."""

    failure: FailureReason | None = None
    can_look: bool = False


@dataclass(frozen=True, slots=True)
class GuildUnavailable:
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
class HistoryUnreadable:
    """The history cannot be read, so nobody can know."""


@dataclass(frozen=True, slots=True)
class SendUnknown:
    """Nobody knows what came of it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unsent:
    """Discord had it wait too long: nothing has left."""

    certain: bool = True


@dataclass(frozen=True, slots=True)
class SendRateLimited:
    """Discord wants no more requests for so many seconds.

    Here and below it is `certain` that nothing was posted unless an earlier attempt of the same
    request got no answer.
    """

    seconds: float
    certain: bool = True


@dataclass(frozen=True, slots=True)
class SendRefused:
    """Discord will not have it there, whatever the quote."""

    failure: FailureReason
    certain: bool = True


@dataclass(frozen=True, slots=True)
class ContentRejected:
    """Discord will not have this quote, or it is gone."""

    certain: bool = True


Outcome = Posted | SendUnknown | Unsent | SendRateLimited | SendRefused | ContentRejected
Finding = Posted | Absent | Unread | SendUnknown | HistoryUnreadable


class ChannelSender(Protocol):
    """Carries deliveries to their channels."""

    def gate(self, guild_id: int, channel_id: int) -> ChannelAccess | GuildUnavailable:
        """Whether a channel can be posted in, as far as is known without a request."""

    async def send(self, delivery: Delivery) -> Outcome:
        """Post it with its nonce; no attempt leaves after half a minute."""

    async def find(self, delivery: Delivery, window: Window) -> Finding:
        """Look for it in that part of the channel's history."""
