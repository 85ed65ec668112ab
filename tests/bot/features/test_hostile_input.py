"""Any typed text is answered without a logged error, and nothing breaks out of the text."""

from collections.abc import Awaitable, Callable

import pytest

from bot.simulator.exchanges import Reply
from bot.simulator.interactions import InteractionKind
from bot.simulator.session import SimSession

pytestmark = pytest.mark.thorough

Ask = Callable[[str], Awaitable[Reply]]

TYPED = {
    "empty": "",
    "blank": "   ",
    "6,000 characters": "x" * 6_000,
    "6,000 words": "tony " * 6_000,
    "only punctuation": "?!…---'\"",
    "one character": "a",
    "right-to-left marks": "\u202etony stark\u202c\u200f",
    "zero width": "\u200b\u200c\u2060\ufeff",
    "a name in zero width": "to\u200bny st\u200dark",
    "everyone": "@everyone @here <@&1> <@1> <#1>",
    "SQL": "'; DROP TABLE entry; --",
    "FTS": 'tony AND NEAR("stark*" OR ^x) -y:z',
    "emoji": "🤖👩‍👩‍👧‍👦🇪🇺",
    "markdown": "**bold** __u__ ||spoiler|| `code` ```\nblock\n``` # big\n> quote [a](https://b.example)",
    "NUL": "tony\x00stark",
    "control characters": "".join(map(chr, range(32))),
    "piled-up marks": "Z" + "\u0300\u0301\u0302" * 60 + "algo",
    "another script": "トニー・スターク Тони Старк 托尼",
    "line breaks": "tony\n\n\nstark\u2028\u2029",
    "format": "{0} %s ${HOME} {{}}",
    "custom_id": "go:0:tony-stark",
    "path": "../../etc/passwd",
    "digits": "٣٤٥ ½ ² 12345678901234567890",
    "long spaces": "tony" + " " * 3_000 + "stark",
}
COMMANDS = {
    "bio": "name",
    "event": "name",
    "lore": "name",
    "search": "words",
    "quote": "speaker",
    "quote text": "text",
    "quote id": "id",
    "timeline": "character",
}


@pytest.fixture
def send(session: SimSession) -> Callable[[InteractionKind, str, str, str], Awaitable[Reply]]:
    """Send the raw value of one option; a line of the simulator would strip its blanks."""

    async def send(kind: InteractionKind, command: str, option: str, value: str) -> Reply:
        name = command.split()[0]
        known = next(one for one in session.user.commands() if one["name"] == name)
        given = {"type": 3, "name": option, "value": value}
        given |= {"focused": True} if kind is InteractionKind.AUTOCOMPLETE else {}
        data = {"id": known["id"], "name": name, "type": 1, "options": [given]}
        replies, _ = await session.user.act(kind, data)
        assert len(replies) == 1
        return replies[0]

    return send


Send = Callable[[InteractionKind, str, str, str], Awaitable[Reply]]


@pytest.mark.parametrize("what", TYPED)
async def test_every_command_answers_or_refuses_hostile_text(send: Send, what: str) -> None:
    for command, option in COMMANDS.items():
        reply = await send(InteractionKind.COMMAND, command, option, TYPED[what])

        assert reply.kind == "message"
        assert reply.text
        assert "Something broke" not in reply.text


@pytest.mark.parametrize("what", TYPED)
async def test_every_completion_handles_hostile_text(send: Send, what: str) -> None:
    for command, option in COMMANDS.items():
        if option not in ("words", "text", "id"):
            reply = await send(InteractionKind.AUTOCOMPLETE, command, option, TYPED[what])

            assert reply.kind == "choices"


async def test_repeated_mention_pings_nobody(send: Send, session: SimSession) -> None:
    await send(InteractionKind.COMMAND, "bio", "name", "@everyone <@1>")
    message = next(session.user.seen()).payload

    assert message["mentions"] == []
    assert not message["mention_everyone"]


async def test_repeated_markdown_is_escaped(send: Send) -> None:
    reply = await send(InteractionKind.COMMAND, "bio", "name", "**qwx** ||zkv||")

    assert "There is no entry for “**qwx** ||zkv||”." in reply.text


async def test_repeated_text_is_cut(send: Send) -> None:
    reply = await send(InteractionKind.COMMAND, "bio", "name", "qwxz" * 1_500)

    assert len(reply.text) < 500


@pytest.mark.parametrize("what", ["right-to-left marks", "a name in zero width"])
async def test_name_is_found_despite_invisible_characters(send: Send, what: str) -> None:
    reply = await send(InteractionKind.COMMAND, "bio", "name", TYPED[what])

    assert reply.text.startswith("Tony Stark\n")


async def test_long_query_is_answered_by_its_beginning(send: Send) -> None:
    reply = await send(InteractionKind.COMMAND, "bio", "name", "tony stark" + " " * 5_000)

    assert reply.text.startswith("Tony Stark\n")
