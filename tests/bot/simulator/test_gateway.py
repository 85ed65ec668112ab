"""The simulated gateway against the real client: resumes, invalid sessions, closes, refused
logins.
"""

import asyncio
from typing import Any

import aiohttp
import discord
import pytest

from bot.simulator.server import TOKEN, Simulator
from bot.simulator.session import SimSession
from bot.simulator.user import Timeouts


async def test_bot_sees_both_servers_and_their_channels(bot: Any) -> None:
    await bot.seen.wait()
    assert sorted(guild.name for guild in bot.guilds) == ["Server 1", "Server 2"]
    assert [c.name for c in bot.guilds[0].text_channels] == ["general", "quotes", "lore", "news"]


async def test_op_7_makes_the_bot_resume(simulator: Simulator, bot: Any) -> None:
    await simulator.gateway.reconnect()
    await bot.resumed.wait()
    assert (simulator.gateway.identifies, simulator.gateway.resumes) == (1, 1)


async def test_missed_events_are_replayed_once_after_a_resume(
    simulator: Simulator, bot: Any, session: SimSession
) -> None:
    await simulator.gateway.close(4000)
    exchange = await session.play("/bio Ultron")
    assert [reply.kind for reply in exchange.replies] == ["message"]
    assert bot.resumed.is_set()
    assert len(bot.heard) == 1


async def test_op_9_makes_the_bot_identify_again(simulator: Simulator, session: SimSession) -> None:
    await simulator.gateway.invalidate()
    await simulator.bot_online()
    assert simulator.gateway.identifies == 2
    assert (await session.play("/bio Ultron")).replies[0].kind == "message"


async def test_resumable_op_9_makes_the_bot_resume(simulator: Simulator, bot: Any) -> None:
    await simulator.gateway.invalidate(resumable=True)
    await bot.resumed.wait()
    assert (simulator.gateway.identifies, simulator.gateway.resumes) == (1, 1)


FORGOTTEN = {"token": TOKEN, "session_id": "forgotten", "seq": 7}


@pytest.mark.parametrize(
    ("said", "answer"),
    [({"op": 1, "d": None}, (11, None)), ({"op": 6, "d": FORGOTTEN}, (9, False))],
    ids=["a heartbeat is acknowledged", "a session that is not known is not resumed"],
)
async def test_gateway_sends_hello_and_answers(
    simulator: Simulator, said: dict[str, Any], answer: tuple[int, Any]
) -> None:
    gateway = simulator.gateway_url
    async with aiohttp.ClientSession() as session, session.ws_connect(gateway) as socket:
        hello = await socket.receive_json()
        await socket.send_json(said)
        heard = await socket.receive_json()
    assert (hello["op"], hello["d"]) == (10, {"heartbeat_interval": 41250})
    assert (heard["op"], heard["d"]) == answer


async def test_wrong_token_is_refused_at_login(simulator: Simulator) -> None:
    async with discord.AutoShardedClient(intents=discord.Intents(guilds=True)) as client:
        with pytest.raises(discord.LoginFailure):
            await client.login("wrong")
    assert [sent.status for sent in simulator.requests] == [401]


async def test_close_with_4004_ends_the_bot(simulator: Simulator) -> None:
    async with discord.AutoShardedClient(intents=discord.Intents(guilds=True)) as client:
        running = asyncio.create_task(client.start(TOKEN))
        await simulator.bot_online()
        await simulator.gateway.shut(4004)
        with pytest.raises(discord.ConnectionClosed):
            await running


async def test_several_shards_come_online_and_answer(sharded: Simulator, sharded_bot: Any) -> None:
    assert sorted(session.shard for session in sharded.gateway.sessions) == [0, 1]
    session = SimSession(sharded, Timeouts())
    await session.play("in server 2")
    exchange = await session.play("/bio Ultron")
    assert [reply.kind for reply in exchange.replies] == ["message"]
    assert sharded_bot.shard_count == 2


async def test_privileged_intent_is_refused(simulator: Simulator) -> None:
    intents = discord.Intents(guilds=True, message_content=True)
    async with discord.AutoShardedClient(intents=intents) as client:
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await client.start(TOKEN)
    assert not simulator.gateway.online.is_set()


async def test_shard_with_too_many_servers_is_refused(crowded: Simulator) -> None:
    intents = discord.Intents(guilds=True)
    assert crowded.shards == 2
    async with discord.AutoShardedClient(intents=intents, shard_count=1) as client:
        with pytest.raises(discord.ConnectionClosed) as closed:
            await client.start(TOKEN)
    assert closed.value.code == 4011
