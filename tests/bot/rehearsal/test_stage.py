"""Lines played against the toy bot over real sockets."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.rehearsal.seat import Waits
from bot.rehearsal.server import Rehearsal
from bot.rehearsal.stage import Stage


async def test_a_command_answers_with_its_text_top_to_bottom(stage: Stage) -> None:
    turn = await stage.play("/bio tony stark")
    assert [reply.kind for reply in turn.replies] == ["message"]
    assert turn.replies[0].text == "tony stark\na cited source"
    assert turn.replies[0].buttons == ["Wiki", "More", "Remove"]


async def test_complete_offers_what_autocomplete_offers(stage: Stage) -> None:
    turn = await stage.play("complete /bio bru")
    assert turn.replies[0].choices == [{"name": "Bruce Banner", "value": "Bruce Banner"}]


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


async def test_a_private_answer_is_ephemeral(stage: Stage) -> None:
    turn = await stage.play("/bio name:Ultron private:true")
    assert turn.replies[0].ephemeral


async def test_a_deferred_answer_is_awaited_to_its_text(stage: Stage) -> None:
    turn = await stage.play("/slow")
    assert [(r.kind, r.text, r.ephemeral) for r in turn.replies] == [
        ("message", "here at last", True)
    ]


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


async def test_a_form_shows_what_is_filled_in(stage: Stage) -> None:
    turn = await stage.play("/suggest")
    assert turn.replies[0].text == "Suggest\nName\nNote: a draft\nKind"


async def test_help_is_a_reply(stage: Stage) -> None:
    turn = await stage.play("help")
    assert turn.replies[0].kind == "message"
    assert "- /bio: Who somebody is\n" in turn.replies[0].text
    assert "- press LABEL: " in turn.replies[0].text


async def test_a_message_menu_acts_on_what_somebody_wrote(stage: Stage) -> None:
    await stage.play("message Clint: The city is flying.")
    turn = await stage.play('menu "Save as quote"')
    assert turn.replies[0].text == "Clint said The city is flying."


async def test_options_arrive_in_their_types(stage: Stage) -> None:
    await stage.play("in server 2")
    turn = await stage.play("/typed channel:#quotes role:@Curators user:owner count:3 tier:film")
    assert turn.replies[0].text == "Server 2 | quotes | Curators | owner | 3 | film"


async def test_commands_answer_in_the_private_channel(stage: Stage) -> None:
    await stage.play("in dm")
    turn = await stage.play("/typed count:2")
    assert turn.replies[0].text.startswith("dm | None")


async def test_subcommands_take_named_options(stage: Stage) -> None:
    turn = await stage.play('/lore add name:"The Ark" text:a ship: large')
    assert turn.replies[0].text == "The Ark: a ship: large"


async def test_a_command_for_curators_is_hidden_from_others(stage: Stage) -> None:
    turn = await stage.play("/curate")
    assert (
        turn.replies[0].text
        == "/curate is hidden from you: it needs Manage Server (type: as curator)."
    )


async def test_a_curator_may_use_what_needs_manage_server(stage: Stage) -> None:
    await stage.play("as curator")
    turn = await stage.play("/curate")
    assert turn.replies[0].text == "allowed: True"


async def test_a_server_may_open_a_hidden_command_to_everybody(
    stage: Stage, rehearsal: Rehearsal
) -> None:
    rehearsal.world.overridden.add("curate")
    turn = await stage.play("/curate")
    assert turn.replies[0].text == "allowed: False"


async def test_a_guild_command_cannot_be_used_in_private(stage: Stage) -> None:
    await stage.play("as owner")
    await stage.play("in dm")
    turn = await stage.play("/curate")
    assert turn.replies[0].text == "/curate cannot be used here."


async def test_silence_is_said_to_be_silence(rehearsal: Rehearsal, bot: Any) -> None:
    assert bot.user is not None
    turn = await Stage(rehearsal, Waits(first=0.2)).play("/silent")
    assert [(r.kind, r.text) for r in turn.replies] == [
        ("error", "The application did not respond")
    ]


async def test_an_answer_too_long_is_refused_as_discord_refuses_it(stage: Stage) -> None:
    turn = await stage.play("/long")
    assert turn.replies[0].text == "50035"


PLACES = "in server 1, in server 2, in #general, in #quotes, in #lore, in dm"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/nothing", "There is no command /nothing here."),
        ("/bio", "/bio needs a value for name: Whose biography"),
        ("/bio x private:perhaps", "private is True or False, not: perhaps"),
        ("/typed count:9", "count is a number from 1 to 5."),
        ("/typed tier:radio", "tier is one of: Film."),
        ("/lore remove x", "/lore goes on with one of: add."),
        ("press Anything", "There is no button Anything here. There: none."),
        ("choose Anything", "There is nothing to choose from here."),
        ("fill a=b", "No form is open."),
        ("message nobody", "Say who writes what: message AUTHOR: text"),
        ("in server 9", f"Go to one of these: {PLACES}."),
        ("as Loki", "Be one of these: as asker, as curator, as owner."),
        ('menu "Save as quote"', "Nobody has written here yet. Write first: message AUTHOR: text"),
        ("complete /silent", "/silent has no options to complete."),
    ],
)
async def test_what_discord_would_not_send_is_explained(
    stage: Stage, line: str, sentence: str
) -> None:
    turn = await stage.play(line)
    assert [(reply.kind, reply.text) for reply in turn.replies] == [("error", sentence)]


KEYS = ["kind", "ephemeral", "text", "buttons", "choices", "fields", "body"]


async def test_a_turn_prints_as_one_json_object(stage: Stage) -> None:
    printed = (await stage.play("complete /bio ult")).as_json()
    assert list(printed) == ["line", "replies", "ms"]
    assert list(printed["replies"][0]) == KEYS


async def test_only_what_is_posted_elsewhere_is_printed_with_its_channel(stage: Stage) -> None:
    replies = (await stage.play("/post")).as_json()["replies"]
    assert [reply.get("channel") for reply in replies] == [None, "#quotes", "DM to Asker"]
    assert [list(reply) for reply in replies] == [KEYS, [*KEYS, "channel"], [*KEYS, "channel"]]


@pytest.mark.parametrize(
    ("line", "choices"),
    [
        ("/pick", [("First", "1"), ("Two", "Two"), ("Third", "Third")]),
        ("/suggest", [("Character", "character"), ("Event", "event")]),
        ("/bio Ultron", []),
    ],
)
async def test_what_can_be_chosen_is_printed(
    stage: Stage, line: str, choices: list[tuple[str, str]]
) -> None:
    reply = (await stage.play(line)).as_json()["replies"][0]
    assert [(choice["name"], choice["value"]) for choice in reply["choices"]] == choices


async def test_files_go_to_the_bot_and_come_back(
    stage: Stage, rehearsal: Rehearsal, tmp_path: Path
) -> None:
    (tmp_path / "pack.json").write_bytes(b"{}")
    turn = await stage.play(f"/echo {tmp_path / 'pack.json'}")
    assert turn.replies[0].text == "2 bytes\ncopy-pack.json"
    copy = turn.replies[0].shown["attachments"][0]
    assert rehearsal.world.uploads.data(int(copy["id"])) == b"{}"


async def test_a_file_of_the_bot_is_attached_again_by_its_name(
    stage: Stage, tmp_path: Path
) -> None:
    (tmp_path / "pack.json").write_bytes(b"{}")
    await stage.play(f"/echo {tmp_path / 'pack.json'}")
    turn = await stage.play("/echo file:copy-pack.json")
    assert turn.replies[0].text == "2 bytes\ncopy-copy-pack.json"


async def test_a_button_outlives_a_restart_of_the_bot(
    rehearsal: Rehearsal, log_in: Callable[..., Any]
) -> None:
    stage = Stage(rehearsal)
    async with log_in(rehearsal):
        await stage.play("/bio Ultron")
    async with log_in(rehearsal):
        turn = await stage.play("press Remove")
    assert [reply.text for reply in turn.replies] == ["removed"]


TOUR = [
    "/bio tony stark", "press More", "press Remove", "complete /bio x", "/slow", "/suggest",
    "fill Name=a kind=event", "/pick", "choose Two", "message Clint: Hi.", 'menu "Save as quote"',
    "in dm", "/bio Ultron private:true", "press More",
]  # fmt: skip


async def test_every_request_of_the_tour_passes_the_specification(
    stage: Stage, rehearsal: Rehearsal, check: Callable[..., list[str]]
) -> None:
    for line in TOUR:
        await stage.play(line)
    judged = [(s.path, check(s.method, s.path, s.json)) for s in rehearsal.requests]
    # discord.py puts "tts": false into every update, which the specification does not know.
    found = [(path, p) for path, problems in judged for p in problems if "/data/tts" not in p]
    assert found == []


async def test_every_answer_of_the_tour_passes_the_specification(
    stage: Stage, rehearsal: Rehearsal, check: Callable[..., list[str]]
) -> None:
    for line in TOUR:
        await stage.play(line)
    answered = [s for s in rehearsal.requests if s.status == 200]
    problems = [(s.path, check(s.method, s.path, s.answer, response=True)) for s in answered]
    assert [found for found in problems if found[1]] == []


async def test_every_interaction_is_heard_once(stage: Stage, bot: Any) -> None:
    for line in TOUR:
        await stage.play(line)
    acts = [line for line in TOUR if not line.startswith(("message", "in "))]
    assert len(set(bot.heard)) == len(bot.heard) == len(acts)
