"""Every command in servers, in private messages, and for people who installed the bot."""

from collections.abc import Awaitable, Callable

import pytest

from bot.simulator.exchanges import Reply
from bot.simulator.interactions import Location
from bot.simulator.objects import Channel, Guild, Role
from bot.simulator.permissions import MEMBER
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession

Ask = Callable[[str], Awaitable[Reply]]

ANSWERED = {
    "/bio ultron": "Ultron\n",
    "/event battle of seoul": "Battle of Seoul\n",
    "/lore vibranium": "Vibranium\n",
    "/search vibranium": "Found for “vibranium”\n",
    "/quote id:peace-in-my-time": "Ultron “I'm ready.",
    "/timeline": "Timeline\n",
}


@pytest.fixture(params=["in server 1", "in server 2", "in dm", "a server without the bot"])
async def place(request: pytest.FixtureRequest, session: SimSession, simulator: Simulator) -> str:
    """Take the session to a place."""
    if request.param.startswith("in "):
        assert (await session.play(request.param)).replies == []
    else:
        role = Role(77, "@everyone", MEMBER, 0)
        channel = Channel(78, "elsewhere", 77)
        guild = Guild(77, "Elsewhere", 1, [role], [channel], {session.user.person.id: []})
        simulator.state.channels[78] = channel
        session.user.place = Location(channel, guild)
    return str(request.param)


@pytest.mark.usefixtures("place")
async def test_questions_are_answered_publicly_everywhere(ask: Ask) -> None:
    for line, start in ANSWERED.items():
        reply = await ask(line)

        assert (reply.text[: len(start)], reply.ephemeral) == (start, False)


@pytest.mark.usefixtures("place")
async def test_private_questions_are_answered_privately(ask: Ask) -> None:
    assert all([(await ask(f"{line} private:true")).ephemeral for line in ANSWERED])


@pytest.mark.usefixtures("place")
async def test_help_and_refusals_are_private(ask: Ask) -> None:
    assert all([(await ask(line)).ephemeral for line in ("/about", "/help", "/bio qwxzkvj")])


@pytest.mark.usefixtures("place")
async def test_names_are_completed_everywhere(ask: Ask) -> None:
    assert (await ask("complete /bio ult")).choices[0]["value"] == "ultron"


@pytest.mark.usefixtures("place")
async def test_answer_can_be_paged_and_deleted_everywhere(ask: Ask) -> None:
    await ask("/bio ultron")

    assert (await ask("press More")).kind == "update"
    assert (await ask("press Delete")).text == "removed"


async def test_lookup_commands_are_registered_for_all_contexts_and_installations(
    simulator: Simulator, session: SimSession
) -> None:
    names = {line.split()[0].removeprefix("/") for line in (*ANSWERED, "/about", "/help")}
    commands = [c for c in simulator.state.commands[None] if c["name"] in names]

    assert session.user.commands()
    assert {c["name"] for c in commands} == names
    assert all(c["contexts"] == [0, 1, 2] for c in commands)
    assert all(c["integration_types"] == [0, 1] for c in commands)
