"""No text costs an expression more than in proportion to its length.

The one timed test there is. Expressions are found in the source, so that a new one is tried as
well, or has to be excepted with a reason.
"""

import ast
import gc
import importlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for room in ("lore", "bot") for path in (ROOT / room).rglob("*.py"))

# Long runs of each of these, some after what opens a sign, an address or a name.
RUNS = (
    *("\n", " ", ",", "\\", "[", "(", "<", ">", "|", "*", "_", "`", '"', "'", "-", ".", "#", "7"),
    *("\u0301", "\u200d", "\u0e47", "a", "語", "a ", "a.", "1-", "- ", "[(", "a\n", "<a:", "||"),
    *("**a ", "_a ", "||a", "`a", "\\*", " \n", "https://", "https://a.b/)", "x:y ", "mon-"),
    *("a and ", "'s ", "I.", "A b. ", "<@1> ", "*a* ", "~~a ", "🙂\u200d", "[a](", "``` "),
)
BEGINNINGS = ("", "||", "https://a.b/", "[", "<", '"')

# The lengths at which a time is first looked at, until it is long enough to be compared.
LENGTHS = (2_000, 16_000)
WORTH = 0.001
GROWTH = 2.8
TIMES = 5
TRIES = 3

Call = Callable[[str], Any]


def expressions() -> Iterator[tuple[str, re.Pattern[str] | None]]:
    """Where each expression stands, and the expression; None if it is made of what is given."""
    for path in SOURCES:
        file = path.relative_to(ROOT).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        by_name = {
            target.id: node
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        named = {id(node.value): name for name, node in by_name.items()}
        for node in ast.walk(tree):
            function = node.func if isinstance(node, ast.Call) else None
            if not isinstance(node, ast.Call) or not isinstance(function, ast.Attribute):
                continue
            if ast.unparse(function.value) != "re" or function.attr == "escape":
                continue
            given = node.args[0]
            if isinstance(given, ast.Name) and given.id in by_name:
                given = by_name[given.id].value
            if isinstance(given, ast.Constant):
                flags = [ast.unparse(one) for one in node.args[1:] if "re." in ast.unparse(one)]
                # Names of flags alone, from our own source.
                number = sum(getattr(re, one) for one in re.findall(r"re\.(\w+)", " ".join(flags)))
                yield (
                    f"{file}: {named.get(id(node)) or given.value[:40]}",
                    re.compile(given.value, number),
                )
            elif hasattr(_module(file), named.get(id(node), "")):
                yield f"{file}: {named[id(node)]}", getattr(_module(file), named[id(node)])
            else:
                yield f"{file}: {ast.unparse(given)[:60]}", None


def _module(file: str) -> Any:
    return importlib.import_module(file.removesuffix(".py").replace("/", "."))


@cache
def text_of(beginning: str, run: str, length: int) -> str:
    return (beginning + run * (length // len(run) + 1))[:length]


def seconds(call: Call, text: str) -> float:
    """The processor time of a call."""
    start = time.thread_time()
    call(text)
    return time.thread_time() - start


def grows(call: Call, beginning: str, run: str) -> float:
    """How many times as long a text of twice the length takes, if that can be told."""
    for length in LENGTHS:
        text = text_of(beginning, run, length)
        if seconds(call, text) >= WORTH:
            break
    else:
        return 1.0
    twice = text_of(beginning, run, 2 * length)
    growth = seconds(call, twice) / max(seconds(call, text), WORTH / 2)
    for _ in range(TRIES):
        if growth <= GROWTH:
            return growth
        one, two = (min(seconds(call, t) for _ in range(TIMES)) for t in (text, twice))
        growth = two / one
    return growth


def slow(calls: Sequence[tuple[str, Call]], beginnings: Sequence[str]) -> list[str]:
    """What takes more than in proportion, and for which text."""
    gc.disable()
    try:
        return [
            f"{name}: {growth:.1f} times as long for twice of {beginning + run!r}"
            for name, call in calls
            for run in RUNS
            for beginning in beginnings
            if (growth := grows(call, beginning, run)) > GROWTH
        ]
    finally:
        gc.enable()


def tried(where: str, expression: re.Pattern[str]) -> Call:
    """The ways in which the sources use an expression: at the beginning alone, or everywhere."""
    file, _, name = where.partition(": ")
    sources = [ROOT / file] if name.startswith("_") else SOURCES
    used = {use for source in sources for use in _uses(source).get(name, ())}

    def call(text: str) -> None:
        expression.match(text)
        expression.fullmatch(text)
        if not used or not used <= {"match", "fullmatch"}:
            for _ in expression.finditer(text):
                pass

    return call


@cache
def _uses(source: Path) -> dict[str, set[str]]:
    uses: dict[str, set[str]] = {}
    for name, use in re.findall(r"\b([A-Z_]+)\.([a-z]+)\(", source.read_text(encoding="utf-8")):
        uses.setdefault(name, set()).add(use)
    return uses


# Expressions that are made of something given: what that is, and why they need no trial.
MADE = {
    "lore/daily/asked.py": "names of days and signs of ours, joined by bars",
    "bot/drafting.py": "a pattern of ids, of what a button of ours carries",
    "bot/rehearsal/lines.py": "names of options, escaped; the person at the terminal types it",
    "lore/matching/normalise.py": "known words joined by bars, of which one can begin at a place",
    "lore/pack/checks.py": "an escaped name of the pack",
    "lore/pack/coverage.py": "escaped words of the pack",
    "lore/pack/documents.py": "escaped words of the pack",
}


def trials() -> list[tuple[str, Call]]:
    found = {where: tried(where, one) for where, one in expressions() if one is not None}
    return list(found.items())


def test_every_expression_is_found_or_excepted() -> None:
    made = {where.split(":")[0] for where, one in expressions() if one is None}

    assert made - MADE.keys() == set()
    assert len(trials()) > 50


def test_no_expression_takes_more_than_in_proportion() -> None:
    assert slow(trials(), BEGINNINGS[:1]) == []


@pytest.mark.slow
def test_no_expression_takes_more_than_in_proportion_after_any_beginning() -> None:
    assert slow(trials(), BEGINNINGS) == []
