"""docs/moderators.md names only commands, options and buttons that are there."""

import re
from pathlib import Path

from bot.simulator.lines import parse_command
from bot.simulator.session import SimSession

GUIDE = Path(__file__).parents[2] / "docs" / "moderators.md"


async def test_every_command_of_the_guide_is_taken(session: SimSession) -> None:
    await session.play("as curator")
    commands = session.user.commands()
    lines = re.findall(r"`(/[^`]+)`", GUIDE.read_text(encoding="utf-8"))

    assert len(lines) > 20
    for line in lines:
        used = parse_command(line, commands)
        offered = {option["name"] for option in used.options}
        assert set(re.findall(r" (\w+):", line)) <= offered, line


async def test_what_the_guide_begins_with_works_as_it_says(session: SimSession) -> None:
    for line in ("as curator", "/entry add kind:Character"):
        await session.play(line)
    [preview] = (await session.play("fill Name=Zorblax Text=Hello")).replies
    [published] = (await session.play("press Publish")).replies

    assert preview.ephemeral
    assert preview.buttons == ["Publish", "Edit", "Discard"]
    assert published.text.startswith("Published: Zorblax (s.zorblax)")
