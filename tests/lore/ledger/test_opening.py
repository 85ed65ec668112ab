"""Who may open a ledger, and how a refusal reads."""

import asyncio
import errno
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lore.ledger.errors import LedgerInUseError, LedgerUnavailableError
from lore.ledger.sqlite.database import open_store

HOLD = """
import asyncio, sys
from pathlib import Path
from lore.ledger.sqlite.database import open_store

async def hold():
    async with open_store(Path(sys.argv[1])):
        print("open", flush=True)
        sys.stdin.read()

asyncio.run(hold())
"""


async def opened(path: Path) -> None:
    async with open_store(path):
        pass


@pytest.mark.process
async def test_second_process_is_refused_until_the_first_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    first = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", HOLD, str(path)), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert first.stdout
    assert await first.stdout.readline() == b"open\n"
    with pytest.raises(LedgerInUseError, match=f"process {first.pid};") as refusal:
        await opened(path)
    assert refusal.value.pid == first.pid
    first.kill()
    await first.communicate()
    await opened(path)


async def test_ledger_is_not_opened_without_a_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", locked)
    with pytest.raises(LedgerUnavailableError, match="No locks available"):
        await opened(tmp_path / "ledger.db")


@pytest.fixture
def few_files() -> Iterator[Callable[[int], None]]:
    """Return a function that limits how many more files may be opened."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(map(int, os.listdir("/dev/fd")))
    # Numbers that are free below others in use would be given out whatever the limit is.
    gaps = []
    while (next_free := os.open(os.devnull, os.O_RDONLY)) <= highest:
        gaps.append(next_free)
    os.close(next_free)

    def few(more: int) -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (next_free + more, hard))

    yield few
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    for gap in gaps:
        os.close(gap)


async def test_ledger_is_not_partly_opened_if_too_few_files_may_be_open(
    tmp_path: Path, few_files: Callable[[int], None]
) -> None:
    await opened(tmp_path / "ledger.db")
    refused = []
    for more in range(20):
        few_files(more)
        try:
            await opened(tmp_path / "ledger.db")
        except (LedgerUnavailableError, OSError):
            refused.append(more)
    assert refused == list(range(len(refused)))
    assert 3 < len(refused) < 20


async def test_path_that_cannot_hold_a_ledger_is_named(tmp_path: Path) -> None:
    (tmp_path / "ledger.db").mkdir()
    with pytest.raises(LedgerUnavailableError, match=str(tmp_path / "ledger.db")):
        await opened(tmp_path / "ledger.db")
