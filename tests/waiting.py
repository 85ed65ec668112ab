"""Waiting for conditions that nothing announces: a counter, a log line."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")


async def eventually(look: Callable[[], Seen]) -> Seen:
    """Wait until `look` gives something true, and return it; the test's timeout ends the wait."""
    while not (seen := look()):  # noqa: ASYNC110  # there is no event to wait for
        await asyncio.sleep(0.005)
    return seen
