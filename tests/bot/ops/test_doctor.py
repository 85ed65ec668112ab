"""What doctor finds outside the data folder: token, versions, disk, pack, settings and clock."""

import shutil
import sys
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest
from discord.http import Route
from pydantic import SecretStr

from bot.core.connection.proxies import DIRECT, Proxies, proxy_url
from bot.ops import doctor
from bot.ops.check_result import Level
from bot.settings import Settings
from bot.simulator import server as rehearsed
from bot.simulator.faults import Fault
from bot.simulator.server import Simulator

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.Gabcde.abcdefghijklmnopqrstuvwxyz0123456789AB"


def with_token(settings: Settings, token: str) -> Settings:
    return settings.model_copy(update={"token": SecretStr(token)})


@pytest.mark.parametrize(
    ("token", "level"), [(TOKEN, Level.WARNING), ("Bot " + TOKEN, Level.FAULT), ("x", Level.FAULT)]
)
def test_token_is_judged_by_its_form_when_discord_is_unreachable(
    settings: Settings, token: str, level: Level
) -> None:
    assert doctor.token(with_token(settings, token), None).level is level


@pytest.fixture
def discord(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    """Let doctor ask the simulator."""
    monkeypatch.setattr(Route, "BASE", simulator.api)
    return simulator


async def test_token_is_reported_with_its_bot(settings: Settings, discord: Simulator) -> None:
    owner = await doctor.owner_of(rehearsed.TOKEN)
    assert owner == doctor.Application(discord.state.bot.id, "Lorebot")
    finding = doctor.token(with_token(settings, rehearsed.TOKEN), owner)
    assert finding.level is Level.GOOD
    assert "Lorebot" in finding.sentence


@pytest.mark.usefixtures("discord")
async def test_token_refused_by_discord_is_a_fault(settings: Settings) -> None:
    finding = doctor.token(with_token(settings, TOKEN), await doctor.owner_of(TOKEN))
    assert finding.level is Level.FAULT
    assert finding.sentence.startswith("Discord refuses it.")


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 403},
        {"status": 503},
        {"status": 401, "body": b"<html>Sign in", "headers": {"Content-Type": "text/html"}},
        {"disconnect": True},
        {"status": 200, "body": "Log in to this network"},
        {"status": 200, "body": []},
        {"status": 200, "body": {"id": "x", "name": "y"}},
    ],
    ids=repr,
)
async def test_refusal_by_something_else_is_not_a_refused_token(
    discord: Simulator, fault: dict[str, Any]
) -> None:
    discord.faults.append(Fault("GET /oauth2/applications/@me", times=9, **fault))
    assert await doctor.owner_of(TOKEN) is None


def test_missing_token_is_reported_with_how_to_get_one(settings: Settings) -> None:
    finding = doctor.token(settings, None)
    assert (finding.level, ".env" in finding.sentence) == (Level.WARNING, True)


@pytest.mark.parametrize(("mode", "level"), [(0o600, Level.GOOD), (0o640, Level.FAULT)])
def test_secret_file_readable_by_others_is_a_fault(
    settings: Settings, mode: int, level: Level
) -> None:
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
def test_sqlite_versions_with_the_wal_reset_bug_are_reported(
    number: tuple[int, ...], level: Level
) -> None:
    assert doctor.sqlite(number).level is level


def test_wal_reset_bug_is_reported_with_the_fix() -> None:
    assert doctor.sqlite((3, 46, 1)).sentence.endswith("uv python install 3.13")


@pytest.mark.parametrize(
    ("megabytes", "level"), [(600, Level.GOOD), (100, Level.WARNING), (10, Level.FAULT)]
)
def test_full_disk_is_reported(megabytes: int, level: Level) -> None:
    assert doctor.room(megabytes * 1024 * 1024).level is level


def test_missing_pack_is_reported_with_the_fix(settings: Settings, tmp_path: Path) -> None:
    finding = doctor.pack(settings.model_copy(update={"pack": tmp_path / "nowhere"}))
    assert finding.level is Level.FAULT
    assert finding.sentence.endswith("Mend the pack, or name another with LORE_PACK.")


def test_faults_of_the_pack_are_counted(settings: Settings, tmp_path: Path) -> None:
    harmed = shutil.copytree(settings.pack, tmp_path / "pack")
    (harmed / "odd.toml").touch()
    finding = doctor.pack(settings.model_copy(update={"pack": harmed}))
    assert finding.sentence.startswith("It has 1 fault, which lorebot check lists.")


def test_valid_pack_is_named(settings: Settings) -> None:
    finding = doctor.pack(settings)
    assert finding.level is Level.GOOD
    assert finding.sentence.startswith("Avengers: Age of Ultron: ")


def test_each_invalid_setting_is_a_fault() -> None:
    findings = list(doctor.settings_valid(["LORE_A: is wrong", "LORE_B: is wrong"]))
    assert [finding.level for finding in findings] == [Level.FAULT, Level.FAULT]
    assert findings[0].sentence.endswith("LORE_A: is wrong")


