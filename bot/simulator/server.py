"""The simulator itself: an HTTP server on loopback that is Discord to a bot."""

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from types import TracebackType
from typing import Any, Self

import orjson
from aiohttp import web

from bot.simulator.answers import Answers
from bot.simulator.faults import Fault, take
from bot.simulator.gateway import Gateway
from bot.simulator.interactions import Interaction
from bot.simulator.objects import Channel
from bot.simulator.permissions import Permission
from bot.simulator.rates import IdentifyRate, RequestRate
from bot.simulator.refusals import (
    RefusedError,
    globally_limited,
    too_large,
    unauthorized,
    unknown_route,
)
from bot.simulator.rest import Rest, Route, RouteRequest
from bot.simulator.state import SimState
from bot.simulator.uploads import Files, split_form

# In the form of Discord's: the application's id, the time and a signature.
TOKEN = "MTIzNTAxNzg0NTk2NDgwMDAwMQ.GRehea.a-token-of-the-rehearsal-alone"
_BASE = "/api/v10"
_LARGEST = 25 * 1024 * 1024
_CUT_OFF = 499  # noted for a request that is never answered
_NO_FAULT = Fault("")
_Answer = tuple[int, Any, Mapping[str, str]]  # a status, a JSON body, headers
_OPEN = ("/interactions/", "/webhooks/")  # their token stands in the path; /gateway needs none


@dataclass
class SentRequest:
    """A request of the bot with its answer: path without the base, JSON bodies, status."""

    method: str
    path: str
    json: Any
    status: int = 0
    answer: Any = None


