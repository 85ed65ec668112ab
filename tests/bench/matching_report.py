"""The tables of how names and quotes are found, with the goals and whether they were reached."""

import platform
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tests.bench.measuring import Figures, at, share
from tests.bench.whole import CHANGES, LONG, OWN, Whole

OURS = "ours"
BASE = "rapidfuzz QRatio"


class Offered(NamedTuple):
    """How often the expected name is among those offered; times in milliseconds."""

    among: float
    median: float
    slow: float


class Measured(NamedTuple):
    """Everything that one run found out, by list and approach.

    The lists are the pack, a middling and a large one, other scripts, and perhaps one more; while
    typing, the same without the pack.
    """

    names: list[tuple[str, dict[str, Figures]]]
    offered: list[tuple[str, dict[str, Offered]]]
    quotes: tuple[str, dict[str, Figures]]
    whole: Whole


def report(measured: Measured, date: str) -> str:
    """Return the tables, and the goals."""
    return "\n".join(
        (
            _heading(date),
            *(line for title, figures in measured.names for line in _names(title, figures)),
            *(line for title, figures in measured.offered for line in _offered(title, figures)),
            *_quotes(*measured.quotes),
            *_whole(measured.whole),
            "## Goals",
            "",
            "Some names are the second list, many names the third.",
            "",
            "| goal | measured | reached |",
            "|---|--:|---|",
            *_goals(measured),
            "",
        )
    )


def _heading(date: str) -> str:
    return f"""# How names and quotes are found

Made by `make bench-matching`{f" on {date}" if date else ""}, with Python
{platform.python_version()} on one core of {platform.machine()}. Every approach gets the same names
and questions in one run; trust the ratios more than the milliseconds, which are of the processor.
Slow approaches are asked a sample. The sentences are made up from a seed.

- The questions are made from the names, and only those are asked that mean one name alone. Of made
  cases those of names that two entries share ("Maximoff") are left out: there the bot rightly asks
  who is meant. Made cases, and those of the 100,000, also leave out questions that are another name
  in the possessive or with an article, and words cut short that begin other names as well.
- R@1, R@5: the right name is first, is among five. Hard: double slips, lost vowels, initials,
  filler words, short names, misspelt parts.
- kept: right, and above the score that 2 % (quotes: 5 %) of the questions without an answer reach.
- Sure: what is found first is shown without asking back. Ours is sure when the bot is; the others
  are from the score on that people use as a cut, and full-text search has no such score.
- wrong: of the questions that have an answer, how many get a wrong one, and the approach is sure.
- nonsense, absent: of the questions that have none, how many get one, and it is sure. Nonsense
  is hit keys and things that are no names; absent are real names that are not in the list.
- speed: the median of rapidfuzz QRatio (quotes: token_set) over this median, that is how many
  times faster; the two are asked in turns.
- build: seconds until the first question is answered, in a process of its own; MiB: its memory.
- In other scripts a name is typed in capitals, in another encoding, without what only decorates it,
  or with two letters swapped; absent are names of which one letter is another one in its script.
- By kind of slip: R@1. An approach that was asked only a sample has no column there.
"""


def _names(title: str, figures: dict[str, Figures]) -> Iterator[str]:
    yield from (f"## {title}", "")
    yield from _table(
        "| approach | R@1 | R@5 | hard R@1 | kept | hard kept | wrong | nonsense | absent "
        "| p50 ms | p99 ms | speed | build s | MiB |",
        (
            f"| {approach} | {one.first:.3f} | {one.among:.3f} | {one.hard:.3f} | {one.kept:.3f} "
            f"| {one.hard_kept:.3f} | {_percent(one.wrong)} | {_percent(one.nonsense)} "
            f"| {_percent(one.absent)} | {_costs(one)} |"
            for approach, one in figures.items()
        ),
    )
    yield from _kinds(figures)


def _kinds(figures: dict[str, Figures]) -> Iterator[str]:
    asked = {OURS: figures[OURS]} | {
        title: one for title, one in figures.items() if not one.sampled
    }
    yield f"| by kind of slip | asked | {' | '.join(asked)} |"
    yield f"|---|--:|{'--:|' * len(asked)}"
    for kind, right in figures[OURS].kinds.items():
        shares = (f"{share(one.kinds[kind]):.3f}" for one in asked.values())
        yield f"| {kind} | {len(right)} | {' | '.join(shares)} |"
    yield ""


def _offered(title: str, figures: dict[str, Offered]) -> Iterator[str]:
    yield from (
        f"## {title}: offered while typing",
        "",
        "Misspelt questions, key by key: is the name among the 25 from the fourth key on?",
        "",
    )
    yield from _table(
        "| approach | among the 25 | p50 ms | p99 ms |",
        (
            f"| {approach} | {one.among:.3f} | {one.median:.2f} | {one.slow:.2f} |"
            for approach, one in figures.items()
        ),
    )


def _quotes(title: str, figures: dict[str, Figures]) -> Iterator[str]:
    yield from (f"## {title}", "")
    yield from _table(
        "| approach | R@1 | R@5 | kept | wrong | absent "
        "| p50 ms | p99 ms | speed | build s | MiB |",
        (
            f"| {approach} | {one.first:.3f} | {one.among:.3f} | {one.kept:.3f} "
            f"| {_percent(one.wrong)} | {_percent(one.absent)} | {_costs(one)} |"
            for approach, one in figures.items()
        ),
    )


