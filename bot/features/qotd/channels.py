"""What the delivery asks of Discord's channels: to post, to look; and what can come of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import discord

from bot.core.connection.http import CUT_OFF, GarbledAnswerError
from bot.core.connection.rest import RestCalls
from bot.core.connection.rest_trace import Attempts, DeadlinePassedError
from bot.core.id_names import lost
from bot.core.limits import HISTORY_PAGE
from bot.features.qotd.views import is_post
from lore.qotd.delivery import RESEND, Delivery, FailureReason, Window

# Half of the time in which Discord knows a post again, so that the answer comes within the rest.
SEND_SECONDS = RESEND.total_seconds() / 2
HOLD_SECONDS = 600.0

# Discord's error codes; https://discord.com/developers/docs/topics/opcodes-and-status-codes
_DELETED = 10008
_FAILURES = {
    10003: FailureReason.NO_CHANNEL,
    10004: FailureReason.NO_SERVER,
    50001: FailureReason.NO_VIEW,
    50013: FailureReason.NO_SEND,
}
_REJECTED = {50035, 200000, 200001, 240000}

Clock = Callable[[], datetime]
Compose = Callable[[Delivery], Awaitable[discord.ui.LayoutView | None]]


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

    def access(self, guild_id: int, channel_id: int) -> ChannelAccess | GuildUnavailable:
        """Tell whether a channel can be posted in, as far as is known without a request."""

    async def send(self, delivery: Delivery) -> Outcome:
        """Post it with its nonce; no attempt leaves after half a minute."""

    async def find(self, delivery: Delivery, window: Window) -> Finding:
        """Look for it in that part of the channel's history."""


class DiscordChannelSender:
    """Posts through a client; `compose` lays out a post."""

    def __init__(
        self,
        client: discord.Client,
        compose: Compose,
        calls: RestCalls,
        clock: Clock,
        send_within: float = SEND_SECONDS,
    ) -> None:
        self._client = client
        self._compose = compose
        self._calls = calls
        self._clock = clock
        self._send_within = send_within

    def access(self, guild_id: int, channel_id: int) -> ChannelAccess | GuildUnavailable:
        """Tell whether a channel can be posted in, as far as the cache knows."""
        guild = self._client.get_guild(guild_id)
        if guild is None:
            # While a shard is starting, its servers are still unknown rather than left.
            return (
                ChannelAccess(FailureReason.NO_SERVER)
                if self._client.is_ready()
                else GuildUnavailable()
            )
        if guild.unavailable:
            return GuildUnavailable()
        channel = guild.get_channel(channel_id)
        if not isinstance(channel, discord.abc.Messageable):
            return ChannelAccess(FailureReason.NO_CHANNEL)
        if self._client.user is None or guild.get_member(self._client.user.id) is None:
            # Discord did not tell what we may do there; it will say so when we try.
            return ChannelAccess()
        may = channel.permissions_for(guild.me)
        if not may.view_channel:
            return ChannelAccess(FailureReason.NO_VIEW)
        return ChannelAccess(
            None if may.send_messages else FailureReason.NO_SEND, may.read_message_history
        )

    async def send(self, delivery: Delivery) -> Outcome:
        """Post it, pinging nobody but the role that the server has chosen."""
        channel = self._client.get_partial_messageable(delivery.channel_id)
        if lost(self._client.get_guild(delivery.guild_id), [delivery.role_id]):
            delivery = replace(delivery, role_id=None)
        roles = [discord.Object(delivery.role_id)] if delivery.role_id else False
        attempts = Attempts(self._send_within, self._clock)
        view = await self._compose(delivery)
        if view is None:
            return ContentRejected()
        post = channel.send(
            view=view,
            nonce=delivery.nonce,
            allowed_mentions=discord.AllowedMentions(
                everyone=False, users=False, roles=roles, replied_user=False
            ),
        )
        try:
            message = await self._calls.run(post, attempts)
        except discord.HTTPException as error:
            outcome = judged(error.status, error.code, str(error))
        except DeadlinePassedError:
            outcome = Unsent()
        except CUT_OFF as error:
            return SendUnknown(f"{type(error).__name__}: {error}")
        else:
            return Posted(message.id)
        if isinstance(outcome, Posted | SendUnknown):
            return outcome
        return replace(outcome, certain=not attempts.uncertain)

    async def find(self, delivery: Delivery, window: Window) -> Finding:
        """Read the channel from one instant to another for a post of ours with this date."""
        try:
            found = await self._calls.run(self._post_in(delivery, window))
        except discord.HTTPException as error:
            outcome = judged(error.status, error.code, str(error))
            return (
                HistoryUnreadable()
                if isinstance(outcome, SendRefused | ContentRejected)
                else SendUnknown(str(error))
            )
        except CUT_OFF as error:
            return SendUnknown(f"{type(error).__name__}: {error}")
        if isinstance(found, Unread):
            return found
        if found:
            return Posted(found.id)
        # Without the permission Discord shows an empty history instead of refusing.
        access = self.access(delivery.guild_id, delivery.channel_id)
        can_look = isinstance(access, ChannelAccess) and access.can_look
        return Absent() if can_look else HistoryUnreadable()

    async def _post_in(self, delivery: Delivery, window: Window) -> discord.Message | Unread | None:
        """Return the post among the messages of that time, if it is there."""
        channel = self._client.get_partial_messageable(delivery.channel_id)
        read: discord.abc.Snowflake | datetime = window.after
        left = window.most
        while left is None or left > 0:
            page = list[discord.Message]()
            async for message in channel.history(limit=HISTORY_PAGE, after=read, oldest_first=True):
                ours = message.author == self._client.user
                if ours and is_post(message, delivery.number, delivery.day):
                    return message
                page.append(message)
            if len(page) < HISTORY_PAGE or page[-1].created_at > window.before:
                return None
            if isinstance(read, discord.Message) and page[-1].id <= read.id:
                raise GarbledAnswerError("the same messages once more")
            read = page[-1]
            left = left and left - HISTORY_PAGE
        read_until = page[-1].created_at
        return None if window.enough and read_until >= window.enough else Unread()


def judged(status: int, code: int, text: str) -> Outcome:
    """Say what an HTTP error comes to; TokenRevokedError if Discord no longer knows us."""
    if status == 401:
        raise TokenRevokedError
    if code == _DELETED:
        return Posted(None)
    if code in _FAILURES:
        return SendRefused(_FAILURES[code])
    if code in _REJECTED:
        return ContentRejected()
    # An answer without a code is not Discord's own but that of what stands before it.
    if status == 429 or (status == 403 and code == 0):
        return SendRateLimited(HOLD_SECONDS)
    return SendUnknown(text) if status >= 500 or code == 0 else SendRefused(FailureReason.REFUSED)
