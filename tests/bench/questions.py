"""How people's questions are answered: `make bench-questions` writes it to QUESTIONS.md."""

from __future__ import annotations

import asyncio
import random
import tempfile
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

from lore.catalogue import database as catalogue_file
from lore.pack import reader
from lore.query.answers import EntryAnswer, Found, Scope, Unknown
from lore.query.library import Library
from lore.query.open_pack import OpenPack

ROOT = Path(__file__).parents[2]
LIST = Path(__file__).with_name("questions.toml")
REPORT = Path(__file__).with_name("QUESTIONS.md")
SECOND = "second pack"
PACKS = {SECOND: ROOT / "docs" / "packs" / "monkey-king"}
NOT_TOLD = "not told"

COLUMNS = ("questions", "answered", "first", "among three", "wrong")


class Asked(NamedTuple):
    """A question, its kind, and the words that an answer has to hold; of some, one is enough."""

    part: str
    kind: str
    question: str
    words: tuple[str, ...]


def listed() -> Iterator[Asked]:
    """Yield the questions of the list."""
    for part, kinds in tomllib.loads(LIST.read_text(encoding="utf-8")).items():
        for kind, manners in kinds.items():
            for question, *words in (one for manner in manners.values() for one in manner):
                yield Asked(part, kind, question, tuple(words))


def library_of(pack: Path) -> Library:
    """Return a library of a pack that no server asks."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "catalogue.db"
        catalogue_file.build(reader.read(pack), file)
        opened = OpenPack(catalogue_file.load(file))
    return Library([opened], random.Random(1), cast(Any, None))


def told(answer: EntryAnswer) -> list[str]:
    """Return what is read of an answer: sentences, accounts, passages, or how the entry begins."""
    if isinstance(answer, Found):
        if answer.answer is None:
            lead = [answer.view.lead] if answer.view.lead else []
            begins = (*lead, *answer.view.text[: 3 - len(lead)])
            return [f"{answer.view.ref.name}: {one.says}" for one in begins]
        accounts = (account for one in answer.answer.differences for account in one.accounts)
        return [" ".join(one.says for one in (*answer.answer.sentences, *accounts))]
    if isinstance(answer, Unknown):
        return [f"{one.at.name}: {one.told.says}" for one in answer.passages]
    return []


def holds(text: str, words: tuple[str, ...]) -> bool:
    """Tell whether a text holds all of the words, in whatever case."""
    lower = text.lower()
    return all(any(one in lower for one in word.lower().split("|")) for word in words)


def judged(asked: Asked, answer: EntryAnswer) -> set[str]:
    """Return the columns in which a question counts."""
    counted = {"questions"}
    is_answer = isinstance(answer, Found) and answer.answer is not None
    texts = told(answer)
    if asked.kind == NOT_TOLD:
        return counted | ({"wrong"} if is_answer else {"first", "among three"})
    right = [holds(text, asked.words) for text in texts]
    if is_answer:
        counted.add("answered" if right[0] else "wrong")
    if right[:1] == [True]:
        counted.add("first")
    if any(right) or holds(" ".join(texts), asked.words):
        counted.add("among three")
    return counted


async def figures() -> tuple[dict[str, Counter[str]], list[str]]:
    """Ask all questions of the list; return the figures of each kind, and what failed."""
    libraries: dict[str, Library] = {}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    failed: list[str] = []
    for asked in listed():
        pack = asked.part if asked.part in PACKS else ""
        if pack not in libraries:
            libraries[pack] = library_of(PACKS.get(pack, ROOT / "seeds"))
        library = libraries[pack]
        answer = await library.look_up(asked.question, Scope(None, library.info.every_tier))
        counted = judged(asked, answer)
        kind = f"{asked.part}: {asked.kind}" if pack else asked.kind
        for row in (kind, f"all, {asked.part}"):
            counts[row].update(counted)
        if "wrong" in counted or "among three" not in counted:
            failed.append(f"{'wrong' if 'wrong' in counted else 'missed'}: {asked.question}")
    return counts, failed


def report(counts: dict[str, Counter[str]], failed: list[str]) -> str:
    """Return the figures as a page."""
    lines = [
        "# How people's questions are answered",
        "",
        "`make bench-questions` writes this page: questions of `questions.toml`, put to `/lore`.",
        "*Answered* are those that typed facts answer rightly, *first* and *among three* those of",
        "which the first sentence or passage, or one of three, holds the answer, *wrong* what is",
        "given as an answer and is none. Of what is not told, nothing may be claimed.",
        "",
        f"| kind | {' | '.join(COLUMNS)} |",
        f"|---|{'--:|' * len(COLUMNS)}",
    ]
    for kind, count in counts.items():
        lines.append(f"| {kind} | {' | '.join(str(count[column]) for column in COLUMNS)} |")
    lines += ["", "Not as they should be:", "", *(f"- {one}" for one in failed), ""]
    return "\n".join(lines)


def main() -> None:
    """Write the report and print it."""
    page = report(*asyncio.run(figures()))
    REPORT.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
