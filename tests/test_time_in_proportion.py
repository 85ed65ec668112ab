"""No text costs more than in proportion to its length: neither an expression nor a function.

The one timed test there is. Expressions and functions are found in the source, so that a new one
is tried as well, or has to be excepted with a reason.
"""

import ast
import gc
import importlib
import json
import math
import random
import re
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from statistics import median
from types import CodeType, FrameType
from typing import Any, NamedTuple, cast

import pytest

from bot.core import choices
from bot.core.page import RemoveAnswer, button
from bot.core.rendering import Footnotes, RenderOptions
from bot.core.text import ALL
from bot.features.curation.draft_sessions import preview_entry
from bot.features.curation.ids import DraftAction, DraftTarget
from bot.features.curation.views import changes, forms, preview, reports, unanswered
from bot.features.curation.views.queue import QueuePlace
from bot.features.curation.views.reports import StillTold
from bot.features.lookup.ids import AskForEntry
from bot.features.search import views as search
from bot.ops.logs import Redaction
from lore.catalogue.database import Catalogue
from lore.curation.as_pack import PackWriter
from lore.curation.dialogues import read_dialogue
from lore.curation.diff import diff
from lore.curation.drafts import (
    Draft,
    EntryDraft,
    NoteDraft,
    QuoteDraft,
    checked_text,
    tidied,
    tidied_alias,
)
from lore.curation.foreign.quotes import ForeignFile, read_foreign
from lore.curation.quota import Quota
from lore.curation.reading import read_json
from lore.ledger.records import (
    GuildSettings,
    Report,
    Reported,
    ReportState,
    ServerEntry,
    Unanswered,
)
from lore.pack import words
from lore.pack.authoring import concordance, entries
from lore.pack.documents import Document
from lore.pack.model import SERVER, Cite, Kind, Source
from lore.pictures.drawing import Legend
from lore.pictures.quotes import quote_card
from lore.query.answers import FoundPassage, Hits, Scope, Unknown
from lore.query.library import Library
from lore.query.open_pack import OpenPack
from lore.query.pack_names import names
from lore.query.passages import Passages
from lore.query.server_layer import EMPTY, Drawn, view_of
from lore.query.visible_lore import PackIndex, VisibleLore
from lore.search.candidates import NameLayer
from lore.search.question import Question
from lore.search.scoring import MatchType

# Other programs may take much of the processor meanwhile.
pytestmark = [pytest.mark.thorough, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for room in ("lore", "bot") for path in (ROOT / room).rglob("*.py"))
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

# Long runs of each of these, some after what opens a sign, an address or a name.
RUNS = (
    *("\n", " ", ",", "\\", "[", "(", "<", ">", "|", "*", "_", "`", '"', "'", "-", ".", "#", "7"),
    *("\u0301", "\u200d", "\u0e47", "a", "語", "a ", "a.", "1-", "- ", "[(", "a\n", "<a:", "||"),
    *("**a ", "_a ", "||a", "`a", "\\*", " \n", "https://", "https://a.b/)", "x:y ", "mon-"),
    *("a and ", "'s ", "I.", "A b. ", "<@1> ", "*a* ", "~~a ", "🙂\u200d", "[a](", "``` "),
)
# Shorter runs, tried with an ending only: what repeats itself fails where something else follows.
MORE_RUNS = (
    *("“", "”", "’", "«", "…", "!", "?", ":", ";", "/", "@", "&", "+", "=", "]", ")", "{", "\t"),
    *("\r\n", "\0", "\u00a0", "\u3000", "b", "A", "é", "א", "१", "0", "a1", "aA", "a_", "a'"),
    *("word ", "Ab ", "12 ", "IV ", "1. ", "[1]", ".[1]", "[]", "<a> ", "# ", "A.b", "@a ", "a: "),
)
BEGINNINGS = ("", "||", "https://a.b/", "[", "<", '"')
ENDINGS = ("x", "!", "\0", "\n", "\nx", " x", "7")

# The lengths at which a time is first looked at, until it is long enough to be compared.
LENGTHS = (2_000, 16_000)
# The types of what a function may be given a text for.
TEXT = ("str", "str | None")

# A text of that many letters is a long one.
TOLD = 40
WORTH = 0.001
GROWTH = 2.8
TIMES = 5
TRIES = 6
# The processor time after which a call is stopped: what takes the square takes less.
LIMIT = 5.0

# In every run a function is given one in so many shapes, and so is an expression of those that end
# in some way; the slow tests give them all of them.
SHARE = 3

# Among how many tests what takes minutes is shared out, so that several workers run it.
PARTS = 8

# A run of more letters is not repeated often enough to be one.
LONGEST = 60

# How the parts of an expression are called once it is read.
sre = cast(Any, re)._constants

Call = Callable[[str], Any]


class Shape(NamedTuple):
    """A text of any length, and the lengths at which it is first looked at."""

    beginning: str
    run: str
    ending: str = ""
    lengths: tuple[int, ...] = LENGTHS

    def text(self, length: int) -> str:
        return text_of(*self[:3], length)


# A square shows at the shorter length, if not as surely as at both.
RUNS_ALONE = [Shape("", run) for run in RUNS]
RUNS_ENDED = [
    Shape("", run, ending, LENGTHS[:1])
    for run in (*RUNS, *MORE_RUNS)
    for ending in ENDINGS
    if ending not in run
]
# Of the endings one that is none of the letters or none of the signs of the run.
RUNS_ENDED_ONCE = [
    shape
    for shape in RUNS_ENDED
    if shape.run in RUNS and shape.ending == ("!" if any(map(str.isalnum, shape.run)) else "x")
]
ALL_SHAPES = [
    *(Shape(beginning, run) for beginning in BEGINNINGS for run in (*RUNS, *MORE_RUNS)),
    *RUNS_ENDED,
]


class OverlongError(BaseException):
    """Ends a call that takes too long; nothing that is tried may handle it."""


class Function(NamedTuple):
    """A function of ours that takes a text; what it must be given and all texts, by their types."""

    file: str
    name: str
    needed: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        return f"{self.file}:{self.name}"


@cache
def functions() -> list[Function]:
    """Return every function and method with a text among its parameters."""
    return [
        function
        for path in SOURCES
        for function in _functions(
            ast.parse(path.read_text(encoding="utf-8")), path.relative_to(ROOT).as_posix(), ""
        )
    ]


def _functions(tree: ast.AST, file: str, within: str) -> Iterator[Function]:
    for node in ast.iter_child_nodes(tree):
        inside = within
        if isinstance(node, ast.ClassDef):
            inside = f"{within}{node.name}."
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = f"{within}{node.name}.<locals>."
            yield from _with_a_text(node, file, within)
        yield from _functions(node, file, inside)


