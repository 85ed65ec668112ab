"""Accounts that differ about an entry: reached by a button, paged, within the server's tiers."""

import random
from collections.abc import Awaitable, Callable

import pytest

from bot.app import build_bot
from bot.cli import clock
from bot.settings import Settings
from bot.simulated import online
from bot.simulator.exchanges import Reply
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.pack.model import Pack
from tests.waiting import PATIENT

Ask = Callable[[str], Awaitable[Reply]]


def accounts_label(reply: Reply) -> str:
    """Return the label of the button that leads to the accounts that differ."""
    return next(label for label in reply.buttons if label.startswith("Accounts differ ("))


@pytest.fixture
def ultrons_differences(pack: Pack) -> list[str]:
    """Return the subjects of all differences that concern Ultron."""
    own = {entry.id: entry.differences for entry in pack.entries}
    also = [one for entry in pack.entries for one in entry.differences if "ultron" in one.also]
    return [one.about for one in (*own["ultron"], *also)]


async def test_button_leads_to_all_differences_about_the_entry(
    ask: Ask, ultrons_differences: list[str]
) -> None:
    entry = await ask("/bio ultron")
    reply = await ask(f"press {accounts_label(entry)}")
    read = reply.text
    while "Next" in reply.buttons:
        reply = await ask("press Next")
        read += reply.text

    assert accounts_label(entry) == f"Accounts differ ({len(ultrons_differences)})"
    assert all(f"Accounts differ: {about}\n" in read for about in ultrons_differences)


async def test_entry_shows_its_own_differences_and_names_the_others(
    ask: Ask, pack: Pack, ultrons_differences: list[str]
) -> None:
    ultron = next(entry for entry in pack.entries if entry.id == "ultron")
    reply = await ask("/bio ultron")
    read = reply.text
    while nexts := [label for label in reply.buttons if label.startswith("Next page")]:
        reply = await ask(f"press {nexts[0]}")
        if reply.kind == "error":
            break
        read += reply.text

    told = [about for about in ultrons_differences if f"Accounts differ: {about}\n" in read]
    assert told == [one.about for one in ultron.differences]
    assert all(about in read for about in ultrons_differences)


async def test_entry_with_few_differences_shows_them_all(ask: Ask) -> None:
    reply = await ask("/bio rhodes")

    assert "Accounts differ: When Rhodes joined\n" in reply.text
    assert not any(label.startswith("Accounts") for label in reply.buttons)


async def test_back_button_leads_to_the_entry(ask: Ask) -> None:
    await ask("/bio tony stark")
    await ask("press Accounts differ (11)")
    reply = await ask("press Back to the entry")

    assert (reply.kind, reply.text.splitlines()[:2]) == (
        "update",
        ["Tony Stark", "Character · Film"],
    )


async def test_menu_leads_to_the_entries_with_accounts(ask: Ask) -> None:
    await ask("/bio tony stark")
    await ask("press Accounts differ (11)")

    assert (await ask("choose Birth of the Vision")).text.startswith("Birth of the Vision\n")


async def test_accounts_can_be_paged_after_a_restart(
    simulator: Simulator, settings: Settings
) -> None:
    session = SimSession(simulator, PATIENT)
    async with build_bot(settings, random.Random(7), clock) as bot, online(bot, simulator):
        await session.play("/bio tony stark")
    async with build_bot(settings, random.Random(7), clock) as bot, online(bot, simulator):
        opened = await session.play("press Accounts differ (11)")
        turned = await session.play("press Next")

    assert "Accounts differ on 11 points · Page 1 of 2" in opened.replies[0].text
    assert "Accounts differ on 11 points · Page 2 of 2" in turned.replies[0].text


async def test_accounts_opened_by_another_person_are_private(session: SimSession, ask: Ask) -> None:
    await ask("/bio tony stark")
    await session.play("as curator")
    reply = await ask("press Accounts differ (11)")

    assert (reply.kind, reply.ephemeral) == ("message", True)


async def test_hidden_fan_fiction_gives_no_account(session: SimSession, ask: Ask) -> None:
    entry = await ask("/bio wanda")
    shown = await ask(f"press {accounts_label(entry)}")
    await session.play("as owner")
    await ask("/settings")
    await ask("choose film, canon")
    await session.play("as asker")
    entry = await ask("/bio wanda")
    hidden = await ask(f"press {accounts_label(entry)}")

    assert "fan" in shown.text.casefold()
    assert "fan" not in hidden.text.casefold()
