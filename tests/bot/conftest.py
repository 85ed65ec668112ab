"""Run the bot against the simulator, judged by Discord's rules; no error may be logged."""

import json
import logging
import random
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from bot import app
from bot import settings as settings_
from bot.app import build_bot
from bot.cli import clock
from bot.client import LoreBot
from bot.settings import Settings
from bot.simulated import online
from bot.simulator import command_limits
from bot.simulator.exchanges import Reply
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from tests.waiting import PATIENT, settled

Judge = Callable[..., list[str]]


@pytest.fixture(scope="session", autouse=True)
def starts_are_shared() -> Iterator[None]:
    """Do once what each start of a bot repeats: read the code, and judge the same commands."""
    judge = command_limits.judge_commands
    judged = cache(lambda commands: judge(json.loads(commands)))
    with pytest.MonkeyPatch.context() as patch:
        # What an index depends on does not change while tests run.
        patch.setattr(app, "indexing", cache(app.indexing))
        patch.setattr(command_limits, "judge_commands", lambda sent: judged(json.dumps(sent)))
        yield


@pytest.fixture(autouse=True)
def no_errors_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test in which an error is logged; a test that expects one clears `caplog`."""
    yield
    records = [*caplog.get_records("setup"), *caplog.get_records("call"), *caplog.records]
    assert [r.getMessage() for r in records if r.levelno >= logging.ERROR] == []


@pytest.fixture
def settings(tmp_path: Path, compiled_seeds: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return settings of a data folder of its own that already holds the compiled catalogue.

    The rate limits are off, as tests ask faster than any person.
    """
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "data"
    data.mkdir()
    for file in compiled_seeds.parent.iterdir():
        shutil.copy(file, data)
    return settings_.load(data_dir=data, person_per_minute=100_000, server_per_minute=100_000)


@pytest.fixture
async def simulator(discord_judge: Judge | None) -> AsyncIterator[Simulator]:
    """Return a simulated Discord; at the end, judge what the bot sent by the specification."""
    async with Simulator(clock, bot_name="Lorebot") as simulator:
        yield simulator
    if discord_judge:
        for sent in simulator.requests:
            assert discord_judge(sent.method, sent.path, sent.json) == []


@pytest.fixture(name="settled")
def settled_() -> Callable[[], Awaitable[None]]:
    """Return a function that waits for what follows the bot's answers: logs, private messages."""
    return settled


@pytest.fixture
async def lore_bot(settings: Settings, simulator: Simulator) -> AsyncIterator[LoreBot]:
    async with build_bot(settings, random.Random(7), clock) as bot, online(bot, simulator):
        yield bot
        await settled()


@pytest.fixture
async def session(simulator: Simulator, lore_bot: LoreBot) -> SimSession:
    """Return a session in which the bot is online."""
    assert lore_bot.user is not None
    return SimSession(simulator, PATIENT)


@pytest.fixture
def ask(session: SimSession) -> Callable[[str], Awaitable[Reply]]:
    """Return a function that plays a line and gives its one reply, ignoring other channels."""

    async def ask(line: str) -> Reply:
        exchange = await session.play(line)
        await settled()
        replies = [reply for reply in exchange.replies if reply.channel is None]
        assert len(replies) == 1, [reply.text for reply in replies]
        return replies[0]

    return ask