def _with_a_text(
    node: ast.FunctionDef | ast.AsyncFunctionDef, file: str, within: str
) -> Iterator[Function]:
    plain = [*node.args.posonlyargs, *node.args.args]
    needed = plain[: len(plain) - len(node.args.defaults)]
    keywords = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    needed += [one for one, default in keywords if default is None]
    texts = [one for one in (*plain, *node.args.kwonlyargs) if _type(one) in TEXT]
    if texts:
        named = {one.arg: _type(one) for one in (*needed, *texts)}
        yield Function(file, within + node.name, tuple(named.items()))


def _type(argument: ast.arg) -> str:
    return ast.unparse(argument.annotation) if argument.annotation else ""


@cache
def expressions() -> list[tuple[str, re.Pattern[str] | None]]:
    """Return where each expression stands, and it; None if it is made of what is given."""
    return list(_expressions())


def _expressions() -> Iterator[tuple[str, re.Pattern[str] | None]]:
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
def text_of(beginning: str, run: str, ending: str, length: int) -> str:
    return (beginning + run * (length // len(run) + 1))[:length] + ending


def _stop(*_: object) -> None:
    raise OverlongError


def seconds(call: Call, text: str) -> float:
    """Return the CPU time of a call and of all that a generator yields; infinite if stopped."""
    before = signal.signal(signal.SIGVTALRM, _stop)
    start = time.thread_time()
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT)
        # Texts that mean nothing are refused.
        with suppress(Exception):
            made = call(text)
            if isinstance(made, Coroutine):
                # Without a ledger nothing is waited for.
                with suppress(StopIteration):
                    made.send(None)
            elif isinstance(made, Iterator):
                deque(made, maxlen=0)
        return time.thread_time() - start
    except OverlongError:
        return math.inf
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def grows(call: Call, shape: Shape) -> float:
    """Return how many times as long a text of twice the length takes, if that can be told."""
    for length in shape.lengths:
        text = shape.text(length)
        if (taken := seconds(call, text)) >= WORTH:
            break
    else:
        return 1.0
    if taken == math.inf:
        return math.inf
    growth = seconds(call, shape.text(2 * length)) / taken
    for _ in range(TRIES):
        if growth <= GROWTH or growth == math.inf:
            break
        # What fits a cache no longer takes longer once; the square goes on growing.
        growth = min(ratio(call, shape, length), ratio(call, shape, 2 * length))
    return growth


def ratio(call: Call, shape: Shape, length: int) -> float:
    """Return how many times as long twice the length takes, the median of several runs.

    Whatever else runs on the machine makes neighbours in time longer by the same.
    """
    one, two = shape.text(length), shape.text(2 * length)
    ratios = []
    for _ in range(TIMES):
        before, taken, after = (seconds(call, text) for text in (one, two, one))
        if taken == math.inf:
            return math.inf
        ratios.append(2 * taken / (before + after))
    return median(ratios)


def slow(calls: Sequence[tuple[str, Call]], shapes: Sequence[Shape], share: int = 1) -> list[str]:
    """Yield what takes more than in proportion, and for which text first, up to an endless one.

    Of the shapes each call is given one in `share`, and its neighbours are given the others.
    """
    found = []
    gc.disable()
    try:
        for at, (name, call) in enumerate(calls):
            for shape in shapes[at % share :: share]:
                if (growth := grows(call, shape)) > GROWTH:
                    found.append(f"{name}: {growth:.1f} times as long for twice of {shape[:3]}")
                    break
            # What else there is may use the same expression, and would take as long to stop.
            if found and growth == math.inf:
                break
    finally:
        gc.enable()
    return found


def tried(where: str, expression: re.Pattern[str]) -> Call:
    """Return how the sources use an expression: at the beginning alone, or everywhere."""
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
    "lore/qotd/typed.py: '|'.join(map(re.escape, sorted(spelt, key=len, reverse=True)": (
        "names of days and signs of ours, joined by bars"
    ),
    "bot/features/curation/ids.py: '|'.join([*Kind, 'quote', DIALOGUE])": "kinds, joined by bars",
    """bot/simulator/lines.py: f'(?:^|(?<=\\\\s))(?:({choice})|"({choice})"){sign}'""": (
        "names of options, escaped; the person at the terminal types it"
    ),
    """lore/search/normalise.py: f"\\\\b(?:{'|'.join(sorted(words))})\\\\b\"""": (
        "known words joined by bars, of which one can begin at a place"
    ),
    "lore/pack/coverage.py: re.escape(words)": "escaped words of the pack",
}


# What stands for a class of letters; for a set, its first letter does, and "~" for all others.
STANDS_FOR = {
    sre.CATEGORY_DIGIT: "7",
    sre.CATEGORY_SPACE: " ",
    sre.CATEGORY_WORD: "a",
}


def example(parsed: Iterable[tuple[Any, Any]]) -> str:
    """Return a text that fits this part of an expression; of what looks ahead, nothing."""
    return "".join(_example(*one) for one in parsed)


def _example(kind: Any, given: Any) -> str:
    if kind in (sre.LITERAL, sre.RANGE):
        return chr(given if kind is sre.LITERAL else given[0])
    if kind is sre.CATEGORY:
        return STANDS_FOR.get(given, "~")
    if kind is sre.IN:
        return _example(*given[0])
    if kind in (sre.NOT_LITERAL, sre.ANY, sre.NEGATE):
        return "~"
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        return example(given[2]) * max(1, given[0])
    if kind is sre.SUBPATTERN:
        return example(given[3])
    if kind is sre.BRANCH:
        return example(given[1][0])
    return example(given[1]) if kind is sre.ASSERT and given[0] < 0 else ""


def begun(parsed: Iterable[tuple[Any, Any]], before: str = "") -> Iterator[str]:
    """Yield a text that fits the first part of an expression, the first two, and so on."""
    for kind, given in parsed:
        inner = given[1] if kind is sre.BRANCH else given[3:] if kind is sre.SUBPATTERN else ()
        for one in inner:
            yield from begun(one, before)
        before += _example(kind, given)
        yield before


def own_shapes(expression: re.Pattern[str]) -> list[Shape]:
    """Return runs of what an expression itself begins with."""
    parsed = cast(Any, re)._parser.parse(expression.pattern, expression.flags)
    runs = dict.fromkeys(run for run in begun(parsed) if 1 < len(run) <= LONGEST)
    return [Shape("", run, "\0") for run in runs]


def letter_tests(
    parsed: Iterable[Any], state: Any, flags: int
) -> Iterator[Callable[[str], object]]:
    """Yield what tells letters apart in an expression: each letter and each set of letters."""
    for kind, given in parsed:
        if kind in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN):
            alone = cast(Any, re)._parser.SubPattern(state, [(kind, given)])
            yield cast(Any, re)._compiler.compile(alone, flags).match
        else:
            added = given[1] if kind is sre.SUBPATTERN else 0
            for inner in _inner(given):
                yield from letter_tests(inner, state, flags | added)


