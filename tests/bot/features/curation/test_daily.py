"""`/qotd` among the other commands of curators: logged, warned after, replayed without harm."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.faults import Fault
from bot.simulator.permissions import Permission
from bot.simulator.reading import text_of
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.ledger.records import Actor

Ask = Callable[[str], Awaitable[Reply]]

SET = "/qotd set channel:#quotes time:09:00 zone:Europe/Berlin"
HERE = "To be mended in this server"


@pytest.fixture
async def log(lore_bot: LoreBot, simulator: Simulator, guild_id: int) -> Callable[[], list[str]]:
    """What stands in the log channel."""
    channel = simulator.state.server(1).channels[2]
    by = Actor(1, 1, simulator.state.clock())
    await lore_bot.services.curation.change_settings(guild_id, by, log_channel_id=channel.id)

    def log() -> list[str]:
        names = SimSession(simulator).names
        return [text_of(message.payload, names) for message in channel.messages.values()]

    return log


async def deny(simulator: Simulator, lore_bot: LoreBot, permissions: Permission) -> None:
    """Take permissions from the bot in the channel of the quotes, and wait until it knows."""
    heard = asyncio.ensure_future(lore_bot.wait_for("guild_channel_update", timeout=10))
    await asyncio.sleep(0)
    await simulator.deny(simulator.state.server(1).channels[1], permissions)
    await heard


async def test_every_change_is_logged_once_with_who_and_what(curate: Ask, log: Callable) -> None:
    for line in (
        SET,
        "/qotd skip",
        "/qotd queue quote:peace-in-my-time date:tomorrow",
        "/qotd now",
        "/qotd now",
        "/qotd pause",
        "/qotd resume",
        "/qotd resume",
        "/qotd off",
    ):
        await curate(line)

    said = log()
    assert all(line.startswith("@") for line in said)
    assert [line.split(" · ")[1] for line in said] == [
        "set",
        "skipped",
        "queued",
        "posted",
        "paused",
        "resumed",
        "turned off",
    ]
    assert "In #quotes, every day at 09:00, Europe/Berlin." in said[0]


@pytest.fixture
async def failing(curate: Ask, simulator: Simulator, lore_bot: LoreBot) -> None:
    """A server in which today's quote could not be posted."""
    await curate(SET)
    await deny(simulator, lore_bot, Permission.SEND_MESSAGES)
    await curate("/qotd now")


@pytest.mark.usefixtures("failing")
async def test_the_trouble_is_told_after_the_next_curators_command(
    session: SimSession, last: Callable[[], Awaitable[str]]
) -> None:
    await session.play("/entry list")

    assert (await last()).startswith(HERE)
    assert "Allow me Send Messages there" in await last()


@pytest.mark.usefixtures("failing")
@pytest.mark.parametrize("mending", ["/qotd off", SET.replace("#quotes", "#lore"), "/qotd resume"])
async def test_what_was_mended_or_turned_off_is_not_told_any_more(
    curate: Ask, last: Callable[[], Awaitable[str]], mending: str
) -> None:
    await curate(mending)

    assert HERE not in await last()


@pytest.mark.usefixtures("failing")
async def test_many_tries_on_one_day_pause_nothing_and_mended_it_is_posted(
    curate: Ask, simulator: Simulator, lore_bot: LoreBot
) -> None:
    for _ in range(3):
        await curate("/qotd now")
    await deny(simulator, lore_bot, Permission(0))

    assert (await curate("/qotd now")).text.startswith("Posted today's quote")
    assert "Next none" not in (await curate("/qotd status")).text


async def test_a_quote_that_discord_refuses_gives_way_at_once(
    curate: Ask, simulator: Simulator
) -> None:
    refusal = {"code": 200000, "message": "Message was blocked by automatic moderation"}
    simulator.faults.append(Fault("POST /channels/*/messages", status=400, body=refusal))
    await curate(SET)

    assert (await curate("/qotd now")).text.startswith("Posted today's quote")
