"""A curator in the simulator."""

from collections.abc import Awaitable, Callable

import pytest

from bot.simulator.exchanges import Reply
from bot.simulator.session import SimSession


@pytest.fixture
def curate(session: SimSession) -> Callable[..., Awaitable[Reply]]:
    """Return a function that plays lines as a curator and gives the last private answer.

    Problems to be fixed are shown after the answer.
    """

    async def curate(*lines: str) -> Reply:
        await session.play("as curator")
        for line in lines:
            exchange = await session.play(line)
        reply, *others = [reply for reply in exchange.replies if reply.channel is None]
        assert reply.ephemeral
        assert all(other.text.startswith("To be mended") for other in others)
        return reply

    return curate
