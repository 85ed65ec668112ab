"""Waiting for the bot's answers, and for what nothing announces: a counter, a log line."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from bot.core.connection import rest
from bot.simulator.user import Timeouts

Seen = TypeVar("Seen")


async def eventually(look: Callable[[], Seen]) -> Seen:
    """Wait until `look` gives something true, and return it; the test's timeout ends the wait."""
    while not (seen := look()):  # noqa: ASYNC110  # there is no event to wait for
        await asyncio.sleep(0.005)
    return seen


# What the tasks are called in which interactions are answered, and what follows is done.
ANSWERING = ("CommandTree-invoker", "discord-ui", "discord.py: on_", rest.NAME)


async def settled() -> None:
    """Wait for what follows the bot's answers: logs, private messages."""
    while tasks := [one for one in asyncio.all_tasks() if one.get_name().startswith(ANSWERING)]:
        await asyncio.wait(tasks)


# On a busy machine an answer may take long; more of it is there once the bot has settled.
PATIENT = Timeouts(first=50, deferred=50, more=0.001, settled=settled)