def _inner(given: Any) -> Iterator[Any]:
    """Yield the expressions that stand in a part of one."""
    if isinstance(given, cast(Any, re)._parser.SubPattern):
        yield given
    elif isinstance(given, tuple | list):
        for one in given:
            yield from _inner(one)


def told_apart(expression: re.Pattern[str], shapes: Iterable[Shape]) -> list[Shape]:
    """Return the shapes that an expression tells apart: of those that are alike to it, the first.

    Letters are alike if everything in the expression matches both or neither; so an expression
    takes the same way through texts whose letters are alike one by one.
    """
    parsed = cast(Any, re)._parser.parse(expression.pattern, expression.flags)
    # Of these the edges of words and lines are made.
    edges = [re.compile(one, expression.flags).match for one in (r"\w", r"\n")]
    tests = [*edges, *letter_tests(parsed, parsed.state, expression.flags)]
    of_letter = cache(lambda letter: tuple(test(letter) is not None for test in tests))

    def key(shape: Shape) -> object:
        text = "\0".join(shape[:3])
        # What was matched before may have to come again.
        same = [[one.index(letter) for letter in one] for one in (text, text.lower())]
        return str(same), *map(of_letter, text), *map(len, shape[:3]), shape.lengths

    first: dict[object, Shape] = {}
    for shape in shapes:
        first.setdefault(key(shape), shape)
    return list(first.values())


def slow_expressions(
    shapes: Callable[[re.Pattern[str]], Sequence[Shape]], part: int = 0, parts: int = 1
) -> list[str]:
    """Return which expressions take more than in proportion for the shapes that each is given."""
    found = {where: one for where, one in expressions() if one is not None}
    return [
        fault
        for where, one in list(found.items())[part::parts]
        for fault in slow([(where, tried(where, one))], shapes(one))
    ]


def test_every_expression_is_found_or_excepted() -> None:
    found = expressions()

    assert {where for where, one in found if one is None} ^ MADE.keys() == set()
    assert len({where for where, one in found if one is not None}) > 50


@pytest.mark.parametrize(
    ("expression", "runs", "left"),
    [
        ("a+b", ["a", "b", "c", "-", "(", "語"], ["a", "b", "c", "-"]),
        (r"(?i:é)|\d*$", ["é", "É", "7", "१", "-", "\n"], ["é", "7", "-", "\n"]),
        (r"(.)(?!\1)[^x-z]", ["ab", "aa", "cd", "xa", "x", "dd"], ["ab", "aa", "xa", "x"]),
    ],
)
def test_letters_that_an_expression_treats_alike_are_tried_once(
    expression: str, runs: list[str], left: list[str]
) -> None:
    shapes = told_apart(re.compile(expression), [Shape("", run) for run in runs])

    assert [shape.run for shape in shapes] == left


def test_no_regular_expression_takes_more_than_proportional_time() -> None:
    shapes = [*RUNS_ALONE, *RUNS_ENDED_ONCE, *RUNS_ENDED[::SHARE]]

    assert slow_expressions(lambda one: told_apart(one, shapes)) == []


def test_no_regular_expression_is_slow_on_repeats_of_its_own_start() -> None:
    assert slow_expressions(own_shapes) == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_no_regular_expression_is_slow_after_any_beginning(part: int) -> None:
    ended = [one._replace(beginning=before) for before in BEGINNINGS for one in RUNS_ENDED]
    shapes = [*ALL_SHAPES, *ended]

    assert slow_expressions(lambda one: told_apart(one, shapes), part, PARTS) == []


def each(place: str, names: str, why: str) -> dict[str, str]:
    """Return several functions of a file or a class that are excepted for one reason."""
    return {f"{place}{name}": why for name in names.split()}


# What is not called, and why it need not be: functions, and one folder with all in it.
UNTRIED = {
    "bot/simulator/": "stands in for Discord on loopback, for whoever tests at its terminal",
    "bot/ops/commands.py:_named": "a path that the operator types",
    "bot/preview.py:BrowserPreview.ask": "the name of a command",
    "bot/preview.py:BrowserPreview.tell": "what a reload reports, to the author of the pack",
    "bot/ops/doctor.py:owner_of": "would ask Discord; a token of the operator",
    "bot/ops/logs.py:set_up": "would log elsewhere; the name of a level",
    "bot/ops/output.py:say": "would write to the terminal, and does nothing else",
    "lore/pack/toml_file.py:TomlFile.__init__": "tomllib takes the square of the parts of a key",
    # Of a question 100 letters are read, and as such these are tried by what calls them.
    "lore/search/names.py:NameIndex._lessened": "takes the square of a question's length",
    "lore/search/scoring.py:completion": "takes the square of a question's length",
    # Linear, but measured by the processor's cache.
    "lore/search/words.py:starts_within": "copies 100 letters from each letter on",
}

