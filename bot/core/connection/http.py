"""What leaves for Discord: answers as its specification knows them, and how a request fails."""

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
    """What was answered is not what Discord would say."""


# How a request fails that gets no whole answer, in time or at all: discord.py lets these through.
CUT_OFF = (aiohttp.ClientError, OSError, JSONDecodeError, GarbledAnswerError)

# How it fails when Discord refuses it, or when it gets no answer.
UNSENT = (discord.HTTPException, *CUT_OFF)

# How discord.py fails at an answer that is cut off, or of something else than Discord: it takes
# every answer for a right one.
GARBLED = (ValueError, LookupError, TypeError, AttributeError)

# Takes the Date header of what Discord says, if there is one.
Hear = Callable[[str | None], None]

# Takes why an answer to an interaction did not arrive.
Miss = Callable[[str], None]

# Discord: the interaction is gone or was answered already; nobody is left to be told.
TOO_LATE = {10062, 40060}

_UPDATE = 7

# No limit of Discord's is longer.
_LONGEST_LIMIT = 86_400

# A first answer that Discord delays for longer than this would not arrive in its three seconds.
_FIRST_ANSWER_WAITS = 1.0

# What discord.py reads where it is told of an answer that was taken.
_ANSWERED = {"interaction": {"id": "0", "type": 0}}


def has_id(answer: object) -> bool:
    """Tell whether it is something that Discord has given an id."""
    return isinstance(answer, dict) and str(answer.get("id")).isdecimal()


def json_of(response: aiohttp.ClientResponse, body: bytes) -> Any:
    """Return what discord.py would take for the answer; None if it would take it for text."""
    if response.headers.get("Content-Type") != "application/json":
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


async def limit_of(response: aiohttp.ClientResponse) -> float:
    """Return for how many seconds discord.py will wait because of an answer.

    GarbledAnswerError if it cannot tell that: all else might wait for ever.
    """
    if response.status != 429 or "Via" not in response.headers:
        return 0.0
    answer = json_of(response, await response.read())
    seconds = answer.get("retry_after") if isinstance(answer, dict) else None
    if isinstance(seconds, int | float) and 0 <= seconds <= _LONGEST_LIMIT:
        return seconds
    raise GarbledAnswerError("429 without a rate limit of Discord's")


def lost(error: BaseException | None) -> bool:
    """Tell whether what was sent got lost, rather than refused for what is in it."""
    if isinstance(error, discord.HTTPException):
        return error.code == 0
    return isinstance(error, CUT_OFF)


class EndedError(aiohttp.ClientError):
    """The bot is ending, so nothing is sent any more."""


async def understood(call: Coroutine[Any, Any, T]) -> T:
    """Return what a call of discord.py's returns.

    GarbledAnswerError if what was answered is not what Discord would say.
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
        # Not its message, which may cite what people wrote.
        raise GarbledAnswerError(type(error).__name__) from error
    except RuntimeError as error:
        # So aiohttp says that its session was closed meanwhile.
        raise EndedError from error


class PlainAdapter(AsyncWebhookAdapter):
    """Sends answers to interactions as discord.py does, but plainer.

    It leaves out the `tts` that discord.py adds to edits, does not have each first answer sent back
    to be read again, as nobody here asks for it, and takes pages that are written already. It has
    a session of its own: that of discord.py is traced, which costs as much as all that the bot
    itself does for an answer. `miss` is told of each that does not arrive.
    """

    def __init__(self, hear: Hear, miss: Miss) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # discord.py leaves it so
        self._hear = hear
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
        # aiohttp would raise a RuntimeError, which is no way for a request to get lost.
        if session.closed:
            raise EndedError
        own = self._session = self._session or _heard(session, self._hear)
        said = payload or {}
        message = said.get("data") or said
        if route.method == "PATCH" or said.get("type") == _UPDATE:
            message.pop("tts", None)
        if isinstance(components := message.get("components"), PreSerialized):
            message["components"] = orjson.Fragment(components.json)
        first = route.path.endswith("/callback")
        wanted = None if first else params
        try:
            answer = await understood(
                super().request(route, own, payload=payload, params=wanted, **rest)
            )
            # Of a first answer and a deletion Discord sends nothing back, otherwise the message.
            silent = first or route.method == "DELETE"
            if not (answer in ("", None) if silent else has_id(answer)):
                raise GarbledAnswerError(f"{route.method} was answered by something else")
        except UNSENT as error:
            self._miss(_why(error))
            raise
        return _ANSWERED if first else answer


def _why(error: BaseException) -> str:
    """Return in a word or two why an answer did not arrive, as it is counted."""
    if not isinstance(error, discord.HTTPException):
        return "cut off"
    if error.code in TOO_LATE:
        return "too late"
    return "rate limited" if error.status == 429 else "refused"


def _heard(session: aiohttp.ClientSession, hear: Hear) -> aiohttp.ClientSession:
    """Return a session on the connections of another, which looks at whatever it is answered.

    It hears the Date, and ends what would wait for ever, or for longer than anybody waits for it.
    """

    class Heard(aiohttp.ClientResponse):
        async def start(self, connection: Connection) -> Self:
            await super().start(connection)
            hear(self.headers.get("Date"))
            waits = await limit_of(self)
            if waits > _FIRST_ANSWER_WAITS and self.url.path.endswith("/callback"):
                raise discord.HTTPException(self, f"limited for {waits} s")
            return self

    return aiohttp.ClientSession(
        connector=session.connector,
        connector_owner=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        response_class=Heard,
    )


def plain_answers(hear: Hear, miss: Miss) -> None:
    """Let answers go through a `PlainAdapter` in this task and those that it starts."""
    async_context.set(PlainAdapter(hear, miss))
