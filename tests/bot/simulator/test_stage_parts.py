"""Parts of what the toy bot shows, pressed, chosen and filled in over real sockets."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.simulator.server import Rehearsal
from bot.simulator.session import Stage


async def test_a_press_shows_the_updated_message(stage: Stage) -> None:
    await stage.play("/bio Ultron")
    turn = await stage.play("press More")
    assert turn.replies[0].kind == "update"
    assert turn.replies[0].text.endswith("More of it.")


async def test_a_dynamic_button_can_take_the_message_away(stage: Stage) -> None:
    await stage.play("/bio Ultron")
    turn = await stage.play("press Remove")
    assert [(r.kind, r.text) for r in turn.replies] == [("update", "removed")]


async def test_a_link_is_not_pressed_but_opened(stage: Stage) -> None:
    await stage.play("/bio Ultron")
    turn = await stage.play("press Wiki")
    assert turn.replies[0].text == "Wiki opens https://example.com/wiki in a browser."


async def test_a_message_deleted_without_the_interaction_shows_as_removed(stage: Stage) -> None:
    await stage.play("/pick")
    turn = await stage.play("press Bin")
    assert [(r.kind, r.text) for r in turn.replies] == [("update", "removed")]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("mo", "Ultron\na cited source\nMore of it."),
        ("mov", "removed"),
        ("wik", "Wiki opens https://example.com/wiki in a browser."),
        ("o", "o may mean one of: More, Remove."),
        ("", "There is no button  here. There: Wiki, More, Remove."),
    ],
)
async def test_a_part_of_a_label_is_enough(stage: Stage, said: str, answer: str) -> None:
    await stage.play("/bio Ultron")
    assert [reply.text for reply in (await stage.play(f"press {said}")).replies] == [answer]


async def test_a_private_answer_is_not_there_for_others(stage: Stage) -> None:
    await stage.play("/bio Ultron private:true")
    await stage.play("as curator")
    turn = await stage.play("press More")
    assert turn.replies[0].text == "There is no button More here. There: none."


async def test_a_modal_shows_its_fields_and_is_sent_filled_in(stage: Stage) -> None:
    opened = await stage.play("/suggest")
    assert opened.replies[0].kind == "modal"
    assert opened.replies[0].fields == ["Name", "Note", "Kind"]
    sent = await stage.play('fill Name="Salvage = yard" kind=event')
    assert sent.replies[0].text == "Salvage = yard is a event"


async def test_a_field_that_must_be_filled_in_is_asked_for(stage: Stage) -> None:
    await stage.play("/suggest")
    turn = await stage.play("fill kind=event")
    assert turn.replies[0].text == "Name must be filled in."


async def test_a_select_is_chosen_from_by_label(stage: Stage) -> None:
    await stage.play("/pick")
    turn = await stage.play("choose first")
    assert turn.replies[0].text == "picked 1"


@pytest.mark.parametrize(
    ("said", "answer"),
    [("fir", "picked 1"), ("wo", "picked Two"), ("ird", "picked Third"), ("s", "picked 1")],
)
async def test_a_part_of_an_option_is_enough(stage: Stage, said: str, answer: str) -> None:
    await stage.play("/pick")
    assert (await stage.play(f"choose {said}")).replies[0].text == answer


async def test_a_choice_that_may_mean_several_names_them(stage: Stage) -> None:
    await stage.play("/pick")
    turn = await stage.play("choose i")
    assert turn.replies[0].text == "i may mean one of: First, Third."


async def test_what_cannot_be_chosen_is_told_of_the_newest_menu(stage: Stage) -> None:
    await stage.play("/rank")
    await stage.play("/pick")
    turn = await stage.play("choose fourth")
    assert turn.replies[0].text == (
        "There is no fourth to choose here. There: The menu: First, Two, Third."
    )


async def test_the_menus_of_one_message_are_told_by_what_they_are_called(stage: Stage) -> None:
    await stage.play("/rank")
    turn = await stage.play("choose fourth")
    assert turn.replies[0].text == (
        "There is no fourth to choose here. There: Best: Gold, Silver; A role: everyone, Readers, "
        "Curators, Bot; Once: Never, Always."
    )


async def test_a_menu_that_is_switched_off_says_so_itself(stage: Stage) -> None:
    await stage.play("/rank")
    assert (await stage.play("choose never")).replies[0].text == "Once is switched off."


async def test_the_fields_of_a_form_are_told_by_their_labels(stage: Stage) -> None:
    await stage.play("/suggest")
    turn = await stage.play("fill Ultron")
    assert turn.replies[0].text == "Say which field: FIELD=VALUE. Fields here: Name, Note, Kind."


async def test_a_form_shows_what_is_filled_in(stage: Stage) -> None:
    turn = await stage.play("/suggest")
    assert turn.replies[0].text == "Suggest\nName\nNote: a draft\nKind"


async def test_a_button_outlives_a_restart_of_the_bot(
    rehearsal: Rehearsal, log_in: Callable[..., Any]
) -> None:
    stage = Stage(rehearsal)
    async with log_in(rehearsal):
        await stage.play("/bio Ultron")
    async with log_in(rehearsal):
        turn = await stage.play("press Remove")
    assert [reply.text for reply in turn.replies] == ["removed"]
