"""`/qotd` among the curators' other commands: logged, followed by warnings, safe to repeat."""

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
    """Return a function that gives the content of the log channel."""
    channel = simulator.state.server(1).channels[2]
    by = Actor(1, 1, simulator.state.clock())
    await lore_bot.services.curation.change_settings(guild_id, by, log_channel_id=channel.id)

    def log() -> list[str]:
        names = SimSession(simulator).names
        return [text_of(message.payload, names) for message in channel.messages.values()]

    return log


async def deny(simulator: Simulator, lore_bot: LoreBot, permissions: Permission) -> None:
    """Take permissions from the bot in the quotes' channel, and wait until it knows."""
    heard = asyncio.ensure_future(lore_bot.wait_for("guild_channel_update", timeout=10))
    await asyncio.sleep(0)
    await simulator.deny(simulator.state.server(1).channels[1], permissions)
    await heard


async def test_every_change_is_logged_once_with_person_and_change(
    curate: Ask, log: Callable
) -> None:
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
async def failed_post(curate: Ask, simulator: Simulator, lore_bot: LoreBot) -> None:
    """Set up a server in which today's quote could not be posted."""
    await curate(SET)
    await deny(simulator, lore_bot, Permission.SEND_MESSAGES)
    await curate("/qotd now")


@pytest.mark.usefixtures("failed_post")
async def test_failed_post_is_reported_after_the_next_curator_command(
    session: SimSession, last: Callable[[], Awaitable[str]]
) -> None:
    await session.play("/entry list")

    assert (await last()).startswith(HERE)
    assert "Allow me Send Messages there" in await last()


@pytest.mark.usefixtures("failed_post")
@pytest.mark.parametrize("mending", ["/qotd off", SET.replace("#quotes", "#lore"), "/qotd resume"])
async def test_failure_that_was_fixed_or_turned_off_is_no_longer_reported(
    curate: Ask, last: Callable[[], Awaitable[str]], mending: str
) -> None:
    await curate(mending)

    assert HERE not in await last()


@pytest.mark.usefixtures("failed_post")
async def test_failed_tries_of_one_day_do_not_pause_and_the_fixed_post_is_sent(
    curate: Ask, simulator: Simulator, lore_bot: LoreBot
) -> None:
    for _ in range(3):
        await curate("/qotd now")
    await deny(simulator, lore_bot, Permission(0))

    assert (await curate("/qotd now")).text.startswith("Posted today's quote")
    assert "Next none" not in (await curate("/qotd status")).text


async def test_quote_that_discord_refuses_is_replaced_at_once(
    curate: Ask, simulator: Simulator
) -> None:
    refusal = {"code": 200000, "message": "Message was blocked by automatic moderation"}
    simulator.faults.append(Fault("POST /channels/*/messages", status=400, body=refusal))
    await curate(SET)

    assert (await curate("/qotd now")).text.startswith("Posted today's quote")
