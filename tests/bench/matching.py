"""Measures how names and quotes are found, beside what people would use instead.

Run it as `python -m tests.bench.matching`; it writes MATCHING.md beside this file.
"""

import argparse
import json
import platform
import random
import resource
import time
import tomllib
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from lore.matching import SURE, Name, passages
from tests.bench.approaches import APPROACHES, USUAL_CUT, Search
from tests.bench.cases import Case, cases, made_up_names, nonsense, still_clear, without_some
from tests.bench.quotes import absent_cases, made_up_sentences, quote_cases

ROOT = Path(__file__).parents[2]
LISTS = ROOT.parent / "shared" / "names"
SEED = 20150501
PAGE = resource.getpagesize()
SLOW = {"difflib": 60, "rapidfuzz WRatio": 200}
TYPED = ("typo", "phonetic", "transposition", "keyboard")


class Listing(NamedTuple):
    """Names, or sentences, and the questions asked of them."""

    title: str
    names: list[Name]
    cases: list[Case]


class Figures(NamedTuple):
    """What one approach came to; shares from 0 to 1, times in milliseconds."""

    first: float
    among: float
    hard: float
    kept: float
    hard_kept: float
    accepted: float | None
    median: float
    slow: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--date", default="", help="the date to put into the table")
    parser.add_argument("--names", type=Path, help="a file with one name a line, asked as well")
    options = parser.parse_args()
    rng = random.Random(SEED)
    listings = name_listings(options.names, rng)
    parts = [heading(options.date)]
    parts += [names_table(listing) for listing in listings]
    parts += [completion_table(listing, rng) for listing in listings[1:]]
    parts += [quotes_table(quotes_listing(10_000, rng))]
    (Path(__file__).parent / "MATCHING.md").write_text("\n".join(parts), encoding="utf-8")


def name_listings(own: Path | None, rng: random.Random) -> list[Listing]:
    """The pack, the lists beside the checkout (or made-up ones), and a file of one's own."""
    pack = pack_names(ROOT / "seeds")
    if LISTS.is_dir():
        some = lines(LISTS / "names.txt")
        many = lines(LISTS / "names_100k.txt")
        asked = [Case(**json.loads(line)) for line in lines(LISTS / "cases.jsonl")]
        listings = [
            Listing(f"Character names, {len(some):,}", as_names(some), asked),
            Listing(f"Names, {len(many):,}", as_names(many), still_clear(asked, many)),
        ]
    else:
        some = made_up_names(16_000, rng)
        many = made_up_names(100_000, rng)
        kept, absent = without_some(some, 150, rng)
        listings = [
            generated("Made-up names", as_names(kept), absent, rng),
            generated("Made-up names", as_names(many), [], rng),
        ]
    others = [Case(text, None, "hard-absent") for text in rng.sample(some, 300)]
    listings.insert(0, generated("The pack's names", pack, others, rng))
    if own:
        listings.append(generated(own.name, as_names(lines(own)), [], rng))
    return listings


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def as_names(texts: Sequence[str]) -> list[Name]:
    return [Name(text, text) for text in dict.fromkeys(texts) if text]


