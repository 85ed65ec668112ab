"""Health and metrics over HTTP, on this machine only."""

from __future__ import annotations

import errno
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

log = logging.getLogger(__name__)

# What is wrong with a part, None while nothing is.
Sign = Callable[[], str | None]


def pages(signs: Mapping[str, Sign], metrics: Callable[[], Awaitable[bytes]]) -> web.Application:
    """`/health/live` answers while the process does; `/health` is 503 when a part is in trouble."""

    async def live(_: web.Request) -> web.Response:
        return web.json_response({"live": True})

    async def health(_: web.Request) -> web.Response:
        parts = {part: sign() for part, sign in signs.items()}
        ready = not any(parts.values())
        body = {"live": True, "ready": ready, **{p: wrong or "ok" for p, wrong in parts.items()}}
        return web.json_response(body, status=200 if ready else 503)

    async def figures(_: web.Request) -> web.Response:
        return web.Response(body=await metrics(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/health/live", live)
    app.router.add_get("/health", health)
    app.router.add_get("/metrics", figures)
    return app


@asynccontextmanager
async def listening(app: web.Application, port: int) -> AsyncIterator[int | None]:
    """Serve the pages on 127.0.0.1, and say on which port; 0 takes any that is free.

    Without the port there is no page, and the bot goes on: nobody asks the page for lore.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
    except OSError as error:
        taken = "it is taken; set LORE_HEALTH_PORT"
        why = taken if error.errno == errno.EADDRINUSE else error
        log.error("there is no health page on port %d of 127.0.0.1: %s", port, why)
    try:
        yield runner.addresses[0][1] if runner.addresses else None
    finally:
        await runner.cleanup()
