"""Pictures asked for at once: each drawn once, posts first, and not too many."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from lore.pictures import service
from lore.pictures.compiler import Compiler, PictureFailedError
from lore.pictures.drawing import Drawing, Legend
from lore.pictures.fonts import Glyphs
from lore.pictures.quotes import quote_card
from lore.pictures.service import Pictures, TooManyPicturesError
from tests.lore.pictures.test_drawings import written


@pytest.fixture
def pictures(compiler: Compiler, glyphs: Glyphs) -> Iterator[Pictures]:
    opened = Pictures(compiler, glyphs)
    yield opened
    opened.close()


@pytest.fixture
def cards(legend: Legend) -> list[Drawing]:
    return [quote_card(written(f"Number {n}."), legend) for n in range(25)]


async def test_what_several_ask_for_is_drawn_once(pictures: Pictures, cards: list[Drawing]) -> None:
    first, *others = await asyncio.gather(*(pictures.asked(cards[0]) for _ in range(20)))

    assert all(one is first for one in others)
    assert await pictures.for_post(cards[0]) is first


async def test_whoever_asks_while_many_wait_is_told_to_try_again(
    pictures: Pictures, cards: list[Drawing]
) -> None:
    answers = await asyncio.gather(*map(pictures.asked, cards), return_exceptions=True)
    refused = [one for one in answers if isinstance(one, TooManyPicturesError)]

    # One is drawn, and eight wait.
    assert len(cards) - len(refused) == 9
    assert await pictures.asked(cards[-1])


async def test_a_post_goes_before_all_who_wait(pictures: Pictures, cards: list[Drawing]) -> None:
    ended = list[str]()

    async def ask(name: str, drawing: Drawing) -> None:
        await (pictures.for_post if name == "post" else pictures.asked)(drawing)
        ended.append(name)

    names = [*map(str, range(6)), "post"]
    await asyncio.gather(*map(ask, names, cards))

    assert ended == ["0", "post", "1", "2", "3", "4", "5"]


async def test_a_post_for_which_two_seconds_are_not_enough_goes_without(
    pictures: Pictures, cards: list[Drawing]
) -> None:
    posts = [asyncio.create_task(pictures.for_post(card)) for card in cards]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    at_once = [post.result() for post in posts if post.done()]

    # About ten a second are drawn.
    assert at_once in ([None] * 4, [None] * 5)
    for post in posts:
        post.cancel()


async def test_what_many_posts_want_in_one_minute_is_drawn_once_for_all(
    pictures: Pictures, cards: list[Drawing]
) -> None:
    wanted = [pictures.for_post(cards[n % 3]) for n in range(600)]

    drawn = await asyncio.gather(*wanted)

    assert None not in drawn
    assert len(set(map(id, drawn))) == 3


async def test_a_post_does_not_wait_for_a_picture_that_takes_long(
    pictures: Pictures, cards: list[Drawing], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "PATIENCE_OF_POST", 0.01)
    go_on = threading.Event()
    pictures._thread.submit(go_on.wait)

    assert await pictures.for_post(cards[0]) is None
    go_on.set()


async def test_what_cannot_be_drawn_fails_for_whoever_asks_and_leaves_a_post_without(
    pictures: Pictures, cards: list[Drawing]
) -> None:
    broken = replace(cards[0], data="{}")

    with pytest.raises(PictureFailedError):
        await pictures.asked(broken)
    assert await pictures.for_post(broken) is None
    assert await pictures.asked(cards[0])