# What no long text comes to, and why it need not be tried.
ANSWERED = "answers an interaction by handing what was typed on to what is tried here"
PORT = "says what a ledger can do and does nothing"
STORED = "hands what was read before to SQLite"
STATEMENT = "a statement of ours, handed to SQLite"
COUNTED = "a name of ours, counted"
ASKED_FOR = "looked up: an id, or words of the 24 of a question"
TOLD_OF = "what a process of ours tells or asks another, or an id of it"
SECTION = "the name of a section of an index, by us"
UNREACHED = {
    **each("lore/catalogue/database.py:", "Bodies.__init__ OpenFile.rows", STATEMENT),
    "lore/catalogue/database.py:_index_of": "a digest of ours",
    "lore/catalogue/database.py:_all_of": "the name of a table of ours",
    "lore/catalogue/index_file.py:IndexFile.__getitem__": SECTION,
    **each("lore/query/outline.py:_Outlining.", "_at _marked", "an id of the pack, looked up"),
    **each("lore/search/stored.py:Stored.", "__init__ json keys lists numbers part texts", SECTION),
    **each("lore/search/stored.py:Storing.", "encoded json keys lists numbers part texts", SECTION),
    "bot/client.py:LoreBot.dispatch": "the name of an event",
    **each(
        "bot/features/curation/entry.py:EntriesCog.",
        "add edit alias annotate hide remove restore history export link fact when details_"
        " complete_live"
        " complete_any complete_removed complete_pack complete_type complete_other complete_after"
        " complete_quote",
        ANSWERED,
    ),
    **each(
        "bot/features/curation/details.py:",
        "link add_fact place_in_time show show_details telling _own_entry _own_details _meant",
        ANSWERED,
    ),
    "bot/features/curation/entry.py:EntriesCog.complete_sentence": ANSWERED,
    "bot/features/curation/entry.py:_annotate": "a sentence of the pack, handed on",
    "bot/features/curation/details.py:_amend": "an id of ours, handed on",
    "bot/features/curation/history.py:history_page": "an id of ours, handed on",
    "bot/features/curation/views/details.py:details_page": "a remark of ours, shown",
    "bot/features/curation/views/preview.py:preview": "a remark of ours, shown",
    "lore/curation/exchange.py:PackNames._inward": "an id, of 100 characters at most",
    "lore/curation/exchange.py:PackNames._outward": "an id, of 100 characters at most",
    **each(
        "lore/curation/file_ids.py:",
        "with_ids_for_names.<locals>.meant _with_new_ids.<locals>.changed",
        "an id, of 100 characters at most",
    ),
    "lore/curation/drafts.py:only_entries": "an id of ours, put into a sentence",
    "bot/features/curation/details.py:_untimed": "an id of ours, handed on",
    "lore/curation/importing.py:_Leads._is_there": "an id, of 100 characters at most",
    "lore/curation/service.py:Curation.amend": "an id of ours, handed on",
    "bot/features/timeline/ids.py:event_shown": "ids of ours, joined",
    "lore/curation/diff.py:_texts.<locals>.text": "the name of a field",
    **each("lore/query/own_events.py:", "_after comes_after", "an id of ours, compared"),
    "bot/features/curation/entry.py:_complete_own": ANSWERED,
    "bot/features/curation/entry.py:_offered": "compares the beginnings of two titles",
    "bot/core/services.py:Services.build": "an address that the operator set, kept",
    "bot/core/files.py:send_files": "the name of a file of ours",
    "bot/features/curation/history.py:restore_entry": "an id of ours, handed on",
    **each("bot/core/hidden.py:", "explain_hidden why_missing", "handed on to the library"),
    "bot/features/curation/details.py:relation_choices": "looked for in labels of the story",
    "bot/features/curation/details.py:relation_choices.<locals>.fits": "an id of the pack",
    "bot/features/curation/drafting.py:DraftingCog._note_saved": "an id of ours, handed on",
    "lore/curation/reading.py:_number": "a number in a file, which Python reads if it is short",
    "lore/query/passages.py:_statements": "an id, handed on",
    **each(
        "bot/features/curation/hiding.py:",
        "hide_named hidden_already _unhide hidden_page",
        "handed on to the library or the ledger",
    ),
    "bot/features/curation/views/hiding.py:hidden_page": "a line of ours",
    "bot/features/curation/aliases.py:add_alias": "handed on to the library and the ledger",
    "bot/features/curation/aliases.py:add_alias.<locals>.meant": "an id of ours",
    "bot/features/curation/aliases.py:_add": "handed on to the ledger",
    "bot/features/curation/history.py:remove_entry": "an id of ours, handed on",
    "bot/features/curation/drafting.py:DraftingCog.suggest": ANSWERED,
    "bot/features/curation/draft_sessions.py:DraftSessions.note_saved": "an id of ours, handed on",
    **each(
        "bot/features/curation/",
        "own_suggestions.py:_listed views/own_suggestions.py:own_suggestions_page",
        "a sentence of ours",
    ),
    "bot/features/quotes/cog.py:_all_quotes": ANSWERED,
    **each(
        "bot/features/lookup/cog.py:LookupCog.",
        "bio event lore complete_character complete_event complete_any",
        ANSWERED,
    ),
    "bot/features/lookup/cog.py:_look_up": ANSWERED,
    "bot/features/lookup/cog.py:_turn_to": "an id of the pack, handed on",
    "bot/features/lookup/completing.py:entry_choices": ANSWERED,
    "bot/features/search/cog.py:SearchCog.search": ANSWERED,
    **each(
        "bot/features/qotd/cog.py:QotdCog.",
        "set_ add status preview skip queue queued pause resume off now history complete_zone"
        " complete_days complete_tiers complete_speaker complete_quote complete_day complete_until"
        " complete_post complete_past_post _number_to_set",
        ANSWERED,
    ),
    **each("bot/features/qotd/cog.py:", "QotdCog._done _reports", "a sentence of ours"),
    **each(
        "bot/features/qotd/pages.py:PostPages.", "number past_number chosen", "compared with labels"
    ),
    "bot/features/qotd/pages.py:PostPages.status": "a sentence of ours",
    **each("bot/features/qotd/pages.py:", "chosen_number post_offers", "cut before it is compared"),
    "bot/features/qotd/views.py:post_without_zone": "a sentence of ours",
    "bot/features/qotd/options.py:end_offers": "compares it with names of days",
    "bot/features/qotd/options.py:post_date_offers": "compares it with names of days",
    "bot/features/qotd/options.py:_kept": "the name of an option",
    **each("bot/features/qotd/options.py:", "_speaker named_entry", "handed on to the library"),
    "bot/features/qotd/options.py:_unclear": "a sentence of ours",
    **each(
        "bot/features/quotes/cog.py:QuotesCog.",
        "quote complete_speaker complete_id",
        ANSWERED,
    ),
    **each("bot/features/quotes/cog.py:", "_answer _answer_by_id _speaks", ANSWERED),
    **each(
        "bot/features/timeline/cog.py:TimelineCog.",
        "timeline complete_character complete_place complete_event",
        ANSWERED,
    ),
    "bot/features/timeline/cog.py:_add_option": ANSWERED,
    **each(
        "bot/core/router.py:",
        "Router._find Router.resubmit _marked",
        "a custom_id, of 100 letters at most",
    ),
    "bot/features/quotes/ids.py:speaking.<locals>.meant": "an id of ours, compared",
    "bot/features/timeline/ids.py:opening.<locals>.meant": "an id of ours, compared",
    "bot/features/settings/views.py:_yes_no": "sentences of ours",
    "bot/features/qotd/service.py:QotdService.shown": "the key of a quote or an entry",
    "bot/features/qotd/queue_cog.py:QueueCog._changed": "a sentence of ours",
    "lore/ledger/verbs/qotd_plans.py:SqlQotdPlans._requeue": "the name of a change of ours",
    "bot/features/qotd/cog.py:QotdCog._queue": "the key of a quote or an entry",
    "bot/features/qotd/views.py:skipped": "the key of a quote or an entry",
    "bot/features/qotd/views.py:queued": "a line of ours",
    "bot/core/audit.py:solve": "a code of a problem of ours",
    "bot/core/page.py:Pager.buttons": "labels of ours",
    "bot/core/connection/clock_check.py:ClockCheck.note_date": "a date in a header of Discord's",
    "bot/ops/maintenance.py:Maintenance._remembering": COUNTED,
    **each(
        "bot/ops/metrics.py:Metrics.", "interaction completion missed write loop_failing", COUNTED
    ),
    **each("bot/ops/loops.py:Loops.", "keep attempt _wait _note", "the name of a loop, of ours"),
    **each("bot/core/page.py:PreSerialized.", "__init__ with_text", "a page of at most 4,000"),
    "bot/ops/running.py:online": "the token of the operator, handed on",
    "bot/ops/health_checks.py:Storage.observe": COUNTED,
    "bot/cli.py:_online": "the token of the operator, handed on",
    "bot/core/id_names.py:names.<locals>.name_of": "an id, looked up",
    "bot/features/curation/views/changes.py:history_of": "an id of ours and a sentence of ours",
    "bot/features/curation/views/preview.py:_press": "a label and a verb of ours",
    "bot/features/curation/views/preview.py:refused": "a sentence of ours, made safe",
    "bot/features/curation/views/preview.py:returned": "a sentence of ours",
    "bot/features/curation/views/queue.py:suggestion_page": "a sentence of ours",
    **each("bot/features/curation/queue.py:", "waiting _suggestion", "a sentence of ours"),
    "bot/features/curation/reports.py:_decide": "kept as it is by the ledger",
    "bot/features/reports/cog.py:_told": "an id of ours, looked up",
    "bot/features/curation/choosing.py:chosen_entry": "an id of ours, looked up",
    "bot/features/curation/choosing.py:named_entry": ANSWERED,
    "lore/curation/reported.py:subject": "an id of ours, looked up",
    "lore/curation/reported.py:Subject.reported": "a key of ours, compared",
    "bot/features/curation/views/queue.py:outcome": "the name of a server, cut to 100 letters",
    "bot/features/curation/views/words.py:confirmation": "a sentence of ours",
    "bot/features/qotd/views.py:status": "a sentence of ours",
    "bot/features/qotd/views.py:NamedQuotes.unmet": "an id of a quote of the pack",
    "bot/features/qotd/views.py:NamedQuotes.summary": "an id of a quote of the pack",
    "bot/features/qotd/views.py:posted_now": "a sentence of ours",
    "bot/core/answering.py:difference_block": "what a difference of the pack is about, made safe",
    "bot/features/lookup/menus.py:_menu": "labels of buttons, and counts",
    "bot/features/pictures/views.py:entry_picture_page": "the name of a file, ours",
    "bot/features/lookup/text.py:EntryText._line": "a label of the pack",
    "bot/features/lookup/sources.py:_block.<locals>.hidden": "a sentence of the pack, made safe",
    "bot/features/quotes/views.py:sources_page.<locals>.hidden": "a line of a quote, made safe",
    "bot/features/curation/comparing.py:similar": "an id of ours, handed on",
    **each("bot/core/pipeline.py:Pipeline.", "missed run _note", "names of commands and outcomes"),
    "bot/core/connection/rest_trace.py:_answers": "an address of our own requests",
    "lore/text/characters.py:_Marks.has_room": "one character",
    "lore/curation/service.py:Curation._matching": "looked for in each title of a server",
    "lore/curation/service.py:Curation._named": "compared with each title of a server",
    "lore/curation/service.py:Curation._notable": "looks an id up",
    "lore/curation/service.py:Curation.complete": "looked for in each title of a server",
    **each("lore/curation/service.py:Curation.", "plan_import apply_import", "a file's name"),
    **each("lore/ledger/port.py:Exchange.", "plan_import apply_import", "a file's name"),
    **each(
        "lore/ledger/verbs/exchange.py:SqlExchange.",
        "plan_import apply_import _read",
        "a file's name",
    ),
    **each(
        "lore/curation/as_pack.py:PackWriter.", "_entry _quote _further _relate", "an id of ours"
    ),
    **each(
        "lore/curation/as_pack.py:", "write_pack _lay_out", "a server's name, cut to 100 letters"
    ),
    "lore/curation/service.py:Curation.export_pack": "the name of a server, of 100 letters at most",
    "bot/features/curation/exchange.py:ExchangeCog.export_pack": "a licence of ours",
    "lore/curation/foreign/quotes.py:_shape": "sentences of ours",
    "lore/curation/foreign/quotes.py:_is_bare": "the name of a column, looked up",
    "lore/curation/foreign/text_rows.py:_with_columns": "a word of ours",
    "lore/curation/foreign/json_rows.py:_cells": "a key, put before others once",
    "lore/curation/exchange.py:read_file": "a file's name",
    "bot/features/curation/exchange.py:_upload": "a file's name",
    "bot/features/curation/views/exchange.py:_part": "a heading of ours",
    "lore/curation/service.py:Curation.edit": "an id of ours, handed to the ledger",
    "lore/curation/service.py:Curation.resolve": "looked for in each title of a server",
    "lore/curation/service.py:Curation.name_of": "looks an id up",
    "lore/curation/service.py:Curation.reject": "kept as it is by the ledger",
    "lore/curation/service.py:Curation.remove": "an id of ours, handed to the ledger",
    "lore/curation/service.py:Curation.restore": "an id of ours, handed to the ledger",
    "lore/curation/service.py:Curation.roll_back": "an id of ours, handed to the ledger",
    "lore/qotd/picking.py:_order.<locals>.place": "an id of a quote of the pack",
    "lore/curation/exchange.py:PackNames.inward": "an id in a file, of a megabyte at most",
    "lore/curation/exchange.py:_written": "an id of ours, written into a file",
    "lore/ledger/lineage.py:Lineage.knows": "an id of ours, looked up",
    **each("lore/ledger/port.py:Entries.", "edit remove restore roll_back entry history", PORT),
    "lore/ledger/port.py:Packs.number": PORT,
    **each("lore/ledger/port.py:Problems.", "report solve", PORT),
    **each("lore/ledger/port.py:Questions.", "count find", PORT),
    "lore/ledger/port.py:QotdPlans.queue": PORT,
    "lore/ledger/port.py:Suggestions.reject": PORT,
    **each("lore/ledger/port.py:Reports.", "tell decide", PORT),
    **each(
        "lore/ledger/verbs/entries.py:SqlEntries.",
        "edit remove restore roll_back entry history",
        STORED,
    ),
    **each("lore/ledger/verbs/packs.py:SqlPacks.", "number _given", STORED),
    "lore/ledger/verbs/qotd_deliveries.py:_change": "the name of a change of ours",
    "bot/features/qotd/afterwards.py:AfterPosts._report": "the code of a problem, ours",
    "lore/ledger/postgres/statements.py:prepared": STATEMENT,
    **each("lore/ledger/postgres/database.py:PostgresTransaction.", "rows run run_many", STATEMENT),
    "lore/ledger/postgres/database.py:PostgresTransaction.begin": STATEMENT,
    "lore/ledger/postgres/database.py:PostgresDatabase._unit": STATEMENT,
    "lore/ledger/postgres/database.py:PostgresDatabase.write_counter": "the id of a ledger",
    **each(
        "lore/ledger/postgres/migrate.py:",
        "prepare migrate checked_version",
        "the operator's address",
    ),
    **each(
        "lore/ledger/postgres/note.py:",
        "write_note note_move check_not_moved",
        "a note of ours, with the operator's path",
    ),
    **each(
        "lore/ledger/postgres/server_rows.py:",
        "ServerRows.__init__ ServerLedger.leave _row_refused",
        "the operator's address",
    ),
    **each("bot/ops/moving.py:", "moved _target", "what the operator typed, used once"),
    "lore/ledger/postgres/slot.py:HeldSlot._run": STATEMENT,
    **each("lore/ledger/postgres/database.py:", "_prepare _migrate", "the operator's address"),
    "lore/ledger/postgres/slot.py:check_alone": "the operator's address",
    "lore/ledger/postgres/slot.py:keep_off": "the operator's address",
    "lore/ledger/errors.py:LedgerFleetError.__init__": "who holds a ledger, as it says",
    "lore/ledger/postgres/connecting.py:connect": "the name of a connection, ours",
    "bot/ops/standing_by.py:StandingBy.stand_by": "what is waited for, a sentence of ours",
    "lore/ledger/postgres/connecting.py:_check": "the operator's address",
    "lore/ledger/sqlite/inspecting.py:servers_with": "the code of a problem, ours",
    "lore/ledger/verbs/qotd_plans.py:SqlQotdPlans.queue": STORED,
    "lore/ledger/verbs/qotd_schedules.py:SqlQotdSchedules._change": "the name of a change",
    "lore/ledger/verbs/qotd_schedules.py:replayed": "the name of a change of ours",
    **each("lore/ledger/verbs/questions.py:SqlQuestions.", "count find", STORED),
    **each("lore/ledger/verbs/rows.py:", "done_before entry_number note_done", STORED),
    **each("lore/ledger/verbs/settings.py:SqlProblems.", "report solve", STORED),
    "lore/ledger/verbs/suggestions.py:SqlSuggestions.reject": STORED,
    "lore/ledger/verbs/suggestions.py:_decide": STORED,
    **each("lore/ledger/verbs/reports.py:", "note_amended _check_new _decide", STORED),
    **each("lore/ledger/verbs/reports.py:SqlReports.", "tell decide", STORED),
    "lore/ledger/verbs/members_queue.py:_count": STATEMENT,
    **each("lore/ledger/unit.py:Transaction.", "rows row run run_many", STATEMENT),
    **each("lore/ledger/sqlite/database.py:SqliteTransaction.", "rows run run_many", STATEMENT),
    **each("lore/ledger/unit.py:Database.", "write_counter", "the id of a ledger, ours"),
    **each("lore/ledger/sqlite/database.py:SqliteDatabase.", "write_counter", "the id of a ledger"),
    **each(
        "lore/ledger/unit.py:Transaction.",
        "read readable",
        "the name of a table of ours",
    ),
    "lore/ledger/sqlite/database.py:_Pool.transaction": STATEMENT,
    "lore/ledger/unit.py:reporting": "the name of what is done, of ours",
    "lore/ledger/sqlite/database.py:open_store.<locals>.connect": "the name of a mode, of ours",
    **each(
        "lore/ledger/unreadable.py:",
        "UnreadableReports.tell named readable",
        "the name of a table of ours",
    ),
    **each("lore/ledger/", "unit.py:Database.announce unit.py:Hearer.asked", TOLD_OF),
    "lore/ledger/sqlite/database.py:SqliteDatabase.announce": TOLD_OF,
    "lore/ledger/postgres/database.py:PostgresDatabase.announce": TOLD_OF,
    **each(
        "lore/ledger/postgres/announcing.py:", "Asking.ask Listener._begin.<locals>.hear", TOLD_OF
    ),
    "bot/ops/other_processes.py:OtherProcesses.asked": TOLD_OF,
    "bot/ops/reload.py:ReloadListener.ask": TOLD_OF,
    "lore/pictures/drawing.py:drawing": "the name of a template; its words are tried one by one",
    "lore/pictures/fonts.py:Glyphs.cover": "a set of its letters",
    "lore/pictures/relations.py:_group": "a label of the pack, compared",
    "lore/pack/model/base.py:_in_its_pack": "an id of at most 32 characters",
    "lore/query/server_layer.py:_quote": "an id of ours, handed on",
    "lore/query/views.py:Views._takes_part": "an id of ours, compared",
    "lore/query/library.py:_by_entry.<locals>.rank": "an id of ours, looked up",
    "lore/query/questions/inquiry.py:Inquiry._ids_in": "an account of the pack, handed on",
    **each(
        "lore/query/questions/",
        "ways/deeds.py:_are_named ways/deeds.py:_is_done ways/telling.py:joined"
        " ways/relations.py:_is_role"
        " ways/telling.py:tell inquiry.py:Inquiry.has inquiry.py:Inquiry.ref"
        " facts.py:labelled facts.py:credited facts.py:with_subject"
        " parsing.py:parsed_words sentences.py:Sentences.weight"
        " ways/put.py:_alike compound.py:_with_names closest.py:_kind words.py:Stems.__missing__"
        " sentence_rows.py:_Gathered._term sentences.py:of_fact fact_rows.py:FactRows._view"
        " sentences.py:Sentences._asked_term"
        " closest.py:_counts",
        "a sentence of the pack, or a word of 24 in a question",
    ),
    **each(
        "lore/query/questions/facts.py:Facts.",
        "about credited differences done in_year is_in_name is_loose_name is_own_name says",
        ASKED_FOR,
    ),
    **each(
        "lore/query/questions/facts.py:MadeFacts.",
        "about credited differences done in_year is_in_name is_loose_name is_own_name says",
        ASKED_FOR,
    ),
    **each(
        "lore/query/questions/stored_facts.py:StoredFacts.",
        "about differences done find is_in_name is_loose_name",
        ASKED_FOR,
    ),
    "lore/search/stored.py:Keys.beginning": "the first letters of a word",
    "lore/pack/lines.py:LineMap.line": "the name of a field, looked up",
    **each(
        "lore/pack/reader.py:_Reader.",
        "_entry _note _quotes _load",
        "names of files and fields of the pack",
    ),
    **each(
        "lore/pack/checks.py:_Checks.",
        "_may_be_missing _no_source _reference _tier",
        "an id in a file of the pack, looked up",
    ),
    "lore/pack/checks.py:_called_otherwise": "ids of at most 32 characters",
    **each(
        "lore/pack/authoring/entries.py:",
        "new_entry new_event _begun _refuse_if_taken",
        "a name of 100 letters at most, or an id",
    ),
    **each(
        "lore/pack/authoring/entries.py:",
        "new_quote _only_occurrence _append_quote _quote",
        "words looked for by what is tried, then 400 letters at most",
    ),
    **each("lore/pack/authoring/entries.py:", "_paragraphs _parts", "names paragraphs: plot:1-2"),
    "lore/pack/authoring/entries.py:_commented": "a table of ours",
    "lore/site/pages.py:Site._page": "a page of ours, and a sentence of the pack",
    "lore/site/templates.py:Templates.filled": "a template of ours, and a sentence of the pack",
    **each("lore/pack/authoring/layout.py:", "new_pack _lay_out", "a title, written to a file"),
    "lore/pack/authoring/new_ids.py:numbered": "an id of at most 32 characters",
    "lore/pack/authoring/sources.py:source_of": "the id of a tier",
    "lore/pack/fix.py:_mend_rows": "the name of a file",
    "lore/pack/former_tiers.py:_table": "the label of a tier, in a file of the pack",
    "lore/pack/sentences.py:repeated_tables": "the names of tables of ours",
    "lore/pack/toml_file.py:_told": "a sentence of tomllib's",
    "lore/pack/published.py:_may_be_unread": "a word of ours, compared",
    **each("lore/pack/problems.py:FileLine.", "at beside", "the name of a field"),
}


