"""Rules for every test: what it may do and skip, and which cases of a property are drawn."""

import gc
import logging
import os
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from discord.gateway import KeepAliveHandler
from hypothesis import settings
from hypothesis.database import DirectoryBasedExampleDatabase

# The same cases in every run; `make test-random` looks for others, and keeps what it finds.
settings.register_profile("fixed", derandomize=True, deadline=None, database=None)
settings.register_profile(
    "random",
    derandomize=False,
    deadline=None,
    max_examples=2000,
    print_blob=True,
    database=DirectoryBasedExampleDatabase(".hypothesis/examples"),
)
settings.load_profile("fixed")


def examples(usual: int) -> int:
    """Return settings for so many cases of a property, multiplied by the profile."""
    return usual * settings().max_examples // 100


NEW_PROCESS = ("subprocess.Popen", "os.posix_spawn", "os.spawn", "os.system", "os.fork")
HERE = ("127.", "::1", "localhost")

# Linux has a disk in memory there; all that lies on it at a time needs far less than a gigabyte.
MEMORY = Path("/dev/shm")
ROOM = 1 << 30

_running: list[pytest.Item] = []


class UnmarkedError(Exception):
    """A test does something that its markers do not allow."""


def pytest_configure() -> None:
    sys.addaudithook(_watch)
    # SQLite waits for the disk at the end of each change: a third of the time of the tests.
    if _has_room(MEMORY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))  # noqa: TID251  # pytest's own


def _has_room(folder: Path) -> bool:
    """Return whether a folder has room for files, and lets programs in it be started."""
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return False
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize > ROOM and not disk.f_flag & os.ST_NOEXEC


def _watch(event: str, args: tuple[Any, ...]) -> None:
    """Stop a test that starts a process or calls another machine without being marked for it."""
    if not _running or _running[-1].get_closest_marker("slow"):
        return
    if event in NEW_PROCESS and not _running[-1].get_closest_marker("process"):
        raise UnmarkedError("a test that starts a process is to be marked with `process`")
    if event == "socket.connect" and not _is_local(args[1]):
        raise UnmarkedError(f"only slow tests may call another machine: {args[1][0]}")


def _is_local(address: Any) -> bool:
    """Return whether an address is of this machine: on loopback, or a file's."""
    return not isinstance(address, tuple) or str(address[0]).startswith(HERE)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run first what may take longest, so that no worker is left with it at the end.

    The tests of a file stay together. Proofs in full size are run only where they are asked for.
    """
    if "fleet" not in config.option.markexpr:
        items[:] = [item for item in items if not item.get_closest_marker("fleet")]
    tests = Counter(item.path for item in items)
    longest: dict[Path, float] = {}
    for item in items:
        longest[item.path] = max(longest.get(item.path, 0.0), _timeout(item))
    items.sort(
        key=lambda item: (longest[item.path], tests[item.path], item.path, _timeout(item)),
        reverse=True,
    )


def _timeout(item: pytest.Item) -> float:
    timeout = item.get_closest_marker("timeout")
    return float(timeout.args[0]) if timeout else 0.0


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays to the end: a tenth of the time of the tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    _running.append(item)
    try:
        return (yield)
    finally:
        _running.pop()


@pytest.fixture(autouse=True)
def restore_logging() -> Iterator[None]:
    """Restore the logging set-up, which a test that starts the program changes for all others."""
    loggers = [logging.getLogger(name) for name in (None, "bot", "lore")]
    handlers, levels = loggers[0].handlers[:], [logger.level for logger in loggers]
    yield
    loggers[0].handlers[:] = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
    logging.captureWarnings(False)


@pytest.fixture(autouse=True)
def no_connection_left_open() -> Iterator[None]:
    """Fail a test that leaves a gateway connection open, as its heartbeat disturbs later tests."""
    yield
    hearts = [one for one in threading.enumerate() if isinstance(one, KeepAliveHandler)]
    for heart in hearts:
        # Those that were told to stop do so at once.
        heart.join(timeout=5)
    alive = [heart for heart in hearts if heart.is_alive()]
    for heart in alive:
        heart.stop()
    assert alive == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[pytest.TestReport]:
    """Fail a slow test that is skipped in CI, where everything it needs must be installed."""
    report: pytest.TestReport = yield
    in_ci = os.environ.get("CI") == "true"  # noqa: TID251  # it says where the tests run
    marked = {marker.name for marker in item.iter_markers()}
    if in_ci and report.skipped and "slow" in marked and "docker" not in marked:
        report.outcome = "failed"
        report.longrepr = f"A slow test may not be skipped in CI: {report.longrepr}"
    return report