class Simulator:
    """A Discord with `guilds` servers on a free port of loopback, open inside `async with`.

    `api` is the base URL for REST, `gateway_url` that of the websocket; `TOKEN` logs in.
    `kept` is how many of the bot's latest requests are remembered. With `max_concurrency`, whoever
    identifies too early is refused, and with `per_second`, so is every request beyond those.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        guilds: int = 2,
        shards: int | None = None,
        bot_name: str = "Bot",
        kept: int = 10_000,
        max_concurrency: int | None = None,
        per_second: int | None = None,
    ) -> None:
        self.state = SimState(clock, guilds, bot_name)
        self.answers = Answers(self.state)
        self._max_concurrency = max_concurrency or 1
        rate = IdentifyRate(clock, self._max_concurrency) if max_concurrency else None
        self.gateway = Gateway(self.state, TOKEN, rate)
        self._rate = RequestRate(clock, per_second) if per_second else None
        self.faults: list[Fault] = []
        self.requests: deque[SentRequest] = deque(maxlen=kept)
        self.shards = shards or math.ceil(max(guilds, 1) / 2500)
        self.api = self.gateway_url = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=0)  # what is too large is refused as Discord does
        app.on_response_prepare.append(self._tell_the_time)
        rest = Rest(self.state, self.answers, self.gateway, self.shards, self._max_concurrency)
        for method, path, route in rest.routes:
            app.router.add_route(method, _BASE + path, self._handler(route))
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_get("/files/{number}/{name}", self._file)
        app.router.add_route("*", "/{rest:.*}", self._handler(_nothing))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.api = f"http://{host}:{port}{_BASE}"
        self.state.uploads.origin = f"http://{host}:{port}/files"
        self.gateway_url = self.gateway.url = f"ws://{host}:{port}/gateway/"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.gateway.close(1001)
        if self._runner is not None:
            await self._runner.cleanup()

    async def bot_online(self) -> None:
        """Wait until every shard of the bot has identified."""
        await self.gateway.online.wait()

    async def deny(self, channel: Channel, permissions: Permission) -> None:
        """Take exactly these permissions from the bot in a channel, and send it the change."""
        channel.denied[self.state.bot.id] = permissions
        await self.gateway.dispatch(channel.guild_id, "CHANNEL_UPDATE", channel.payload())

    async def convert(self, channel: Channel, kind: int) -> None:
        """Make a channel one of another kind, and send the bot the change."""
        channel.kind = kind
        await self.gateway.dispatch(channel.guild_id, "CHANNEL_UPDATE", channel.payload())

    async def close_thread(
        self, thread: Channel, *, archived: bool = True, locked: bool = False
    ) -> None:
        """Archive a thread, or lock it, and send the bot the change."""
        thread.archived, thread.locked = archived, locked
        await self.gateway.dispatch(thread.guild_id, "THREAD_UPDATE", thread.payload())

    async def delete_thread(self, thread: Channel) -> None:
        """Delete a thread, and send the bot the change."""
        guild = self.state.guilds[thread.guild_id or 0]
        guild.threads.remove(thread)
        del self.state.channels[thread.id]
        await self.gateway.dispatch(thread.guild_id, "THREAD_DELETE", thread.payload())

    async def deliver(self, interaction: Interaction) -> None:
        """Send an interaction to the bot."""
        payload = interaction.payload(self.state)
        await self.gateway.dispatch(interaction.guild_id, "INTERACTION_CREATE", payload)

    async def _tell_the_time(self, _: web.Request, response: web.StreamResponse) -> None:
        now = format_datetime(self.state.clock().astimezone(UTC), usegmt=True)
        response.headers["Date"] = now

    async def _file(self, request: web.Request) -> web.Response:
        try:
            return web.Response(body=self.state.uploads.data(int(request.match_info["number"])))
        except KeyError:
            raise web.HTTPNotFound from None

    def _handler(self, route: Route) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            files: Files = {}
            if request.content_type == "multipart/form-data":
                data, files = split_form(await request.post())
            else:
                data = await request.read()
            path = request.path.removeprefix(_BASE)
            sent = SentRequest(request.method, path, orjson.loads(data) if data else None)
            self.requests.append(sent)
            fault = take(self.faults, sent.method, path) or _NO_FAULT
            if not fault.after:
                await asyncio.sleep(fault.delay)
            spared = not fault.status and not fault.disconnect
            answer: _Answer = fault.status or _CUT_OFF, fault.body, fault.headers
            if fault.after or spared:
                carried_out = await self._answer(request, route, sent, files)
                answer = carried_out if spared else answer
            if fault.after:
                await asyncio.sleep(fault.delay)
            if fault.disconnect and request.transport is not None:
                request.transport.abort()
            return _respond(sent, *answer)

        return handle

    async def _answer(
        self, request: web.Request, route: Route, sent: SentRequest, files: Files
    ) -> _Answer:
        authorization = request.headers.get("Authorization")
        try:
            is_open = sent.path == "/gateway" or sent.path.startswith(_OPEN)
            if authorization != f"Bot {TOKEN}" and not is_open:
                raise unauthorized()
            if self._rate and not is_open and (wait := self._rate.wait()):
                raise globally_limited(wait.total_seconds())
            if (request.content_length or 0) > _LARGEST:
                raise too_large()
            body = self.state.uploads.received(sent.json, files, self.state.new_id)
            ask = RouteRequest(dict(request.match_info), dict(request.query), body)
            answer = await route(ask)
        except RefusedError as refused:
            return refused.status, refused.body, refused.headers
        return (204, None, {}) if answer is None else (200, answer, {})


def _respond(
    sent: SentRequest, status: int, answer: Any, headers: Mapping[str, str]
) -> web.Response:
    # discord.py reads JSON only under exactly this content type: a charset makes login fail.
    sent.status, sent.answer = status, answer
    if sent.answer is None:
        return web.Response(status=sent.status, headers=headers)
    written = isinstance(sent.answer, bytes)
    data = sent.answer if written else orjson.dumps(sent.answer)
    all_headers = {"Content-Type": "application/json"} | dict(headers)
    return web.Response(status=sent.status, body=data, headers=all_headers)


async def _nothing(_: RouteRequest) -> Any:
    raise unknown_route()
