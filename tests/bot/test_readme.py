"""What the README promises."""

import re
from pathlib import Path

from discord import AppCommandType
from discord.app_commands import Group

from bot.client import LoreBot

README = Path(__file__).parents[2] / "README.md"


def described() -> set[str]:
    """Every command in the README's table, subcommands apart."""
    rows = re.findall(r"^\| (`/.+?|“.+?) \|", README.read_text(encoding="utf-8"), re.MULTILINE)
    commands: set[str] = set()
    for row in rows:
        commands.update(re.findall(r"“(.+?)”", row))
        for name, verbs in re.findall(r"`/(\w+) ?([\w\\|]*)", row):
            several = verbs.split("\\|") if "\\|" in verbs else []
            commands.update([f"{name} {verb}" for verb in several] or [name])
    return commands


def offered(bot: LoreBot) -> set[str]:
    """Every command that the bot offers."""
    names = {menu.name for menu in bot.tree.get_commands(type=AppCommandType.message)}
    for command in bot.tree.get_commands(type=AppCommandType.chat_input):
        if isinstance(command, Group):
            names |= {one.qualified_name for one in command.walk_commands()}
        else:
            names.add(command.name)
    return names


async def test_the_readme_lists_every_command_and_no_other(lore_bot: LoreBot) -> None:
    assert described() == offered(lore_bot)


def test_the_readme_begins_with_the_two_commands() -> None:
    text = README.read_text(encoding="utf-8")

    assert re.findall(r"^\$ (make \w+)", text, re.MULTILINE)[:2] == ["make run", "make test"]
