"""People who ask too much: they are told so, and the others are answered as before."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.rehearsal.interactions import Kind, Place
from bot.rehearsal.reading import text_of
from bot.rehearsal.server import Rehearsal
from bot.rehearsal.stage import Stage

pytestmark = pytest.mark.slow

Start = Callable[..., Awaitable[Any]]


async def asked(rehearsal: Rehearsal, name: str) -> str:
    """What the asker reads on a `/bio` of that name, sent without waiting for anything else."""
    guild = rehearsal.world.server(1)
    bio = next(c for c in rehearsal.world.commands[None] if c["name"] == "bio")
    data = {key: bio[key] for key in ("id", "name", "type")} | {"resolved": {}}
    data["options"] = [{"type": 3, "name": "name", "value": name}]
    place = Place(guild.channels[0], guild)
    interaction = rehearsal.answers.begin(Kind.COMMAND, rehearsal.world.asker, place, data)
    await rehearsal.deliver(interaction)
    return text_of((await interaction.outcomes.get()).shown, rehearsal.world.name_of)


async def test_a_flood_is_refused_politely_and_keeps_nobody_else_waiting(
    start: Start, rehearsal: Rehearsal, stage: Stage
) -> None:
    bot = await start()
    await rehearsal.bot_online()
    await bot.ready()
    flood = asyncio.gather(*(asked(rehearsal, f"nonsense {n}") for n in range(500)))
    await stage.play("as curator")
    turn = await stage.play("/bio tony strak")
    assert turn.replies[0].text.startswith("Tony Stark")
    said = Counter(text.partition(".")[0] for text in await flood)
    assert said["That was a lot at once"] >= 400
    assert sum(said.values()) == 500
    assert (await bot.health())[0] == 200


async def test_the_longest_option_is_answered(start: Start, rehearsal: Rehearsal) -> None:
    bot = await start()
    await rehearsal.bot_online()
    await bot.ready()
    assert (await asked(rehearsal, "tony stark " * 545)).startswith(("Nothing found", "Did you"))
    assert (await bot.health())[0] == 200
