"""Several real clients of one bot, and how often Discord lets them identify and ask."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import pytest

from bot.cli import clock as true_clock
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from tests.bot.simulator.conftest import Clock, point_to
from tests.waiting import eventually

MESSAGES = 12


async def test_two_sessions_of_a_shard_both_hear_and_one_answer_counts(
    simulator: Simulator, bot: Any, log_in: Any
) -> None:
    async with log_in(simulator) as second:
        await second.seen.wait()
        await SimSession(simulator).play("/probe")
        await eventually(lambda: bot.refused + second.refused)
    assert (len(bot.heard), len(second.heard)) == (1, 1)
    assert bot.refused + second.refused == [40060]


async def test_session_that_lost_its_connection_ends_once_its_shard_begins_another(
    simulator: Simulator, log_in: Any
) -> None:
    async with log_in(simulator):
        [first] = simulator.gateway.sessions
    async with log_in(simulator):
        [second] = simulator.gateway.sessions
    assert first is not second


async def test_processes_with_a_shard_each_have_its_servers_alone(
    sharded: Simulator, log_in: Any
) -> None:
    async with AsyncExitStack() as stack:
        logins = (log_in(sharded, shard_count=2, shard_ids=[shard]) for shard in range(2))
        bots = await asyncio.gather(*map(stack.enter_async_context, logins))
        await eventually(lambda: all(bot.guilds for bot in bots))
        for guild_id in sharded.state.guilds:
            name = {"id": str(guild_id), "name": f"Server {guild_id}"}
            await sharded.gateway.dispatch(guild_id, "GUILD_UPDATE", name)
        for bot in bots:
            await eventually(lambda bot=bot: bot.guilds[0].name.endswith(str(bot.guilds[0].id)))
    for session in sharded.gateway.sessions:
        updates = [text for _, text in session.log if "GUILD_UPDATE" in text]
        assert len(updates) == 1
    for shard, bot in enumerate(bots):
        assert [guild.shard_id for guild in bot.guilds] == [shard]


@pytest.mark.parametrize(
    ("max_concurrency", "seconds", "refused"), [(1, 5.0, 0), (1, 4.9, 1), (2, 0.0, 0)]
)
async def test_shard_is_refused_within_five_seconds_of_another_of_its_bucket(
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    log_in: Any,
    max_concurrency: int,
    seconds: float,
    refused: int,
) -> None:
    async with Simulator(clock, shards=2, max_concurrency=max_concurrency) as simulator:
        point_to(simulator, monkeypatch)
        async with log_in(simulator, before_identify=lambda: clock.forward(seconds=seconds)) as bot:
            await simulator.bot_online()
            limits = await bot.fetch_session_start_limits()
        assert simulator.gateway.refused == refused
        assert simulator.gateway.identifies == 2 + refused
        assert limits.max_concurrency == max_concurrency


async def test_one_request_too_many_in_a_second_is_taken_later_and_answers_are_not_counted(
    monkeypatch: pytest.MonkeyPatch, log_in: Any
) -> None:
    async with Simulator(true_clock, per_second=6) as simulator:
        point_to(simulator, monkeypatch)
        async with log_in(simulator) as bot:
            for place in ("general", "quotes") * (MESSAGES // 2):
                [channel] = [c for c in bot.guilds[0].text_channels if c.name == place]
                await channel.send("hello")
                assert (await SimSession(simulator).play("/bio Ultron")).replies
    limited = [sent for sent in simulator.requests if sent.status == 429]
    assert all(sent.answer["global"] for sent in limited)
    assert not any("/interactions/" in sent.path for sent in limited)
    assert 1 <= len(limited) <= 4
    posted = sum(len(c.messages) for c in simulator.state.server(1).channels[:2])
    assert posted == 2 * MESSAGES
