"""The post of `/qotd now`, what keeps it from being posted, and what is told of it afterwards."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.faults import Fault
from bot.simulator.permissions import Permission
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession

Curate = Callable[..., Awaitable[Reply]]

SET = "/qotd set channel:#quotes time:09:00 zone:Europe/Berlin"
PEACE_TODAY = "/qotd queue quote:peace-in-my-time date:today"


async def test_the_post_shows_quote_speaker_occasion_tier_source_and_buttons(
    curate: Curate, simulator: Simulator
) -> None:
    await curate(SET, PEACE_TODAY, "/qotd now")

    [message] = simulator.state.server(1).channels[1].messages.values()
    box, *rows = message.payload["components"]
    said = [part.get("content", "") for part in box["components"]]
    assert said[0] == "## Quote of the day"
    assert "Peace in my time." in said[1]
    assert "Film" in "".join(said)
    assert "Ultron Offensive" in "".join(said)
    labels = [button["label"] for row in rows for button in row["components"]]
    assert labels[-4:] == ["Attack on Avengers Tower", "Sources", "Picture", "Something wrong?"]


async def test_the_posts_buttons_work_for_everybody(
    curate: Curate, session: SimSession, ask: Callable[[str], Awaitable[Reply]]
) -> None:
    await curate(SET.replace("#quotes", "#general"), PEACE_TODAY, "/qotd now")
    await session.play("as asker")

    replies = [await ask("press Ultron"), await ask("press Attack on Avengers Tower")]

    assert all(reply.ephemeral for reply in replies)
    assert replies[0].text.startswith("Ultron")
    assert replies[1].text.startswith("Attack on")


async def test_qotd_now_posts_once(curate: Curate, simulator: Simulator) -> None:
    first = await curate(SET, "/qotd now")
    again = await curate("/qotd now")

    assert first.text.startswith("Posted today's quote")
    assert "posted already, so I posted no second one" in again.text
    assert len(simulator.state.server(1).channels[1].messages) == 1


async def test_no_server_posts_while_discord_rate_limits_posts(
    curate: Curate, simulator: Simulator
) -> None:
    simulator.faults.append(Fault("POST /channels/*/messages", status=403, times=9))
    first = await curate(SET.replace("#quotes", "#general"), "/qotd now")
    other = await curate("in server 2", SET.replace("#quotes", "#general"), "/qotd now")

    assert "on its way" in first.text
    assert "on its way" in other.text
    tried = [sent for sent in simulator.requests if sent.path.endswith("/messages")]
    assert [sent.status for sent in tried if sent.method == "POST"] == [403]


async def test_qotd_now_posts_nothing_and_says_why_while_the_clock_is_wrong(
    curate: Curate, simulator: Simulator, lore_bot: LoreBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def wrong() -> bool:
        return False

    monkeypatch.setattr(lore_bot.qotd.clock_check, "check", wrong)
    assert "does not agree with Discord's" in (await curate(SET, "/qotd now")).text
    assert not simulator.state.server(1).channels[1].messages


async def test_failure_to_post_is_shown_with_the_fix(
    curate: Curate, simulator: Simulator, lore_bot: LoreBot
) -> None:
    channel = simulator.state.server(1).channels[1]
    heard = asyncio.ensure_future(lore_bot.wait_for("guild_channel_update", timeout=10))
    await asyncio.sleep(0)
    await simulator.deny(channel, Permission.SEND_MESSAGES)
    await heard

    assert "Allow me Send Messages" in (await curate(SET)).text
    assert "not posted" in (await curate("/qotd now")).text
    assert "Allow me Send Messages" in (await curate("/qotd status")).text


async def test_the_history_shows_the_outcome_of_each_day(curate: Curate) -> None:
    assert "No quote has been due" in (await curate("/qotd history")).text
    assert "**posted**" in str((await curate(SET, "/qotd now", "/qotd history")).as_json())
