"""How the process ends, and with which exit code."""

import asyncio
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.simulator.faults import Fault
from bot.simulator.interactions import InteractionKind
from bot.simulator.server import TOKEN, Simulator
from bot.simulator.session import SimSession
from lore.ledger.sqlite.database import open_store
from tests.waiting import eventually

pytestmark = pytest.mark.process

Start = Callable[..., Awaitable[Any]]


async def test_a_second_process_names_the_first_and_exits_with_75(
    start: Start, simulator: Simulator
) -> None:
    first = await start()
    await simulator.bot_online()
    second = await start()
    assert await second.ended() == 75
    assert f"in use by process {first.process.pid}" in second.said


async def test_the_log_says_when_the_bot_is_ready_and_where_its_files_are(
    start: Start, simulator: Simulator, tmp_path: Path
) -> None:
    bot = await start()
    await simulator.bot_online()
    read = b""
    while b" ready: " not in read:
        read = await bot.process.stdout.readline()
    count = len(simulator.state.guilds)
    assert (
        f"ready: {count} servers, data in {tmp_path}, health on http://127.0.0.1:{bot.port}/health"
    ) in read.decode()
    assert (await bot.health())[0] == 200


@pytest.mark.parametrize(
    "blow",
    [signal.SIGTERM, signal.SIGINT, signal.SIGHUP],
)
async def test_sigterm_ends_the_process_cleanly_and_leaves_no_wal(
    start: Start, simulator: Simulator, session: SimSession, tmp_path: Path, blow: signal.Signals
) -> None:
    if signal.getsignal(blow) is signal.SIG_IGN:
        pytest.skip("these tests were started so that they outlive their terminal")
    bot = await start()
    await simulator.bot_online()
    await session.play("/bio qqxyzzy")
    assert (tmp_path / "ledger.db-wal").exists()
    bot.process.send_signal(blow)
    assert await bot.ended(within=5) == 0
    assert not (tmp_path / "ledger.db-wal").exists()
    assert "Traceback" not in bot.said


async def test_reload_exits_with_0_for_a_valid_pack_and_2_for_a_faulty_one(
    start: Start, simulator: Simulator, session: SimSession, tmp_path: Path, seeds: Path
) -> None:
    pack = Path(shutil.copytree(seeds, tmp_path / "pack"))
    await start(lore_pack=pack)
    await simulator.bot_online()
    await eventually((tmp_path / "reload.json").exists)

    async def reload() -> tuple[int | None, str]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "reload", "--data", str(tmp_path)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        return process.returncode, output.decode()

    about = (pack / "characters" / "ultron.toml").read_text(encoding="utf-8")
    (pack / "characters" / "ultron.toml").write_text(about.replace('"Ultron"', '"Ultimo"', 1))
    code, said = await reload()
    [reply] = (await session.play("/bio Ultimo")).replies
    assert (code, reply.text.splitlines()[0]) == (0, "Ultimo")
    assert said.startswith("Avengers: Age of Ultron: ")

    (pack / "characters" / "ultron.toml").write_text("name = ")
    code, said = await reload()
    [reply] = (await session.play("/bio Ultimo")).replies
    assert (code, reply.text.splitlines()[0]) == (2, "Ultimo")
    assert "characters/ultron.toml:1: " in said


async def test_sigterm_ends_the_process_while_discord_does_not_answer(
    start: Start, simulator: Simulator
) -> None:
    simulator.faults.append(Fault("GET /users/@me", delay=60))
    bot = await start()
    while b"logging in" not in await bot.process.stdout.readline():
        pass
    bot.process.terminate()
    assert await bot.ended(within=5) == 0


async def test_sigterm_ends_the_process_while_the_gateway_hangs(
    start: Start, simulator: Simulator
) -> None:
    bot = await start()
    await simulator.bot_online()
    connection = simulator.gateway.sessions[0].socket._req.transport
    connection.pause_reading()
    bot.process.terminate()
    assert await bot.ended(within=5) == 0
    connection.resume_reading()


async def test_sigterm_during_an_answer_ends_without_an_error(
    start: Start, simulator: Simulator, session: SimSession
) -> None:
    bot = await start()
    await simulator.bot_online()
    simulator.faults.append(Fault("POST /interactions/*/callback", delay=60))
    asked = asyncio.create_task(session.play("/bio tony strak"))
    await eventually(lambda: not simulator.faults)
    bot.process.terminate()
    assert await bot.ended(within=5) == 0
    assert "Traceback" not in bot.said
    asked.cancel()


