"""Lines played against the toy bot over real sockets."""

from pathlib import Path
from typing import Any

import pytest

from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from bot.simulator.user import Timeouts


async def test_answer_is_read_top_to_bottom(session: SimSession) -> None:
    exchange = await session.play("/bio tony stark")
    assert [reply.kind for reply in exchange.replies] == ["message"]
    assert exchange.replies[0].text == "tony stark\na cited source"
    assert exchange.replies[0].buttons == ["Wiki", "More", "Remove"]


async def test_complete_lists_the_autocompleted_choices(session: SimSession) -> None:
    exchange = await session.play("complete /bio bru")
    assert exchange.replies[0].choices == [{"name": "Bruce Banner", "value": "Bruce Banner"}]


async def test_private_answer_is_ephemeral(session: SimSession) -> None:
    exchange = await session.play("/bio name:Ultron private:true")
    assert exchange.replies[0].ephemeral


async def test_deferred_answer_is_awaited(session: SimSession) -> None:
    exchange = await session.play("/slow")
    assert [(r.kind, r.text, r.ephemeral) for r in exchange.replies] == [
        ("message", "here at last", True)
    ]


async def test_help_is_a_reply(session: SimSession) -> None:
    exchange = await session.play("help")
    assert exchange.replies[0].kind == "message"
    assert "- /bio: Who somebody is\n" in exchange.replies[0].text
    assert "- press LABEL: " in exchange.replies[0].text


async def test_message_menu_acts_on_a_persons_message(session: SimSession) -> None:
    await session.play("message Clint: The city is flying.")
    exchange = await session.play('menu "Save as quote"')
    assert exchange.replies[0].text == "Clint said The city is flying."


async def test_options_arrive_in_their_types(session: SimSession) -> None:
    await session.play("in server 2")
    exchange = await session.play(
        "/typed channel:#quotes role:@Curators user:owner count:3 tier:film"
    )
    assert exchange.replies[0].text == "Server 2 | quotes | Curators | owner | 3 | film"


async def test_commands_are_answered_in_private_messages(session: SimSession) -> None:
    await session.play("in dm")
    exchange = await session.play("/typed count:2")
    assert exchange.replies[0].text.startswith("dm | None")


async def test_subcommands_take_named_options(session: SimSession) -> None:
    exchange = await session.play('/lore add name:"The Ark" text:a ship: large')
    assert exchange.replies[0].text == "The Ark: a ship: large"


async def test_curator_command_is_hidden_from_members(session: SimSession) -> None:
    exchange = await session.play("/curate")
    assert (
        exchange.replies[0].text
        == "/curate is hidden from you: it needs Manage Server (type: as curator)."
    )


async def test_curator_may_use_a_command_that_needs_manage_server(session: SimSession) -> None:
    await session.play("as curator")
    exchange = await session.play("/curate")
    assert exchange.replies[0].text == "allowed: True"


async def test_server_may_open_a_hidden_command_to_everybody(
    session: SimSession, simulator: Simulator
) -> None:
    simulator.state.overridden.add("curate")
    exchange = await session.play("/curate")
    assert exchange.replies[0].text == "allowed: False"


async def test_guild_command_cannot_be_used_in_private_messages(session: SimSession) -> None:
    await session.play("as owner")
    await session.play("in dm")
    exchange = await session.play("/curate")
    assert exchange.replies[0].text == "/curate cannot be used here."


async def test_missing_answer_is_reported(simulator: Simulator, bot: Any) -> None:
    assert bot.user is not None
    exchange = await SimSession(simulator, Timeouts(first=0.2)).play("/silent")
    assert [(r.kind, r.text) for r in exchange.replies] == [
        ("error", "The application did not respond")
    ]


async def test_too_long_answer_is_refused_as_by_discord(session: SimSession) -> None:
    exchange = await session.play("/long")
    assert exchange.replies[0].text == "50035"


