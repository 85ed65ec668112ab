"""What most tests stand on: the pack that ships, compiled once, and Discord's specification."""

import importlib.util
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lore import catalogue as catalogue_file
from lore.catalogue import Catalogue
from lore.model import Pack
from lore.pack import read

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

Judge = Callable[[str, str, Any], list[str]]


@pytest.fixture(scope="session")
def seeds() -> Path:
    """The folder of the pack that ships."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def pack(seeds: Path) -> Pack:
    return read.read(seeds)


@pytest.fixture(scope="session")
def compiled_seeds(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogue's file; tests that start the bot take a copy."""
    file = tmp_path_factory.mktemp("compiled") / "catalogue.db"
    catalogue_file.build(pack, file)
    return file


@pytest.fixture(scope="session")
def catalogue(compiled_seeds: Path) -> Catalogue:
    return catalogue_file.load(compiled_seeds)


@pytest.fixture(scope="session")
def documents_folder() -> Path:
    """The folder of the documents that the pack is curated from."""
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip("the documents are not at hand")
    return folder


@pytest.fixture(scope="session")
def discord_judge() -> Judge | None:
    """Judges a request by Discord's own specification, where that lies beside the repository."""
    file = SHARED / "discord" / "check_payload.py"
    if not file.exists():
        return None
    spec = importlib.util.spec_from_file_location("check_payload", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    # Every start of the bot sends the same commands, which take longest to judge.
    @cache
    def judged(method: str, path: str, body: str) -> list[str]:
        faults: list[str] = module.check(method, path, json.loads(body))
        return faults

    return lambda method, path, body: judged(method, path, json.dumps(body))
