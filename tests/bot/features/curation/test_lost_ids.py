"""Deleted roles and channels in the settings are reported and no longer mentioned."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.reading import selects_of, text_of
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.ledger.records import Actor
from lore.qotd.timetable import kept_zone
from tests.tiers import FILM

Ask = Callable[[str], Awaitable[Reply]]
Settled = Callable[[], Awaitable[None]]
Lose = Callable[[], Awaitable[None]]

SET = "/qotd set channel:#quotes time:09:00 zone:Europe/Berlin role:@Readers"
CURATORS_GONE = "The curator role is gone. Choose another in /settings."
LOG_GONE = "The log channel is gone. Choose another in /settings."
PINGED_GONE = "The role that the quote of the day pings is gone, so nobody is pinged."


@pytest.fixture
def lose_role(simulator: Simulator, lore_bot: LoreBot) -> Lose:
    """Return a function that deletes the role Readers and waits until the bot knows."""

    async def lose() -> None:
        guild = simulator.state.server(1)
        role = guild.roles.pop(1)
        heard = asyncio.ensure_future(lore_bot.wait_for("guild_role_delete", timeout=10))
        await asyncio.sleep(0)
        gone = {"guild_id": str(guild.id), "role_id": str(role.id)}
        await simulator.gateway.dispatch(guild.id, "GUILD_ROLE_DELETE", gone)
        await heard

    return lose


@pytest.fixture
def lose_channel(simulator: Simulator, lore_bot: LoreBot) -> Lose:
    """Return a function that deletes the channel #lore and waits until the bot knows."""

    async def lose() -> None:
        guild = simulator.state.server(1)
        channel = guild.channels.pop(2)
        del simulator.state.channels[channel.id]
        heard = asyncio.ensure_future(lore_bot.wait_for("guild_channel_delete", timeout=10))
        await asyncio.sleep(0)
        await simulator.gateway.dispatch(guild.id, "CHANNEL_DELETE", channel.payload())
        await heard

    return lose


@pytest.fixture
def all_replies(session: SimSession, settled: Settled) -> Ask:
    """Return a function that plays a line as the curator and gives all that they read."""

    async def all_replies(line: str) -> Reply:
        await session.play("as curator")
        before = {message.id for message in session.user.seen()}
        turn = await session.play(line)
        # What is to be mended is told after the answer.
        await settled()
        new = [one.payload for one in session.user.seen() if one.id not in before]
        text = "\n".join(text_of(payload, session.names) for payload in reversed(new))
        return replace(turn.replies[0], text=text)

    return all_replies


async def test_deleted_ping_role_is_reported_in_the_status(
    curate: Ask, all_replies: Ask, lose_role: Lose
) -> None:
    before = await curate(SET)
    await lose_role()
    status = await all_replies("/qotd status")

    assert "Pings @Readers" in before.text
    assert "Pings nobody" in status.text
    assert PINGED_GONE in status.text
    assert "<@&" not in str(status.body)


async def test_post_does_not_mention_a_deleted_role(
    curate: Ask, all_replies: Ask, lose_role: Lose, simulator: Simulator
) -> None:
    await curate(SET)
    await lose_role()
    await all_replies("/qotd now")

    [sent] = [one for one in simulator.requests if "enforce_nonce" in (one.json or ())]
    assert "<@&" not in str(sent.json)
    assert not sent.json["allowed_mentions"].get("roles")


async def test_deleted_curator_role_is_reported_on_the_panel(
    all_replies: Ask,
    lore_bot: LoreBot,
    simulator: Simulator,
    guild_id: int,
    lose_role: Lose,
    session: SimSession,
) -> None:
    role = simulator.state.server(1).roles[1].id
    by = Actor(1, 1, simulator.state.clock())
    await lore_bot.services.curation.change_settings(guild_id, by, curator_role_id=role)
    await lose_role()
    panel = await all_replies("/settings")

    assert "Curators Manage Server and ⚠ a role that is gone: choose another" in panel.text
    assert CURATORS_GONE in panel.text
    assert not any(one.get("default_values") for one in selects(session))


async def test_deleted_log_channel_is_reported_on_the_panel(
    all_replies: Ask,
    lore_bot: LoreBot,
    simulator: Simulator,
    guild_id: int,
    lose_channel: Lose,
    session: SimSession,
) -> None:
    channel = simulator.state.server(1).channels[2].id
    by = Actor(1, 1, simulator.state.clock())
    await lore_bot.services.curation.change_settings(guild_id, by, log_channel_id=channel)
    await lose_channel()
    panel = await all_replies("/settings")

    assert "Log channel ⚠ a channel that is gone: choose another" in panel.text
    assert panel.text.count(LOG_GONE) == 1
    assert not any(one.get("default_values") for one in selects(session))


async def test_deleted_role_is_reported_after_every_command_until_replaced(
    curate: Ask, all_replies: Ask, lose_role: Lose
) -> None:
    await curate(SET)
    await lose_role()
    before = await all_replies("/entry list")
    await all_replies(SET.replace("@Readers", "@Curators"))

    assert PINGED_GONE in before.text
    assert PINGED_GONE not in (await all_replies("/entry list")).text


async def test_schedule_without_a_matching_quote_says_so(
    curate: Ask, lore_bot: LoreBot, guild_id: int, simulator: Simulator
) -> None:
    await curate(f"{SET} tiers:fan")
    by = Actor(1, 1, simulator.state.clock())
    await lore_bot.services.curation.change_settings(guild_id, by, tiers=(FILM,))

    assert "No quote fits. Choose more tiers" in (await curate("/qotd status")).text


def selects(session: SimSession) -> list[dict]:
    """Return the selects of the panel that was opened last."""
    return next(found for one in session.user.seen() if (found := selects_of(one.payload)))


@pytest.mark.parametrize(
    ("name", "city"),
    [("EST", "America/New_York"), ("PST8PDT", "America/Los_Angeles"), ("CET", "Europe/Berlin")],
)
async def test_time_zone_no_longer_offered_is_reported_until_a_city_is_chosen(
    curate: Ask,
    all_replies: Ask,
    lore_bot: LoreBot,
    guild_id: int,
    simulator: Simulator,
    name: str,
    city: str,
) -> None:
    await curate(SET)
    config = await lore_bot.qotd.schedules.config(guild_id, None)
    assert config
    table = replace(config.table, zone=kept_zone(name))
    by = Actor(1, 1, simulator.state.clock())
    await lore_bot.qotd.begin(guild_id, replace(config, table=table), by)

    before = await all_replies("/entry list")
    assert f"time zone “{name}”, which is not offered any more" in before.text
    assert f"such as “{city}”" in before.text
    assert name in (await all_replies("/qotd status")).text

    await all_replies(f"/qotd set zone:{city}")
    assert "not offered any more" not in (await all_replies("/entry list")).text
