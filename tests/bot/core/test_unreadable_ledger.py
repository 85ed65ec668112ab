"""Answers and refusals while the ledger cannot be read."""

import sqlite3
from contextlib import closing

import pytest

from bot.client import LoreBot
from bot.settings import Settings
from bot.simulator.session import SimSession

REFUSED = "Storage does not work at the moment. Nothing was changed."


@pytest.fixture
async def damage_after(settings: Settings, session: SimSession, lore_bot: LoreBot) -> None:
    """Ask for something, then damage the ledger while the bot runs on."""
    await session.play("/bio ultron")
    with closing(sqlite3.connect(settings.ledger)) as db:
        [version] = db.execute("PRAGMA schema_version").fetchone()
        db.execute("PRAGMA writable_schema = ON")
        db.execute("UPDATE sqlite_master SET rootpage = 999999 WHERE name = 'guild'")
        db.execute(f"PRAGMA schema_version = {version + 1}")
        db.commit()
    assert session.user.place.guild is not None
    lore_bot.services.forget(session.user.place.guild.id)


@pytest.mark.usefixtures("damage_after")
async def test_command_that_needs_no_ledger_is_answered(
    session: SimSession, caplog: pytest.LogCaptureFixture
) -> None:
    [gone] = (await session.play("press Delete")).replies
    [notice] = (await session.play("/privacy")).replies

    assert gone.text == "removed"
    assert notice.text.startswith("What is kept\n")
    caplog.clear()  # of what the health checks found


@pytest.mark.usefixtures("damage_after")
@pytest.mark.parametrize("line", ["/bio ultron", "/settings", "/entry list", "/suggest kind:Place"])
async def test_command_that_needs_server_settings_is_refused(
    session: SimSession, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    await session.play("as curator")
    [refused] = (await session.play(line)).replies

    assert (refused.text, refused.ephemeral) == (REFUSED, True)
    caplog.clear()  # of what the health checks found
