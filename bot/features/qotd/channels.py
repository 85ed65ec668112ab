"""Posts to Discord's channels and searches their history for the quote of the day."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Protocol

import discord
from discord.utils import MISSING

from bot.core.connection.http import CUT_OFF, GarbledAnswerError
from bot.core.connection.rest import RestCalls
from bot.core.connection.rest_trace import Attempts, DeadlinePassedError
from bot.core.id_names import lost
from bot.core.limits import HISTORY_PAGE
from bot.features.qotd.post_page import is_post
from lore.qotd.delivery import RESEND, Delivery, FailureReason, Window

log = logging.getLogger(__name__)

# Half of the time in which Discord recognises a nonce, so that the answer comes within the rest.
SEND_SECONDS = RESEND.total_seconds() / 2
HOLD_SECONDS = 600.0

# Discord's error codes; https://discord.com/developers/docs/topics/opcodes-and-status-codes
_DELETED = 10008
_FAILURES = {
    10003: FailureReason.NO_CHANNEL,
    50083: FailureReason.LOCKED,
    160005: FailureReason.LOCKED,
    10004: FailureReason.NO_SERVER,
    50001: FailureReason.NO_VIEW,
    50013: FailureReason.NO_SEND,
}
_REJECTED = {50035, 200000, 200001, 240000}

# A picture that is too large for a proxy on the way gets this answer without a code.
_TOO_LARGE = 413

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class PostPicture:
    """A post with its picture: the page that shows it, and its file."""

    page: discord.ui.LayoutView
    name: str
    png: bytes


@dataclass(frozen=True, slots=True)
class Post:
    """What is posted: a page, and the same with its picture where it has one.

    It is `unattached` if it would have one, but files may not be attached in the channel.
    """

    page: discord.ui.LayoutView
    picture: PostPicture | None = None
    unattached: bool = False


# The second argument says whether files may be attached in the channel.
Compose = Callable[[Delivery, bool], Awaitable[Post | None]]


class TokenRevokedError(Exception):
    """Discord refuses the bot's token: this process can send nothing more."""


@dataclass(frozen=True, slots=True)
class ChannelAccess:
    """What keeps us from posting in a channel, and what else can be done there."""

    failure: FailureReason | None = None
    can_look: bool = False
    can_attach: bool = False
    can_start_threads: bool = False
    is_announcement: bool = False


@dataclass(frozen=True, slots=True)
class GuildUnavailable:
    """The server is temporarily unavailable, as in an outage."""


@dataclass(frozen=True, slots=True)
class Posted:
    """The message was posted; its id is None if it was deleted meanwhile."""

    message_id: int | None


@dataclass(frozen=True, slots=True)
class Absent:
    """The history was read to the end of the window, and the message is not there."""


@dataclass(frozen=True, slots=True)
class Unread:
    """The message is not among those that were read, but there are more."""


@dataclass(frozen=True, slots=True)
class HistoryUnreadable:
    """The history cannot be read, so nobody can know whether the message was posted."""


