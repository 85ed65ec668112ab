"""The quote of the day with its picture: how it is set, and what is said where none can come."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.permissions import Permission
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession

Curate = Callable[..., Awaitable[Reply]]

SET = "/qotd set channel:#quotes time:09:00 zone:Europe/Berlin picture:True"
PEACE_TODAY = "/qotd queue quote:peace-in-my-time date:today"


def parts_of_post(simulator: Simulator) -> list[dict[str, Any]]:
    """Return what stands in the box of the one post."""
    [message] = simulator.state.server(1).channels[1].messages.values()
    parts: list[dict[str, Any]] = message.payload["components"][0]["components"]
    return parts


def labels(simulator: Simulator) -> Iterator[str]:
    """Yield the labels of the buttons of the one post."""
    [message] = simulator.state.server(1).channels[1].messages.values()
    for row in message.payload["components"][1:]:
        yield from (button["label"] for button in row["components"])


async def test_the_picture_comes_under_the_text_and_says_it_in_words(
    curate: Curate, simulator: Simulator
) -> None:
    assert "with a picture" in (await curate(SET)).text
    await curate(PEACE_TODAY, "/qotd now")

    *text, gallery = parts_of_post(simulator)
    [item] = gallery["items"]
    assert "Peace in my time." in text[1]["content"]
    assert "Peace in my time." in item["description"]
    assert item["media"]["url"].startswith("attachment://")
    assert "Picture" not in labels(simulator)
    assert (simulator.state.uploads.latest("picture.png") or b"").startswith(b"\x89PNG")


async def test_a_spoilered_quote_has_a_spoilered_picture(
    curate: Curate, simulator: Simulator
) -> None:
    await curate("/settings", "choose Other canon behind spoiler bars", f"{SET} speaker:raina")
    await curate("/qotd now")

    assert parts_of_post(simulator)[-1]["items"][0]["spoiler"] is True


@pytest.mark.parametrize("taken_back", ["picture:False", "clear:picture"])
async def test_a_picture_is_taken_back(
    curate: Curate, simulator: Simulator, taken_back: str
) -> None:
    await curate(SET, f"/qotd set {taken_back}", PEACE_TODAY, "/qotd now")

    assert all(part["type"] != 12 for part in parts_of_post(simulator))
    assert "Picture" in labels(simulator)


async def test_setting_something_else_keeps_the_picture_and_undo_brings_it_back(
    curate: Curate,
) -> None:
    await curate(SET)
    assert "with a picture" in (await curate("/qotd set time:10:00")).text
    assert "with a picture" not in (await curate("/qotd set picture:False")).text
    assert "with a picture" in (await curate("press Undo")).text


async def test_a_channel_without_attach_files_is_told_of_wherever_one_looks(
    curate: Curate, simulator: Simulator, lore_bot: LoreBot, session: SimSession
) -> None:
    channel = simulator.state.server(1).channels[1]
    heard = asyncio.ensure_future(lore_bot.wait_for("guild_channel_update", timeout=10))
    await asyncio.sleep(0)
    await simulator.deny(channel, Permission.ATTACH_FILES)
    await heard

    for line in (SET, "/qotd status"):
        assert "Allow me Attach Files there" in (await curate(line)).text
    assert "Posted today's quote" in (await curate("/qotd now")).text
    assert parts_of_post(simulator)[-1]["type"] != 12
    exchange = await session.play("/entry list")
    assert "Allow me Attach Files there" in exchange.replies[-1].text


async def test_a_bot_that_draws_no_pictures_says_so(
    curate: Curate, simulator: Simulator, lore_bot: LoreBot
) -> None:
    await curate(SET)
    object.__setattr__(lore_bot.services, "pictures", None)

    assert "This bot draws no pictures" in (await curate("/qotd set picture:True")).text
    assert "draws none" in (await curate("/qotd status")).text
    assert "Posted today's quote" in (await curate("/qotd now")).text
    assert parts_of_post(simulator)[-1]["type"] != 12


async def test_a_servers_own_quote_has_a_picture(curate: Curate, simulator: Simulator) -> None:
    await curate("/entry add kind:Quote", 'fill Words="A line of ours."')
    await curate("press Publish", SET, "/qotd queue quote:s1 date:today", "/qotd now")

    assert "A line of ours." in parts_of_post(simulator)[-1]["items"][0]["description"]


async def test_a_quote_that_no_font_can_draw_comes_as_text(
    curate: Curate, simulator: Simulator
) -> None:
    await curate("/entry add kind:Quote", "fill Words=和平")
    await curate("press Publish", SET, "/qotd queue quote:s1 date:today", "/qotd now")

    assert parts_of_post(simulator)[-1]["type"] != 12
