"""The button “Picture”: who gets the picture, and what is said where there is none."""

import random
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.app import build_bot
from bot.cli import clock
from bot.client import LoreBot
from bot.settings import Settings
from bot.simulated import online
from bot.simulator.exchanges import Reply
from bot.simulator.reading import buttons_of
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.pack.model import Pack
from lore.query.answers import Found, Scope
from tests.waiting import PATIENT

Ask = Callable[[str], Awaitable[Reply]]
QUOTE = "/quote id:peace-in-my-time"


def picture_in(reply: Reply) -> dict[str, Any]:
    """Return the one picture of a message."""
    [gallery] = [part for part in reply.shown["components"][0]["components"] if part["type"] == 12]
    [item] = gallery["items"]
    return dict(item)


@pytest.mark.parametrize(
    "asked",
    [QUOTE, "/bio ultron", "/timeline", "/timeline event:ultron-awakens", "/event ultron-awakens"],
)
async def test_whoever_asked_in_public_gets_a_public_picture(
    ask: Ask, simulator: Simulator, asked: str
) -> None:
    await ask(asked)
    answer = await ask("press Picture")

    assert answer.kind == "message"
    assert not answer.ephemeral
    assert answer.buttons == ["Delete"]
    png = simulator.state.uploads.latest("picture.png")
    assert png
    assert png.startswith(b"\x89PNG")
    assert len(picture_in(answer)["description"]) > 100


async def test_a_picture_of_what_is_private_is_private(ask: Ask) -> None:
    await ask(f"{QUOTE} private:True")

    assert (await ask("press Picture")).ephemeral


async def test_a_picture_for_somebody_else_than_the_asker_is_private(
    ask: Ask, session: SimSession
) -> None:
    await ask(QUOTE)
    await session.play("as curator")
    answer = await ask("press Picture")

    assert answer.ephemeral
    assert answer.buttons == []


async def test_a_press_is_acknowledged_before_anything_is_drawn(
    ask: Ask, simulator: Simulator
) -> None:
    await ask(QUOTE)
    await ask("press Picture")
    acknowledged, followed = [*simulator.requests][-2:]

    assert acknowledged.path.endswith("/callback")
    assert acknowledged.json == {"type": 6}
    assert followed.path.startswith("/webhooks/")


async def test_a_spoilered_tier_hides_its_picture(ask: Ask, session: SimSession) -> None:
    for line in ("as curator", "/settings", "choose Other canon behind spoiler bars", "as asker"):
        await session.play(line)
    await ask("/quote speaker:raina")
    assert picture_in(await ask("press Picture"))["spoiler"]
    await ask(QUOTE)
    assert not picture_in(await ask("press Picture")).get("spoiler")


async def test_an_event_is_drawn_among_those_around_it(ask: Ask) -> None:
    await ask("/event raid-on-sokovia")
    told = picture_in(await ask("press Picture"))["description"]

    assert told.startswith("Timeline. Events 1 to 10 of ")
    assert re.search(r"Raid on Sokovia \([^)]*asked for\)", told)


async def test_an_event_near_one_that_no_font_has_letters_for_says_so(
    ask: Ask, session: SimSession
) -> None:
    for line in (
        *("as curator", "/entry add kind:Event", "fill Name=希望 Text=Hope.", "press Publish"),
        *("/entry when entry:s.xiwang after:raid-on-sokovia", "as asker"),
    ):
        await session.play(line)
    await ask("/event raid-on-sokovia")

    assert "fonts here lack letters" in (await ask("press Picture")).text


async def test_an_entry_without_relations_offers_no_picture(
    ask: Ask, lore_bot: LoreBot, pack: Pack
) -> None:
    library = lore_bot.services.library
    scope = Scope(None, library.info.every_tier)
    found = [await library.entry(entry.id, scope) for entry in pack.entries]
    views = [one.view for one in found if isinstance(one, Found)]
    unrelated = [view.ref.id for view in views if not view.links and not view.happening]

    assert unrelated
    assert "Picture" not in (await ask(f"/lore {unrelated[0]}")).buttons


@pytest.mark.parametrize(
    ("words", "offered"), [("Words in Greek: ελπίδα 🙂", True), ("Words in Chinese: 希望", False)]
)
async def test_what_no_font_has_letters_for_is_not_offered(
    ask: Ask, session: SimSession, words: str, offered: bool
) -> None:
    for line in (
        *("as curator", "/entry add kind:Quote", f'fill Words="{words}"', "press Publish"),
        "as asker",
    ):
        await session.play(line)

    assert ("Picture" in (await ask("/quote id:s1")).buttons) is offered


async def test_a_failure_is_told_to_the_presser_alone(
    ask: Ask, lore_bot: LoreBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert lore_bot.services.pictures
    compiler = lore_bot.services.pictures._compiler
    draw = compiler.png
    monkeypatch.setattr(compiler, "png", lambda drawing: draw(replace(drawing, data="{}")))
    asked = await ask(QUOTE)
    answer = await ask("press Picture")

    assert answer.ephemeral
    assert answer.text.startswith("This picture could not be drawn.")
    # The message that was pressed is as it was.
    assert {button["label"] for button in buttons_of(asked.shown)} >= {"Picture", "Sources"}


async def test_without_typst_no_picture_is_offered_and_old_buttons_say_so(
    settings: Settings, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = SimSession(simulator, PATIENT)
    async with build_bot(settings, random.Random(7), clock) as bot, online(bot, simulator):
        await session.play(QUOTE)
    monkeypatch.setitem(sys.modules, "typst", None)
    async with build_bot(settings, random.Random(7), clock) as bot, online(bot, simulator):
        [pressed] = (await session.play("press Picture")).replies
        [asked] = (await session.play(QUOTE)).replies

    assert pressed.text == "There is no picture of this any more."
    assert pressed.ephemeral
    assert "Picture" not in asked.buttons


async def test_on_a_daily_post_everybodys_picture_is_private(ask: Ask, session: SimSession) -> None:
    for line in (
        *("as curator", "/qotd set channel:#quotes time:09:00 zone:UTC", "/qotd now"),
        "in #quotes",
    ):
        await session.play(line)

    assert (await ask("press Picture")).ephemeral
