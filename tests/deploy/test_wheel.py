"""The wheel holds all that the bot needs, and runs in any folder."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def copy(copy_to: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_to(tmp_path_factory.mktemp("wheel") / "lorebot")


@pytest.fixture(scope="module")
def installed(copy: Path) -> Path:
    """Install a wheel built from a copy of the repository into a folder of its own."""
    wheels, folder = copy.with_name("wheels"), copy.with_name("installed")
    build = (sys.executable, "-m", "hatchling", "build", "--target", "wheel")
    subprocess.run([*build, "--directory", str(wheels)], cwd=copy, check=True)
    [wheel] = wheels.iterdir()
    install = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index")
    subprocess.run([*install, "--target", str(folder), str(wheel)], check=True)
    return folder


def test_an_installed_wheel_answers_from_its_own_pack(installed: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    ran = subprocess.run(
        [installed / "bin" / "lorebot", "ask", "/bio raina"],
        cwd=elsewhere,
        env=os.environ | {"PYTHONPATH": str(installed)},  # noqa: TID251  # a child is started with it
        capture_output=True,
        text=True,
    )

    assert "Inhuman" in ran.stdout, ran.stderr
    assert (elsewhere / "data" / "catalogue.db").exists()


def test_the_wheel_contains_the_whole_pack_and_no_other(installed: Path, copy: Path) -> None:
    def files(folder: Path) -> set[str]:
        return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}

    assert files(installed / "lore" / "_pack") == files(copy / "seeds")
    assert files(copy / "lore" / "site" / "templates") == files(installed / "lore/site/templates")
    assert files(copy / "lore" / "site" / "static") == files(installed / "lore/site/static")
    assert list((copy / "docs").rglob("pack.toml"))
    assert list(installed.rglob("pack.toml")) == [installed / "lore" / "_pack" / "pack.toml"]