@dataclass(frozen=True, slots=True)
class SendUnknown:
    """The outcome is unknown."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unsent:
    """Discord delayed the message for too long, so it was not sent."""

    certain: bool = True


@dataclass(frozen=True, slots=True)
class SendRateLimited:
    """Discord accepts no more requests for some seconds.

    Here and below, `certain` says that nothing was posted. It is false if an earlier attempt of the
    same request got no answer.
    """

    seconds: float
    certain: bool = True


@dataclass(frozen=True, slots=True)
class SendRefused:
    """Discord refuses any quote in that channel."""

    failure: FailureReason
    certain: bool = True


@dataclass(frozen=True, slots=True)
class ContentRejected:
    """Discord refuses this quote, or the quote was removed."""

    certain: bool = True


Outcome = Posted | SendUnknown | Unsent | SendRateLimited | SendRefused | ContentRejected
Finding = Posted | Absent | Unread | SendUnknown | HistoryUnreadable


class ChannelSender(Protocol):
    """Posts deliveries in their channels."""

    def access(
        self, guild_id: int, channel_id: int, parent_id: int | None = None
    ) -> ChannelAccess | GuildUnavailable:
        """Return what is known about a channel without a request; of a thread, with its channel."""

    async def compose(self, delivery: Delivery) -> Post | None:
        """Return what is to be posted, in about two seconds; None if the quote is gone."""

    async def send(self, delivery: Delivery, post: Post, ours: Callable[[], bool]) -> Outcome:
        """Post a delivery with its nonce.

        No attempt is sent after half a minute, or once the delivery is not `ours`.
        """

    async def find(self, delivery: Delivery, window: Window) -> Finding:
        """Search that part of the channel's history for a delivery's post."""


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

    def access(
        self, guild_id: int, channel_id: int, parent_id: int | None = None
    ) -> ChannelAccess | GuildUnavailable:
        """Return what the client's cache knows about a channel; of a thread, with its channel."""
        guild = self._client.get_guild(guild_id)
        if guild is None:
            # While a shard starts, a server may be missing although the bot has not left it.
            return (
                ChannelAccess(FailureReason.NO_SERVER)
                if self._client.is_ready()
                else GuildUnavailable()
            )
        if guild.unavailable:
            return GuildUnavailable()
        channel = guild.get_channel(parent_id or channel_id)
        # A forum takes no messages itself, but there are threads in it.
        if channel is None or not (parent_id or isinstance(channel, discord.abc.Messageable)):
            return ChannelAccess(FailureReason.NO_CHANNEL)
        if self._client.user is None or guild.get_member(self._client.user.id) is None:
            # Our permissions there are unknown; Discord says so when we try.
            return ChannelAccess()
        may = channel.permissions_for(guild.me)
        if not may.view_channel:
            return ChannelAccess(FailureReason.NO_VIEW)
        if parent_id is None:
            failure = None if may.send_messages else FailureReason.NO_SEND
        else:
            # Closed threads are not told of: a message opens them again, unless they are locked.
            thread = guild.get_thread(channel_id)
            failure = None if may.send_messages_in_threads else FailureReason.NO_THREADS
            if thread and thread.locked and not may.manage_threads:
                failure = FailureReason.LOCKED
        return ChannelAccess(
            failure,
            may.read_message_history,
            may.attach_files,
            may.create_public_threads,
            channel.type is discord.ChannelType.news,
        )

    async def compose(self, delivery: Delivery) -> Post | None:
        """Return what is to be posted, with its picture if one is wanted and ready soon."""
        access = self.access(delivery.guild_id, delivery.channel_id, delivery.parent_id)
        can_attach = isinstance(access, ChannelAccess) and access.can_attach
        return await self._compose(self._pinging(delivery), can_attach)

    def _pinging(self, delivery: Delivery) -> Delivery:
        """Return a delivery that pings no role that is gone."""
        gone = lost(self._client.get_guild(delivery.guild_id), [delivery.role_id])
        return replace(delivery, role_id=None) if gone else delivery

    async def send(self, delivery: Delivery, post: Post, ours: Callable[[], bool]) -> Outcome:
        """Post a delivery, without its picture if Discord refuses it with the picture."""
        delivery = self._pinging(delivery)
        attempts = Attempts(self._send_within, self._clock, ours)
        if post.picture:
            outcome = await self._send(delivery, post.picture.page, attempts, post.picture)
            if not _may_be_for_the_picture(outcome):
                return outcome
            log.info("server %s: Discord refused the picture of a quote", delivery.guild_id)
        return await self._send(delivery, post.page, attempts)

    async def _send(
        self,
        delivery: Delivery,
        page: discord.ui.LayoutView,
        attempts: Attempts,
        picture: PostPicture | None = None,
    ) -> Outcome:
        """Post a page, pinging nobody but the role that the server has chosen."""
        channel = self._client.get_partial_messageable(delivery.channel_id)
        roles = [discord.Object(delivery.role_id)] if delivery.role_id else False
        files = [discord.File(BytesIO(picture.png), picture.name)] if picture else MISSING
        call = channel.send(
            view=page,
            files=files,
            nonce=delivery.nonce,
            allowed_mentions=discord.AllowedMentions(
                everyone=False, users=False, roles=roles, replied_user=False
            ),
        )
        try:
            message = await self._calls.run(call, attempts)
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
        if delivery.parent_id and outcome == SendRefused(FailureReason.NO_SEND):
            outcome = SendRefused(FailureReason.NO_THREADS)
        return replace(outcome, certain=not attempts.uncertain)

    async def find(self, delivery: Delivery, window: Window) -> Finding:
        """Search a part of the channel's history for our post with this date."""
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
        # Without the permission Discord returns an empty history instead of refusing.
        access = self.access(delivery.guild_id, delivery.channel_id, delivery.parent_id)
        can_look = isinstance(access, ChannelAccess) and access.can_look
        return Absent() if can_look else HistoryUnreadable()

    async def _post_in(self, delivery: Delivery, window: Window) -> discord.Message | Unread | None:
        """Return the post from the messages of the window; None if it is not there."""
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


def _may_be_for_the_picture(outcome: Outcome) -> bool:
    """Tell whether Discord may have refused a post only for the file that comes with it."""
    match outcome:
        case ContentRejected():
            return True
        case SendRefused(failure):
            may_be = FailureReason.REFUSED, FailureReason.NO_SEND, FailureReason.NO_THREADS
            return failure in may_be
    return False


def judged(status: int, code: int, text: str) -> Outcome:
    """Return the outcome of an HTTP error; TokenRevokedError if Discord refuses the token."""
    if status == 401:
        raise TokenRevokedError
    if code == _DELETED:
        return Posted(None)
    if code in _FAILURES:
        return SendRefused(_FAILURES[code])
    if status == _TOO_LARGE:
        return SendRefused(FailureReason.REFUSED)
    if code in _REJECTED:
        return ContentRejected()
    # An answer without a code is not from Discord but from a proxy in front of it.
    if status == 429 or (status == 403 and code == 0):
        return SendRateLimited(HOLD_SECONDS)
    return SendUnknown(text) if status >= 500 or code == 0 else SendRefused(FailureReason.REFUSED)
