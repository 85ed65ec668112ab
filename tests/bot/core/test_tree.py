"""Interactions that do not fit the current commands, buttons and menus are answered in words."""

from collections.abc import Callable
from typing import Any

import discord
import pytest
from discord import app_commands

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.faults import Fault
from bot.simulator.interactions import InteractionKind
from bot.simulator.objects import Message
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from bot.simulator.user import Timeouts

STRING, BOOLEAN, USER, CHANNEL, ROLE, NUMBER, FILE = 3, 5, 6, 7, 8, 10, 11

Option = dict[str, Any]


def option(name: str, value: Any, type: int = STRING) -> Option:
    return {"type": type, "name": name, "value": value}


def typed(name: str, value: Any, type: int = STRING) -> Option:
    return option(name, value, type) | {"focused": True}


def sub(name: str, *options: Option) -> Option:
    return {"type": 1, "name": name, "options": list(options)}


async def send_command(
    session: SimSession, kind: InteractionKind, name: str, *options: Option, **more: Any
) -> Reply:
    """Return the one reply to a command as Discord, or a forger, might send it."""
    command = next(one for one in session.user.commands() if one["name"] == name)
    data = {key: command[key] for key in ("id", "name", "type")} | {"options": list(options)}
    [reply], _ = await session.user.act(kind, data | more)
    return reply


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("bio", [option("name", 5)]),
        ("bio", [option("name", {"a": 1})]),
        ("bio", [option("name", None)]),
        ("bio", [option("name", "ultron", NUMBER)]),
        ("bio", [option("name", "1235017845964800001", USER)]),
        ("bio", [option("name", "ultron"), option("private", "yes", BOOLEAN)]),
        ("bio", [option("name", "ultron"), option("guild", "server 1")]),
        ("lore", [option("name", "ultron"), option("kind", "スター")]),
        ("search", [option("words", "ultron"), option("kind", "no kind")]),
        ("suggest", [option("kind", "Ж")]),
        ("suggest", [option("kind", True)]),
        ("qotd", [sub("set", option("channel", "general", CHANNEL))]),
        ("qotd", [sub("set", option("channel", "١٢", CHANNEL))]),
    ],
)
async def test_unknown_or_mistyped_options_are_refused(
    session: SimSession, name: str, options: list[Option]
) -> None:
    await session.play("as curator")
    reply = await send_command(session, InteractionKind.COMMAND, name, *options)

    assert reply.ephemeral
    assert reply.text == "This command has changed. Restart Discord to see its present form."


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("about", [typed("guild", "server 1")]),
        ("suggest", [typed("kind", "character")]),
        ("bio", [option("name", "ultr")]),
        ("bio", []),
        ("bio", [typed("name", ["ultr"])]),
        ("bio", [typed("name", 5)]),
        ("search", [typed("words", "ultr")]),
        ("quote", [typed("speaker", "ult"), option("text", {})]),
    ],
)
async def test_option_that_cannot_be_completed_gets_no_choices(
    session: SimSession, name: str, options: list[Option]
) -> None:
    reply = await send_command(session, InteractionKind.AUTOCOMPLETE, name, *options)

    assert (reply.kind, reply.choices) == ("choices", [])


async def test_option_is_completed_beside_unfinished_options(session: SimSession) -> None:
    kind = option("kind", "charact")
    reply = await send_command(
        session, InteractionKind.AUTOCOMPLETE, "lore", kind, typed("name", "ultr")
    )

    assert any("Ultron" in choice["name"] for choice in reply.choices)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("entry", [sub("import", option("file", "5", FILE))]),
        ("qotd", [sub("set", option("role", "5", ROLE))]),
        ("qotd", [sub("set", option("channel", "5", CHANNEL))]),
    ],
)
async def test_option_id_that_discord_does_not_resolve_is_asked_for_again(
    session: SimSession, name: str, options: list[Option]
) -> None:
    await session.play("as curator")
    reply = await send_command(session, InteractionKind.COMMAND, name, *options)

    assert reply.text == "Discord sent me only a part of what you asked. Ask me again."


