"""Buttons and selects against the simulator: pages, other people, restarts."""

import random
from collections.abc import Awaitable, Callable

import pytest

from bot.app import build_bot
from bot.cli import clock
from bot.settings import Settings
from bot.simulated import online
from bot.simulator.exchanges import Reply
from bot.simulator.interactions import InteractionKind
from bot.simulator.objects import Message
from bot.simulator.reading import buttons_of
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from bot.simulator.user import Timeouts
from lore.pack.model import Pack
from tests.waiting import PATIENT

Ask = Callable[[str], Awaitable[Reply]]


def last_message(session: SimSession) -> Message:
    """Return the newest message that the current person sees."""
    return next(session.user.seen())


def next_label(reply: Reply) -> str:
    """Return the label of the button that leads to the next page; empty on the last."""
    nexts = (label for label in reply.buttons if label == "More" or "Next page" in label)
    return next(nexts, "")


async def test_next_and_back_reach_every_page(ask: Ask) -> None:
    pages = [await ask("/bio ultron")]
    while label := next_label(pages[-1]):
        pages.append(await ask(f"press {label}"))
    again = pages[-1]
    for _ in pages[1:]:
        again = await ask("press Back")

    assert len(pages) > 1
    assert len({page.text for page in pages}) == len(pages)
    assert all(page.text.startswith("Ultron\n") for page in pages)
    assert again.text == pages[0].text


async def test_first_page_has_no_back_and_last_page_no_next(ask: Ask) -> None:
    first = page = await ask("/bio ultron")
    while label := next_label(page):
        page = await ask(f"press {label}")

    assert "More" in first.buttons
    assert "Back" not in first.buttons
    assert "Back" in page.buttons


async def test_select_replaces_the_message_with_another_entry(ask: Ask) -> None:
    await ask("/bio tony stark")
    reply = await ask("choose Ultron Program")

    assert reply.kind == "update"
    assert reply.text.startswith("Ultron Program\n")


async def test_press_by_another_person_is_answered_privately(session: SimSession, ask: Ask) -> None:
    await ask("/bio ultron")
    message = last_message(session)
    before = message.payload
    await session.play("as curator")
    reply = await ask("press More")

    assert (reply.kind, reply.ephemeral) == ("message", True)
    assert reply.text.startswith("Ultron\n")
    assert message.payload == before


async def test_press_on_a_message_of_an_unknown_asker_gives_a_copy(
    session: SimSession, ask: Ask
) -> None:
    await ask("/bio ultron")
    del last_message(session).payload["interaction_metadata"]
    reply = await ask("press More")

    assert (reply.kind, reply.ephemeral) == ("message", True)


async def test_private_copy_is_paged_in_place(session: SimSession, ask: Ask) -> None:
    await ask("/bio ultron")
    await session.play("as curator")
    await ask("press More")
    reply = await ask("press Back")

    assert (reply.kind, reply.ephemeral) == ("update", True)


async def test_asker_can_delete_an_answer(session: SimSession, ask: Ask) -> None:
    await ask("/bio tony stark")

    assert (await ask("press Delete")).text == "removed"
    assert list(session.user.seen()) == []


async def test_moderator_can_delete_an_answer(session: SimSession, ask: Ask) -> None:
    await ask("/bio tony stark")
    await session.play("as owner")

    assert (await ask("press Delete")).text == "removed"


async def test_another_person_cannot_delete_an_answer(
    session: SimSession, ask: Ask, simulator: Simulator
) -> None:
    await ask("/bio tony stark")
    message = last_message(session)
    session.user.person = simulator.state.person("Passer-by")
    reply = await ask("press Delete")

    assert reply.text == "Only whoever asked, or a moderator, can delete this answer."
    assert reply.ephemeral
    assert message in session.user.seen()


async def test_deleting_a_deleted_answer_is_not_an_error(
    session: SimSession, simulator: Simulator
) -> None:
    await session.play("/bio tony stark")
    message = last_message(session)
    session = SimSession(simulator, Timeouts(first=0.3))
    remove = buttons_of(message.payload)[-1]
    simulator.state.delete(message)
    press = {"custom_id": remove["custom_id"], "component_type": 2, "id": remove["id"]}
    replies, _ = await session.user.act(InteractionKind.COMPONENT, press, message)

    assert replies == []


async def test_buttons_work_after_a_restart(simulator: Simulator, settings: Settings) -> None:
    session = SimSession(simulator, PATIENT)
    async with build_bot(settings, random.Random(7), clock) as bot, online(bot, simulator):
        await session.play("/bio maximoff")
        await session.play("/bio ultron")
    async with build_bot(settings, random.Random(7), clock) as bot, online(bot, simulator):
        turned = await session.play("press More")
        chosen = await session.play("choose Doomsday Trigger")
        meant = await session.play("press Wanda Maximoff")

    assert turned.replies[0].text.startswith("Ultron\n")
    assert chosen.replies[0].text.startswith("Doomsday Trigger\n")
    assert meant.replies[0].text.startswith("Wanda Maximoff\n")


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("/quote speaker:maximof", "\n— "), ("/timeline maximof", "Timeline · Wanda")],
)
async def test_did_you_mean_buttons_work_after_a_restart(
    simulator: Simulator, settings: Settings, asked: str, shown: str
) -> None:
    session = SimSession(simulator, PATIENT)
    async with build_bot(settings, random.Random(7), clock) as bot, online(bot, simulator):
        await session.play(asked)
    async with build_bot(settings, random.Random(7), clock) as bot, online(bot, simulator):
        meant = await session.play("press Wanda Maximoff")

    assert shown in meant.replies[0].text


async def test_button_of_a_missing_entry_says_so(session: SimSession) -> None:
    await session.play("/bio tony stark")
    message = last_message(session)
    button = buttons_of(message.payload)[-1]
    button["custom_id"] = "go:0:no-more"
    press = {"custom_id": button["custom_id"], "component_type": 2, "id": button["id"]}
    [reply], _ = await session.user.act(InteractionKind.COMPONENT, press, message)

    assert reply.text.startswith("Nothing found\n")
    assert reply.ephemeral


async def test_all_quotes_of_an_entry_can_be_reached(ask: Ask, pack: Pack) -> None:
    quotes = [quote for quote in pack.quotes if "ultron" in quote.speakers()]
    await ask("/bio ultron")
    reply = await ask("choose Quotes")
    shown = [label for label in reply.buttons if label[0].isdecimal()]
    while "Next" in reply.buttons:
        reply = await ask("press Next")
        shown += [label for label in reply.buttons if label[0].isdecimal()]

    assert len(shown) == len(quotes)
