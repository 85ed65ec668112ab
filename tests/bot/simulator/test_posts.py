"""Posts of the bot in channels and in private, shown after a person's lines."""

from typing import Any

import discord
import pytest

from bot.simulator.server import Simulator
from bot.simulator.session import SimSession

Quotes = discord.PartialMessageable


@pytest.fixture
def quotes(simulator: Simulator, bot: Any) -> Quotes:
    """Return the bot's view of #quotes of the first server."""
    channel: Quotes = bot.get_partial_messageable(simulator.state.server(1).channels[1].id)
    return channel


async def test_posts_in_other_channels_follow_the_replies(session: SimSession) -> None:
    exchange = await session.play("/post")
    assert [(r.text, r.channel) for r in exchange.replies] == [
        ("posted", None),
        ("in a channel", "#quotes"),
        ("in private", "DM to Asker"),
    ]


async def test_later_post_is_shown_after_the_next_line(session: SimSession, quotes: Quotes) -> None:
    await session.play("/typed")
    await quotes.send("late")
    exchange = await session.play("as curator")
    assert [(r.kind, r.text, r.channel) for r in exchange.replies] == [
        ("message", "late", "#quotes")
    ]


async def test_post_on_another_server_names_the_server(session: SimSession, quotes: Quotes) -> None:
    await quotes.send("there")
    exchange = await session.play("in server 2")
    assert exchange.replies[0].channel == "#quotes of Server 1"


async def test_post_made_while_a_person_types_waits_for_their_line(
    session: SimSession, quotes: Quotes
) -> None:
    await quotes.send("meanwhile")
    assert len((await session.play("complete /bio ult")).replies) == 1
    assert [reply.text for reply in (await session.play("as owner")).replies] == ["meanwhile"]
