"""What the files promise that install the bot, by themselves."""

import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"


def test_the_units_exposure_is_low() -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    rated = subprocess.run(
        [*("systemd-analyze", "security", "--offline=yes", "--threshold=20"), "lorebot.service"],
        cwd=DEPLOY,
        capture_output=True,
        text=True,
    )
    assert rated.returncode == 0, rated.stdout


def test_the_container_has_no_rights_and_a_read_only_root() -> None:
    compose = (DEPLOY / "compose.yaml").read_text()
    for promise in ("cap_drop: [ALL]", "no-new-privileges:true", "read_only: true", "restart:"):
        assert promise in compose
    assert compose.count("- data:/data") == 1


def test_the_image_runs_as_a_user_and_installs_by_hash() -> None:
    stages = (DEPLOY / "Dockerfile").read_text().split("FROM ")[1:]
    assert len(stages) == 2
    assert "--require-hashes -r requirements.lock" in stages[0]
    assert "\nUSER lorebot\n" in stages[1]
    assert "HEALTHCHECK" in stages[1]


def test_no_secret_and_no_data_reach_the_image() -> None:
    listed = (DEPLOY.parent / ".dockerignore").read_text().split()
    assert listed[0] == "*"
    assert {".env", "data"} & {line.lstrip("!") for line in listed} == set()


# A Python that makes an environment whose `-m pip` does nothing, if there is one.
PYTHON = """#!/bin/sh
case "$2" in
    venv) mkdir -p .venv/bin && cp python .venv/bin && install /dev/null .venv/bin/pip ;;
    pip) .venv/bin/pip ;;
esac
"""


def test_an_environment_that_was_half_made_is_made_whole(tmp_path: Path) -> None:
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(DEPLOY.parent / name, tmp_path)
    python = tmp_path / "python"
    python.write_text(PYTHON)
    python.chmod(0o755)
    # What is left where Debian's package for environments is missing.
    half = tmp_path / ".venv" / "bin"
    half.mkdir(parents=True)
    shutil.copy(python, half)
    subprocess.run(["make", ".venv/installed", "PYTHON=./python"], cwd=tmp_path, check=True)