def _whole(whole: Whole) -> Iterator[str]:
    yield from (
        "## Whole answers of ours",
        "",
        "- Typed: the large list is asked at every key; the 25 offers become discord.py's choices,",
        "  with the bot's labels, and then JSON. Who may see what is not asked here.",
        f"- {LONG:,} characters: names of the large list, strung together.",
        f"- After a change: {CHANGES} times one of {OWN:,} entries of a server's own is edited;",
        "  from the next question to its answer, with the ledger read and the names indexed.",
        "",
    )
    asked = {
        "typed": whole.typed,
        f"{LONG:,} characters as a question": whole.long,
        f"{LONG:,} characters typed": whole.long_typed,
        "after a change": whole.changed,
    }
    yield from _table(
        "| | times | p50 ms | p99 ms | max ms |",
        (
            f"| {title} | {len(times):,} "
            f"| {at(times, 0.5):.2f} | {at(times, 0.99):.2f} | {max(times):.2f} |"
            for title, times in asked.items()
        ),
    )


def _table(heading: str, rows: Iterable[str]) -> Iterator[str]:
    """Yield a table with figures in all columns but the first."""
    yield heading
    yield f"|---|{'--:|' * (heading.count('|') - 2)}"
    yield from rows
    yield ""


def _goals(measured: Measured) -> Iterator[str]:
    pack, some, many, scripts = (figures[OURS] for _, figures in measured.names[:4])
    yield _of_pack(pack)
    worst = min(some.plain_kinds, key=lambda kind: some.plain_kinds[kind])
    yield _least("some names: R@1", some.first, 0.99)
    yield _least(
        f"some names: R@1 in the worst plain kind ({worst})", some.plain_kinds[worst], 0.95
    )
    yield _least("some names: hard R@1", some.hard, 0.97)
    yield _least("some names: kept", some.kept, 0.98)
    yield _least("some names: hard kept", some.hard_kept, 0.82)
    yield _most("some names: nonsense", some.nonsense, 0.005)
    yield _most("some names: absent", some.absent, 0.03)
    yield _most("some names: wrong", some.wrong, 0.002)
    yield _within("some names: p99", some.slow, 1.5)
    yield _least("many names: R@1", many.first, 0.985)
    yield _within("many names: p99", many.slow, 3)
    yield _speed(measured.names[2][1])
    yield _goal("many names: built within 2 s", f"{many.seconds:.2f} s", many.seconds <= 2)
    mega = many.mebibytes * 2**20 / 1e6
    yield _goal("many names: at most 80 MB", f"{mega:.0f} MB", mega <= 80)
    yield _least("other scripts: R@1", scripts.first, 0.99)
    yield _most("other scripts: another name, taken for sure", scripts.absent, 0.0)
    typed_some, typed_many = (figures[OURS] for _, figures in measured.offered[:2])
    yield _least("some names, typed: among the 25", typed_some.among, 0.96)
    yield _least("many names, typed: among the 25", typed_many.among, 0.93)
    whole = measured.whole
    yield _within("many names, typed: whole answer, p99", at(whole.typed, 0.99), 3)
    yield _within(f"many names: {LONG:,} characters, max", max(whole.long + whole.long_typed), 10)
    yield _within(f"first answer after a change among {OWN:,} entries, max", max(whole.changed), 50)
    quotes = measured.quotes[1][OURS]
    yield _least("quotes: R@1", quotes.first, 0.99)
    yield _least("quotes: kept", quotes.kept, 0.95)
    yield _within("quotes: p99", quotes.slow, 5)


def _of_pack(pack: Figures) -> str:
    asked = sum(len(right) for right in pack.kinds.values())
    missed = ", ".join(f"“{case.query}”" for case in pack.missed)
    what = f"the pack: every question right{f'; wrong: {missed}' if missed else ''}"
    return _goal(what, f"{asked - len(pack.missed):,} of {asked:,}", not missed)


def _speed(figures: dict[str, Figures]) -> str:
    times = figures[OURS].speed
    return _goal(f"many names: 5 times faster than {BASE}", f"{times:.1f}", times >= 5)


def _least(what: str, measured: float, goal: float) -> str:
    return _goal(f"{what} ≥ {goal}", f"{measured:.3f}", measured >= goal)


def _most(what: str, measured: float | None, goal: float) -> str:
    reached = measured is not None and measured <= goal
    shown = "-" if measured is None else f"{100 * measured:.2f} %"
    return _goal(f"{what} ≤ {100 * goal:.1f} %", shown, reached)


def _within(what: str, measured: float, goal: float) -> str:
    return _goal(f"{what} ≤ {goal} ms", f"{measured:.2f} ms", measured <= goal)


def _goal(what: str, measured: str, reached: bool) -> str:
    return f"| {what} | {measured} | {'yes' if reached else 'no'} |"


def _percent(part: float | None) -> str:
    return "-" if part is None else f"{100 * part:.1f} %"


def _costs(one: Figures) -> str:
    return (
        f"{one.median:.2f} | {one.slow:.2f} | {one.speed:.1f} "
        f"| {one.seconds:.2f} | {one.mebibytes:.0f}"
    )
