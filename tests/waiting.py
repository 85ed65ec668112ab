"""Waits for what nobody is told of: a figure that is counted, a line that is logged."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")


async def eventually(look: Callable[[], Seen]) -> Seen:
    """Look until there is something, and return it; what looks in vain ends with its timeout."""
    while not (seen := look()):  # noqa: ASYNC110  # there is no event to wait for
        await asyncio.sleep(0.005)
    return seen
