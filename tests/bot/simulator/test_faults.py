"""Scripted faults, deadlines and permissions against the real client."""

from typing import Any

import aiohttp
import discord
import pytest

from bot.simulator.faults import Fault
from bot.simulator.permissions import Permission
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession

SEND = "POST /channels/*/messages"


def channel_of(bot: Any, simulator: Simulator) -> Any:
    return bot.get_partial_messageable(simulator.state.server(1).channels[0].id)


def posted(simulator: Simulator) -> int:
    return len(simulator.state.server(1).channels[0].messages)


async def test_error_before_the_effect_leaves_no_message(simulator: Simulator, bot: Any) -> None:
    simulator.faults.append(Fault(SEND, status=503))
    with pytest.raises(discord.DiscordServerError):
        await channel_of(bot, simulator).send("hello")
    assert posted(simulator) == 0


async def test_error_after_the_effect_leaves_the_message(simulator: Simulator, bot: Any) -> None:
    simulator.faults.append(Fault(SEND, status=503, after=True))
    with pytest.raises(discord.DiscordServerError):
        await channel_of(bot, simulator).send("hello")
    assert posted(simulator) == 1


@pytest.mark.parametrize(("after", "left"), [(False, 0), (True, 1)])
async def test_disconnect_keeps_effects_that_came_before_it(
    simulator: Simulator, bot: Any, after: bool, left: int
) -> None:
    simulator.faults.append(Fault(SEND, disconnect=True, after=after))
    with pytest.raises(aiohttp.ClientError):
        await channel_of(bot, simulator).send("hello")
    assert posted(simulator) == left


async def test_fault_happens_only_as_often_as_scripted(simulator: Simulator, bot: Any) -> None:
    simulator.faults.append(Fault(SEND, status=503))
    with pytest.raises(discord.DiscordServerError):
        await channel_of(bot, simulator).send("hello")
    await channel_of(bot, simulator).send("hello")
    assert posted(simulator) == 1


async def test_client_waits_for_a_rate_limit(simulator: Simulator, bot: Any) -> None:
    body = {"message": "You are being rate limited.", "retry_after": 0.0, "global": False}
    simulator.faults.append(Fault(SEND, status=429, body=body, headers={"Via": "1.1 rehearsal"}))
    await channel_of(bot, simulator).send("hello")
    assert [sent.status for sent in simulator.requests][-2:] == [429, 200]


async def test_same_nonce_gives_the_same_message(simulator: Simulator, bot: Any) -> None:
    first = await channel_of(bot, simulator).send("hello", nonce="q1")
    second = await channel_of(bot, simulator).send("hello", nonce="q1")
    assert first.id == second.id


async def test_nonce_is_forgotten_after_its_window(
    simulator: Simulator, bot: Any, clock: Any
) -> None:
    await channel_of(bot, simulator).send("hello", nonce="q1")
    clock.forward(seconds=121)
    await channel_of(bot, simulator).send("hello", nonce="q1")
    assert posted(simulator) == 2


async def test_nonce_of_a_deleted_message_is_an_unknown_message(
    simulator: Simulator, bot: Any
) -> None:
    await (await channel_of(bot, simulator).send("hello", nonce="q1")).delete()
    with pytest.raises(discord.NotFound) as refused:
        await channel_of(bot, simulator).send("hello", nonce="q1")
    assert refused.value.code == 10008


@pytest.mark.parametrize(
    ("denied", "code"), [(Permission.VIEW_CHANNEL, 50001), (Permission.SEND_MESSAGES, 50013)]
)
async def test_channel_without_permission_refuses_the_bot(
    simulator: Simulator, bot: Any, denied: Permission, code: int
) -> None:
    await simulator.deny(simulator.state.server(1).channels[0], denied)
    with pytest.raises(discord.Forbidden) as refused:
        await channel_of(bot, simulator).send("hello")
    assert refused.value.code == code


async def test_history_is_empty_without_permission_to_read_it(
    simulator: Simulator, bot: Any
) -> None:
    await channel_of(bot, simulator).send("hello")
    await simulator.deny(simulator.state.server(1).channels[0], Permission.READ_MESSAGE_HISTORY)
    assert [message async for message in channel_of(bot, simulator).history()] == []


async def test_denied_permission_shows_in_the_bots_cache(simulator: Simulator, bot: Any) -> None:
    await bot.seen.wait()
    channel = simulator.state.server(1).channels[0]
    await simulator.deny(channel, Permission.SEND_MESSAGES)
    updated = await bot.channel_updates.get()
    assert not updated.permissions_for(updated.guild.me).send_messages


async def test_history_pages_both_ways(simulator: Simulator, bot: Any) -> None:
    channel = channel_of(bot, simulator)
    sent = [await channel.send(str(n)) for n in range(5)]
    newest = [m.content async for m in channel.history(limit=2, before=sent[3])]
    oldest = [m.content async for m in channel.history(limit=2, after=sent[1])]
    assert (newest, oldest) == (["2", "1"], ["2", "3"])


async def test_answer_after_three_seconds_finds_no_interaction(
    session: SimSession, bot: Any, clock: Any
) -> None:
    bot.before_answer = lambda: clock.forward(seconds=4)
    await session.play("/probe")
    assert bot.refused == [10062]


async def test_second_first_answer_is_refused(session: SimSession, bot: Any) -> None:
    bot.answer_twice = True
    await session.play("/probe")
    assert bot.refused == [40060]


async def test_expired_interaction_token_cannot_edit(
    session: SimSession, bot: Any, clock: Any
) -> None:
    bot.after_answer = lambda: clock.forward(minutes=16)
    await session.play("/probe")
    assert bot.refused == [50027]


async def test_bot_can_send_a_private_message(simulator: Simulator, bot: Any) -> None:
    private = await bot.create_dm(discord.Object(simulator.state.asker.id))
    await private.send("hello")
    channel = simulator.state.direct_channel(simulator.state.asker)
    assert [m.payload["content"] for m in channel.messages.values()] == ["hello"]
