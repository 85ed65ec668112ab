"""A pipe keeps whoever opens it waiting: where one stands in a file's place, nothing opens it."""

import os
import random
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot import settings as settings_
from bot.app import build_app
from bot.cli import clock
from bot.ops import data_folder
from bot.ops.check_result import Level
from bot.ops.data_folder import Fresh
from bot.settings import Settings
from bot.simulated import online
from bot.simulator.server import Simulator
from lore.catalogue.database import Catalogue
from lore.ledger.errors import BackupError, LedgerInUseError, LedgerUnavailableError
from lore.ledger.sqlite.backup import back_up, restore
from lore.ledger.sqlite.database import open_store
from lore.ledger.sqlite.lock import only_process

Judge = Callable[..., list[str]]

# Without these the bot starts all the same.
SPARE = (
    *("ledger.db.pid", "ledger.db.signs", "ledger.db.signs.part", "commands.sha256"),
    *("identifies.log", "identifies.log.part", "backup-sent", "catalogue.db"),
)


@pytest.fixture
async def ledger(settings: Settings) -> Path:
    """Return a ledger with a backup."""
    async with open_store(settings.ledger):
        pass
    back_up(settings.ledger, settings.backups.file(clock()))
    return settings.ledger


def put_pipe(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.mkfifo(path)


@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal"])
async def test_a_pipe_in_place_of_a_ledger_is_refused(
    settings: Settings, ledger: Path, ending: str
) -> None:
    put_pipe(ledger.with_name(ledger.name + ending))
    told = f"ledger.db{ending} is a pipe, not a file"

    [finding] = [one for one in data_folder.look(settings, clock(), None) if one.part == "ledger"]
    assert finding.level is Level.FAULT
    assert told in finding.sentence
    with pytest.raises(LedgerUnavailableError, match=told):
        async with open_store(ledger):
            pass
    with pytest.raises(BackupError, match=told):
        back_up(ledger, ledger.with_name("copy.db"))


async def test_a_backup_takes_the_place_of_a_pipe(settings: Settings, ledger: Path) -> None:
    [backup] = settings.backups.folder.iterdir()
    put_pipe(ledger)
    restore(backup, ledger)
    async with open_store(ledger):
        pass


@pytest.mark.usefixtures("ledger")
async def test_a_pipe_among_the_backups_is_ignored(settings: Settings) -> None:
    [backup] = settings.backups.folder.iterdir()
    put_pipe(settings.backups.file(clock() - timedelta(days=1)))
    put_pipe(settings.backups.file_before_migration(3))

    assert settings.backups.newest(clock()) == backup
    settings.backups.rotate(1, clock())
    assert backup.is_file()


async def test_the_bot_does_without_the_files_that_it_can_do_without(
    settings: Settings, ledger: Path, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    for name in SPARE:
        put_pipe(settings.data_dir / name)

    async with (
        build_app(settings, random.Random(7), clock, settings.synced) as app,
        online(app.bot, simulator),
    ):
        await app.ledger.continuity.sign(clock(), timedelta())
        with pytest.raises(LedgerInUseError, match="is in use by"), only_process(ledger):
            pass

    assert "commands.sha256 is a pipe" in caplog.text
    assert "identifies.log.part is a pipe" in caplog.text
    caplog.clear()


@pytest.mark.usefixtures("ledger")
async def test_the_doctor_looks_past_pipes(settings: Settings, catalogue: Catalogue) -> None:
    for name in SPARE:
        put_pipe(settings.data_dir / name)
    given = settings.model_copy(update={"backup_command": "true"})

    found = {one.part: one for one in data_folder.look(given, clock(), Fresh("", catalogue))}
    assert found["commands"].sentence == "commands.sha256 is a pipe, not a file"
    assert "next start builds it anew" in found["catalogue"].sentence
    assert "the last was none" in found["off site"].sentence


def test_a_pipe_in_place_of_the_settings_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo(".env")
    os.mkfifo("token")
    monkeypatch.setenv("DISCORD_TOKEN_FILE", "token")
    assert settings_.examined()[1] == [
        ".env cannot be read: .env is a pipe, not a file",
        "DISCORD_TOKEN_FILE: token cannot be read: token is a pipe, not a file",
    ]


def test_a_folder_called_like_the_settings_is_an_environment_of_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(".env").mkdir()
    assert settings_.examined()[1] == []