def pack_names(folder: Path) -> list[Name]:
    """The names and aliases of a pack's entries, names before aliases."""
    entries = [
        (path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
        for path in sorted(folder.glob("*/*.toml"))
        if path.parent.name != "quotes"
    ]
    names = [Name(entry["name"], key) for key, entry in entries]
    for key, entry in entries:
        aliases = [alias["name"] for alias in entry.get("aliases", [])]
        aliases += entry.get("found_by", [])
        names += [Name(alias, key, canonical=False) for alias in aliases]
    return names


def generated(title: str, names: list[Name], absent: Sequence[Case], rng: random.Random) -> Listing:
    """A listing with made cases, and with questions that should find nothing."""
    keys = {name.text: name.key for name in names}
    made = [
        case._replace(expected=keys[case.expected])
        for case in cases(list(keys), 60, rng)
        if case.expected is not None
    ]
    asked = [*made, *nonsense(300, rng), *absent]
    return Listing(f"{title}, {len(names):,}, made cases", names, asked)


def quotes_listing(count: int, rng: random.Random) -> Listing:
    sentences = made_up_sentences(count + 300, rng)
    absent, kept = sentences[:300], sentences[300:]
    asked = [*quote_cases(kept, 150, rng), *absent_cases(absent, rng)]
    return Listing(f"{count:,} made-up sentences", as_names(kept), asked)


def heading(date: str) -> str:
    return f"""# How names and quotes are found

Made by `make bench-matching`{f" on {date}" if date else ""}, with Python
{platform.python_version()} on one core of {platform.machine()}. Every approach gets the same names
and questions in one run; trust the ratios more than the milliseconds. Slow approaches are asked a
sample. The sentences are made up from a seed.

- R@1, R@5: the right name is first, is among five. Hard: double slips, lost vowels, initials,
  filler words, short names, misspelt parts.
- kept: right, and above the score that 2 % (quotes: 5 %) of the questions without an answer reach.
- accepted: the share of questions without an answer that score above the cut people use (ours:
  the score from which the bot answers without asking); full-text search has no such score.
- speed: the median of rapidfuzz QRatio (quotes: token_set) over this median, that is how many
  times faster.
"""


def names_table(listing: Listing) -> str:
    rows = [
        "| approach | R@1 | R@5 | hard R@1 | kept | hard kept | accepted | p50 ms | p99 ms "
        "| speed | build s | MiB |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    return "\n".join(table(listing, "names", SURE, 0.02, rows))


def quotes_table(listing: Listing) -> str:
    rows = [
        "| approach | R@1 | R@5 | kept | accepted | p50 ms | p99 ms | speed | build s | MiB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    return "\n".join(table(listing, "quotes", passages.SURE, 0.05, rows))


def table(listing: Listing, group: str, sure: float, far: float, rows: list[str]) -> list[str]:
    print(listing.title)
    base = 0.0
    for title, build in APPROACHES[group].items():
        seconds, mebibytes = in_a_process_of_its_own(group, title, listing.names)
        found = measured(build(listing.names), sample(listing.cases, SLOW.get(title)),
                         USUAL_CUT.get(title, sure if title == "ours" else None), far)  # fmt: skip
        base = base or found.median
        accepted = "-" if found.accepted is None else f"{found.accepted:.3f}"
        hard = "hard" in rows[0]
        cells = [
            title, f"{found.first:.3f}", f"{found.among:.3f}", *([f"{found.hard:.3f}"] * hard),
            f"{found.kept:.3f}", *([f"{found.hard_kept:.3f}"] * hard), accepted,
            f"{found.median:.2f}", f"{found.slow:.2f}", f"{base / found.median:.1f}",
            f"{seconds:.2f}", f"{mebibytes:.0f}",
        ]  # fmt: skip
        rows.append(f"| {' | '.join(cells)} |")
        print(rows[-1])
    return [f"## {listing.title}\n", *rows, ""]


def completion_table(listing: Listing, rng: random.Random) -> str:
    """Misspelt questions typed key by key: is the name among the 25 from the fourth key on?"""
    print(f"{listing.title}, typed")
    typed = [case for case in listing.cases if case.kind in TYPED]
    keys = [
        Case(case.query[:end], case.expected, case.kind)
        for case in rng.sample(typed, min(80, len(typed)))
        for end in range(4, len(case.query) + 1)
    ]
    rows = ["| approach | among the 25 | p50 ms | p99 ms |", "|---|---|---|---|"]
    for title, build in APPROACHES["completion"].items():
        answers, times = ask(build(listing.names), keys, 25)
        offered = share([case.expected in dict(found) for case, found in answers])
        rows.append(f"| {title} | {offered:.3f} | {at(times, 0.5):.2f} | {at(times, 0.99):.2f} |")
        print(rows[-1])
    return "\n".join([f"## {listing.title}: offered while typing\n", *rows, ""])


def sample(asked: Sequence[Case], count: int | None) -> Sequence[Case]:
    """An evenly spread part of the cases, so that every kind is in it."""
    return asked if count is None else asked[:: max(1, len(asked) // count)]


def measured(search: Search, asked: Sequence[Case], cut: float | None, far: float) -> Figures:
    answers, times = ask(search, asked, 5)
    right: dict[bool, list[tuple[bool, bool, float]]] = {False: [], True: []}
    wrong: dict[bool, list[float]] = {False: [], True: []}
    for case, found in answers:
        hard = case.kind.startswith("hard")
        points = found[0][1] if found else 0.0
        if case.expected is None:
            wrong[hard].append(points)
        else:
            keys = [key for key, _ in found]
            right[hard].append((keys[:1] == [case.expected], case.expected in keys, points))
    nothing = wrong[False] + wrong[True]
    return Figures(
        first=share([first for first, _, _ in right[False]]),
        among=share([among for _, among, _ in right[False]]),
        hard=share([first for first, _, _ in right[True]]),
        kept=kept(right[False], wrong[False], far),
        hard_kept=kept(right[True], wrong[True], far),
        accepted=None if cut is None else share([points >= cut for points in nothing]),
        median=at(times, 0.5),
        slow=at(times, 0.99),
    )


def ask(
    search: Search, asked: Sequence[Case], limit: int
) -> tuple[list[tuple[Case, list[tuple[str, float]]]], list[float]]:
    """What is found for each question, and the milliseconds each took."""
    answers, times = [], []
    for case in asked:
        began = time.perf_counter()
        found = search(case.query, limit)
        times.append(1000 * (time.perf_counter() - began))
        answers.append((case, found))
    return answers, times


def kept(right: Sequence[tuple[bool, bool, float]], wrong: Sequence[float], far: float) -> float:
    reached = sorted(wrong, reverse=True)[int(len(wrong) * far)] if wrong else 0.0
    return share([first and points > reached for first, _, points in right])


def share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0


def at(times: Sequence[float], part: float) -> float:
    return sorted(times)[int(part * (len(times) - 1))]


def in_a_process_of_its_own(group: str, title: str, names: list[Name]) -> tuple[float, float]:
    """Seconds and MiB of resident memory that building takes, nothing else built before it."""
    context = get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_built, (group, title, names))


def _built(group: str, title: str, names: list[Name]) -> tuple[float, float]:
    APPROACHES[group][title](names[:10])
    before, began = resident(), time.perf_counter()
    search = APPROACHES[group][title](names)
    seconds = time.perf_counter() - began
    search("warm", 5)
    return seconds, resident() - before


def resident() -> float:
    """MiB of memory this process holds (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * PAGE / 2**20


if __name__ == "__main__":
    main()
