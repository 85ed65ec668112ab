"""A ledger in a PostgreSQL whose standby takes over, and lacks what was kept last."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli import clock
from bot.simulator.permissions import Permission
from bot.simulator.server import Simulator
from tests.faults.conftest import Start
from tests.faults.test_hot_spare import posts, scheduled, states
from tests.postgres import OwnServer, own_server
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.timeout(300)]


@pytest.fixture
def server() -> Iterator[OwnServer]:
    with own_server() as server:
        yield server


@pytest.fixture
def standby() -> Iterator[Path]:
    """Return a folder for a standby, into which its user may look."""
    folder = Path(tempfile.mkdtemp(prefix="lorebot-standby-"))
    folder.chmod(0o755)
    yield folder / "data"
    shutil.rmtree(folder)


# Has the bot's clock be ahead by so many seconds.
LATER = """
from datetime import timedelta
import bot.cli
bot.cli.clock = lambda now=bot.cli.clock: now() + timedelta(seconds={})
"""


@pytest.mark.parametrize(
    ("seconds", "is_readable", "state"),
    [(10, True, "sent"), (140, True, "sent"), (1_000, True, "sent"), (140, False, "unverified")],
)
async def test_no_post_is_doubled_after_a_failover_that_lost_it(
    server: OwnServer,
    standby: Path,
    start: Start,
    seconds: int,
    is_readable: bool,
    state: str,
) -> None:
    address, ahead = await server.make("ledger"), timedelta()
    async with Simulator(lambda: clock() + ahead, bot_name="Lorebot") as simulator:
        discord = simulator.api, simulator.gateway_url
        await scheduled(address, simulator)
        server.copy(standby)
        bot = await start(discord=discord, lore_ledger_url=address.url)
        await eventually(lambda: posts(simulator) == [1, 1])
        before = looks(simulator)

        server.fail_over(standby)
        # That it has the slot was lost as well.
        assert await bot.ended() == 75
        ahead = timedelta(seconds=seconds)
        for guild in simulator.state.guilds.values():
            # Discord itself would drop a second one for a while.
            guild.channels[1].nonces.clear()
            if not is_readable:
                await simulator.deny(guild.channels[1], Permission.READ_MESSAGE_HISTORY)
        code = LATER.format(seconds)
        await start(code=code, discord=discord, lore_ledger_url=address.url)
        while await states(address) != {state: 2}:  # noqa: ASYNC110  # nothing announces it
            await asyncio.sleep(0.1)
        assert posts(simulator) == [1, 1]
        assert looks(simulator) == before + 2 * is_readable


def looks(simulator: Simulator) -> int:
    """Count how often a channel's history was read."""
    return sum(
        sent.method == "GET" and sent.path.endswith("/messages") for sent in simulator.requests
    )
