"""Runs the bot until it ends, and turns its end into a sentence and an exit code."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sqlite3
import traceback
from collections.abc import Callable, Coroutine
from contextlib import suppress
from http import HTTPStatus
from itertools import count
from typing import Any

import aiohttp
import discord

from bot.core.connection.http import GARBLED, GarbledAnswerError
from bot.features.qotd.channels import TokenRevokedError
from bot.settings import SettingsError
from lore.errors import LoreError, PackError
from lore.ledger.errors import (
    LedgerFleetError,
    LedgerInUseError,
    LedgerMovedError,
    LedgerRefusedError,
    LedgerSharedError,
    LedgerTakenOverError,
    LedgerUnreachableError,
)
from lore.ledger.sqlite.faults import storage_refusal

log = logging.getLogger(__name__)

# The exit codes of the process, from sysexits(3) where one matches.
REFUSED = 1
BROKEN_PACK = 2
UNREACHABLE = 69
IN_USE = 75
BAD_CONFIGURATION = 78

_OF_LEDGER = {
    LedgerInUseError: IN_USE,
    LedgerSharedError: IN_USE,
    LedgerTakenOverError: IN_USE,
    LedgerUnreachableError: UNREACHABLE,
    LedgerRefusedError: BAD_CONFIGURATION,
    LedgerMovedError: BAD_CONFIGURATION,
    LedgerFleetError: BAD_CONFIGURATION,
}

# A gateway that does not answer would delay the end by half a minute.
PATIENCE = 3.0

# Seconds after which a login without any answer is logged.
TELL_AFTER = 60.0

_PROXY = (
    "The proxy does not let the bot through. Give it name and password in HTTPS_PROXY: "
    "http://name:password@proxy.example.org:3128"
)

_TOKEN = "Discord refused the token. Check DISCORD_TOKEN in .env."

# https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway
_FOR_GOOD = {
    4004: _TOKEN,
    4010: "Discord does not know one of the shards in LORE_SHARD_IDS. Correct it, or leave it out.",
    4011: "There are too many servers for so few shards. Raise LORE_SHARD_COUNT, or leave it out.",
}


class GarbledError(LoreError):
    """The answer of a server in Discord's place cannot be understood."""


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run the work until its end, SIGTERM or Ctrl-C; then it has a few seconds to close."""
    _fill_standard_streams()
    with asyncio.Runner(loop_factory=_fastest_loop()) as runner:
        runner.run(_until_told(work))


def settle() -> None:
    """Move the newly opened pack out of the garbage collector's reach."""
    # The former pack's objects, exempt until now, are garbage.
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _fill_standard_streams() -> None:
    """Open closed standard streams, as uvloop aborts when a socket gets their number."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


async def online(bot: discord.Client, token: str, tell_after: float = TELL_AFTER) -> None:
    """Log in and stay connected; GarbledError if the answer cannot be Discord's.

    Log a line whenever `tell_after` seconds have passed without a connection.
    """
    telling = asyncio.create_task(_tell_while_connecting(bot, tell_after))
    try:
        await bot.start(token)
    except GARBLED as error:
        if _passed_our_code(error) and not isinstance(error, GarbledAnswerError):
            raise
        raise GarbledError(type(error).__name__) from error
    finally:
        telling.cancel()


async def _tell_while_connecting(bot: discord.Client, every: float) -> None:
    for times in count(1):
        await asyncio.sleep(every)
        if bot.is_ready():
            return
        log.warning("still connecting to Discord after %g seconds", times * every)


def _passed_our_code(error: BaseException) -> bool:
    """Return whether the error was raised within our own code, called by discord.py."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    names = (str(frame.f_globals.get("__name__")) for frame in frames[1:])
    return any(name.partition(".")[0] in ("bot", "lore") for name in names)


async def _until_told(work: Coroutine[Any, Any, None]) -> None:
    task = asyncio.create_task(work)
    loop = asyncio.get_running_loop()

    def end() -> None:
        task.cancel()
        # A second interrupt stops the closing, not the work.
        loop.call_later(PATIENCE, task.cancel)

    signals = [signal.SIGTERM, signal.SIGINT]
    # Closing the terminal sends it, but not with nohup; Windows has no such signal.
    hangup = getattr(signal, "SIGHUP", None)
    if hangup and signal.getsignal(hangup) is signal.SIG_DFL:
        signals.append(hangup)
    # On Windows a loop gets no signals, and Python itself interrupts this task at Ctrl-C.
    with suppress(NotImplementedError):
        for number in signals:
            loop.add_signal_handler(number, end)
    with suppress(asyncio.CancelledError):
        await task


def _fastest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def ending(error: BaseException) -> tuple[str, int] | None:
    """Return the sentence and exit code for an error; None if it is a bug of ours."""
    match error:
        case PackError():
            return str(error), BROKEN_PACK
        case SettingsError():
            return str(error), BAD_CONFIGURATION
        case GarbledError():
            return f"Discord cannot be reached: what answers is not Discord ({error}).", UNREACHABLE
        case LoreError():
            return str(error), _OF_LEDGER.get(type(error), REFUSED)
        case discord.LoginFailure() | TokenRevokedError() | discord.HTTPException(status=401):
            return _TOKEN, BAD_CONFIGURATION
        case discord.ConnectionClosed(code=code) if code in _FOR_GOOD:
            return _FOR_GOOD[code], BAD_CONFIGURATION
        case discord.ConnectionClosed() | discord.PrivilegedIntentsRequired():
            sentence = "Discord does not take this version of the bot any more. Update it"
            return f"{sentence} ({error}).", BAD_CONFIGURATION
        case discord.GatewayNotFound(__cause__=discord.HTTPException() as cause):
            return ending(cause)
        case discord.HTTPException(status=status):
            return f"Discord cannot be reached: what answers says {status}.", UNREACHABLE
        case aiohttp.ClientHttpProxyError(status=HTTPStatus.PROXY_AUTHENTICATION_REQUIRED):
            return _PROXY, BAD_CONFIGURATION
        case aiohttp.ClientHttpProxyError(status=status):
            return f"Discord cannot be reached: the proxy says {status}.", UNREACHABLE
        case aiohttp.ClientError() | TimeoutError():
            return f"Discord cannot be reached: {error or 'no answer came'}.", UNREACHABLE
        case sqlite3.Error() if storage_refusal(error):
            return f"This machine's storage does not let it go on: {error}.", REFUSED
        case OSError(filename=str(file), strerror=reason):
            return f"{file}: {reason}.", REFUSED
        case OSError(strerror=str(reason)):
            return f"This machine does not let it go on: {reason}.", REFUSED
    return None
