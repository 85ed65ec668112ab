"""The gateway: sessions of shards over websockets, with heartbeats, events and resumes."""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from aiohttp import WSMsgType, web

from bot.simulator.objects import Guild, Json
from bot.simulator.rates import IdentifyRate
from bot.simulator.state import SimState

_DISPATCH, _HEARTBEAT, _IDENTIFY, _RESUME = 0, 1, 2, 6
_RECONNECT, _INVALID_SESSION, _HELLO, _HEARTBEAT_ACK = 7, 9, 10, 11
_HEARTBEAT_MS = 41_250
_GUILDS = 1 << 0
_PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
_GUILDS_PER_SHARD = 2500
_REPLAYED = 1000


@dataclass
class Session:
    """A shard's session; `log` holds the latest events by number, for a resume."""

    id: str
    shard: int
    shards: int
    intents: int
    begun: datetime
    sequence: int = 0
    socket: web.WebSocketResponse | None = None
    log: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=_REPLAYED))

    @property
    def is_connected(self) -> bool:
        """Return whether its connection is open."""
        return self.socket is not None and not self.socket.closed

    def has(self, guild_id: int | None) -> bool:
        """Return whether a server is its shard's; what is private is shard 0's."""
        return ((guild_id or 0) >> 22) % self.shards == self.shard

    async def send(self, event: str, data: Any) -> None:
        """Send an event; without a connection it waits in the log for a resume."""
        self.sequence += 1
        text = _packet(_DISPATCH, data, self.sequence, event)
        self.log.append((self.sequence, text))
        if self.socket is not None:
            await _write(self.socket, text)


