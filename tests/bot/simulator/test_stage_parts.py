"""Components of the toy bot, pressed, chosen and filled in over real sockets."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.simulator.server import Simulator
from bot.simulator.session import SimSession


async def test_press_shows_the_updated_message(session: SimSession) -> None:
    await session.play("/bio Ultron")
    exchange = await session.play("press More")
    assert exchange.replies[0].kind == "update"
    assert exchange.replies[0].text.endswith("More of it.")


async def test_dynamic_button_can_delete_its_message(session: SimSession) -> None:
    await session.play("/bio Ultron")
    exchange = await session.play("press Remove")
    assert [(r.kind, r.text) for r in exchange.replies] == [("update", "removed")]


async def test_link_button_is_opened_and_not_pressed(session: SimSession) -> None:
    await session.play("/bio Ultron")
    exchange = await session.play("press Wiki")
    assert exchange.replies[0].text == "Wiki opens https://example.com/wiki in a browser."


async def test_message_deleted_by_the_bot_shows_as_deleted(
    session: SimSession,
) -> None:
    await session.play("/pick")
    exchange = await session.play("press Bin")
    assert [(r.kind, r.text) for r in exchange.replies] == [("update", "removed")]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("mo", "Ultron\na cited source\nMore of it."),
        ("mov", "removed"),
        ("wik", "Wiki opens https://example.com/wiki in a browser."),
        ("o", "o may mean one of: More, Remove."),
        ("", "Say which button. There: Wiki, More, Remove."),
        ('""', "Say which button. There: Wiki, More, Remove."),
    ],
)
async def test_button_is_found_by_a_part_of_its_label(
    session: SimSession, said: str, answer: str
) -> None:
    await session.play("/bio Ultron")
    assert [reply.text for reply in (await session.play(f"press {said}")).replies] == [answer]


async def test_private_answer_is_not_visible_to_others(session: SimSession) -> None:
    await session.play("/bio Ultron private:true")
    await session.play("as curator")
    exchange = await session.play("press More")
    assert exchange.replies[0].text == "There is no button More here. There: none."


async def test_modal_shows_its_fields_and_can_be_sent(session: SimSession) -> None:
    opened = await session.play("/suggest")
    assert opened.replies[0].kind == "modal"
    assert opened.replies[0].fields == ["Name", "Note", "Kind"]
    sent = await session.play('fill Name="Salvage = yard" kind=event')
    assert sent.replies[0].text == "Salvage = yard is a event"


async def test_missing_required_field_is_reported(session: SimSession) -> None:
    await session.play("/suggest")
    exchange = await session.play("fill kind=event")
    assert exchange.replies[0].text == "Name must be filled in."


async def test_option_of_a_select_is_chosen_by_label(session: SimSession) -> None:
    await session.play("/pick")
    exchange = await session.play("choose first")
    assert exchange.replies[0].text == "picked 1"


@pytest.mark.parametrize(
    ("said", "answer"),
    [("fir", "picked 1"), ("wo", "picked Two"), ("ird", "picked Third"), ("s", "picked 1")],
)
async def test_option_is_found_by_a_part_of_its_label(
    session: SimSession, said: str, answer: str
) -> None:
    await session.play("/pick")
    assert (await session.play(f"choose {said}")).replies[0].text == answer


async def test_ambiguous_choice_lists_the_matches(session: SimSession) -> None:
    await session.play("/pick")
    exchange = await session.play("choose i")
    assert exchange.replies[0].text == "i may mean one of: First, Third."


async def test_invalid_choice_lists_the_options_of_the_newest_menu(session: SimSession) -> None:
    await session.play("/rank")
    await session.play("/pick")
    exchange = await session.play("choose fourth")
    assert exchange.replies[0].text == (
        "There is no fourth to choose here. There: The menu: First, Two, Third."
    )


async def test_menus_of_one_message_are_chosen_by_placeholder(
    session: SimSession,
) -> None:
    await session.play("/rank")
    exchange = await session.play("choose fourth")
    assert exchange.replies[0].text == (
        "There is no fourth to choose here. There: Best: Gold, Silver; A role: everyone, Readers, "
        "Curators, Bot; Once: Never, Always."
    )


async def test_disabled_menu_is_reported(session: SimSession) -> None:
    await session.play("/rank")
    assert (await session.play("choose never")).replies[0].text == "Once is switched off."


async def test_form_fields_are_filled_by_label(session: SimSession) -> None:
    await session.play("/suggest")
    exchange = await session.play("fill Ultron")
    assert (
        exchange.replies[0].text == "Say which field: FIELD=VALUE. Fields here: Name, Note, Kind."
    )


async def test_form_shows_prefilled_values(session: SimSession) -> None:
    exchange = await session.play("/suggest")
    assert exchange.replies[0].text == "Suggest\nName\nNote: a draft\nKind"


async def test_button_works_after_a_restart_of_the_bot(
    simulator: Simulator, log_in: Callable[..., Any]
) -> None:
    session = SimSession(simulator)
    async with log_in(simulator):
        await session.play("/bio Ultron")
    async with log_in(simulator):
        exchange = await session.play("press Remove")
    assert [reply.text for reply in exchange.replies] == ["removed"]