async def test_sigterm_under_load_logs_no_traceback(
    start: Start, simulator: Simulator, session: SimSession
) -> None:
    bot = await start()
    await simulator.bot_online()
    answer = (await session.play("/bio ultron")).replies[0]
    known = next(one for one in session.user.commands() if one["name"] == "bio")
    option = {"type": 3, "name": "name", "value": "tony strak"}
    command = {"id": known["id"], "name": "bio", "type": 1, "options": [option]}
    typing = command | {"options": [option | {"focused": True}]}
    message = next(session.user.seen())
    press = {"component_type": 2, "custom_id": "go:1:ultron"}
    assert "More" in answer.buttons

    async def ask(times: int) -> None:
        person, place = session.user.person, session.user.place
        for _ in range(times):
            for kind, data, source in (
                (InteractionKind.COMMAND, command, None),
                (InteractionKind.AUTOCOMPLETE, typing, None),
                (InteractionKind.COMPONENT, press, message),
            ):
                begun = simulator.answers.begin(kind, person, place, data, source, None)
                await simulator.deliver(begun)

    await ask(200)
    bot.process.terminate()
    await ask(100)
    assert await bot.ended() == 0
    assert "Traceback" not in bot.said


async def test_a_process_without_standard_streams_ends_cleanly(
    start: Start, simulator: Simulator
) -> None:
    bot = await start("sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh")
    await simulator.bot_online()
    bot.process.terminate()
    assert await bot.ended() == 0


async def test_sigterm_during_a_backup_leaves_no_wal_and_no_partial_copy(
    start: Start, simulator: Simulator, tmp_path: Path
) -> None:
    numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000)"
    many = f"{numbers} SELECT i, hex(zeroblob(2000)) FROM n"
    async with open_store(tmp_path / "ledger.db") as database, database.write() as tx:
        await tx.run(f"INSERT INTO guild (guild_id, settings) {many}")
    bot = await start()
    await simulator.bot_online()
    backups = tmp_path / "backups"
    await eventually(lambda: list(backups.glob("*")))
    bot.process.terminate()
    assert await bot.ended(within=5) == 0
    assert not (tmp_path / "ledger.db-wal").exists()
    assert list(backups.glob("*.part")) == []


async def test_a_wrong_token_exits_with_78_and_is_not_printed(
    start: Start, simulator: Simulator
) -> None:
    wrong = TOKEN.replace("token", "wrong")
    bot = await start(discord_token=wrong)
    assert await bot.ended() == 78
    assert "Discord refused the token" in bot.said
    assert wrong not in bot.said
    assert [sent.status for sent in simulator.requests] == [401]


async def test_a_token_revoked_while_running_exits_with_78_without_retries(
    start: Start, simulator: Simulator
) -> None:
    bot = await start()
    await simulator.bot_online()
    before = len(simulator.requests)
    await simulator.gateway.revoke()
    assert await bot.ended() == 78
    assert "Discord refused the token" in bot.said
    assert len(simulator.requests) - before <= 1


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (4014, "Update it"),
        pytest.param(4010, "LORE_SHARD_IDS", marks=pytest.mark.slow),
        pytest.param(4011, "LORE_SHARD_COUNT", marks=pytest.mark.slow),
    ],
)
async def test_a_permanent_gateway_close_exits_with_78_and_advice(
    start: Start, simulator: Simulator, code: int, advice: str
) -> None:
    bot = await start()
    await simulator.bot_online()
    await simulator.gateway.shut(code)
    assert await bot.ended() == 78
    assert advice in bot.said
    assert "Traceback" not in bot.said


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        pytest.param(Fault("GET /users/@me", disconnect=True), 69, id="down"),
        pytest.param(Fault("GET /gateway/bot", status=401), 78, id="revoked at the gateway"),
        *(
            pytest.param(fault, 69, id=id, marks=pytest.mark.slow)
            for id, fault in {
                "barred": Fault("GET /users/@me", status=403),
                "captive portal": Fault("GET /users/@me", status=200, body="Log in here first"),
                "barred at the gateway": Fault("GET /gateway/bot", status=403),
            }.items()
        ),
    ],
)
async def test_a_refused_login_ends_the_process_with_a_sentence(
    start: Start, simulator: Simulator, fault: Fault, code: int
) -> None:
    simulator.faults.append(replace(fault, times=9))
    bot = await start()
    assert await bot.ended() == code
    assert re.search(r"^Discord (cannot be reached|refused the token)", bot.said, re.MULTILINE)
    assert "Traceback" not in bot.said


def test_a_full_output_disk_ends_the_process_with_a_sentence(tmp_path: Path) -> None:
    checking = [sys.executable, "-m", "bot", "check"]
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            checking, cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    said = "This machine does not let it go on: No space left on device.\n"
    assert (ended.returncode, ended.stderr) == (1, said)
