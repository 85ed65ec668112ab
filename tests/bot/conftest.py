"""The bot on its rehearsal: every request is judged by Discord's rules, no error may be logged."""

import asyncio
import logging
import random
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from bot import settings as settings_
from bot.app import assembled
from bot.cli import clock
from bot.client import LoreBot
from bot.core.connection import rest
from bot.settings import Settings
from bot.simulated import online
from bot.simulator.exchanges import Reply
from bot.simulator.server import Rehearsal
from bot.simulator.session import Stage
from bot.simulator.user import Waits

Judge = Callable[..., list[str]]

# What the tasks are called in which interactions are answered, and what follows is done.
ANSWERING = ("CommandTree-invoker", "discord-ui", "discord.py: on_", rest.NAME)


@pytest.fixture(autouse=True)
def no_errors_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fails a test in which the bot or discord.py logs an error; who means to clears `caplog`."""
    yield
    records = [*caplog.get_records("setup"), *caplog.get_records("call"), *caplog.records]
    assert [r.getMessage() for r in records if r.levelno >= logging.ERROR] == []


@pytest.fixture
def settings(tmp_path: Path, compiled_seeds: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a data folder of its own, where the catalogue is compiled already.

    Tests ask faster than any person.
    """
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(compiled_seeds, data / "catalogue.db")
    return settings_.load(data_dir=data, person_per_minute=100_000, server_per_minute=100_000)


@pytest.fixture
async def rehearsal(discord_judge: Judge | None) -> AsyncIterator[Rehearsal]:
    """A Discord; at the end everything that the bot sent is judged by Discord's specification."""
    async with Rehearsal(clock, bot_name="Lorebot") as rehearsal:
        yield rehearsal
    if discord_judge:
        for sent in rehearsal.requests:
            assert discord_judge(sent.method, sent.path, sent.json) == []


async def settled() -> None:
    """Wait until the bot has done all that follows its answers: log, private messages, warnings."""
    while tasks := [one for one in asyncio.all_tasks() if one.get_name().startswith(ANSWERING)]:
        await asyncio.wait(tasks)


@pytest.fixture(name="settled")
def settled_() -> Callable[[], Awaitable[None]]:
    return settled


@pytest.fixture
async def lore_bot(settings: Settings, rehearsal: Rehearsal) -> AsyncIterator[LoreBot]:
    async with assembled(settings, random.Random(7), clock) as bot, online(bot, rehearsal):
        yield bot
        await settled()


@pytest.fixture
async def stage(rehearsal: Rehearsal, lore_bot: LoreBot) -> Stage:
    """A stage on which the bot is online."""
    assert lore_bot.user is not None
    return Stage(rehearsal, Waits(more=0.01))


@pytest.fixture
def ask(stage: Stage) -> Callable[[str], Awaitable[Reply]]:
    """Plays a line and gives the one reply to it; what is posted elsewhere is not looked at."""

    async def ask(line: str) -> Reply:
        turn = await stage.play(line)
        await settled()
        replies = [reply for reply in turn.replies if reply.channel is None]
        assert len(replies) == 1, [reply.text for reply in replies]
        return replies[0]

    return ask