PLACES = (
    "in server 1, in server 2, in #general, in #quotes, in #lore, in #news, in #stories, "
    "in #banter, in #favourite-lines, in dm"
)


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
async def test_line_that_discord_would_not_send_is_explained(
    session: SimSession, line: str, sentence: str
) -> None:
    exchange = await session.play(line)
    assert [(reply.kind, reply.text) for reply in exchange.replies] == [("error", sentence)]


KEYS = ["kind", "ephemeral", "text", "buttons", "choices", "fields", "body"]


async def test_exchange_is_printed_as_one_json_object(session: SimSession) -> None:
    printed = (await session.play("complete /bio ult")).as_json()
    assert list(printed) == ["line", "replies", "ms"]
    assert list(printed["replies"][0]) == KEYS


async def test_only_posts_in_other_channels_are_printed_with_their_channel(
    session: SimSession,
) -> None:
    replies = (await session.play("/post")).as_json()["replies"]
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
async def test_available_choices_are_printed(
    session: SimSession, line: str, choices: list[tuple[str, str]]
) -> None:
    reply = (await session.play(line)).as_json()["replies"][0]
    assert [(choice["name"], choice["value"]) for choice in reply["choices"]] == choices


async def test_files_can_be_sent_to_the_bot_and_back(
    session: SimSession, simulator: Simulator, tmp_path: Path
) -> None:
    (tmp_path / "pack.json").write_bytes(b"{}")
    exchange = await session.play(f"/echo {tmp_path / 'pack.json'}")
    assert exchange.replies[0].text == "2 bytes\ncopy-pack.json"
    copy = exchange.replies[0].shown["attachments"][0]
    assert simulator.state.uploads.data(int(copy["id"])) == b"{}"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("channel:#", ["#general", "#quotes", "#lore", "#news"]),
        ("channel:quo", ["#quotes"]),
        ("role:@read", ["@Readers"]),
        ("user:cur", ["@Curator"]),
    ],
)
async def test_users_roles_and_channels_are_completed(
    session: SimSession, typed: str, offered: list[str]
) -> None:
    [reply] = (await session.play(f"complete /typed {typed}")).replies
    assert [choice["name"] for choice in reply.choices] == offered
    option = typed.partition(":")[0]
    played = (await session.play(f"/typed {option}:{offered[-1]}")).replies[0]
    assert offered[-1].lstrip("#@").lower() in played.text.lower()


async def test_yes_and_no_are_completed(session: SimSession) -> None:
    [reply] = (await session.play("complete /bio name:Ultron private:t")).replies
    assert [choice["value"] for choice in reply.choices] == ["True"]


async def test_file_from_the_bot_is_saved_in_the_current_folder(
    session: SimSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = tmp_path / "entries.json"
    sent.write_bytes(b"[1, 2]")
    await session.play(f"/echo file:{sent}")
    monkeypatch.chdir(tmp_path)
    assert (await session.play("save copy-entries.json")).replies[0].kind == "message"
    assert (tmp_path / "copy-entries.json").read_bytes() == b"[1, 2]"
    again = (await session.play("save copy-entries.json")).replies[0]
    assert (again.kind, "is there already" in again.text) == ("error", True)
    there = "There: entries.json, copy-entries.json."
    for line, said in (
        ("save nothing.json", "There is no file nothing.json here."),
        ("save", "Say which file."),
        ('save ""', "Say which file."),
    ):
        assert (await session.play(line)).replies[0].text == f"{said} {there}"


async def test_file_from_the_bot_can_be_attached_by_its_name(
    session: SimSession, tmp_path: Path
) -> None:
    (tmp_path / "pack.json").write_bytes(b"{}")
    await session.play(f"/echo {tmp_path / 'pack.json'}")
    exchange = await session.play("/echo file:copy-pack.json")
    assert exchange.replies[0].text == "2 bytes\ncopy-copy-pack.json"
