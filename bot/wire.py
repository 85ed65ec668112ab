"""What leaves for Discord: answers as its specification knows them, and how a request fails."""

from __future__ import annotations

from json import JSONDecodeError
from typing import Any

import aiohttp
import discord
from discord.http import Route
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

# How a request fails that gets no whole answer, in time or at all: discord.py lets these through.
CUT_OFF = (aiohttp.ClientError, OSError, JSONDecodeError)

# How it fails when Discord refuses it, or when it gets no answer.
UNSENT = (discord.HTTPException, *CUT_OFF)

_UPDATE = 7

# What discord.py reads where it is told of an answer that was taken.
_ANSWERED = {"interaction": {"id": "0", "type": 0}}


def lost(error: BaseException | None) -> bool:
    """Whether what was sent got lost, rather than refused for what is in it."""
    if isinstance(error, discord.HTTPException):
        return error.code == 0
    return isinstance(error, CUT_OFF)


class PlainAdapter(AsyncWebhookAdapter):
    """Sends answers to interactions as discord.py does, but for two things.

    It leaves out the `tts` that discord.py adds to edits, and does not have each first answer sent
    back to be read again: nobody here asks for it.
    """

    async def request(
        self,
        route: Route,
        session: aiohttp.ClientSession,
        *,
        payload: dict[str, Any] | None = None,
        **rest: Any,
    ) -> Any:
        if payload and route.method == "PATCH":
            payload.pop("tts", None)
        elif payload and payload.get("type") == _UPDATE:
            payload["data"].pop("tts", None)
        if not route.path.endswith("/callback"):
            return await super().request(route, session, payload=payload, **rest)
        await super().request(route, session, payload=payload, **rest | {"params": None})
        return _ANSWERED


def plain_answers() -> None:
    """Let answers go through a `PlainAdapter` in this task and those that it starts."""
    async_context.set(PlainAdapter())  # type: ignore[no-untyped-call]  # discord.py leaves it so
