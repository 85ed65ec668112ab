"""Sees every attempt of the REST client: stops late ones and checks the answers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextvars import ContextVar
from datetime import datetime, timedelta
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any

import aiohttp

from bot.core.connection.http import DateListener, GarbledAnswerError, has_id, json_of, limit_of

_LISTS = re.compile(r"GET .*/channels/\d+/messages|PUT .*/commands")
_OBJECTS = re.compile(
    r"POST .*/channels/\d+/messages|POST .*/users/@me/channels"
    r"|GET .*/users/@me|GET .*/oauth2/applications/@me"
)
_GATEWAY = re.compile(r"GET .*/gateway(/bot)?")


class DeadlinePassedError(Exception):
    """An attempt came too late; nothing was sent."""


class Attempts:
    """The attempts of one request, which may be sent for `within` seconds from now.

    None is sent any more once it is not `allowed`. The request is `uncertain` while one of them may
    have taken effect.
    """

    def __init__(
        self,
        within: float,
        clock: Callable[[], datetime],
        allowed: Callable[[], bool] = lambda: True,
    ) -> None:
        self.uncertain = self._uncertain_before = False
        self._clock = clock
        self._allowed = allowed
        self._steady = asyncio.get_running_loop().time
        self._until = self._steady() + within
        self._until_by_clock = clock() + timedelta(seconds=within)

    def leave(self) -> None:
        """Allow an attempt; DeadlinePassedError if it is too late for it."""
        # A clock can be set back, and a steady counter stops while the machine sleeps.
        if self._steady() > self._until or self._clock() > self._until_by_clock:
            raise DeadlinePassedError("Discord had it wait too long")
        if not self._allowed():
            raise DeadlinePassedError("another process may send it by now")
        self._uncertain_before, self.uncertain = self.uncertain, True

    def answered(self, status: int) -> None:
        """Note the status of the latest attempt: a refused one took no effect."""
        if 400 <= status < 500 and status != HTTPStatus.REQUEST_TIMEOUT:
            self.uncertain = self._uncertain_before


ATTEMPTS: ContextVar[Attempts | None] = ContextVar("attempts", default=None)


def rest_trace(note_date: DateListener) -> aiohttp.TraceConfig:
    """Return the `http_trace` for a client; `note_date` gets the Date of each answer."""

    async def leaves(
        _: aiohttp.ClientSession, __: SimpleNamespace, ___: aiohttp.TraceRequestStartParams
    ) -> None:
        if attempts := ATTEMPTS.get():
            attempts.leave()

    async def answered(
        _: aiohttp.ClientSession, __: SimpleNamespace, seen: aiohttp.TraceRequestEndParams
    ) -> None:
        note_date(seen.response.headers.get("Date"))
        if attempts := ATTEMPTS.get():
            attempts.answered(seen.response.status)
        await _check(seen.response)

    trace = aiohttp.TraceConfig()
    trace.on_request_start.append(leaves)
    trace.on_request_end.append(answered)
    return trace


async def _check(response: aiohttp.ClientResponse) -> None:
    """Raise GarbledAnswerError for an answer that discord.py would trust wrongly."""
    await limit_of(response)
    answer = json_of(response, await response.read())
    if 200 <= response.status < 300:
        asked = f"{response.method} {response.url.path}"
        # An incomplete list does not show that something is missing.
        whole = response.status == HTTPStatus.OK or not _LISTS.fullmatch(asked)
        right = whole and _answers(asked, answer)
    else:
        # A sign-in page also answers 401, but does not know our token.
        right = response.status != HTTPStatus.UNAUTHORIZED or isinstance(answer, dict)
    if not right:
        raise GarbledAnswerError(f"{response.status} without an answer of Discord's")


def _answers(asked: str, answer: Any) -> bool:
    """Tell whether an answer has the form of Discord's, as far as the bot relies on it."""
    if _LISTS.fullmatch(asked):
        return isinstance(answer, list) and all(map(has_id, answer))
    if _GATEWAY.fullmatch(asked):
        return isinstance(answer, dict) and _leads_to_shards(answer)
    return has_id(answer) if _OBJECTS.fullmatch(asked) else True


def _leads_to_shards(answer: dict[str, Any]) -> bool:
    """Tell whether shards can connect with this answer: without any the bot would wait for ever."""
    url, shards = answer.get("url"), answer.get("shards", 1)
    there = isinstance(url, str) and url.startswith(("wss://", "ws://"))
    return there and isinstance(shards, int) and shards > 0
