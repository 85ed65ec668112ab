"""The health page: its status, liveness, metrics and hostile connections."""

import asyncio
from contextlib import AsyncExitStack, closing

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.ops.health import CONNECTIONS, listening, pages
from bot.ops.health_checks import Storage
from bot.ops.metrics import Metrics
from lore.ledger.errors import StorageBusyError, StorageFailedError, StorageFullError


async def no_metrics() -> bytes:
    return b""


async def get(port: int | None, path: str) -> tuple[int, str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}{path}") as answer,
    ):
        return answer.status, await answer.text()


@pytest.mark.parametrize(
    ("wrong", "status", "said"),
    [(None, 200, '"ready": true, "storage": "ok"'), ("full", 503, '"storage": "full"')],
)
async def test_health_names_the_problem(wrong: str | None, status: int, said: str) -> None:
    async with listening(pages({"storage": lambda: wrong}, no_metrics), 0) as port:
        got = await get(port, "/health")
    assert got[0] == status
    assert said in got[1]


async def test_process_with_a_problem_is_still_alive() -> None:
    async with listening(pages({"storage": lambda: "full"}, no_metrics), 0) as port:
        assert (await get(port, "/health/live"))[0] == 200


async def open_connection(
    port: int | None, sent: bytes
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    await writer.drain()
    return reader, writer


async def wait_closed(reader: asyncio.StreamReader) -> bool:
    """Wait until the other side has closed a connection."""
    try:
        while await reader.read(1000):
            pass
    except ConnectionResetError:
        pass
    return True


async def test_half_open_connections_do_not_block_the_page() -> None:
    async with listening(pages({}, no_metrics), 0) as port, AsyncExitStack() as stack:
        halves = []
        for _ in range(3 * CONNECTIONS):
            reader, writer = await open_connection(port, b"GET /health HT")
            stack.enter_context(closing(writer))
            halves.append(reader)
        assert (await get(port, "/health"))[0] == 200
        for reader in halves[: 2 * CONNECTIONS]:
            assert await wait_closed(reader)
        assert not halves[-1].at_eof()


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /health HT",
        b"GET /health HTTP/1.1\r\nHost: x\r\n",
        b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n",
    ],
    ids=["nothing", "half a line", "half a header", "idle after an answer", "half a body"],
)
async def test_idle_connections_are_closed(sent: bytes) -> None:
    async with listening(pages({}, no_metrics), 0, lifetime=0.2) as port:
        reader, writer = await open_connection(port, sent)
        with closing(writer):
            assert await wait_closed(reader)


async def test_metrics_can_be_scraped() -> None:
    metrics = Metrics()
    metrics.interaction("bio", "answered", 0.002)
    metrics.completion("answered", 0.001)

    async def figures() -> bytes:
        return metrics.text()

    async with listening(pages({}, figures), 0) as port:
        _, text = await get(port, "/metrics")
    names = {family.name for family in text_string_to_metric_families(text)}
    wanted = ("interactions", "interaction_seconds", "autocomplete_seconds", "loop_lag_seconds")
    assert names >= {f"lorebot_{name}" for name in (*wanted, "due_posts", "shards", "servers")}
    assert "process_resident_memory_bytes" in names


@pytest.mark.parametrize(
    "request_",
    [
        b"\x16\x03\x01\x02\x00\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /health HTTP/1.1\r\nHost: " + b"x" * 100_000 + b"\r\n\r\n",
        b"GET /health HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnone\r\n",
    ],
)
async def test_malformed_request_logs_no_traceback(
    caplog: pytest.LogCaptureFixture, request_: bytes
) -> None:
    async with listening(pages({}, no_metrics), 0) as port:
        for _ in range(3):
            reader, writer = await open_connection(port, request_)
            assert (await reader.readline()).startswith(b"HTTP/1")
            writer.close()
        assert (await get(port, "/health"))[0] == 200
    assert [record.getMessage() for record in caplog.records] == []


async def test_bot_starts_without_the_page_if_its_port_is_taken(
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = pages({}, no_metrics)
    async with (
        listening(app, 0) as port,
        listening(pages({}, no_metrics), port or 0) as second,
    ):
        assert second is None
    assert "set LORE_HEALTH_PORT" in caplog.text
    caplog.clear()


def test_storage_problem_lasts_until_a_successful_write(
    caplog: pytest.LogCaptureFixture,
) -> None:
    storage = Storage(Metrics())
    told = []
    for error in (StorageFullError(), StorageBusyError(), None):
        storage.observe("write", 0.001, error)
        told.append(storage.wrong())
    assert [bool(wrong) for wrong in told] == [True, True, False]
    assert "the ledger cannot be written: Storage is full" in caplog.text
    caplog.clear()


def test_read_problem_lasts_until_a_successful_read(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "bot.ops.health_checks")
    storage = Storage(Metrics())
    told = []
    for error in (None, StorageFailedError(), StorageBusyError(), StorageFailedError()):
        storage.observe("read", 0.001, error)
        storage.observe("write", 0.001, None)
        told.append(storage.wrong())
    storage.observe("read", 0.001, None)

    assert [bool(wrong) for wrong in (*told, storage.wrong())] == [False, True, True, True, False]
    said = [record.getMessage() for record in caplog.records]
    assert [line.partition(":")[0] for line in said] == [
        "the ledger cannot be read",
        "the ledger can be read again",
    ]
    caplog.clear()
