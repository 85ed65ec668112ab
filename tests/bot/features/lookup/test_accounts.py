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
from lore.catalogue.database import Catalogue
from lore.pack.model import DifferenceKind
from lore.query.answers import EntryView
from lore.query.views import Views
from tests.tiers import EVERY_TIER
from tests.waiting import PATIENT

Ask = Callable[[str], Awaitable[Reply]]


def accounts_label(reply: Reply) -> str:
    """Return the label of the button that leads to the accounts that differ."""
    labels = ("Sources differ (", "In more detail (")
    return next(label for label in reply.buttons if label.startswith(labels))


async def all_accounts(ask: Ask, name: str) -> str:
    """Return the text of all pages of accounts about a character."""
    reply = await ask(f"press {accounts_label(await ask(f'/bio {name}'))}")
    read = reply.text
    while "Next" in reply.buttons:
        reply = await ask("press Next")
        read += f"\n{reply.text}"
    return read


@pytest.fixture
def ultron(catalogue: Catalogue) -> EntryView:
    return Views(catalogue).entry("ultron", EVERY_TIER)


async def test_button_leads_to_all_differences_about_the_entry(ask: Ask, ultron: EntryView) -> None:
    read = await all_accounts(ask, "ultron")

    assert all(f" · {one.about}" in read for one in ultron.disagreements)


async def test_what_contradicts_comes_before_what_is_told_in_more_detail(
    ask: Ask, ultron: EntryView
) -> None:
    read = await all_accounts(ask, "ultron")
    at = {True: list[int](), False: list[int]()}
    for one in ultron.disagreements:
        at[one.kind is DifferenceKind.DETAIL].append(read.index(f" · {one.about}"))

    assert max(at[False], default=-1) < min(at[True], default=len(read))


async def test_each_account_begins_with_the_title_of_its_document(
    ask: Ask, ultron: EntryView, catalogue: Catalogue
) -> None:
    lines = (await all_accounts(ask, "ultron")).splitlines()

    for account in (one for it in ultron.disagreements for one in it.accounts):
        title = catalogue.info.source(account.cites[0].source).title
        assert any(
            title in line.removesuffix(account.says) for line in lines if account.says in line
        )


async def test_button_counts_what_contradicts(ask: Ask, ultron: EntryView) -> None:
    kinds = [one.kind for one in ultron.disagreements]
    count = kinds.count(DifferenceKind.CONTRADICTS)

    assert accounts_label(await ask("/bio ultron")) == f"Sources differ ({count})"


async def test_back_button_leads_to_the_entry(ask: Ask) -> None:
    entry = await ask("/bio tony stark")
    await ask(f"press {accounts_label(entry)}")
    reply = await ask("press Back to the entry")

    assert (reply.kind, reply.text) == ("update", entry.text)


async def test_menu_leads_to_the_entries_with_accounts(ask: Ask) -> None:
    await ask(f"press {accounts_label(await ask('/bio tony stark'))}")

    assert (await ask("choose Birth of the Vision")).text.startswith("Birth of the Vision\n")


async def test_accounts_can_be_paged_after_a_restart(
    simulator: Simulator, settings: Settings
) -> None:
    session = SimSession(simulator, PATIENT)
    async with build_bot(settings, random.Random(7), clock) as bot, online(bot, simulator):
        [entry] = (await session.play("/bio ultron")).replies
    async with build_bot(settings, random.Random(7), clock) as bot, online(bot, simulator):
        opened = await session.play(f"press {accounts_label(entry)}")
        turned = await session.play("press Next")

    assert " · Page 1 of " in opened.replies[0].text
    assert " · Page 2 of " in turned.replies[0].text


async def test_accounts_opened_by_another_person_are_private(session: SimSession, ask: Ask) -> None:
    label = accounts_label(await ask("/bio tony stark"))
    await session.play("as curator")
    reply = await ask(f"press {label}")

    assert (reply.kind, reply.ephemeral) == ("message", True)


async def test_hidden_fan_fiction_gives_no_account(session: SimSession, ask: Ask) -> None:
    shown = await all_accounts(ask, "wanda")
    await session.play("as owner")
    await ask("/settings")
    await ask("choose film, canon")
    await session.play("as asker")
    hidden = await all_accounts(ask, "wanda")

    assert "fan" in shown.casefold()
    assert "fan" not in hidden.casefold()
