"""Fixtures that most tests need: the shipped pack, compiled once, and Discord's specification."""

import importlib.util
import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lore.catalogue import database as catalogue_file
from lore.catalogue.database import Catalogue
from lore.pack import reader as read
from lore.pack.model import Pack
from lore.pictures import fonts, service
from lore.pictures.fonts import Glyphs
from lore.query.indexing import indexing
from lore.query.visible_lore import PackIndex

pytest_plugins = ["tests.rules", "tests.postgres"]

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

ID = re.compile(r"/(?:rehearsal-)?\d+(?![^/?])")

Judge = Callable[[str, str, Any], list[str]]


@pytest.fixture(scope="session", autouse=True)
def packs_are_read_once() -> Iterator[None]:
    """Cache the indexes of catalogues, and what was read of fonts: nothing changes it.

    Without this, much of the time was spent on making it again for every test.
    """
    build = PackIndex.build
    built: dict[int, tuple[Catalogue, PackIndex]] = {}

    def build_once(catalogue: Catalogue) -> PackIndex:
        # Its catalogue is kept with each, so that no other gets the same id.
        if id(catalogue) not in built:
            built[id(catalogue)] = catalogue, build(catalogue)
        return built[id(catalogue)][1]

    read_glyphs: dict[tuple[Path, ...], Glyphs] = {}

    def glyphs_once(folders: Sequence[Path]) -> Glyphs:
        key = tuple(folders)
        if key not in read_glyphs:
            read_glyphs[key] = fonts.read_glyphs(folders)
        return read_glyphs[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(service, "read_glyphs", glyphs_once)
        patch.setattr(PackIndex, "build", build_once)
        yield


@pytest.fixture(scope="session")
def seeds() -> Path:
    """Return the folder of the shipped pack."""
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def pack(seeds: Path) -> Pack:
    return read.read(seeds)


@pytest.fixture(scope="session")
def compiled_seeds(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the catalogue's file; tests that start the bot copy its folder, with the index."""
    file = tmp_path_factory.mktemp("compiled") / "catalogue.db"
    catalogue_file.build(pack, file, indexing())
    return file


@pytest.fixture(scope="session")
def catalogue(compiled_seeds: Path) -> Catalogue:
    return catalogue_file.load(compiled_seeds)


@pytest.fixture(scope="session")
def documents_folder() -> Path:
    """Return the folder of the documents that the pack is curated from."""
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip("the documents are not at hand")
    return folder


@pytest.fixture(scope="session")
def discord_judge() -> Judge | None:
    """Return a judge of requests by Discord's specification; None if that is not there."""
    file = SHARED / "discord" / "check_payload.py"
    if not file.exists():
        return None
    spec = importlib.util.spec_from_file_location("check_payload", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    # Much is sent again and again, and that is judged once; no rule looks at an id in the path.
    @cache
    def judged(method: str, path: str, body: str) -> list[str]:
        faults: list[str] = module.check(method, path, json.loads(body))
        return faults

    def judge(method: str, path: str, body: Any) -> list[str]:
        # The specification at hand lacks these; the simulator has rules of its own for them.
        if path.endswith(("/crosspost", "/threads")):
            return []
        return judged(method, ID.sub("/1", path), json.dumps(body))

    return judge
