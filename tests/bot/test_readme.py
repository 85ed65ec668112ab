"""The READMEs' promises."""

import io
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from discord import AppCommandType
from discord.app_commands import Group
from rich.console import Console

from bot.cli import NO_TOKEN
from bot.client import LoreBot
from bot.simulator.session import SimSession
from bot.simulator.terminal import converse

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
# The part of the guide for authors that explains the format, by examples of the shipped pack.
GUIDE = (ROOT / "docs/packs.md").read_text(encoding="utf-8").partition("\n## The tools")[2]
EXAMPLES = re.findall(
    r"^```toml\n# (\S+\.toml).*?\n(.+?)^```",
    GUIDE,
    re.MULTILINE | re.DOTALL,
)


def described_commands() -> set[str]:
    """Return every command in the README's table, subcommands separately."""
    rows = re.findall(r"^\| (`/.+?|“.+?) \|", README.read_text(encoding="utf-8"), re.MULTILINE)
    commands: set[str] = set()
    for row in rows:
        commands.update(re.findall(r"“(.+?)”", row))
        for name, verbs in re.findall(r"`/(\w+) ?([\w\\|]*)", row):
            several = verbs.split("\\|") if "\\|" in verbs else []
            commands.update([f"{name} {verb}" for verb in several] or [name])
    return commands


def offered_commands(bot: LoreBot) -> set[str]:
    """Return every command that the bot offers."""
    names = {menu.name for menu in bot.tree.get_commands(type=AppCommandType.message)}
    for command in bot.tree.get_commands(type=AppCommandType.chat_input):
        if isinstance(command, Group):
            names |= {one.qualified_name for one in command.walk_commands()}
        else:
            names.add(command.name)
    return names


async def test_readme_lists_exactly_the_commands(lore_bot: LoreBot) -> None:
    assert described_commands() == offered_commands(lore_bot)


def test_readme_begins_with_the_two_commands() -> None:
    text = README.read_text(encoding="utf-8")

    assert re.findall(r"^\$ (make \w+)", text, re.MULTILINE)[:2] == ["make run", "make test"]


async def test_readmes_transcript_is_what_is_printed(session: SimSession) -> None:
    text = README.read_text(encoding="utf-8")
    found = re.search(r"^\$ printf '(.+)' \| make run\n(.+?)^```", text, re.MULTILINE | re.DOTALL)
    assert found
    console = Console(file=io.StringIO(), width=80)
    await converse(session, console, io.StringIO(found[1].replace("\\n", "\n")))

    assert isinstance(console.file, io.StringIO)
    assert f"{NO_TOKEN}\n{console.file.getvalue()}" == f"{found[2]}\n"


def contains(part: Any, whole: Any) -> bool:
    """Return whether a file contains an example: each key, and all elements of its lists."""
    if isinstance(part, dict):
        return all(key in whole and contains(value, whole[key]) for key, value in part.items())
    if isinstance(part, list):
        return all(any(contains(one, other) for other in whole) for one in part)
    return bool(part == whole)


@pytest.mark.parametrize(("file", "example"), EXAMPLES, ids=[file for file, _ in EXAMPLES])
def test_examples_in_the_guide_for_authors_are_in_the_pack(file: str, example: str) -> None:
    assert contains(
        tomllib.loads(example),
        tomllib.loads(
            (ROOT / ("" if file.startswith("docs") else "seeds") / file).read_text("utf-8")
        ),
    )


def test_every_example_in_the_guide_for_authors_names_its_file() -> None:
    assert [file.partition("/")[0] for file, _ in EXAMPLES] == [
        "characters",
        "events",
        "quotes",
        "docs",
        "pack.toml",
    ]
    assert GUIDE.count("```toml") == len(EXAMPLES)
