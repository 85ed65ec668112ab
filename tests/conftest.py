"""Fixtures that most tests need: the shipped pack, compiled once, and Discord's specification."""

import importlib.util
import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache, cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, validators

from lore.catalogue import database as catalogue_file
from lore.catalogue.database import Catalogue
from lore.pack import reader as read
from lore.pack.model import Pack
from lore.pictures import fonts, service
from lore.pictures.fonts import Glyphs
from lore.query.indexing import indexing
from lore.query.questions.sentences import Sentences
from lore.query.visible_lore import PackIndex
from lore.search.names import Name, NameIndex

pytest_plugins = ["tests.rules", "tests.postgres"]

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
SEEDS = ROOT / "seeds"

# So many indexes of names are kept.
KEPT = 8

ID = re.compile(r"/(?:rehearsal-)?\d+(?![^/?])")

Judge = Callable[[str, str, Any], list[str]]


@pytest.fixture(scope="session", autouse=True)
def packs_are_read_once() -> Iterator[None]:
    """Cache what is derived from packs and fonts, by all that it is derived from.

    Without this, much of the time was spent on making it again for every test and every bot.
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
        patch.setattr(read, "sums", _sums_once())
        patch.setattr(PackIndex, "build", build_once)
        patch.setattr(PackIndex, "_sentences", _sentences_once())
        patch.setattr(NameIndex, "build", _names_once())
        yield


def _sums_once() -> Callable[[Path], dict[str, bytes]]:
    """Return what sums up the files of the shipped pack once, as no test changes them."""
    sums = read.sums
    of_seeds = cache(lambda: sums(SEEDS))
    return lambda folder: dict(of_seeds()) if folder == SEEDS else sums(folder)


def _names_once() -> Callable[[Sequence[Name]], NameIndex]:
    """Return what indexes names once for all packs and servers that have the same."""
    build = lru_cache(KEPT)(NameIndex.build)
    return lambda names: build(tuple(names))


def _sentences_once() -> cached_property[Sentences]:
    """Return what makes the sentences of a pack once for all copies of its catalogue."""
    make = PackIndex._sentences.func
    made: dict[tuple[str, int], Sentences] = {}

    def once(index: PackIndex) -> Sentences:
        # What is damaged is refused whether or not another copy was whole.
        _ = index.passages.all.entries.vocabulary
        opened = getattr(index.views._catalogue.entries, "_opened", None)
        if opened is None or not opened.file.exists():
            return make(index)
        key = sha256(opened.file.read_bytes()).hexdigest(), index.views.number
        if key not in made:
            made[key] = make(index)
        return made[key]

    once_for_each = cached_property(once)
    once_for_each.__set_name__(PackIndex, "_sentences")
    return once_for_each


@pytest.fixture(scope="session")
def seeds() -> Path:
    """Return the folder of the shipped pack."""
    return SEEDS


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
    narrowed = {keyword: _of_its_type(module, keyword) for keyword in ("oneOf", "anyOf")}
    module.Draft202012Validator = validators.extend(Draft202012Validator, narrowed)

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


def _of_its_type(module: Any, keyword: str) -> Callable[..., Any]:
    """Return what judges an object by those options alone that its `type` leaves.

    The others would each be tried on every component, and refuse it for its type.
    """
    usual = Draft202012Validator.VALIDATORS[keyword]

    def judge(validator: Any, options: list[Any], value: Any, schema: Any) -> Any:
        if isinstance(value, dict) and "type" in value:
            types = (module._deref(one).get("properties", {}).get("type", {}) for one in options)
            possible = [
                option
                for option, type in zip(options, types, strict=True)
                if value["type"] in type.get("enum", [value["type"]])
            ]
            # Where none is left, each says what it misses.
            options = possible or options
        return usual(validator, options, value, schema)

    return judge
