"""The bot with its ledger in PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import platform
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import build_bot
from bot.cli import clock
from bot.ops import running
from bot.ops.check_result import Level
from bot.ops.engine import open_ledger
from bot.ops.ledger_server import ledger_server
from bot.ops.metrics import Metrics
from bot.ops.shards import shards
from bot.ops.standing_by import StandingBy
from bot.settings import Settings
from bot.simulated import simulated_session
from lore.curation.drafts import EntryDraft
from lore.errors import LoreError
from lore.ledger.postgres import announcing
from lore.ledger.records import Actor
from lore.pack.model import Kind
from tests.postgres import OwnServer, own_server, transaction_pooler
from tests.waiting import eventually

pytestmark = pytest.mark.slow

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[OwnServer]:
    with own_server() as server:
        yield server


@pytest.fixture
async def ours(server: OwnServer, settings: Settings) -> Settings:
    """Return settings with the ledger in an empty database."""
    address = await server.make("bot")
    return settings.model_copy(update={"ledger_url": SecretStr(address.url)})


async def test_what_a_server_adds_is_there_after_a_restart(ours: Settings) -> None:
    for start in range(2):
        async with build_bot(ours, random.Random(1), lambda: NOON) as bot:
            entries = bot.services.ledger.entries
            if not start:
                draft = EntryDraft(Kind.PLACE, "Mill", "It grinds.")
                await entries.publish(1, draft, Actor(5, 11, NOON))
            assert (await entries.entry(1, "s.mill")).draft.name == "Mill"
    assert not ours.ledger.exists()


async def test_warm_answers_go_on_while_the_server_is_away(
    server: OwnServer, ours: Settings
) -> None:
    lines = "/bio name:Vision", "/timeline"
    async with (
        build_bot(ours, random.Random(1), lambda: NOON) as bot,
        simulated_session(bot, lambda: NOON) as session,
    ):
        before = [await session.play(line) for line in lines]
        with server.stopped():
            meanwhile = [await session.play(line) for line in lines]
    assert [turn.replies[0].text for turn in meanwhile] == [turn.replies[0].text for turn in before]
    assert {reply.kind for turn in meanwhile for reply in turn.replies} == {"message"}


async def test_doctor_looks_at_the_server(ours: Settings) -> None:
    async with open_ledger(ours, NOON):
        pass
    good, unsafe = await ledger_server(ours, clock)
    assert (good.level, "PostgreSQL" in good.sentence) == (Level.GOOD, True)
    # The servers of tests do not sync to the disk.
    assert (unsafe.level, "set fsync = on" in unsafe.sentence) == (Level.FAULT, True)


async def test_doctor_finds_a_pooler_that_keeps_announcements_back(
    ours: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "ARRIVES", 0.5)
    async with open_ledger(ours, NOON):
        pass
    assert ours.ledger_address
    async with transaction_pooler(ours.ledger_address) as between:
        through = ours.model_copy(update={"ledger_url": SecretStr(between.url)})
        *_, kept_back = await ledger_server(through, clock)
    assert kept_back.level == Level.FAULT
    assert "announcements" in kept_back.sentence
    assert "name the server itself" in kept_back.sentence


async def test_doctor_names_the_acting_process_and_counts_those_that_stand_by(
    ours: Settings,
) -> None:
    standing_by = StandingBy(Metrics(), 0)
    elsewhere = ours.model_copy(update={"data_dir": ours.data_dir / "other"})
    elsewhere.data_dir.mkdir()

    async def spare() -> None:
        async with open_ledger(elsewhere, NOON, stand_by=standing_by.stand_by):
            pass

    async with open_ledger(ours, NOON):
        waiting = asyncio.create_task(spare())
        await eventually(lambda: standing_by.was)
        acting, *_ = await ledger_server(ours, clock)
    await waiting
    nobody, *_ = await ledger_server(ours, clock)

    process = f"Process {os.getpid()} on {platform.node()}"
    assert acting.sentence.endswith(f"{process} acts on it; 1 other would take over.")
    assert nobody.sentence.endswith("No bot is running on it.")


async def test_simulated_bot_serves_every_server_whatever_its_share_would_be(
    ours: Settings,
) -> None:
    shared = ours.model_copy(update={"processes": 4, "shard_count": 4})
    async with (
        build_bot(shared, random.Random(1), lambda: NOON) as bot,
        simulated_session(bot, lambda: NOON) as session,
    ):
        turn = await session.play("/bio vision")
    assert turn.replies[0].text.startswith("Vision")


async def test_shards_and_doctor_tell_held_slots_from_free_ones(
    ours: Settings, tmp_path: Path
) -> None:
    two = {"processes": 2, "shard_count": 5}
    fleet, other = (
        ours.model_copy(update={**two, "data_dir": tmp_path / name}) for name in ("one", "other")
    )
    for one in (fleet, other):
        one.prepare()
    async with open_ledger(fleet, NOON):
        figures, first, second, waiting = await shards(fleet)
        found = await ledger_server(fleet, clock)
        async with open_ledger(other, NOON):
            both = await shards(fleet)
            acting, *_ = await ledger_server(fleet, clock)
    process = f"process {os.getpid()} on {platform.node()}"
    assert figures == f"2 processes share 5 shards out on {ours.ledger_address}."
    assert first.startswith(f"slot 0, shards 0 to 1 of 5: {process}, until ")
    assert second.startswith("slot 1, shards 2 to 4 of 5: free.")
    assert both[2].startswith(f"slot 1, shards 2 to 4 of 5: {process}, until ")
    assert waiting == both[3] == "Standing by: nobody."
    assert "1 of 2 slots are free, so nobody answers the servers of shards 2 to 4 of 5" in "".join(
        one.sentence for one in found if one.level == Level.FAULT
    )
    assert acting.sentence.endswith(f" and {process} act on it; 0 others would take over.")


async def test_doctor_tells_of_standbys_that_lag_and_of_a_clock_that_is_off(
    server: OwnServer, ours: Settings, tmp_path: Path
) -> None:
    async with open_ledger(ours, NOON):
        pass
    with server.copied_to(tmp_path):
        _, _, behind, off = await ledger_server(ours, lambda: clock() - timedelta(hours=1))
    assert (behind.level, "synchronous_standby_names" in behind.sentence) == (Level.WARNING, True)
    assert (off.level, "best by NTP" in off.sentence) == (Level.WARNING, True)


@pytest.mark.parametrize(
    ("right", "wrong", "code", "sentence"),
    [
        ("sesame", "Sesame", running.BAD_CONFIGURATION, "the password is wrong"),
        ("/bot", "/nowhere", running.BAD_CONFIGURATION, "no such database"),
        ("127.0.0.1", "no.such.host.invalid", running.UNREACHABLE, "no machine has this name"),
    ],
)
async def test_what_bars_the_way_has_its_exit_code_and_no_password(
    ours: Settings, right: str, wrong: str, code: int, sentence: str
) -> None:
    assert ours.ledger_address
    url = ours.ledger_address.url.replace(right, wrong)
    other = ours.model_copy(update={"ledger_url": SecretStr(url)})
    with pytest.raises(LoreError) as refused:
        async with open_ledger(other, NOON):
            pass
    told = running.ending(refused.value)
    [finding] = await ledger_server(other, clock)

    assert told
    assert (told[1], sentence in told[0]) == (code, True)
    assert (finding.level, finding.sentence) == (Level.FAULT, told[0])
    assert "esame" not in told[0]


async def test_second_bot_on_the_ledger_ends_as_in_use(ours: Settings) -> None:
    elsewhere = ours.model_copy(update={"data_dir": ours.data_dir / "other"})
    elsewhere.data_dir.mkdir()
    async with open_ledger(ours, NOON):
        with pytest.raises(LoreError, match=f"in use by process {os.getpid()} on") as refused:
            async with open_ledger(elsewhere, NOON):
                pass
    assert (running.ending(refused.value) or ("", 0))[1] == running.IN_USE
