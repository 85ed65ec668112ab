"""A tour of the commands on a third-party simulator, which shows errors of our own."""

import random
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import simcord

from bot.app import build_bot
from bot.cli import clock
from bot.settings import Settings
from bot.simulator.reading import text_of

Judge = Callable[[str, str, Any], list[str]]


class Tour:
    """A member in a channel, and what she reads of the bot's messages."""

    def __init__(self, env: simcord.Env) -> None:
        guild = env.create_guild()
        self.channel = guild.create_text_channel("general")
        self.alice = guild.add_member(env.create_user("alice"))
        self.bob = guild.add_member(env.create_user("bob"))

    async def ask(self, command: str, /, **options: Any) -> tuple[str, simcord.ResponseMessage]:
        """Return the text of an answer, and its message."""
        return read(await self.alice.slash(self.channel, command, **options))


def read(result: simcord.InteractionResult) -> tuple[str, simcord.ResponseMessage]:
    assert result.response
    return text_of({"components": result.response.components}, lambda _: None), result.response


@pytest.fixture
async def tour(settings: Settings, discord_judge: Judge | None) -> AsyncIterator[Tour]:
    async with build_bot(settings, random.Random(7), clock) as bot:
        env = simcord.Env(bot, shard_count=1)
        await env.start()
        yield Tour(env)
        await env.shutdown()
    for sent in env.http_requests if discord_judge else ():
        assert discord_judge
        faults = discord_judge(sent.method, sent.path, sent.json)
        assert [fault for fault in faults if not fault.startswith("extra /data/tts:")] == []


@pytest.mark.parametrize(
    ("command", "options", "start"),
    [
        ("bio", {"name": "tony strak"}, "Tony Stark\n"),
        ("event", {"name": "salvage yard"}, "Battle at the Salvage Yard\n"),
        ("lore", {"name": "vibranium"}, "Vibranium\n"),
        ("search", {"words": "artificial intelligence"}, "Found for “artificial intelligence”"),
        ("quote", {"speaker": "raina"}, "“Consequences are upon us."),
        ("timeline", {}, "Timeline\n"),
        ("timeline", {"character": "Helen Cho"}, "Timeline · Helen Cho\n"),
    ],
)
async def test_a_question_is_answered_publicly(
    tour: Tour, command: str, options: dict[str, str], start: str
) -> None:
    text, message = await tour.ask(command, **options)

    assert text.startswith(start)
    assert not message.ephemeral


@pytest.mark.parametrize(
    ("command", "options", "start"),
    [
        ("bio", {"name": "ultron", "private": True}, "Ultron\n"),
        ("bio", {"name": "maximoff"}, "Did you mean …\n"),
        ("bio", {"name": "qwxzkvj"}, "Nothing found\n"),
        ("about", {}, "Avengers: Age of Ultron\n"),
        ("help", {}, "What you can ask\n"),
    ],
)
async def test_an_answer_only_for_the_asker_is_ephemeral(
    tour: Tour, command: str, options: dict[str, str], start: str
) -> None:
    text, message = await tour.ask(command, **options)

    assert text.startswith(start)
    assert message.ephemeral


async def test_names_are_completed(tour: Tour) -> None:
    choices = await tour.alice.autocomplete(tour.channel, "bio", "name", "iron m")

    assert choices[0]["value"] == "tony-stark"


async def test_did_you_mean_button_answers(tour: Tour) -> None:
    _, message = await tour.ask("bio", name="maximoff")
    text, answer = read(await tour.alice.click(message, label="Wanda Maximoff"))

    assert text.startswith("Wanda Maximoff\n")
    assert not answer.ephemeral


async def test_paging_and_choosing_an_entry_edit_the_message(tour: Tour) -> None:
    _, message = await tour.ask("bio", name="ultron")
    turned, same = read(await tour.alice.click(message, label="More"))
    chosen, _ = read(await tour.alice.select(same, ["doomsday-trigger"]))

    assert turned.startswith("Ultron\n")
    assert same.id == message.id
    assert chosen.startswith("Doomsday Trigger\n")


async def test_another_person_gets_a_private_copy(tour: Tour) -> None:
    _, message = await tour.ask("bio", name="ultron")
    text, copy = read(await tour.bob.click(message, label="More"))

    assert text.startswith("Ultron\n")
    assert copy.id != message.id
    assert copy.ephemeral


async def test_only_the_asker_can_delete_an_answer(tour: Tour) -> None:
    _, message = await tour.ask("bio", name="tony stark")
    refusal, _ = read(await tour.bob.click(message, label="Delete"))
    left = tour.channel.last_message
    await tour.alice.click(message, label="Delete")

    assert refusal.startswith("Only whoever asked")
    assert left
    assert tour.channel.last_message is None
