"""The quote of the day in threads, posts of forums and announcement channels."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.client import LoreBot
from bot.features.qotd import afterwards
from bot.simulator.exchanges import Reply
from bot.simulator.objects import CROSSPOSTED, HAS_THREAD, Channel, Message
from bot.simulator.permissions import Permission
from bot.simulator.server import Simulator
from tests.waiting import eventually

Curate = Callable[..., Awaitable[Reply]]

THREADS = ["banter", "favourite-lines"]


def setting(place: str, more: str = "") -> str:
    return f"/qotd set channel:#{place} time:09:00 zone:Europe/Berlin {more}"


def place(simulator: Simulator, name: str) -> Channel:
    """Return the channel or thread with that name."""
    guild = simulator.state.server(1)
    return next(one for one in (*guild.channels, *guild.threads) if one.name == name)


async def posted(simulator: Simulator, name: str, flag: int = 0) -> Message:
    """Return the one post in a place, once it has that flag."""
    [message] = place(simulator, name).messages.values()
    await eventually(lambda: message.payload["flags"] & flag == flag)
    return message


async def heard(bot: LoreBot, event: str, change: Awaitable[None]) -> None:
    """Make a change, and wait until the bot was told of it."""
    told = asyncio.ensure_future(bot.wait_for(event, timeout=10))
    await asyncio.sleep(0)
    await change
    await told


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have what is left to do with a post done at once."""
    monkeypatch.setattr(afterwards, "TICK", 0.02)


@pytest.mark.parametrize("thread", THREADS)
async def test_a_thread_and_a_post_of_a_forum_get_it(
    curate: Curate, simulator: Simulator, thread: str
) -> None:
    assert f"In #{thread}" in (await curate(setting(thread))).text
    assert "Posted today's quote" in (await curate("/qotd now")).text

    await posted(simulator, thread)


@pytest.mark.parametrize("thread", THREADS)
async def test_a_closed_thread_is_opened_by_the_post(
    curate: Curate, simulator: Simulator, lore_bot: LoreBot, thread: str
) -> None:
    closed = place(simulator, thread)
    await curate(setting(thread))
    await heard(lore_bot, "thread_update", simulator.close_thread(closed))

    assert "⚠" not in (await curate("/qotd status")).text
    assert "Posted today's quote" in (await curate("/qotd now")).text
    assert not closed.archived


async def test_a_closed_thread_is_called_by_its_channel(
    curate: Curate, simulator: Simulator, lore_bot: LoreBot
) -> None:
    thread = place(simulator, "banter")
    await curate(setting("banter"))
    await heard(lore_bot, "thread_update", simulator.close_thread(thread))
    [closed] = (await curate("complete /qotd status post:")).choices

    assert closed["value"] == "#general › closed thread · 09:00"
    assert "In #banter" in (await curate(f'/qotd status post:"{closed["value"]}"')).text


@pytest.mark.parametrize("archived", [True, False])
async def test_a_locked_thread_is_told_of_with_the_remedy(
    curate: Curate, simulator: Simulator, lore_bot: LoreBot, archived: bool
) -> None:
    locked = place(simulator, "banter")
    await curate(setting("banter"))
    change = simulator.close_thread(locked, archived=archived, locked=True)
    await heard(lore_bot, "thread_update", change)

    answer = await curate("/qotd now")
    assert "The thread is locked. Unlock it, allow me Manage Threads" in answer.text
    await simulator.close_thread(locked, archived=False)
    assert "Posted today's quote" in (await curate("/qotd now")).text


async def test_a_deleted_thread_is_told_of_with_the_remedy(
    curate: Curate, simulator: Simulator, lore_bot: LoreBot
) -> None:
    await curate(setting("banter"))
    gone = place(simulator, "banter")
    await heard(lore_bot, "thread_delete", simulator.delete_thread(gone))

    assert "The channel is gone. Choose another" in (await curate("/qotd now")).text


async def test_a_thread_needs_its_own_permission(
    curate: Curate, simulator: Simulator, lore_bot: LoreBot
) -> None:
    channel = place(simulator, "general")
    denied = simulator.deny(channel, Permission.SEND_MESSAGES_IN_THREADS)
    await heard(lore_bot, "guild_channel_update", denied)

    assert "Allow me Send Messages in Threads there" in (await curate(setting("banter"))).text
    assert "⚠" not in (await curate(setting("general"))).text


async def test_a_forum_itself_is_refused_with_the_reason(curate: Curate) -> None:
    assert "start none each day" in (await curate(setting("stories"))).text
    assert "no quote of the day here." in (await curate("/qotd status")).text


async def test_a_post_in_an_announcement_channel_is_published(
    curate: Curate, simulator: Simulator
) -> None:
    assert "published to those who follow" in (await curate(setting("news"))).text
    await curate("/qotd now")

    await posted(simulator, "news", CROSSPOSTED)


@pytest.mark.parametrize("where", ["quotes", "news"])
async def test_a_thread_is_started_under_each_post(
    curate: Curate, simulator: Simulator, where: str
) -> None:
    assert "with a thread under it" in (await curate(setting(where, "thread:True"))).text
    await curate("/qotd now")

    message = await posted(simulator, where, HAS_THREAD)
    thread = simulator.state.channels[message.id]
    assert thread.name.startswith("Discussion · ")


async def test_a_thread_has_no_threads_of_its_own(curate: Curate) -> None:
    assert "A thread has no threads" in (await curate(setting("banter", "thread:True"))).text
    await curate(setting("quotes", "thread:True"))
    assert "thread under it" not in (await curate("/qotd set channel:#banter")).text
    await curate(setting("quotes", "thread:True"))
    assert "thread under it" not in (await curate("/qotd set clear:thread")).text


async def test_missing_permission_for_threads_is_told_of_and_tried_again(
    curate: Curate, simulator: Simulator, lore_bot: LoreBot
) -> None:
    channel = place(simulator, "quotes")
    denied = simulator.deny(channel, Permission.CREATE_PUBLIC_THREADS)
    await heard(lore_bot, "guild_channel_update", denied)
    told = await curate(setting("quotes", "thread:True"))
    assert "allow me Create Public Threads" in told.text
    await curate("/qotd now")

    tried = [one for one in simulator.requests if one.path.endswith("/threads")]
    await eventually(
        lambda: [one for one in simulator.requests if one.path.endswith("/threads")] != tried
    )
