"""The ledger's move killed at any step: what was there is usable, and the move can begin anew."""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.postgres.database import open_postgres
from lore.ledger.postgres.server_rows import to_copy
from lore.ledger.sqlite.database import open_store
from lore.ledger.sqlite.file_rows import new_ledger
from lore.ledger.unit import Database
from lore.ledger.verbs.continuity import SqlContinuity
from tests.ledgers import NOON, Everything, all_rows, make_filled
from tests.postgres import Server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

# Runs commands in children, each killed as the given number of our functions is entered; prints how
# each ended, and how many were entered.
DRIVER = """
import json, os, signal, sys, threading
import lore.ledger.postgres.server_rows
from bot.cli import main

def run(at, steps_file, words):
    steps = 0
    def step(frame, event, _):
        nonlocal steps
        if event == "call" and ("/lore/ledger/" in (name := frame.f_code.co_filename)
                                or name.endswith("/bot/ops/moving.py")):
            steps += 1
            if steps == at:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.stdin, sys.stdout, sys.stderr = open(os.devnull), *[open(os.devnull, "w")] * 2
    sys.argv = ["lorebot", *words]
    sys.setprofile(step)
    threading.setprofile(step)
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code or 0
    sys.setprofile(None)
    with open(steps_file, "w") as file:
        file.write(str(steps))
    os._exit(code)

for line in sys.stdin:
    job = json.loads(line)
    os.environ.update(job["environment"])
    child = os.fork()
    if not child:
        run(job["at"], job["steps"], job["words"])
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""

# Runs a command that is killed at a step, or at none with 0; gives its exit code and its steps.
Run = Callable[..., Awaitable[tuple[int, int]]]

# How many steps are tried in each direction, evenly among all, and the last ones.
TRIED = 12


@pytest.fixture
async def run(tmp_path: Path, address: PostgresAddress) -> AsyncIterator[Run]:
    driver = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", DRIVER), cwd=Path(__file__).parents[2],
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    steps = tmp_path / "steps"

    async def run(at: int, *words: object) -> tuple[int, int]:
        assert driver.stdin
        assert driver.stdout
        job = {
            "at": at,
            "steps": str(steps),
            "words": [*map(str, words)],
            "environment": {"LORE_LEDGER_URL": address.url},
        }
        driver.stdin.write(f"{json.dumps(job)}\n".encode())
        code = int(await driver.stdout.readline())
        return code, int(steps.read_text()) if code >= 0 else at

    yield run
    driver.terminate()
    await driver.communicate()


@pytest.fixture
async def address(postgres: Server) -> PostgresAddress:
    return await postgres.make("killed")


@pytest.fixture
async def filled(tmp_path: Path) -> Path:
    await make_filled(tmp_path / "filled.db", [1, 2])
    return tmp_path / "filled.db"


async def rows_there(address: PostgresAddress, folder: Path) -> Everything:
    async with to_copy(address) as server, new_ledger(folder / "there.db") as file:
        await server.write_to(file)
    return all_rows(folder / "there.db")


async def begin_anew(postgres: Server, filled: Path, ledger: Path) -> None:
    """Put a filled ledger into a data folder of its own, beside an empty database."""
    await postgres.make("killed")
    shutil.rmtree(ledger.parent, ignore_errors=True)
    ledger.parent.mkdir()
    shutil.copy(filled, ledger)


async def use(database: Database) -> None:
    """Do what a bot does that is started."""
    await SqlContinuity(database).sign(NOON, timedelta())


def points(steps: int, tried: int) -> list[int]:
    """Return the steps to be killed at."""
    return sorted({*range(1, steps + 1, max(1, steps // tried)), *range(steps - 4, steps + 1)})


async def to_the_end(run: Run, *words: object) -> int:
    """Run a command until nobody else holds the ledger: a server may notice a kill a bit later."""
    while True:
        code, _ = await run(0, *words)
        if code != 75:
            return code
        await asyncio.sleep(0.05)


async def test_move_to_postgresql_killed_at_any_step_loses_nothing(
    run: Run, filled: Path, tmp_path: Path, postgres: Server, address: PostgresAddress
) -> None:
    data = tmp_path / "data"
    ledger, words = data / "ledger.db", ("move-ledger", "--data", data)

    async def begin() -> None:
        await begin_anew(postgres, filled, ledger)

    await begin()
    code, steps = await run(0, *words)
    assert code == 0
    for at in points(steps, TRIED):
        await begin()
        assert await run(at, *words) == (-signal.SIGKILL, at)
        if ledger.exists():
            async with open_store(ledger) as database:
                await use(database)
            before = all_rows(ledger)
            assert await to_the_end(run, *words) == 0, at
        else:
            before = all_rows(ledger.with_name("ledger.db.moved"))
            assert await to_the_end(run, *words) == 78, at
        assert await rows_there(address, tmp_path) == before, at
        async with open_postgres(address) as database:
            await use(database)


async def test_move_to_a_file_killed_at_any_step_loses_nothing(
    run: Run, filled: Path, tmp_path: Path, postgres: Server, address: PostgresAddress
) -> None:
    data = tmp_path / "data"
    ledger, words = data / "ledger.db", ("move-ledger", "--data", data)

    async def begin() -> None:
        await begin_anew(postgres, filled, ledger)
        assert (await run(0, *words))[0] == 0

    back = (*words, "--to", ledger)
    await begin()
    code, steps = await run(0, *back)
    assert code == 0
    for at in points(steps, TRIED):
        await begin()
        assert await run(at, *back) == (-signal.SIGKILL, at)
        # It is opened as by a bot, or else it is in the file.
        code = await to_the_end(run, "purge", "--data", data)
        assert code in (0, 78), at
        before = await rows_there(address, tmp_path)
        assert await to_the_end(run, *back) == code, at
        assert all_rows(ledger) == before, at
        async with open_store(ledger) as database:
            await use(database)
