"""A pack of five small files, whole until a test breaks it."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from lore.errors import PackError
from lore.pack import reader as read
from lore.pack.check import check

FILES = {
    "pack.toml": f"""\
title = "The Lighthouse"
version = "1"
about = "A story of a keeper and a storm."
relation_types = [{{ id = "keeps", label = "Keeps", inverse = "Kept by" }}]

[[tiers]]
id = "tale"
label = "The tale"
colour = "#0a64A0"

[[tiers]]
id = "sequel"
label = "Sequels by readers"
apart = true

[[sources]]
id = "001"
title = "The tale"
file = "001.txt"
tier = "tale"
sha256 = "{"0" * 64}"
paragraphs = 3

[[sources]]
id = "002"
title = "A reader's sequel"
file = "002.txt"
tier = "sequel"
sha256 = "{"0" * 64}"
paragraphs = 2
""",
    "characters/keeper.toml": """\
name = "The Keeper"

[[text]]
says = "The keeper lights the lamp."
cites = ["001:1 keeper lights the lamp"]

[[relations]]
type = "keeps"
to = "tower"
cites = ["001:1 keeper lights"]
""",
    "places/tower.toml": """\
name = "The Tower"

[[text]]
says = "The tower stands on a rock."
cites = ["001:2 tower on the rock"]
""",
    "events/storm.toml": """\
name = "The Storm"
order = 10

[[text]]
says = "A storm comes up."
cites = ["001:3 storm comes up"]

[where]
place = "tower"
cites = ["001:3 storm comes"]
""",
    "quotes/001.toml": """\
[[quotes]]
id = "light-it"
event = "storm"
occasion = { says = "In the storm.", cites = ["001:3 storm comes up"] }
lines = [{ words = "Light it.", paragraph = 3, speaker = "keeper" }]
""",
}

DOCUMENTS = {
    "001.txt": (
        "The keeper lights the lamp.\n\nThe tower on the rock.\n \nA storm comes up. Light it.\n"
    ),
    "002.txt": "A mermaid sings.\nShe dives.\n",
}

Write = Callable[[str, str], None]
Faults = Callable[[], list[str]]


@pytest.fixture
def lighthouse(tmp_path: Path) -> Path:
    """Return the folder of the small pack."""
    folder = tmp_path / "lighthouse"
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def write(lighthouse: Path) -> Write:
    """Write a file into the pack, or more lines at the end of one that is there."""

    def write(name: str, text: str) -> None:
        file = lighthouse / name
        file.parent.mkdir(exist_ok=True)
        with file.open("a", encoding="utf-8", newline="") as pack_file:
            pack_file.write(text)

    return write


@pytest.fixture
def replace(lighthouse: Path) -> Callable[[str, str, str], None]:
    """Replace words that stand in a file of the pack."""

    def replace(name: str, old: str, new: str) -> None:
        text = (lighthouse / name).read_text(encoding="utf-8")
        assert old in text
        (lighthouse / name).write_text(text.replace(old, new), encoding="utf-8")

    return replace


@pytest.fixture
def faults(lighthouse: Path) -> Faults:
    """Return what reading the pack refuses, one line a fault."""

    def faults() -> list[str]:
        with pytest.raises(PackError) as refused:
            read.read(lighthouse)
        return [str(fault) for fault in refused.value.faults]

    return faults


@pytest.fixture
def texts(tmp_path: Path, lighthouse: Path) -> Path:
    """Return the documents of the small pack; the pack knows their hashes."""
    folder = tmp_path / "documents"
    folder.mkdir()
    pack = (lighthouse / "pack.toml").read_text(encoding="utf-8")
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
        pack = pack.replace("0" * 64, hashlib.sha256(text.encode()).hexdigest(), 1)
    (lighthouse / "pack.toml").write_text(pack, encoding="utf-8")
    return folder


@pytest.fixture
def checked(lighthouse: Path, texts: Path) -> Faults:
    """Return what a check with the documents finds, one line a fault."""
    return lambda: list(map(str, check(lighthouse, texts).faults))
