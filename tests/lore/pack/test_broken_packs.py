"""However a pack is broken, the check says so with a file and a line, and never fails itself."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from lore.catalogue import database
from lore.pack.check import check
from lore.pack.salvage import UNREAD

pytestmark = pytest.mark.thorough

VALUES = (
    *("5", "-1", "0", "true", "1.5", "nan", "1979-05-27", '""', '"x"', '"s7"', '"server"', "[]"),
    *("[1]", "[{}]", "{}", "{ a = 1 }", "[[[]]]", "“a”", "'", '"', '"001:1 a b"', '"\\u0000"'),
    *('"The Keeper"', f'"{"x" * 700}"', "99999999999999999999999", f"{'[' * 2_000}{']' * 2_000}"),
)
HEADERS = (
    "text",
    "status",
    "where",
    "tiers",
    "sources",
    "relations",
    "quotes",
    "text.more",
    "name",
)

Break = Callable[[random.Random, str], str]


def a_line_lost(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    del lines[chance.randrange(len(lines))]
    return "\n".join(lines)


def a_line_twice(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    return "\n".join(lines)


def another_value(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = chance.choice([number for number, line in enumerate(lines) if "=" in line] or [0])
    lines[at] = f"{lines[at].partition('=')[0]}= {chance.choice(VALUES)}"
    return "\n".join(lines)


def another_header(chance: random.Random, text: str) -> str:
    lines = text.split("\n")
    header = chance.choice(HEADERS)
    lines.insert(chance.randrange(len(lines)), chance.choice((f"[{header}]", f"[[{header}]]")))
    return "\n".join(lines)


def a_character_more_or_less(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(("", *'"[]{}=.,\n\0é“\r')) + text[at + 1 :]


def its_end_lost(chance: random.Random, text: str) -> str:
    return text[: chance.randrange(len(text))]


def other_words(chance: random.Random, text: str) -> str:
    return text.replace(chance.choice(text.split()), chance.choice(VALUES), 2)


WAYS: tuple[Break, ...] = (
    *(a_line_lost, a_line_twice, another_value, another_header, a_character_more_or_less),
    *(its_end_lost, other_words),
)


@pytest.mark.parametrize("seed", range(8))
def test_a_randomly_broken_pack_is_reported_with_file_and_line(
    lighthouse: Path, texts: Path, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    files = sorted([*lighthouse.rglob("*.toml"), *texts.iterdir()])
    whole = {file: file.read_text(encoding="utf-8") for file in files}
    for _ in range(60):
        broken = {file: whole[file] for file in chance.sample(files, chance.choice((1, 1, 2)))}
        for file, text in broken.items():
            for _ in range(chance.choice((1, 1, 2, 4))):
                text = chance.choice(WAYS)(chance, text) if text.strip() else text
            file.write_text(text, encoding=chance.choice(["utf-8"] * 9 + ["utf-16"]))
        found = check(lighthouse, texts)

        assert all(fault.file and fault.line >= 1 for fault in found.faults)
        assert UNREAD not in "".join(fault.what for fault in found.faults)
        if not found.faults:
            database.build(found.reading.pack(), tmp_path / "catalogue.db")
            database.load(tmp_path / "catalogue.db")
        for file in broken:
            file.write_text(whole[file], encoding="utf-8")
