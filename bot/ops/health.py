"""The health page and metrics over HTTP, on this machine only."""

from __future__ import annotations

import asyncio
import errno
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from prometheus_client import CONTENT_TYPE_LATEST

log = logging.getLogger(__name__)


def _is_worth_logging(record: logging.LogRecord) -> bool:
    """Return whether a record is about more than a malformed request."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


# Malformed requests would fill the log with tracebacks.
_server_log = log.getChild("server")
_server_log.addFilter(_is_worth_logging)

# How many connections may be open; another one closes the oldest.
CONNECTIONS = 64

# Seconds that a connection may stay open, whatever it does: slow headers, idling, slow reading.
LIFETIME = 10.0

# Returns what is wrong with a part, None if nothing is.
HealthCheck = Callable[[], str | None]


def pages(
    checks: Mapping[str, HealthCheck], metrics: Callable[[], Awaitable[bytes]], **said: str
) -> web.Application:
    """Return the pages `/health/live` and `/health`, which is 503 if a part has a problem.

    What else is `said` of a part stands there, too.
    """

    async def live(_: web.Request) -> web.Response:
        return web.json_response({"live": True})

    async def health(_: web.Request) -> web.Response:
        parts = {part: sign() for part, sign in checks.items()}
        ready = not any(parts.values())
        shown = {part: wrong or "ok" for part, wrong in parts.items()}
        body = {"live": True, "ready": ready, **said, **shown}
        return web.json_response(body, status=200 if ready else 503)

    async def figures(_: web.Request) -> web.Response:
        return web.Response(body=await metrics(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/health/live", live)
    app.router.add_get("/health", health)
    app.router.add_get("/metrics", figures)
    return app


@asynccontextmanager
async def health_page(app: web.Application, port: int) -> AsyncIterator[int | None]:
    """Serve the pages and yield their port; None if there are none, as for port 0."""
    if not port:
        yield None
        return
    async with listening(app, port) as bound_port:
        yield bound_port


@asynccontextmanager
async def listening(
    app: web.Application, port: int, lifetime: float = LIFETIME
) -> AsyncIterator[int | None]:
    """Serve the pages on 127.0.0.1 and yield the port; port 0 takes any that is free.

    If the port is taken there is no page and None is yielded: the bot works without it.
    """
    runner = web.AppRunner(app, access_log=None, logger=_server_log, shutdown_timeout=0.5)
    await runner.setup()
    assert runner.server is not None
    loop = asyncio.get_running_loop()
    server = None
    try:
        server = await loop.create_server(_bounded(runner.server, lifetime), "127.0.0.1", port)
    except OSError as error:
        taken = "it is taken; set LORE_HEALTH_PORT"
        why = taken if error.errno == errno.EADDRINUSE else error
        log.error("there is no health page on port %d of 127.0.0.1: %s", port, why)
    try:
        yield server.sockets[0].getsockname()[1] if server else None
    finally:
        if server:
            server.close()
        await runner.cleanup()


def _bounded(server: web.Server, lifetime: float) -> Callable[[], asyncio.Protocol]:
    """Limit the number and the lifetime of the server's connections.

    aiohttp itself waits for the first request of a connection for ever.
    """
    opened: deque[web.RequestHandler] = deque()

    def connection() -> asyncio.Protocol:
        handler = server()
        opened.append(handler)
        if len(opened) > CONNECTIONS:
            _end(opened.popleft())
        asyncio.get_running_loop().call_later(lifetime, _end, handler)
        return handler

    return connection


def _end(connection: web.RequestHandler) -> None:
    transport = connection.transport
    connection.force_close()
    if transport:
        # Unread data would keep the connection open.
        transport.abort()