def test_systemd_credential_is_not_reported_as_readable(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = tmp_path / "credentials" / "discord-token"
    token.parent.mkdir()
    token.touch()
    token.chmod(0o440)
    handed = settings.model_copy(update={"token_file": token})
    assert [finding.level for finding in doctor.modes(handed)] == [Level.FAULT]
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(token.parent))
    assert list(doctor.modes(handed)) == []


@pytest.mark.parametrize(
    ("theirs", "level"),
    [
        (NOON + timedelta(seconds=90), Level.GOOD),
        (NOON - timedelta(minutes=5), Level.FAULT),
        (None, Level.WARNING),
    ],
)
def test_clock_difference_to_discord_is_reported(theirs: datetime | None, level: Level) -> None:
    assert doctor.clock(NOON, theirs).level is level


def test_no_secret_is_printed(settings: Settings) -> None:
    for token in (TOKEN, "hunter2"):
        told = str(list(doctor.look(with_token(settings, token), [], NOON, None, None)))
        assert token not in told


def test_every_part_is_looked_at_once(settings: Settings) -> None:
    Path(".env").touch(0o600)
    owner = doctor.Application(7, "Lorebot")
    found = list(doctor.look(with_token(settings, TOKEN), [], NOON, None, owner))

    assert [finding.part for finding in found] == [
        *("settings", "token", ".env", "sqlite", "disk", "zones", "pictures", "pack"),
        *("data", "ledger", "posts", "catalogue", "backups", "off site", "commands"),
    ]
    assert {finding.level for finding in found if finding.part not in ("sqlite", "data")} == {
        Level.GOOD
    }


def test_doctor_says_how_to_install_missing_time_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_installed(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(doctor, "version", not_installed)
    finding = doctor.zones()
    assert finding.level is Level.FAULT
    assert finding.sentence.endswith("Install this version's requirements.lock again.")


@pytest.mark.parametrize(
    ("free", "level"),
    [
        (500 * 1024 * 1024, Level.GOOD),
        (500 * 1024 * 1024 - 1, Level.WARNING),
        (50 * 1024 * 1024, Level.WARNING),
        (50 * 1024 * 1024 - 1, Level.FAULT),
    ],
)
def test_disk_space_at_the_very_limit_is_enough(free: int, level: Level) -> None:
    assert doctor.room(free).level is level


@pytest.mark.parametrize(("seconds", "level"), [(120, Level.GOOD), (121, Level.FAULT)])
def test_a_clock_may_be_two_minutes_off(seconds: int, level: Level) -> None:
    for theirs in (NOON + timedelta(seconds=seconds), NOON - timedelta(seconds=seconds)):
        assert doctor.clock(NOON, theirs).level is level


def test_a_file_of_a_token_that_cannot_be_read_is_a_fault(
    settings: Settings, tmp_path: Path
) -> None:
    named = settings.model_copy(update={"token_file": tmp_path / "nowhere"})
    finding = doctor.token(named, None)
    assert (finding.level, "DISCORD_TOKEN_FILE" in finding.sentence) == (Level.FAULT, True)


def test_a_pack_whose_file_cannot_be_read_is_a_fault(settings: Settings, tmp_path: Path) -> None:
    harmed = shutil.copytree(settings.pack, tmp_path / "pack")
    file = harmed / "pack.toml"
    file.unlink()
    file.mkdir()
    finding = doctor.pack(settings.model_copy(update={"pack": harmed}))
    assert finding.level is Level.FAULT


@pytest.mark.parametrize(
    ("exempt", "reached", "level", "said"),
    [
        ("discord.com", True, Level.GOOD, "NO_PROXY exempts Discord from it"),
        ("", True, Level.GOOD, "Discord is reached through"),
        ("", False, Level.WARNING, "Discord could not be reached through"),
    ],
)
def test_doctor_says_that_discord_is_reached_through_a_proxy(
    exempt: str, reached: bool, level: Level, said: str
) -> None:
    [finding] = doctor.proxy(Proxies(proxy_url("http://proxy.test:3128"), exempt), reached)
    assert (finding.level, finding.sentence.startswith(said)) == (level, True)


def test_doctor_mentions_no_proxy_if_none_is_set() -> None:
    assert list(doctor.proxy(DIRECT, reached=True)) == []


def test_doctor_says_with_how_many_fonts_pictures_are_drawn(settings: Settings) -> None:
    finding = doctor.pictures(settings)

    assert finding.level is Level.GOOD
    assert finding.sentence.startswith("They are drawn with ")


def test_doctor_says_that_a_folder_of_fonts_holds_none(settings: Settings, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere", Path(__file__)):
        finding = doctor.pictures(settings.model_copy(update={"fonts": folder}))

        assert finding.level is Level.FAULT
        assert str(folder) in finding.sentence


def test_doctor_says_what_to_install_for_pictures(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    finding = doctor.pictures(settings)

    assert finding.level is Level.WARNING
    assert "typst is not installed" in finding.sentence
    assert "lorebot[pictures]" in finding.sentence
