"""`/qotd queued`: what is queued for dates is listed, reordered and taken out, each with Undo."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.cli import clock
from bot.simulator.exchanges import Reply
from bot.simulator.interactions import InteractionKind
from bot.simulator.reading import buttons_of
from bot.simulator.session import SimSession
from lore.qotd.timetable import zone

Curate = Callable[..., Awaitable[Reply]]

SET = "/qotd set channel:#quotes time:09:00 zone:Europe/Berlin"
TODAY = clock().astimezone(zone("Europe/Berlin")).date()
DAYS = [TODAY + timedelta(days=days) for days in (2, 4)]
FIRST, SECOND = map(str, DAYS)
LABELS = [f"{day:%a} {day.day} {day:%b %Y}" for day in DAYS]
PEACE, METAL = "Peace in my time", "Men made of metal"


@pytest.fixture
async def queued(curate: Curate) -> Reply:
    """Return two quotes, queued for the second and the fourth day from now."""
    await curate(SET, f"/qotd queue quote:peace-in-my-time date:{FIRST}")
    await curate(f"/qotd queue quote:men-made-of-metal date:{SECOND}")
    return await curate("/qotd queued")


def order(reply: Reply) -> list[str]:
    """Return which of the two quotes stand in a list, in order."""
    found = sorted((reply.text.find(words), words) for words in (PEACE, METAL))
    return [words for at, words in found if at >= 0]


async def test_what_is_queued_is_listed_by_date(queued: Reply) -> None:
    assert order(queued) == [PEACE, METAL]
    assert "Page 1 of 1 · 2 dates" in queued.text


async def test_nothing_queued_says_how_to_queue(curate: Curate) -> None:
    assert "Nothing is queued." in (await curate(SET, "/qotd queued")).text


@pytest.mark.usefixtures("queued")
async def test_two_queued_quotes_change_dates_and_back(curate: Curate) -> None:
    chosen = await curate(f"choose {LABELS[0]}")
    assert order(chosen) == [PEACE]
    moved = await curate("press Swap with")
    assert order(moved) == [METAL, PEACE]

    await curate("press Undo")
    assert order(await curate("/qotd queued")) == [PEACE, METAL]


@pytest.mark.usefixtures("queued")
async def test_one_is_taken_out_and_all_are(curate: Curate) -> None:
    assert order(await curate(f"choose {LABELS[1]}", "press Take out")) == [PEACE]
    await curate("press Undo")
    assert "Nothing is queued." in (await curate("/qotd queued", "press Take all out")).text

    await curate("press Undo")
    assert order(await curate("/qotd queued")) == [PEACE, METAL]


@pytest.mark.usefixtures("queued")
async def test_undo_does_not_queue_over_what_was_queued_since(
    curate: Curate, session: SimSession
) -> None:
    await curate("press Take all out")
    message = next(session.user.seen())
    await curate(f"/qotd queue quote:men-made-of-metal date:{FIRST}")
    [reply] = await pressed(session, message, "Undo")

    assert reply.text.startswith("It was changed again since")
    assert order(await curate("/qotd queued")) == [METAL]


@pytest.mark.usefixtures("queued")
async def test_a_button_for_what_was_changed_meanwhile_changes_nothing(
    curate: Curate, session: SimSession
) -> None:
    await curate(f"choose {LABELS[0]}")
    message = next(session.user.seen())
    await curate(f"/qotd queue quote:men-made-of-metal date:{FIRST}")
    for label in ("Take out", "Swap with"):
        [reply] = await pressed(session, message, label)
        assert reply.text.startswith("The queue has been changed meanwhile")


@pytest.mark.usefixtures("queued")
async def test_each_post_has_a_queue_of_its_own(curate: Curate) -> None:
    await curate("/qotd add channel:#lore time:18:00 zone:Europe/Berlin")

    assert "Nothing is queued." in (await curate("/qotd queued post:#lore")).text
    assert order(await curate("/qotd queued post:#quotes")) == [PEACE, METAL]


async def test_a_date_on_which_no_post_comes_is_marked(curate: Curate, queued: Reply) -> None:
    assert "No post comes" not in queued.text
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

    listed = await curate(f"/qotd set days:{days[TODAY.weekday()]}", "/qotd queued")

    assert listed.text.count("No post comes on that day of the week.") == 2


async def pressed(session: SimSession, message: object, label: str) -> list[Reply]:
    """Press the button of an older message whose label begins so."""
    payload = message.payload  # type: ignore[attr-defined]
    [button] = [one for one in buttons_of(payload) if one["label"].startswith(label)]
    data = {"custom_id": button["custom_id"], "component_type": 2}
    replies, _ = await session.user.act(InteractionKind.COMPONENT, data, message)  # type: ignore[arg-type]
    return list(replies)


@pytest.mark.usefixtures("queued")
async def test_curator_is_told_what_a_queued_quote_replaces(curate: Curate) -> None:
    reply = await curate(f"/qotd queue quote:men-made-of-metal date:{FIRST}")
    again = await curate(f"/qotd queue quote:men-made-of-metal date:{FIRST}")

    _, replaced = reply.text.split("It takes the place of what was queued for that date: ")
    assert PEACE in replaced
    assert "takes the place" not in again.text
