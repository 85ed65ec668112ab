"""Reloading the pack of a running bot."""

import asyncio
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import run_app
from bot.cli import clock
from bot.ops.reload import ReloadError, ask_for_reload
from bot.ops.running import BROKEN_PACK
from bot.settings import Settings
from bot.simulated import online
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.ledger.sqlite.lock import only_process
from tests.waiting import PATIENT, eventually

pytestmark = pytest.mark.skipif(
    not hasattr(signal, "SIGUSR1"), reason="there is no signal to ask with"
)

GEPPETTO = """
name = "Geppetto"
[[text]]
says = "Geppetto carves puppets."
cites = ["000:6 themselves with the homicidal android"]
"""


@pytest.fixture
def own_pack(seeds: Path, tmp_path: Path) -> Path:
    """Return the pack that ships, in a folder where it can be changed."""
    return Path(shutil.copytree(seeds, tmp_path / "pack"))


@pytest.fixture
def settings(settings: Settings, own_pack: Path) -> Settings:
    return settings.model_copy(update={"pack": own_pack, "health_port": 0})


@pytest.fixture
async def session(settings: Settings, simulator: Simulator) -> AsyncIterator[SimSession]:
    """Yield a bot that is online, and a server in which it can be asked."""
    async with run_app(settings, random.Random(7), clock) as bot, online(bot, simulator):
        yield SimSession(simulator, PATIENT)


async def said(session: SimSession, line: str) -> str:
    [reply] = (await session.play(line)).replies
    return reply.text


async def reload(settings: Settings) -> tuple[int, str]:
    report = await ask_for_reload(settings.ledger, settings.reload_report)
    return report.code, report.said


def add(pack: Path, name: str, text: str = GEPPETTO) -> None:
    (pack / "characters" / f"{name}.toml").write_text(text, encoding="utf-8")


async def test_a_new_entry_is_found_after_a_reload(
    session: SimSession, settings: Settings, own_pack: Path
) -> None:
    add(own_pack, "geppetto")
    assert "carves puppets" not in await said(session, "/bio Geppetto")

    code, text = await reload(settings)

    assert "carves puppets" in await said(session, "/bio Geppetto")
    assert (code, text) == (
        0,
        "Avengers: Age of Ultron: 155 entries, 46 quotes (before: 154 entries, 46 quotes).",
    )


async def test_a_removed_entry_is_found_no_more_though_it_was_asked_for_before(
    session: SimSession, settings: Settings, own_pack: Path
) -> None:
    add(own_pack, "geppetto")
    await reload(settings)
    assert "carves puppets" in await said(session, "/bio Geppetto")

    (own_pack / "characters" / "geppetto.toml").unlink()
    await reload(settings)

    assert "carves puppets" not in await said(session, "/bio Geppetto")


async def test_a_pack_with_faults_is_named_with_them_and_the_old_one_answers_on(
    session: SimSession, settings: Settings, own_pack: Path, caplog: pytest.LogCaptureFixture
) -> None:
    add(own_pack, "geppetto", "name = 3")
    (own_pack / "characters" / "ultron.toml").unlink()

    code, text = await reload(settings)

    assert code == BROKEN_PACK
    assert "characters/geppetto.toml:1: " in text
    assert text.endswith("The bot goes on with the pack that it had.")
    assert "peacekeeping" in await said(session, "/bio Ultron")
    caplog.clear()


async def test_questions_are_answered_while_the_pack_is_reloaded(
    session: SimSession, settings: Settings, own_pack: Path
) -> None:
    add(own_pack, "geppetto")
    reloaded = asyncio.create_task(reload(settings))
    while not reloaded.done():
        assert "peacekeeping" in await said(session, "/bio Ultron")

    assert (await reloaded)[0] == 0


@pytest.mark.usefixtures("session")
async def test_two_reloads_asked_at_once_both_report_a_pack_read_afterwards(
    settings: Settings, own_pack: Path
) -> None:
    first = asyncio.create_task(reload(settings))
    await asyncio.sleep(0)
    add(own_pack, "geppetto")
    second = await reload(settings)

    assert (await first)[0] == 0
    assert "155 entries" in second[1]


async def test_a_server_quote_is_of_the_entry_that_a_reload_brought(
    session: SimSession, settings: Settings, own_pack: Path
) -> None:
    for line in ("as curator", "/entry add kind:Quote"):
        await session.play(line)
    await session.play("fill Words=I carve what I like. Speaker=Geppetto")
    await session.play("press Publish")
    add(own_pack, "geppetto")

    await reload(settings)

    [reply] = (await session.play("/quote speaker:Geppetto")).replies
    assert reply.text.startswith("“I carve what I like.”\n— Geppetto")
    assert reply.buttons == ["Geppetto", "Sources", "Picture", "Something wrong?", "Delete"]


async def test_a_reload_without_a_running_bot_ends_at_once(settings: Settings) -> None:
    with pytest.raises(ReloadError, match="No bot runs on"):
        await reload(settings)


async def test_a_process_that_accepts_no_reload_gets_no_signal(settings: Settings) -> None:
    with (
        only_process(settings.ledger),
        pytest.raises(ReloadError, match=f"Process {os.getpid()} .* takes no reload"),
    ):
        await reload(settings)


async def test_an_unreadable_report_counts_as_none(settings: Settings) -> None:
    settings.reload_report.write_bytes(b"\xff{")
    with only_process(settings.ledger), pytest.raises(ReloadError, match="takes no reload"):
        await reload(settings)


async def test_a_bot_that_has_ended_leaves_no_report(settings: Settings) -> None:
    async with run_app(settings, random.Random(7), clock):
        await eventually(settings.reload_report.exists)
    assert not settings.reload_report.exists()


# A process that says it can be asked, and is ended by it.
DIES = """
import json, os, pathlib, sys, time
from lore.ledger.sqlite.lock import only_process
ledger, report = map(pathlib.Path, sys.argv[1:])
with only_process(ledger):
    space = os.readlink("/proc/self/ns/pid") if os.path.exists("/proc/self/ns/pid") else ""
    new = report.with_suffix(".new")
    new.write_text(json.dumps({"pid": os.getpid(), "namespace": space}))
    new.rename(report)
    time.sleep(60)
"""


@pytest.mark.process
async def test_a_bot_that_ends_while_it_reloads_is_waited_for_no_longer(settings: Settings) -> None:
    command = [sys.executable, "-c", DIES, settings.ledger, settings.reload_report]
    with subprocess.Popen(command) as process:  # noqa: ASYNC220  # it is ended by what is tested
        await eventually(settings.reload_report.exists)
        with pytest.raises(ReloadError, match=f"Process {process.pid} ended before"):
            await reload(settings)
