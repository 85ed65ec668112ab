"""Types in what the operator's guide says of the container, where there is a Docker daemon."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.simulator.server import TOKEN, Simulator

pytestmark = [pytest.mark.slow, pytest.mark.docker, pytest.mark.timeout(900)]

NEEDS_DOCKER = "  # by hand: it needs a Docker daemon"
COMPOSE = "docker compose --file deploy/compose.yaml"
DOCKERFILE = Path(__file__).parents[2] / "deploy" / "Dockerfile"
BASE = re.findall(r"^ARG BASE=(\S+)", DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE)[0]

# Beside compose.yaml: the simulator in Discord's place, and a volume that is nobody's.
ON_STAGE = """
name: lorebot-under-test
services:
  lorebot:
    network_mode: host
    environment:
      LORE_HEALTH_PORT: {port}
    entrypoint:
      - python
      - -c
      - |
        from discord.http import Route
        Route.BASE = "{api}"
        from bot.cli import main
        main()
    command: [run]
"""

Type = Callable[[str, Path], Awaitable[tuple[int, str]]]
# A line of the guide; what it printed, once its exit code is the one that is expected.
Run = Callable[..., Awaitable[str]]


@pytest.fixture
async def run(
    copy: Path, simulator: Simulator, health_port: int, type_in: Type
) -> AsyncIterator[Run]:
    """Type a line, with the simulator in Discord's place; nothing of it is left at the end."""

    async def typed(line: str, status: int = 0) -> str:
        here = line.replace(COMPOSE, f"{COMPOSE} --file deploy/on-stage.yaml")
        ended, output = await type_in(here, copy)
        assert ended == status, (line, output)
        return output

    if (
        not shutil.which("docker")
        or (await type_in("docker info && docker compose version", copy))[0]
    ):
        pytest.skip("there is no Docker daemon, or no Compose")
    if (await type_in(f"docker image inspect {BASE} || docker pull {BASE}", copy))[0]:
        pytest.skip(f"{BASE} cannot be fetched")
    (copy / "deploy" / "on-stage.yaml").write_text(
        ON_STAGE.format(api=simulator.api, port=health_port)
    )
    settings = (copy / ".env.example").read_text()
    (copy / ".env").write_text(settings.replace("TOKEN=", f"TOKEN={TOKEN}", 1))
    try:
        yield typed
    finally:
        await typed(f"{COMPOSE} down --volumes --rmi local")


async def healthy(run: Run, ps: str) -> None:
    """Wait until this line says so."""
    for _ in range(120):
        if "(healthy)" in await run(ps):
            return
        await asyncio.sleep(1)
    raise TimeoutError(await run(f"{COMPOSE} logs"))


async def test_the_readmes_container_steps_work(run: Run, copy: Path, commands: list[str]) -> None:
    lines = [line.partition(NEEDS_DOCKER)[0] for line in commands if NEEDS_DOCKER in line]
    up, ps, logs, doctor, stop, restore, up_again, fetch, bring = lines
    await run(up)
    await healthy(run, ps)
    assert "has connected to Gateway" in await run(logs)
    await run(doctor)
    backed_up = await run(doctor.replace(" doctor", " backup"))
    [name] = re.findall(r"ledger-\w+\.db", backed_up)
    await run(stop)
    assert "Exited (0)" in await run(f"{COMPOSE} ps --all")
    await run(restore.replace("NAME", name))
    await run(up_again)
    await healthy(run, ps)
    await run(fetch.replace("NAME", name))
    assert (copy / "copy.db").read_bytes().startswith(b"SQLite format 3")
    await run(f"{COMPOSE} down --volumes")
    assert "Restored /data/ledger.db" in await run(bring)


async def test_the_container_runs_without_privileges(run: Run) -> None:
    status = await run(f"{COMPOSE} run --rm --entrypoint cat lorebot /proc/self/status")
    assert "Uid:\t10001" in status
    assert "CapBnd:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status


async def test_the_container_reads_a_clone_that_only_its_owner_may_read(run: Run) -> None:
    await run("chmod --recursive go= .")
    assert "no faults" in await run(f"{COMPOSE} run --rm lorebot check")


async def test_the_container_writes_only_to_its_volume(run: Run) -> None:
    write = f"{COMPOSE} run --rm --entrypoint touch lorebot"
    await run(f"{write} /data/here")
    assert "Read-only file system" in await run(f"{write} /app/here", status=1)


async def test_the_container_exits_with_78_on_a_wrong_token(run: Run) -> None:
    wrong = TOKEN.replace("alone", "wrong")
    said = await run(f"{COMPOSE} run --rm --env DISCORD_TOKEN={wrong} lorebot run", status=78)
    assert "Discord refused the token" in said
