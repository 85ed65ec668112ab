from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.operation import doctor
from bot.operation.backups import backup_file
from bot.operation.doctor import Level
from bot.settings import Settings
from lore.ledger.store import open_store

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB"


def with_token(settings: Settings, token: str) -> Settings:
    return settings.model_copy(update={"token": SecretStr(token)})


async def make_ledger(settings: Settings) -> None:
    async with open_store(settings.ledger):
        pass


@pytest.mark.parametrize(
    ("token", "level"), [(TOKEN, Level.GOOD), ("Bot " + TOKEN, Level.FAULT), ("x", Level.FAULT)]
)
def test_a_token_is_known_by_its_form(settings: Settings, token: str, level: Level) -> None:
    assert doctor.token(with_token(settings, token)).level is level


def test_without_a_token_the_way_online_is_told(settings: Settings) -> None:
    finding = doctor.token(settings)
    assert (finding.level, ".env" in finding.sentence) == (Level.WARNING, True)


@pytest.mark.parametrize(("mode", "level"), [(0o600, Level.GOOD), (0o640, Level.FAULT)])
def test_a_secret_that_others_may_read_is_a_fault(
    settings: Settings, mode: int, level: Level
) -> None:
    settings.data_dir.chmod(0o700)
    Path(".env").touch()
    Path(".env").chmod(mode)
    assert [finding.level for finding in doctor.modes(settings)] == [level]


@pytest.mark.parametrize(
    ("number", "level"),
    [
        ((3, 40, 1), Level.WARNING),
        ((3, 50, 6), Level.WARNING),
        ((3, 50, 7), Level.GOOD),
        ((3, 51, 2), Level.WARNING),
        ((3, 51, 3), Level.GOOD),
    ],
)
def test_the_wal_reset_bug_is_known_by_version(number: tuple[int, ...], level: Level) -> None:
    assert doctor.sqlite(number).level is level


@pytest.mark.parametrize(
    ("megabytes", "level"), [(600, Level.GOOD), (100, Level.WARNING), (10, Level.FAULT)]
)
def test_a_full_disk_is_told(megabytes: int, level: Level) -> None:
    assert doctor.room(megabytes * 1024 * 1024).level is level


def test_a_broken_pack_is_told(settings: Settings, tmp_path: Path) -> None:
    broken = settings.model_copy(update={"pack": tmp_path / "nowhere"})
    assert doctor.pack(broken).level is Level.FAULT
    assert doctor.pack(settings).level is Level.GOOD


async def test_a_ledger_in_use_names_its_process(settings: Settings) -> None:
    async with open_store(settings.ledger):
        in_use = doctor.ledger(settings)
    assert "is running on it" in in_use.sentence
    assert "No bot is running" in doctor.ledger(settings).sentence


async def test_a_damaged_ledger_names_the_way_back(settings: Settings) -> None:
    await make_ledger(settings)
    backup = backup_file(settings.ledger, NOON)
    backup.parent.mkdir()
    backup.touch()
    data = bytearray(settings.ledger.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    settings.ledger.write_bytes(data)
    finding = doctor.ledger(settings)
    assert (finding.level, str(backup) in finding.sentence) == (Level.FAULT, True)


@pytest.mark.parametrize(("days", "level"), [(1, Level.GOOD), (3, Level.WARNING)])
async def test_an_old_backup_is_told(settings: Settings, days: int, level: Level) -> None:
    await make_ledger(settings)
    backup = backup_file(settings.ledger, NOON - timedelta(days=days))
    backup.parent.mkdir()
    backup.touch()
    assert doctor.backups(settings, NOON).level is level


def test_commands_of_another_version_are_told(settings: Settings) -> None:
    settings.synced.write_text("1 abc")
    assert doctor.commands(settings, "abc").level is Level.GOOD
    assert doctor.commands(settings, "xyz").level is Level.WARNING


@pytest.mark.parametrize(
    ("theirs", "level"),
    [
        (NOON + timedelta(seconds=90), Level.GOOD),
        (NOON - timedelta(minutes=5), Level.FAULT),
        (None, Level.WARNING),
    ],
)
def test_the_clock_is_compared_with_discords(theirs: datetime | None, level: Level) -> None:
    assert doctor.clock(NOON, theirs).level is level


def test_no_secret_is_told(settings: Settings) -> None:
    for token in (TOKEN, "hunter2"):
        told = str(list(doctor.look(with_token(settings, token), NOON, None)))
        assert token not in told
