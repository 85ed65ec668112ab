"""Requests to Discord: answers checked against its specification, and how a request fails."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from json import JSONDecodeError
from typing import Any, Self, TypeVar

import aiohttp
import discord
import orjson
from aiohttp.connector import Connection
from discord.http import Route
from discord.webhook.async_ import AsyncWebhookAdapter, async_context

from bot.core.page import PreSerialized

T = TypeVar("T")


class GarbledAnswerError(ValueError):
    """An answer that is not one of Discord's."""


# The errors of a request without a complete answer in time; discord.py passes these on.
CUT_OFF = (aiohttp.ClientError, OSError, JSONDecodeError, GarbledAnswerError)

# The errors of a request that Discord refuses, or that gets no answer.
UNSENT = (discord.HTTPException, *CUT_OFF)

# The errors discord.py raises on an answer that is cut off or not from Discord: it expects every
# answer to be valid.
GARBLED = (ValueError, LookupError, TypeError, AttributeError)

# Receives the Date header of Discord's answers, None if there is none.
DateListener = Callable[[str | None], None]

# Receives the reason why an answer to an interaction did not arrive.
Miss = Callable[[str], None]

# Discord's codes for an interaction that is gone or was answered: nobody can be told any more.
TOO_LATE = {10062, 40060}

_UPDATE = 7

# No rate limit of Discord's is longer.
_LONGEST_LIMIT = 86_400

# A first answer that Discord delays for longer would not arrive within its three seconds.
_FIRST_ANSWER_WAITS = 1.0

# What discord.py reads from an accepted first answer.
_ANSWERED = {"interaction": {"id": "0", "type": 0}}


def has_id(answer: object) -> bool:
    """Tell whether an answer is an object with a Discord id."""
    return isinstance(answer, dict) and str(answer.get("id")).isdecimal()


def json_of(response: aiohttp.ClientResponse, body: bytes) -> Any:
    """Return what discord.py would parse from an answer; None if it would take it for text."""
    if response.headers.get("Content-Type") != "application/json":
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


async def limit_of(response: aiohttp.ClientResponse) -> float:
    """Return for how many seconds an answer makes discord.py wait.

    GarbledAnswerError if it does not say: all other requests might wait for ever.
    """
    if response.status != 429 or "Via" not in response.headers:
        return 0.0
    answer = json_of(response, await response.read())
    seconds = answer.get("retry_after") if isinstance(answer, dict) else None
    if isinstance(seconds, int | float) and 0 <= seconds <= _LONGEST_LIMIT:
        return seconds
    raise GarbledAnswerError("429 without a rate limit of Discord's")


def lost(error: BaseException | None) -> bool:
    """Tell whether a request got lost, rather than refused for its content."""
    if isinstance(error, discord.HTTPException):
        return error.code == 0
    return isinstance(error, CUT_OFF)


class EndedError(aiohttp.ClientError):
    """The bot is ending, so nothing is sent any more."""


async def understood(call: Coroutine[Any, Any, T]) -> T:
    """Return the result of a discord.py call.

    GarbledAnswerError if the answer is not one of Discord's.
    """
    try:
        return await call
    except GarbledAnswerError:
        raise
    except discord.HTTPException as error:
        if type(error.code) is int:
            raise
        raise GarbledAnswerError("a refusal with another code than Discord's") from error
    except GARBLED as error:
        # Without its message, which may quote what people wrote.
        raise GarbledAnswerError(type(error).__name__) from error
    except RuntimeError as error:
        # aiohttp's error for a session that was closed meanwhile.
        raise EndedError from error


class PlainAdapter(AsyncWebhookAdapter):
    """Sends answers to interactions as discord.py does, with less work.

    It leaves out the `tts` that discord.py adds to edits, does not request each first answer back,
    and accepts pages that are serialised already. It has its own session: discord.py's is traced,
    which costs as much as all that the bot itself does for an answer. `miss` is called for each
    answer that does not arrive.
    """

    def __init__(self, note_date: DateListener, miss: Miss) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # discord.py leaves it so
        self._note_date = note_date
        self._miss = miss
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        route: Route,
        session: aiohttp.ClientSession,
        *,
        payload: dict[str, Any] | None = None,
        params: dict[str, Any] | None = None,
        **rest: Any,
    ) -> Any:
        # aiohttp would raise a RuntimeError, which callers do not expect from a lost request.
        if session.closed:
            raise EndedError
        own = self._session = self._session or _inspected(session, self._note_date)
        body = payload or {}
        message = body.get("data") or body
        if route.method == "PATCH" or body.get("type") == _UPDATE:
            message.pop("tts", None)
        if isinstance(components := message.get("components"), PreSerialized):
            message["components"] = orjson.Fragment(components.json)
        first = route.path.endswith("/callback")
        wanted = None if first else params
        try:
            answer = await understood(
                super().request(route, own, payload=payload, params=wanted, **rest)
            )
            # Discord returns nothing for a first answer or a deletion, otherwise the message.
            silent = first or route.method == "DELETE"
            if not (answer in ("", None) if silent else has_id(answer)):
                raise GarbledAnswerError(f"{route.method} was answered by something else")
        except UNSENT as error:
            self._miss(_why(error))
            raise
        return _ANSWERED if first else answer


def _why(error: BaseException) -> str:
    """Return the reason why an answer did not arrive, as the metrics count it."""
    if not isinstance(error, discord.HTTPException):
        return "cut off"
    if error.code in TOO_LATE:
        return "too late"
    return "rate limited" if error.status == 429 else "refused"


def _inspected(session: aiohttp.ClientSession, note_date: DateListener) -> aiohttp.ClientSession:
    """Return a session on another's connections that inspects each answer.

    It reads the Date, and ends requests that would wait for ever or too long for anybody to be
    there.
    """

    class Inspected(aiohttp.ClientResponse):
        async def start(self, connection: Connection) -> Self:
            await super().start(connection)
            note_date(self.headers.get("Date"))
            waits = await limit_of(self)
            if waits > _FIRST_ANSWER_WAITS and self.url.path.endswith("/callback"):
                raise discord.HTTPException(self, f"limited for {waits} s")
            return self

    return aiohttp.ClientSession(
        connector=session.connector,
        connector_owner=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        response_class=Inspected,
    )


def plain_answers(note_date: DateListener, miss: Miss) -> None:
    """Use a `PlainAdapter` for answers in this task and those that it starts."""
    async_context.set(PlainAdapter(note_date, miss))
