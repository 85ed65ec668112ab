"""Logs of the process, as lines for people or JSON for machines, without any secret."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from typing import Literal, TextIO

import discord
from discord.gateway import ReconnectWebSocket

from bot.core.connection.http import TOO_LATE, EndedError, lost
from bot.core.tokens import FORM, HIDDEN
from bot.ops.tracebacks import trace

# The forms of tokens: a bot's, and an interaction's in a path or a body.
_TOKENS = re.compile(
    FORM.pattern + r"|(?<=/interactions/)\d+/[^/\s?]+"
    r"|(?<=/webhooks/)\d+/[^/\s?]+"
    r"""|(?<=["']token["']: ["'])[^"']+"""
    r"""|(?<=["']token["']:["'])[^"']+"""
)


# A component in the logs of discord.py and asyncio: its custom_id may hold what a person wrote. It
# has 100 letters, each written as ten at most; without that bound the search would take quadratic
# time.
_CUSTOM_ID = re.compile(
    r"""(?s:(?<=discord-ui-dynamic-item-).{0,1000}?(?=['"] coro=)"""
    r"""|(?<=custom_id=)(['"]).{0,1000}?\1(?=[ >]))"""
)


# The errors of a gateway connection that ends; the last if it opens and nothing arrives.
_OVER = (discord.ConnectionClosed, discord.GatewayNotFound, ReconnectWebSocket)


class Redaction(logging.Filter):
    """Removes secrets, everything that looks like a token, and typed text from every record."""

    def __init__(self, *secrets: str) -> None:
        super().__init__()
        self._secrets = [secret for secret in secrets if secret]

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; no record is dropped."""
        record.msg, record.args = self._redacted(record.getMessage()), None
        if record.exc_info:
            error = record.exc_info[1]
            record.exc_text = self._redacted(trace(error)) if error else None
            record.exc_info = None
        if record.stack_info:
            record.stack_info = self._redacted(record.stack_info)
        return True

    def _redacted(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return _CUSTOM_ID.sub(HIDDEN, _TOKENS.sub(HIDDEN, text))


class LostConnection(logging.Filter):
    """Logs a lost connection in a line, without the traceback from discord.py."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        gone = lost(error) or isinstance(error, _OVER)
        if gone and record.name.startswith("discord."):
            record.msg, record.args = f"{record.getMessage()}: {error!r}", None
            record.exc_info = None
        return True


class LateCompletion(logging.Filter):
    """Drops discord.py's log records about completions that nobody waits for any more."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        late = isinstance(error, discord.HTTPException) and error.code in TOO_LATE
        return not (late or isinstance(error, EndedError))


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_text:
            line["exception"] = record.exc_text
        return json.dumps(line, ensure_ascii=False)


def set_up(stream: TextIO, form: Literal["text", "json"], level: str, *secrets: str) -> None:
    """Log to `stream`, and nowhere else."""
    handler = logging.StreamHandler(stream)
    handler.addFilter(LostConnection())
    handler.addFilter(Redaction(*secrets))
    if form == "json":
        handler.setFormatter(JsonLines())
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    logging.captureWarnings(True)
    logging.getLogger("discord.app_commands.tree").addFilter(LateCompletion())
    # A bot without voice needs no warning that voice support is not installed.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    # At DEBUG, discord.py and aiosqlite log what people wrote, so only our own packages log more.
    logging.basicConfig(
        level=max(logging.INFO, logging.getLevelNamesMapping()[level]),
        handlers=[handler],
        force=True,
    )
    for room in ("bot", "lore"):
        logging.getLogger(room).setLevel(level)
