"""The terminal: piped lines, the prompt, its completions, and how replies are drawn."""

import io

import pytest
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput
from rich.console import Console

from bot.simulator.session import SimSession
from bot.simulator.terminal import BotCompleter, converse, prompted


def paper() -> Console:
    return Console(file=io.StringIO(), width=80)


def printed(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


async def play_piped(session: SimSession, text: str) -> str:
    console = paper()
    await converse(session, console, io.StringIO(text))
    return printed(console)


async def test_piped_lines_are_played_to_the_end(session: SimSession) -> None:
    transcript = await play_piped(session, "/bio Ultron\npress More\n")
    assert transcript.index("> /bio Ultron") < transcript.index("▌ Ultron")
    assert transcript.index("> press More") < transcript.index("▌ More of it.")


async def test_empty_pipe_prints_the_welcome(session: SimSession) -> None:
    assert "It knows these commands: /bio, " in await play_piped(session, "")


async def test_undecodable_input_ends_a_pipe_with_a_sentence(session: SimSession) -> None:
    console = paper()
    typed = io.TextIOWrapper(io.BytesIO(b"/bio Ultron\n"), encoding="utf-16")
    await converse(session, console, typed)
    assert "What was typed cannot be read, so it ends here: UTF-16" in printed(console)


async def test_exit_ends_a_pipe(session: SimSession) -> None:
    assert "/bio" not in await play_piped(session, "exit\n/bio Ultron\n")


async def test_help_lists_commands_and_actions(session: SimSession) -> None:
    transcript = await play_piped(session, "help\n")
    assert "Who somebody is" in transcript
    assert "press LABEL" in transcript


@pytest.mark.parametrize(
    ("lines", "seen"),
    [
        ("/bio Ultron", ["▌ Ultron", "▌ a cited source", "[ Wiki ]", "[ More ] [ Remove ]"]),
        ("/bio Ultron private:true", ["(only you see this)"]),
        ("/bio Ultron\npress More", ["(the message changes)"]),
        ("/bio Ultron\npress Remove", ["(removed)"]),
        ("complete /bio t", ["  Tony Stark"]),
        ("complete /bio zzz", ["(no choices)"]),
        ("/suggest", ["Suggest", "  Name: ____"]),
        ("/pick", ["[ Choose ▾ ]", "    First"]),
        ("/none", ["There is no command /none here."]),
    ],
)
async def test_replies_are_drawn_as_a_person_sees_them(
    session: SimSession, lines: str, seen: list[str]
) -> None:
    transcript = await play_piped(session, lines)
    assert [part for part in seen if part not in transcript] == []


async def test_prompt_plays_lines_until_the_end_of_input(session: SimSession) -> None:
    console = paper()
    with create_pipe_input() as keys:
        keys.send_text("/bio Ultron\r\x04")
        await prompted(session, console, PromptSession(input=keys, output=DummyOutput()))
    assert "▌ Ultron" in printed(console)


@pytest.mark.parametrize(
    ("pressed", "played"),
    [("/none\x03/bio Ultron\r\x03/pick\r\x04", ["Ultron"]), ("\x03/bio Ultron\r\x04", [])],
)
async def test_ctrl_c_clears_typed_text_or_ends_the_session(
    session: SimSession, pressed: str, played: list[str]
) -> None:
    console = paper()
    with create_pipe_input() as keys:
        keys.send_text(pressed)
        await prompted(session, console, PromptSession(input=keys, output=DummyOutput()))
    seen = printed(console)
    assert [word for word in ("Ultron", "/none", "First") if word in seen] == played


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("/bi", ["bio "]),
        ("/bio ton", ["Tony Stark"]),
        ("/bio name:bru", ["Bruce Banner"]),
        ("/bio Ultron pri", ["private:"]),
        ("/lore ", ["add "]),
        ("/lore add na", ["name:"]),
        ("pre", ["press"]),
        ("as Cu", ["curator"]),
        (
            "in ",
            [
                *("server 1", "server 2", "#general", "#quotes", "#lore", "#news", "#stories"),
                *("#banter", "#favourite-lines", "dm"),
            ],
        ),
        ("in server ", ["server 1", "server 2"]),
        ("menu s", ["Save as quote"]),
        ("fill N", []),
        ("nonsense ", []),
    ],
)
async def test_prompt_completes_typed_text(
    session: SimSession, text: str, offered: list[str]
) -> None:
    completions = BotCompleter(session).get_completions_async(Document(text), CompleteEvent())
    assert [c.text async for c in completions] == offered


@pytest.mark.parametrize(
    ("line", "text", "completed"),
    [
        ("/bio Ultron", "press mo", ["press More"]),
        ("/pick", "choose ", ["choose First", "choose Two", "choose Third"]),
        ("/pick", "choose t", ["choose Two", "choose Third"]),
        ("/suggest", "fill ", ["fill Name=", "fill Note=", "fill Kind="]),
        ("/suggest", "fill Name=Tony no", ["fill Name=Tony Note="]),
        ("/suggest", "fill Name=Tony kind=ev", ["fill Name=Tony kind=Event"]),
        ("/suggest", "fill Name=Tony ", ["fill Name=Tony Note=", "fill Name=Tony Kind="]),
    ],
)
async def test_prompt_completes_buttons_and_options(
    session: SimSession, line: str, text: str, completed: list[str]
) -> None:
    await session.play(line)
    offered = BotCompleter(session).get_completions_async(Document(text), CompleteEvent())
    assert [
        text[: len(text) + found.start_position] + found.text async for found in offered
    ] == completed
