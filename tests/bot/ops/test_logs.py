"""Redaction and formats of the logs."""

import io
import json
import logging

import aiohttp
import pytest
from discord import GatewayNotFound
from discord.gateway import ReconnectWebSocket

from bot.ops import logs

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB"


@pytest.fixture
def stream() -> io.StringIO:
    """Return the stream that the logs are written to."""
    return io.StringIO()


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(
    ("message", "secret"),
    [
        ("the token is hunter2!", "hunter2"),
        (f"Authorization: Bot {TOKEN}", TOKEN),
        ("POST https://discord.com/api/v10/interactions/123/aW50ZXJ/callback", "aW50ZXJ"),
        ("PATCH https://discord.com/api/v10/webhooks/123/aW50ZXJ/messages/1", "aW50ZXJ"),
        ("{'id': '1', 'token': 'aW50ZXJ', 'version': 1}", "aW50ZXJ"),
        ('{"id":"1","token":"aW50ZXJ","version":1}', "aW50ZXJ"),
    ],
)
def test_no_secret_is_logged(stream: io.StringIO, form: str, message: str, secret: str) -> None:
    logs.set_up(stream, form, "DEBUG", "hunter2")
    logging.getLogger("bot").error("%s", message)
    try:
        raise ValueError(message)
    except ValueError:
        logging.getLogger("discord").exception("failed", stack_info=True)
    assert secret not in stream.getvalue()
    assert "hidden" in stream.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
def test_text_quoted_by_an_error_or_its_cause_is_not_logged(stream: io.StringIO, form: str) -> None:
    logs.set_up(stream, form, "INFO")
    written = "what Ann wrote"  # the stack shows the lines of code
    try:
        try:
            int(written)
        except ValueError as cause:
            raise ExceptionGroup("several", [KeyError(written)]) from cause
    except ExceptionGroup:
        logging.getLogger("discord").exception("failed")
    assert "Ann" not in stream.getvalue()
    assert "ValueError: invalid literal for int() with base 10: “…”" in stream.getvalue()
    assert "KeyError" in stream.getvalue()


@pytest.mark.parametrize(
    "said",
    [
        "Ignoring exception in view <View> for item <Button custom_id='search:0::what Ann wrote'>",
        "exception was never retrieved future: <Task finished "
        "name='discord-ui-dynamic-item-Search-search:0::what Ann wrote' coro=<f() done>>",
    ],
)
def test_custom_id_of_a_component_is_not_logged(stream: io.StringIO, said: str) -> None:
    logs.set_up(stream, "text", "INFO")
    logging.getLogger("discord.ui.view").error("%s", said)
    assert "Ann" not in stream.getvalue()
    assert "exception" in stream.getvalue()


def test_json_line_contains_the_exception(stream: io.StringIO) -> None:
    logs.set_up(stream, "json", "INFO")
    logging.getLogger("bot").error("no %s", "room", exc_info=OSError("disk"))
    line = json.loads(stream.getvalue())
    assert (line["level"], line["logger"], line["message"]) == ("ERROR", "bot", "no room")
    assert line["exception"].endswith("OSError: disk")


@pytest.mark.parametrize(
    "error",
    [
        OSError(113, "No route to host"),
        TimeoutError(),
        aiohttp.ClientError(),
        GatewayNotFound(),
        ReconnectWebSocket(0),
    ],
    ids=repr,
)
def test_lost_connection_is_logged_without_a_traceback(
    stream: io.StringIO, error: Exception
) -> None:
    logs.set_up(stream, "text", "INFO")
    logging.getLogger("discord.shard").error("Attempting a reconnect in %.2fs", 1, exc_info=error)

    [line] = stream.getvalue().splitlines()
    assert line.endswith(f"Attempting a reconnect in 1.00s: {error!r}")


def test_connection_errors_of_our_own_packages_keep_their_traceback(stream: io.StringIO) -> None:
    logs.set_up(stream, "text", "INFO")
    logging.getLogger("bot.features.qotd").error("lost", exc_info=OSError("disk"))

    assert stream.getvalue().endswith("OSError: disk\n")


def test_only_our_own_packages_log_details(stream: io.StringIO) -> None:
    logs.set_up(stream, "text", "DEBUG")
    for name in ("bot.core.router", "lore.query.library", "discord.gateway", "aiosqlite"):
        logging.getLogger(name).debug("details of %s", name)
    assert "details of bot.core.router" in stream.getvalue()
    assert "discord" not in stream.getvalue()
    assert "aiosqlite" not in stream.getvalue()


def test_every_log_handler_redacts(stream: io.StringIO) -> None:
    logs.set_up(stream, "text", "INFO")
    handlers = logging.getLogger().handlers
    assert [any(isinstance(f, logs.Redaction) for f in h.filters) for h in handlers] == [True]