def given(library: Library, catalogue: Catalogue) -> dict[str, Any]:
    """Return what functions are called with beside a text, by type, and objects, by class."""
    info, index = library.info, PackIndex.build(catalogue)
    options, scope = RenderOptions(info), Scope(None, info.every_tier)
    visible = VisibleLore(index, scope)
    # Made before anything is tried: it is made once.
    assert len(index.sentences)
    matches = index.names.find("Tony Stark")
    refs = [ref for match in matches if (ref := visible.ref(match.key))]
    return {
        "int": 300,
        "float": 1.0,
        "bool": False,
        "int | None": None,
        "Iterable[str]": ["monday", "Tony Stark"],
        "Collection[str]": ["monday", "Tony Stark"],
        "Sequence[str]": ["monday", "Tony Stark"],
        "Path": Path("/dev/null/nowhere"),
        "date": date(2026, 11, 21),
        "datetime": NOW,
        "Iterable[date]": (NOW.date(),),
        "PackInfo": info,
        "RenderOptions": options,
        "Footnotes": Footnotes(info),
        "Collection[Style]": ALL,
        "Quota": Quota(),
        "Tier": SERVER,
        "Tiers": info.every_tier,
        "Mapping[Tier, str]": {tier.id: tier.label for tier in info.tiers},
        "Kind": Kind.PLACE,
        "Kind | None": None,
        "Sought": None,
        "NameOf": lambda text, *_: text,
        "Names": lambda _: None,
        "Catalogue": catalogue,
        "Scope": scope,
        "ServerLayer": EMPTY,
        "VisibleLore": visible,
        "Views": index.views,
        "NameIndex": index.names,
        "NameLayer": NameLayer(list(names(catalogue))),
        "Passages": index.passages.all,
        "OpenPack": OpenPack(catalogue),
        "Library": library,
        "Match": matches[0],
        "Sequence[Match]": matches,
        "Question": Question("tony stark"),
        "Ref": refs[0],
        "EntryView": visible.entry(refs[0].id),
        "QuoteView": visible.quote(visible.quotes()[0]),
        "Sequence[QuoteView]": [visible.quote(id) for id in visible.quotes()[:3]],
        "Draft": NoteDraft("ultron", "Text."),
        "Written": NoteDraft("ultron", "Text."),
        "tuple[Cite, ...]": (),
        "MatchType": MatchType.SPELLING,
        "Hits": Hits("", ()),
        "GuildSettings": GuildSettings(),
        "frozenset[int]": frozenset[int](),
        "Iterable[Listed]": (),
        "Sequence[FileEntry]": (),
        "Sequence[discord.File]": (),
        "Redaction": Redaction("a secret"),
        "Legend": Legend(info),
    }