class Gateway:
    """All gateway sessions, oldest first; `online` is set while every shard is connected.

    A shard may have several, also of another number of shards, and each of them is sent its events:
    https://discord.com/developers/docs/events/gateway#sharding
    One that lost its connection is forgotten once another of its shard begins.
    With a `rate`, who identifies too early is refused; `refused` counts that.
    """

    def __init__(self, state: SimState, token: str, rate: IdentifyRate | None = None) -> None:
        self._state = state
        self._token = token
        self._rate = rate
        self._shut = 0  # the code with which all are sent away
        self.url = ""
        self.sessions: list[Session] = []
        self.identifies = 0
        self.refused = 0
        self.resumes = 0
        self.online = asyncio.Event()

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Handle a connection until either side closes it."""
        socket = web.WebSocketResponse(max_msg_size=4096, compress=False)
        await socket.prepare(request)
        await _tell(socket, _HELLO, {"heartbeat_interval": _HEARTBEAT_MS})
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                break
            packet = orjson.loads(message.data)
            operation, data = packet["op"], packet.get("d")
            if operation == _HEARTBEAT:
                await _tell(socket, _HEARTBEAT_ACK, None)
            elif operation == _IDENTIFY:
                await self._identify(socket, data)
            elif operation == _RESUME:
                await self._resume(socket, data)
        self._note_connections()
        return socket

    def _note_connections(self) -> None:
        shards = self.sessions[-1].shards if self.sessions else 1
        live = {s.shard for s in self.sessions if s.is_connected and s.shards == shards}
        if len(live) == shards:
            self.online.set()
        else:
            self.online.clear()

    async def _identify(self, socket: web.WebSocketResponse, data: Json) -> None:
        self.identifies += 1
        shard, shards = data.get("shard") or (0, 1)
        if await self._rejected(socket, data):
            return
        if data["intents"] & _PRIVILEGED:
            await socket.close(code=4014, message=b"Disallowed intent(s).")
            return
        if self._rate and not self._rate.allows(shard):
            self.refused += 1
            await _tell(socket, _INVALID_SESSION, False)
            return
        name = f"session-{shard}-{self.identifies}"
        begun = self._state.clock()
        session = Session(name, shard, shards, data["intents"], begun, socket=socket)
        guilds = [guild for guild in self._state.guilds.values() if session.has(guild.id)]
        if len(guilds) > _GUILDS_PER_SHARD:
            await socket.close(code=4011, message=b"Sharding required.")
            return
        self.sessions = [s for s in self.sessions if s.is_connected or s.shard != shard]
        self.sessions.append(session)
        await session.send("READY", self._ready(session, guilds))
        for guild in guilds if session.intents & _GUILDS else ():
            await session.send("GUILD_CREATE", guild_create(self._state, guild))
        self._note_connections()

    async def _resume(self, socket: web.WebSocketResponse, data: Json) -> None:
        self.resumes += 1
        if await self._rejected(socket, data):
            return
        for session in self.sessions:
            missed = session.sequence - data["seq"]
            if session.id == data["session_id"] and 0 <= missed <= len(session.log):
                last = data["seq"]
                while event := next((e for e in session.log if e[0] > last), None):
                    last, text = event
                    await _write(socket, text)
                session.socket = socket
                await session.send("RESUMED", {"_trace": []})
                self._note_connections()
                return
        await _tell(socket, _INVALID_SESSION, False)

    async def _rejected(self, socket: web.WebSocketResponse, data: Json) -> bool:
        """Close the connection and return True if the token is unknown or logins are refused."""
        code = self._shut or (0 if data["token"] == self._token else 4004)
        if code:
            await socket.close(code=code)
        return bool(code)

    def _ready(self, session: Session, guilds: list[Guild]) -> Json:
        bot = self._state.bot
        return {
            "v": 10,
            "user": bot.payload() | {"verified": True, "email": None, "mfa_enabled": True},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self.url,
            "shard": [session.shard, session.shards],
            "application": {"id": str(bot.id), "flags": 0},
        }

    async def dispatch(self, guild_id: int | None, event: str, data: Json) -> None:
        """Send an event to every session of the server's shard; private events go to shard 0."""
        for session in [session for session in self.sessions if session.has(guild_id)]:
            await session.send(event, data)

    async def revoke(self) -> None:
        """Make the token invalid."""
        await self.shut(4004)

    async def shut(self, code: int) -> None:
        """Close every connection with this code, now and whenever one is opened."""
        self._shut = code
        await self.close(code)

    async def reconnect(self) -> None:
        """Ask every shard to reconnect and resume (op 7)."""
        await self._tell_all(_RECONNECT, None)

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Declare every session invalid (op 9)."""
        await self._tell_all(_INVALID_SESSION, resumable)
        if not resumable:
            self.sessions.clear()
        self._note_connections()

    async def close(self, code: int = 1000) -> None:
        """Close every shard's connection with this code."""
        for session in list(self.sessions):
            if session.socket is not None:
                await session.socket.close(code=code)

    async def _tell_all(self, operation: int, data: Any) -> None:
        for session in list(self.sessions):
            if session.socket is not None:
                await _tell(session.socket, operation, data)


def guild_create(state: SimState, guild: Guild) -> Json:
    """Return a server as GUILD_CREATE sends it to a bot without member and presence intents."""
    return guild.payload() | {
        "joined_at": "2024-05-01T00:00:00+00:00",
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [state.member(guild, state.bot)],
        "channels": [channel.payload() for channel in guild.channels],
        "threads": [one.payload() for one in guild.threads if not one.archived],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def _packet(operation: int, data: Any, sequence: int | None, event: str | None) -> str:
    return orjson.dumps({"op": operation, "d": data, "s": sequence, "t": event}).decode()


async def _tell(socket: web.WebSocketResponse, operation: int, data: Any) -> None:
    await _write(socket, _packet(operation, data, None, None))


async def _write(socket: web.WebSocketResponse, text: str) -> None:
    # A bot that is killed leaves a socket that is not closed yet and cannot be written to.
    if not socket.closed:
        with suppress(ConnectionError):
            await socket.send_str(text)