async def test_missing_required_option_is_asked_for_again(session: SimSession) -> None:
    channel = {"1": {"id": "1", "type": 0}}
    reply = await send_command(
        session, InteractionKind.COMMAND, "about", resolved={"channels": channel}
    )

    assert reply.ephemeral
    assert reply.text == "Discord sent me only a part of what you asked. Ask me again."


@pytest.fixture
def completion(lore_bot: LoreBot) -> Callable[[Exception | None], None]:
    """Return a function that gives `/bio` one choice, or makes its completion fail."""

    def completion(error: Exception | None) -> None:
        @app_commands.command(description="Completes")
        async def bio(_: discord.Interaction, name: str) -> None:
            raise NotImplementedError(name)

        @bio.autocomplete("name")
        async def complete(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
            if error:
                raise error
            return [app_commands.Choice(name=typed, value=typed)]

        lore_bot.tree.add_command(bio, override=True)

    return completion


async def test_failing_completion_is_logged_and_gets_no_choices(
    session: SimSession, completion: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    completion(RuntimeError("inside"))
    reply = await send_command(session, InteractionKind.AUTOCOMPLETE, "bio", typed("name", "ultr"))

    assert (reply.kind, reply.choices) == ("choices", [])
    assert "RuntimeError: inside" in caplog.text
    caplog.clear()


async def test_choices_that_come_too_late_are_not_an_error(
    session: SimSession, simulator: Simulator, completion: Callable[..., None]
) -> None:
    completion(None)
    body = {"message": "Unknown interaction", "code": 10062}
    fault = Fault("POST /interactions/*/callback", status=404, body=body)
    simulator.faults.append(fault)
    command = next(one for one in session.user.commands() if one["name"] == "bio")
    data = {key: command[key] for key in ("id", "name", "type")}
    data["options"] = [typed("name", "ultr")]
    user = SimSession(simulator, Timeouts()).user
    replies, _ = await user.act(InteractionKind.AUTOCOMPLETE, data)

    assert [reply.kind for reply in replies] == ["error", "error"]
    assert not simulator.faults


def newest(session: SimSession) -> Message:
    return next(session.user.seen())


@pytest.mark.parametrize(
    "custom_id",
    ["go:0:ultron:1235017845964800001", "nothing", "İ:\n٣", "go:x:ultron", "retry:", "quote:2:é"],
)
async def test_button_of_another_version_is_answered(session: SimSession, custom_id: str) -> None:
    await session.play("/bio ultron")
    message = newest(session)
    row = {"type": 1, "id": 90, "components": [{"type": 2, "id": 91, "custom_id": custom_id}]}
    message.payload["components"].append(row)
    row["components"][0] |= {"style": 2, "label": "Old"}
    data = {"custom_id": custom_id, "component_type": 2, "id": 91}
    [reply], _ = await session.user.act(InteractionKind.COMPONENT, data, message)

    assert reply.ephemeral
    assert reply.text == "I do not know this button any more. Please ask anew."


async def test_button_that_its_message_does_not_have_is_answered(session: SimSession) -> None:
    await session.play("/bio ultron")
    data = {"custom_id": "go:0:tony-stark", "component_type": 2, "id": 5}
    [reply], _ = await session.user.act(InteractionKind.COMPONENT, data, newest(session))

    assert reply.text == "I do not know this button any more. Please ask anew."


@pytest.mark.parametrize("values", [[], ["../../etc/passwd"], ["yes", "もっと"]])
async def test_value_that_a_menu_does_not_offer_is_refused(
    session: SimSession, values: list[str]
) -> None:
    await session.play("as curator")
    await session.play("/settings")
    data = {"custom_id": "set:spoilers", "component_type": 3, "id": 5, "values": values}
    [reply], _ = await session.user.act(InteractionKind.COMPONENT, data, newest(session))

    assert reply.ephemeral
    assert reply.text == "I do not know this button any more. Please ask anew."


async def test_channel_that_discord_does_not_resolve_is_refused(session: SimSession) -> None:
    await session.play("as curator")
    await session.play("/settings")
    data = {"custom_id": "set:log", "component_type": 8, "id": 7, "values": ["5"]}
    [reply], _ = await session.user.act(InteractionKind.COMPONENT, data, newest(session))

    assert reply.text == "I do not know this button any more. Please ask anew."
