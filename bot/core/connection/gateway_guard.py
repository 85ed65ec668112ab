"""Keeps gateway connections alive that discord.py would end, and delays those it opens early."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, Self

import aiohttp
import discord.shard
from discord.gateway import DiscordWebSocket, ReconnectWebSocket, WebSocketClosure

from bot.core.connection.identify_budget import PausedError

log = logging.getLogger(__name__)

# The errors of a connection that ended; discord.py connects again after these.
_OVER = (ReconnectWebSocket, WebSocketClosure, discord.ConnectionClosed, OSError)

# A close code after which Discord keeps the session.
_KEEP_SESSION = 4000


class UnreadableConnectionError(OSError):
    """A connection to the gateway cannot go on; discord.py opens another, later each time."""


class GuardedWebSocket(DiscordWebSocket):
    """Logs each kind of unreadable event once and skips it; discord.py would end the client.

    A connection that will identify is opened after a `pause`.
    """

    pause: ClassVar[Callable[[], Awaitable[None]]]
    reported: ClassVar[set[str]]

    @classmethod
    async def from_client(cls, client: discord.Client, **options: Any) -> Self:
        if not options.get("resume"):
            await cls.pause()
        return await super().from_client(client, **options)

    async def identify(self) -> None:
        try:
            await super().identify()
        except PausedError:
            await self.close(_KEEP_SESSION)
            raise

    async def received_message(self, msg: Any, /) -> None:
        session = self.session_id
        try:
            await super().received_message(msg)
        except (*_OVER, aiohttp.ClientError):
            raise
        except Exception as error:
            parser, kind = _where(error)
            # Without HELLO there is no heartbeat, without READY no session; and after bytes that
            # cannot be decompressed, later ones cannot be either.
            begun = self._keep_alive and session and session == self.session_id
            usable = begun and parser != "decompress"
            if kind not in self.reported:
                self.reported.add(kind)
                what = "skipped" if usable else "the connection is opened anew"
                log.error("Discord sent what cannot be read; %s: %s", what, kind)
            if not usable:
                await self.close(_KEEP_SESSION)
                raise UnreadableConnectionError(kind) from None


def guard_connections(pause: Callable[[], Awaitable[None]]) -> None:
    """Make shards started from now on connect by a `GuardedWebSocket`."""

    class Guarded(GuardedWebSocket):
        reported: ClassVar[set[str]] = set()

    Guarded.pause = staticmethod(pause)
    # discord.py offers no other way to choose the class.
    discord.shard.DiscordWebSocket = Guarded  # type: ignore[misc]


def _where(error: Exception) -> tuple[str, str]:
    """Return the discord.py function that read the event, and a line on what failed where.

    The error's message is left out, as it may quote what people wrote.
    """
    frames = traceback.extract_tb(error.__traceback__)
    # The first two frames are ours and that of the overridden method.
    parser = frames[min(2, len(frames) - 1)].name
    last = frames[-1]
    return parser, f"{type(error).__name__} in {parser} ({last.name}, line {last.lineno})"
