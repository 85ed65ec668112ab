"""`/about` and `/help` against the simulator."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from discord import AppCommandType

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.session import SimSession
from lore.pack.model import Pack

ROOT = Path(__file__).parents[4] / "bot"

Ask = Callable[[str], Awaitable[Reply]]


async def test_about_shows_counts_of_the_pack_and_every_source(ask: Ask, pack: Pack) -> None:
    reply = await ask("/about")

    assert f"{len(pack.entries)} entries, {len(pack.quotes)} quotes" in reply.text
    assert all(f"{one.id} {one.title}" in reply.text for one in pack.info.sources)
    assert reply.ephemeral


async def test_help_lists_every_command_to_curators_theirs_first(
    session: SimSession, ask: Ask, lore_bot: LoreBot
) -> None:
    await session.play("as curator")
    reply = await ask("/help")
    listed = re.findall(r"^- /(\S+)", reply.text, re.MULTILINE)
    commands = lore_bot.tree.get_commands(type=AppCommandType.chat_input)

    assert sorted(listed) == sorted(command.name for command in commands)
    assert set(listed[:3]) == {"entry", "qotd", "settings"}
    assert reply.ephemeral


def listed_in(text: str) -> set[str]:
    """Return the commands that a page of help lists."""
    return set(re.findall(r"^- /(\S+)", text, re.MULTILINE))


async def test_help_lists_to_members_only_commands_they_can_use(ask: Ask) -> None:
    text = (await ask("/help")).text
    listed = listed_in(text)

    assert listed >= {"bio", "suggest", "privacy"}
    assert listed.isdisjoint({"entry", "qotd", "settings"})
    assert "curator role" not in text


async def test_help_omits_commands_that_the_server_turned_off(
    session: SimSession, ask: Ask
) -> None:
    for line in ("as curator", "/settings", "choose Nobody may suggest", "as asker"):
        await session.play(line)

    assert "suggest" not in listed_in((await ask("/help")).text)


async def test_help_in_a_private_message_lists_only_commands_that_work_there(
    session: SimSession, ask: Ask
) -> None:
    await session.play("in dm")
    text = (await ask("/help")).text
    listed = set(re.findall(r"^- /(\S+)", text, re.MULTILINE))

    assert listed == {
        *("bio", "event", "lore", "search", "quote", "timeline", "about", "help", "privacy")
    }
    assert "curators" not in text


def test_every_command_named_in_an_answer_exists(lore_bot: LoreBot) -> None:
    files = (path for room in ("core", "features") for path in (ROOT / room).rglob("*.py"))
    named = {name for path in files for name in re.findall(r"`/([a-z ]+)`", path.read_text())}
    known = {command.qualified_name for command in lore_bot.tree.walk_commands()}

    assert "search" in named
    assert named <= known | {name.split()[0] for name in known}
