"""A server with an unreadable row is answered as before, without that row."""

import random
import sqlite3
from contextlib import closing

import pytest

from bot.app import build_bot
from bot.cli import clock
from bot.settings import Settings
from bot.simulated import online
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession

WRITTEN = (
    "as curator", "/entry add kind:Place", 'fill Name="Zorblax Bar" Text="A bar."', "press Publish",
    "/entry add kind:Quote", 'fill Words="Lanterns out!" Speaker=Ultron', "press Publish",
    "/qotd set channel:#quotes time:18:00 zone:Europe/Berlin", "/qotd now", "/qotd skip",
    "/bio wqxkjv", "/suggest kind:Quote", 'fill Words="Quillons up!"', "press Send",
    "/settings", "choose #lore", "/entry add kind:Place", 'fill Name="Draft" Text="A draft."',
)  # fmt: skip
ASKED = (
    "/lore Zorblax Bar", "/lore tony stark", "/quote text:lanterns out", "/search lanterns",
    "complete /lore zorb", "/entry list", "/entry history s1", "/entry edit s2", "/entry remove s1",
    "/entry restore s1", "/entry queue", "/entry unanswered", "/entry export", "/settings",
    "/qotd status", "/qotd preview", "/qotd history", "/qotd skip", "/qotd pause", "/qotd resume",
    "/qotd set channel:#quotes time:19:00 zone:Europe/Berlin", "/qotd now", "/privacy",
    "press Show what is kept of me", "/suggest kind:Place", "/entry add kind:Place",
)  # fmt: skip
DAMAGED = (
    "guild.settings", "entry.form", "revision.draft", "suggestion.draft", "draft.typed",
    "action.detail", "unanswered.question", "quote_schedule.zone", "quote_schedule.at",
    "quote_schedule.next_day", "quote_delivery.zone", "quote_delivery.state", "quote_wish.key",
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("value", ["CAST(x'ff' AS TEXT)", "'junk'"])
async def test_unreadable_row_breaks_no_answer(
    settings: Settings, simulator: Simulator, caplog: pytest.LogCaptureFixture, value: str
) -> None:
    session = SimSession(simulator)
    async with build_bot(settings, random.Random(1), clock) as bot, online(bot, simulator):
        for line in WRITTEN:
            await session.play(line)
    whole = settings.ledger.read_bytes()
    for damaged in DAMAGED:
        settings.ledger.write_bytes(whole)
        table, _, column = damaged.partition(".")
        with closing(sqlite3.connect(settings.ledger)) as db:
            db.execute("PRAGMA ignore_check_constraints = ON")
            assert db.execute(f"UPDATE {table} SET {column} = {value}").rowcount, damaged
            db.commit()
        async with build_bot(settings, random.Random(1), clock) as bot, online(bot, simulator):
            for line in ASKED:
                said = [reply.text for reply in (await session.play(line)).replies]
                assert said, (damaged, line)
                assert "Something broke" not in str(said), (damaged, line)
                assert "did not respond" not in str(said), (damaged, line)
    caplog.clear()
