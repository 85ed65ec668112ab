"""What the bot posts in channels and in private, as it follows a person's lines."""

from typing import Any

import discord
import pytest

from bot.simulator.server import Rehearsal
from bot.simulator.session import Stage

Quotes = discord.PartialMessageable


@pytest.fixture
def quotes(rehearsal: Rehearsal, bot: Any) -> Quotes:
    """The bot's own hand on #quotes of the first server."""
    channel: Quotes = bot.get_partial_messageable(rehearsal.world.server(1).channels[1].id)
    return channel


async def test_what_the_bot_posts_elsewhere_follows_the_replies(stage: Stage) -> None:
    turn = await stage.play("/post")
    assert [(r.text, r.channel) for r in turn.replies] == [
        ("posted", None),
        ("in a channel", "#quotes"),
        ("in private", "DM to Asker"),
    ]


async def test_what_is_posted_later_shows_at_the_next_line(stage: Stage, quotes: Quotes) -> None:
    await stage.play("/typed")
    await quotes.send("late")
    turn = await stage.play("as curator")
    assert [(r.kind, r.text, r.channel) for r in turn.replies] == [("message", "late", "#quotes")]


async def test_a_post_on_another_server_says_on_which(stage: Stage, quotes: Quotes) -> None:
    await quotes.send("there")
    turn = await stage.play("in server 2")
    assert turn.replies[0].channel == "#quotes of Server 1"


async def test_what_is_posted_while_a_person_types_waits_for_their_line(
    stage: Stage, quotes: Quotes
) -> None:
    await quotes.send("meanwhile")
    assert len((await stage.play("complete /bio ult")).replies) == 1
    assert [reply.text for reply in (await stage.play("as owner")).replies] == ["meanwhile"]
