"""Floods of requests: refused politely, while others are answered as before."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.simulator.interactions import InteractionKind, Location
from bot.simulator.reading import text_of
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession

pytestmark = [pytest.mark.slow, pytest.mark.alone]

Start = Callable[..., Awaitable[Any]]

SILENCE = "nothing in ten seconds"


async def asked(simulator: Simulator, command: str, option: str, text: str) -> str:
    """Return what the asker reads in server 1 on a command that is sent without waiting."""
    guild = simulator.state.server(1)
    used = next(c for c in simulator.state.commands[None] if c["name"] == command)
    data = {key: used[key] for key in ("id", "name", "type")} | {"resolved": {}}
    data["options"] = [{"type": 3, "name": option, "value": text}]
    place = Location(guild.channels[0], guild)
    interaction = simulator.answers.begin(
        InteractionKind.COMMAND, simulator.state.asker, place, data
    )
    await simulator.deliver(interaction)
    try:
        outcome = await asyncio.wait_for(interaction.outcomes.get(), 10)
    except TimeoutError:
        return SILENCE
    return text_of(outcome.shown, simulator.state.name_of)


async def test_a_flood_is_refused_politely_and_delays_nobody_else(
    start: Start, simulator: Simulator, session: SimSession
) -> None:
    bot = await start()
    await simulator.bot_online()
    await bot.ready()
    # A few at a time, so that none waits for longer than Discord does, however slow the machine.
    some = asyncio.Semaphore(20)

    async def nonsense(number: int) -> str:
        async with some:
            return await asked(simulator, "bio", "name", f"nonsense {number}")

    flood = asyncio.gather(*map(nonsense, range(500)))
    await session.play("as curator")
    turn = await session.play("/bio tony strak")
    assert turn.replies[0].text.startswith("Tony Stark")
    said = Counter(text.partition(".")[0] for text in await flood)
    assert said["That was a lot at once"] >= 300
    assert said[SILENCE] == 0
    assert (await bot.health())[0] == 200


async def test_an_overload_from_one_server_delays_no_other_server(
    start: Start, simulator: Simulator, session: SimSession
) -> None:
    bot = await start(lore_person_per_minute=1_000_000, lore_server_per_minute=1_000_000)
    await simulator.bot_online()
    await bot.ready()
    words = "tony stark wanda vision ultron scepter sokovia avengers tower mind stone " * 9
    flood = asyncio.gather(*(asked(simulator, "search", "words", words[n:]) for n in range(600)))
    await session.play("in server 2")
    # Discord takes no answer after three seconds: this one has not waited for all of the others.
    turn = await session.play("/bio tony strak")
    assert not flood.done()
    assert turn.replies[0].text.startswith("Tony Stark")
    assert any(text.startswith("Nearest to") for text in await flood)


async def test_an_option_of_the_greatest_length_is_answered(
    start: Start, simulator: Simulator
) -> None:
    bot = await start()
    await simulator.bot_online()
    await bot.ready()
    said = await asked(simulator, "bio", "name", "tony stark " * 545)
    assert said.startswith(("Nothing found", "Did you", "Closest passages"))
    assert (await bot.health())[0] == 200
