"""People in the simulator: a member who asks and a curator, each playing lines."""

from collections.abc import Awaitable, Callable
from itertools import count

import pytest

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.reading import text_of
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.curation.drafts import Draft
from lore.ledger.records import Actor, ServerEntry

Ask = Callable[[str], Awaitable[Reply]]
Settled = Callable[[], Awaitable[None]]


@pytest.fixture
def last(session: SimSession, settled: Settled) -> Callable[[], Awaitable[str]]:
    """Return a function that gives the newest message the current person sees, once all is done."""

    async def last() -> str:
        await settled()
        return text_of(next(session.user.seen()).payload, session.names)

    return last


async def play_and_settle(session: SimSession, settled: Settled, line: str) -> Reply:
    """Return the one reply to a line in the channel where it was played, once all work is done."""
    exchange = await session.play(line)
    await settled()
    here = [reply for reply in exchange.replies if reply.channel is None]
    assert len(here) == 1, [reply.text for reply in exchange.replies]
    return here[0]


@pytest.fixture
def curate(session: SimSession, settled: Settled) -> Ask:
    """Return a function that plays a line as the curator and gives the one reply to it."""

    async def curate(line: str) -> Reply:
        await session.play("as curator")
        return await play_and_settle(session, settled, line)

    return curate


@pytest.fixture
def member(session: SimSession, settled: Settled) -> Ask:
    """Return a function that plays a line as a mere member and gives the one reply to it."""

    async def member(line: str) -> Reply:
        await session.play("as asker")
        return await play_and_settle(session, settled, line)

    return member


@pytest.fixture
def suggest(member: Ask) -> Ask:
    """Return a function that writes and sends a suggestion as the member."""

    async def suggest(words: str) -> Reply:
        await member("/suggest kind:Quote")
        await member(f'fill Words="{words}" Speaker=Quillon')
        return await member("press Send")

    return suggest


@pytest.fixture
def guild_id(simulator: Simulator) -> int:
    """Return the server in which the session starts."""
    return simulator.state.server(1).id


@pytest.fixture
def publish(
    lore_bot: LoreBot, simulator: Simulator, guild_id: int
) -> Callable[..., Awaitable[ServerEntry]]:
    """Return a function that publishes a draft without a form."""
    ids = count(1)

    async def publish(draft: Draft, guild_id: int = guild_id) -> ServerEntry:
        by = Actor(next(ids), simulator.state.curator.id, simulator.state.clock())
        return await lore_bot.services.curation.publish(guild_id, draft, by)

    return publish
