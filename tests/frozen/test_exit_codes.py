"""What the command line tells whoever started it: services and scripts go by these numbers."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import discord
import pytest

from tests.frozen import adapter

PACK = str(adapter.PACK)


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("words", [["--version"], ["check", "--pack", PACK]])
def test_exit_code_0_means_success(words: list[str]) -> None:
    assert adapter.command_line(*words) == 0


@pytest.mark.parametrize(
    "words", [["ask", "no such line"], ["restore", "no-such-file"], ["backup", "copy.db"]]
)
def test_exit_code_1_means_the_command_failed(words: list[str]) -> None:
    assert adapter.command_line(*words) == 1


@pytest.mark.parametrize("words", [["check", "--pack", "."], ["check", "--coverage"], ["nothing"]])
def test_exit_code_2_means_a_faulty_pack_or_command_line(words: list[str]) -> None:
    assert adapter.command_line(*words) == 2


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.ClientConnectionError("refused"),
        aiohttp.ClientHttpProxyError(None, (), status=502),  # type: ignore[arg-type]
        TimeoutError(),
        adapter.GarbledError("KeyError"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_exit_code_69_means_discord_cannot_be_reached(error: Exception) -> None:
    assert adapter.ended_by(error) == 69


async def test_exit_code_75_means_another_process_has_the_ledger(tmp_path: Path) -> None:
    catalogue = adapter.catalogue(tmp_path)
    folder = adapter.prepared(tmp_path / "data", catalogue)
    async with adapter.session(folder, lambda: datetime(2027, 3, 1, tzinfo=UTC)):
        words = "ask", "/about", "--data", str(folder)

        assert await asyncio.to_thread(adapter.command_line, *words) == 75


def test_exit_code_78_means_wrong_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LORE_PERSON_PER_MINUTE", "many")

    assert adapter.command_line("ask", "/about") == 78


@pytest.mark.parametrize(
    "error",
    [
        discord.LoginFailure("no such token"),
        discord.PrivilegedIntentsRequired(None),
        aiohttp.ClientHttpProxyError(None, (), status=407),  # type: ignore[arg-type]
    ],
    ids=lambda error: type(error).__name__,
)
def test_exit_code_78_means_discord_or_a_proxy_refuses_the_bot(error: Exception) -> None:
    assert adapter.ended_by(error) == 78


def test_exit_code_130_means_interrupted() -> None:
    assert adapter.INTERRUPTED == 130
