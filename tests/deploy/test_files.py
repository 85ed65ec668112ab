"""Promises of the files that install the bot."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import Settings
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.postgres.connecting import OLDEST

DEPLOY = Path(__file__).parents[2] / "deploy"


@pytest.mark.process
def test_the_systemd_unit_has_a_low_exposure_score() -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    rated = subprocess.run(
        [*("systemd-analyze", "security", "--offline=yes", "--threshold=20"), "lorebot.service"],
        cwd=DEPLOY,
        capture_output=True,
        text=True,
    )
    assert rated.returncode == 0, rated.stdout


def test_the_container_has_no_capabilities_and_a_read_only_root() -> None:
    compose = (DEPLOY / "compose.yaml").read_text()
    for promise in ("cap_drop: [ALL]", "no-new-privileges:true", "read_only: true", "restart:"):
        assert promise in compose
    assert compose.count("- data:/data") == 1


@pytest.mark.parametrize("name", ["compose.yaml", "compose.postgres.yaml"])
def test_compose_files_name_settings_that_exist(name: str) -> None:
    named = re.findall(r"\bLORE_\w+", (DEPLOY / name).read_text())
    assert named
    assert {*named} <= {f"LORE_{field.upper()}" for field in Settings.model_fields}


def test_the_secrets_of_postgresql_are_files_that_the_guide_writes(guide: str) -> None:
    compose = (DEPLOY / "compose.postgres.yaml").read_text()
    secrets = re.findall(r"(?:PASSWORD|LEDGER_URL)(\w*): (\S+)", compose)
    assert [ending for ending, _ in secrets] == ["_FILE", "_FILE"]
    for _, file in secrets:
        name = file.removeprefix("/run/secrets/")
        assert f"    secrets: [{name}]\n" in compose
        assert f"  {name}:\n    file: ./secrets/{name}\n" in compose
        assert f"/dev/stdin deploy/secrets/{name} " in guide
    assert "deploy/secrets/" in (DEPLOY.parent / ".gitignore").read_text().split()


def test_the_bot_waits_for_a_postgresql_as_the_guide_addresses_it(guide: str) -> None:
    compose = (DEPLOY / "compose.postgres.yaml").read_text()
    [url] = re.findall(r'printf %s "(postgresql:\S+)"', guide)
    said = {**dict(re.findall(r"POSTGRES_(USER|DB): (\w+)", compose)), "password": "$password"}
    assert PostgresAddress(url).url == (
        "postgresql://{USER}:{password}@postgres/{DB}".format_map(said)
    )
    [version] = re.findall(r"image: postgres:(\d+)", compose)
    assert int(version) >= OLDEST
    assert "postgres:\n        condition: service_healthy" in compose
    assert f"--username={said['USER']}, --dbname={said['DB']}" in compose
    assert "- postgres:/var/lib/postgresql/data\n" in compose
    assert compose.endswith("volumes:\n  postgres:\n")


def test_each_of_the_two_bots_on_postgresql_has_a_data_folder_of_its_own() -> None:
    compose = (DEPLOY / "compose.postgres.yaml").read_text()
    assert "      replicas: 2\n" in compose
    assert "    volumes:\n      - /data\n" in compose


def test_the_image_runs_as_a_user_and_installs_by_hash() -> None:
    stages = (DEPLOY / "Dockerfile").read_text().split("FROM ")[1:]
    assert len(stages) == 2
    assert "--require-hashes -r requirements.lock" in stages[0]
    assert "\nUSER lorebot\n" in stages[1]
    assert "HEALTHCHECK" in stages[1]


def test_the_image_contains_no_secret_and_no_data() -> None:
    listed = (DEPLOY.parent / ".dockerignore").read_text().split()
    assert listed[0] == "*"
    assert {".env", "data"} & {line.lstrip("!") for line in listed} == set()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout whose environment has something that `make` did not put there."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml", "bot/__init__.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(DEPLOY.parent / name, tmp_path / name)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "leftover").touch()
    return tmp_path


def made(checkout: Path, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    """Let `make` set up the environment, but install nothing into it."""
    stubs = ("ENVIRONMENT=mkdir -p .venv/bin", "INSTALL=:")
    make = ("make", ".venv/installed", f"PYTHON={python}", *stubs)
    return subprocess.run(make, cwd=checkout, capture_output=True, text=True)


@pytest.mark.process
@pytest.mark.parametrize(
    "stamp",
    ["", "/elsewhere {major} {minor}", "{here} 3 10"],
    ids=["half made", "of another place", "of another Python"],
)
def test_an_unsuitable_virtual_environment_is_recreated(checkout: Path, stamp: str) -> None:
    major, minor = sys.version_info[:2]
    (checkout / ".venv" / "installed").write_text(
        stamp.format(here=checkout, major=major, minor=minor)
    )

    assert made(checkout).returncode == 0
    assert not (checkout / ".venv" / "leftover").exists()


@pytest.mark.process
def test_a_suitable_virtual_environment_is_kept(checkout: Path) -> None:
    made(checkout)
    (checkout / ".venv" / "leftover").touch()

    assert made(checkout).returncode == 0
    assert (checkout / ".venv" / "leftover").exists()


@pytest.mark.process
def test_a_too_old_python_is_refused_before_any_change(checkout: Path) -> None:
    ended = made(checkout, python="false")

    assert ended.returncode != 0
    assert "Name a Python of 3.11 or newer: make run PYTHON=" in ended.stderr
    assert (checkout / ".venv" / "leftover").exists()


def test_every_base_image_is_pinned_by_digest() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    given = dict(re.findall(r"^ARG (\w+)=(\S+)", dockerfile, re.MULTILINE))
    images = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    assert images
    for image in images:
        filled = re.sub(r"\$\{(\w+)\}", lambda name: given[name[1]], image)
        assert re.search(r"@sha256:[0-9a-f]{64}$", filled)