def _is_untried(key: str) -> bool:
    return key in UNTRIED or key.startswith(tuple(one for one in UNTRIED if one.endswith("/")))


def direct(values: dict[str, Any]) -> Iterator[tuple[str, Call]]:
    """Yield the functions that can be called with texts and what is given."""
    for one in functions():
        owner, _, name = one.name.rpartition(".")
        known = all(kind in (*TEXT, "") or kind in values for _, kind in one.needed)
        if not known or "<locals>" in owner or _is_untried(one.key):
            continue
        function = getattr(_module(one.file), owner or name)
        if owner and name != "__init__":
            function = getattr(values.get(owner, function), name)

        def call(text: str, function: Any = function, needed: Any = one.needed) -> Any:
            typed = ((name, kind) for name, kind in needed if kind)
            return function(**{n: text if kind in TEXT else values[kind] for n, kind in typed})

        yield one.key, call


def drawn(draft: Draft) -> Drawn:
    return view_of(preview_entry(1, "s1", 1, draft, NOW), lambda _: None)


def mixed(text: str, between: str) -> Draft:
    """Return a text whose words stand in another only one by one."""
    return NoteDraft("ultron", "".join(f"{at % 61} {between} " for at in range(len(text) // 5)))


def entrances(library: Library, options: RenderOptions) -> Iterator[tuple[str, Call]]:
    """Yield where texts come in from people and where they are shown; all behind is tried."""
    scope, quota, legend = Scope(None, library.info.every_tier), Quota(), Legend(library.info)
    for verb in ("look_up", "explain", "entry", "complete", "complete_speaker", "complete_quote"):
        yield verb, lambda text, verb=verb: getattr(library, verb)(text, scope)
    for verb in ("quote_by_id", "quote_like", "search", "speaker"):
        yield verb, lambda text, verb=verb: getattr(library, verb)(text, scope)
    yield "quotes of a speaker", lambda text: library.quote(scope, text)
    yield "quote like", lambda text: library.quote_like("peace in our time", scope, text)
    drafts: dict[str, Callable[[str], Draft]] = {
        "entry": lambda text: EntryDraft(Kind.PLACE, text[:100], text, (text[:100],), text[:300]),
        "quote": lambda text: QuoteDraft(
            text, text[:100], text[:100], text[:300], text[:300], date=text[:10]
        ),
        "dialogue": lambda text: QuoteDraft("First", more=(*read_dialogue(text),)),
        "note": lambda text: NoteDraft("ultron", text, text[:300]),
    }
    yield "alias", lambda text: tidied_alias(text, quota)
    yield "called", lambda text: library.called(text, scope)
    yield "checked", lambda text: checked_text("Text", text, quota.words)
    for name, draft in drafts.items():
        yield f"tidied {name}", lambda text, draft=draft: tidied(draft(text), quota)
        yield (
            f"looks {name}",
            lambda text, draft=draft: preview.readers_page(drawn(draft(text)), options),
        )
        if name == "quote":
            yield (
                "card",
                lambda text, draft=draft: quote_card(cast(Any, drawn(draft(text))), legend),
            )
        yield f"written {name}", lambda text, draft=draft: changes.draft_summary(draft(text))
        yield (
            f"index of {name}",
            lambda text, draft=draft: Passages.build([("s1", drawn(draft(text)))]),
        )
        yield (
            f"form of {name}",
            lambda text, draft=draft: forms.form(
                DraftTarget(DraftAction.EDIT, "s1", 1), draft(text), quota, str
            ),
        )
    yield "label", lambda text: button(text, RemoveAnswer())
    yield "unknown", lambda text: choices.unknown(Unknown(text), options, AskForEntry)
    yield (
        "report",
        lambda text: reports.report_page(
            report_of(text), QueuePlace([report_of(text)], 0), StillTold.ALL, options, text
        ),
    )
    yield "outcome of a report", lambda text: reports.outcome(report_of(text), text)
    yield "asked in vain", lambda text: unanswered.page([Unanswered(text, 1, NOW)], 0)
    yield (
        "found",
        lambda text: search.highlighted(
            FoundPassage(None, "s1", text, ((0, 1), (100, 110)), SERVER)
        ),
    )
    yield (
        "change",
        lambda text: changes.changed_fields(diff(NoteDraft("a", text), NoteDraft("a", text[9:]))),
    )
    yield "other words", lambda text: diff(mixed(text, "!"), mixed(text, "?"))
    yield "pack", lambda text: pack_of(EntryDraft(Kind.PLACE, text, text, (text,), text))
    # Longer words are not kept.
    yield "pack with a quote", lambda text: pack_of(drafts["quote"](text[: quota.words]))
    for name in ("a.csv", "a.txt"):
        yield f"foreign {name}", lambda text, name=name: foreign(text, name)
    yield "foreign table", lambda text: foreign(f"quote,author,date\n{text},{text},{text}", "")
    yield "foreign lines", lambda text: foreign(f'"{text}" - {text[:40]}, 2021\n{text}', "")
    yield (
        "foreign JSON",
        lambda text: foreign(json.dumps({text: [{"text": text, "by": {text: text}}, [text]]}), ""),
    )
    yield (
        "foreign JSON on lines",
        lambda text: foreign(
            f'["a"]\n{json.dumps([text])}\n{json.dumps(text)}\n[{text}', "a.jsonl"
        ),
    )
    yield "file", lambda text: read_json(text.encode(), items_of="entries")
    yield "file of texts", lambda text: read_json(f'["{text}"]'.encode(), items_of="entries")


def pack_of(draft: Draft) -> PackWriter:
    """Return the files of a pack of what a server wrote."""
    writer = PackWriter(None)
    writer.add([ServerEntry(1, "s1", 1, draft, True, None, NOW, None, NOW)])
    return writer


def foreign(text: str, name: str) -> ForeignFile:
    """Return what a file of another bot is read as."""
    return read_foreign(text.encode(), name, lambda draft: tidied(draft, Quota()))


def report_of(text: str) -> Report:
    """Return a report that says this of a sentence that says this."""
    about = Reported("entry", "s1", text, SERVER, sentence=text, sentence_tier=SERVER)
    return Report(1, 1, about, text, ReportState.ANSWERED, 1, NOW, answer=text)


def document(text: str) -> dict[str, Document]:
    """Return the documents of a pack that has one, of one paragraph."""
    source = Source(id="a", title="A", file="a", tier="a", sha256="0" * 64, paragraphs=1)
    return {"a": Document(source, (" ".join(text.split()),), "")}


def tools_of_authors() -> Iterator[tuple[str, Call]]:
    """Yield what looks through documents of any length for words of any length, and cites them."""
    near, many = "nothing of the kind stands here", [f"never there {n}" for n in range(20)]
    yield "naming", lambda text: concordance.naming(document(text), ["a b", text])
    yield "named", lambda text: concordance.naming(document(text), ["a"])
    yield "sentences", lambda text: concordance.every_sentence(document(text)["a"], [1])
    yield "cited", lambda text: concordance.cited(concordance.standing(document(text), text))
    yield "like", lambda text: concordance.nearly(document(near), text)
    yield "likest", lambda text: concordance.cited(concordance.nearly(document(text), near))
    yield "places", lambda text: words.places([text], [*many, text])
    yield "lines", lambda text: "".join(map(entries._statement, _mentions(text)))


def _mentions(text: str) -> list[concordance.Mention]:
    return [concordance.Mention(Cite("a", 1, text[:30]), text)]


def all_calls(catalogue: Catalogue) -> list[tuple[str, Call]]:
    # Nothing is asked of a ledger, since no server asks.
    library = Library([OpenPack(catalogue)], random.Random(1), cast(Any, None))
    values = given(library, catalogue)
    calls = [*direct(values), *entrances(library, values["RenderOptions"])]
    return [*calls, *tools_of_authors()]


def _is_long(value: object) -> bool:
    return isinstance(value, str | bytes) and len(value) >= TOLD


def reached(calls: Iterable[Call]) -> set[str]:
    """Return the functions with a text among their parameters that a long text comes to."""
    known = {one.key for one in functions()}
    # Whether a long text is still waited for, for each code that was seen.
    waiting: dict[CodeType, str | None] = {}
    found: set[str] = set()

    def look(frame: FrameType, event: str, _: object) -> None:
        if event != "call":
            return
        code = frame.f_code
        if code not in waiting:
            key = f"{code.co_filename.removeprefix(f'{ROOT}/')}:{code.co_qualname}"
            waiting[code] = key if key in known else None
        key = waiting[code]
        if key and any(map(_is_long, frame.f_locals.values())):
            found.add(key)
            waiting[code] = None

    for call in calls:
        for run in ("a b\n", "1 ", "*a* ||b|| https://x.y/z_ "):
            sys.setprofile(look)
            try:
                seconds(call, text_of("", run, "", LENGTHS[0]))
            finally:
                sys.setprofile(None)
    return found


def test_square_of_the_length_is_found_and_multiples_of_it_are_not() -> None:
    def multiple(text: str) -> None:
        for letter in text:
            letter.isalpha()

    def square(text: str) -> None:
        for _ in text[::4]:
            text.count("ab")

    shape = Shape("", "a")

    assert slow([("multiple", multiple)], [shape]) == []
    assert len(slow([("square", square)], [shape])) == 1


def test_every_function_is_tried_or_excepted(catalogue: Catalogue) -> None:
    found = reached(call for _, call in all_calls(catalogue))
    known = {one.key for one in functions()}
    untried = {key for key in known if _is_untried(key)}
    left = known - found - untried

    assert sorted(left ^ UNREACHED.keys()) == []
    assert {key for key in UNTRIED if not key.endswith("/")} - known == set()


def test_no_function_takes_more_than_proportional_time(catalogue: Catalogue) -> None:
    assert slow(all_calls(catalogue), [*RUNS_ALONE, *RUNS_ENDED_ONCE], SHARE) == []


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_no_function_is_slow_after_any_beginning(catalogue: Catalogue, part: int) -> None:
    assert slow(all_calls(catalogue)[part::PARTS], ALL_SHAPES) == []
