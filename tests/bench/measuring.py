"""What one way to find names comes to over one list: how often it is right, how fast, how large."""

import gc
import resource
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from lore.search import Name
from tests.bench.approaches import APPROACHES, Found, Search
from tests.bench.cases import Case
from tests.bench.listings import Listing

PAGE = resource.getpagesize()
# Beyond so many names these are asked only so many questions.
SLOW = {"difflib": (0, 60), "rapidfuzz WRatio": (10_000, 200)}
# So many questions are asked of two approaches, in turns of so many, to tell which is faster.
TIMED = 200
TURN = 25
ABSENT = ("hard-absent", "absent")

Answer = tuple[Case, Found]


@dataclass(frozen=True)
class Figures:
    """What one approach came to; shares from 0 to 1, times in milliseconds.

    `sampled` is whether it was asked only some of the questions; what depends on being sure is
    None for an approach that never is.
    """

    first: float
    among: float
    hard: float
    kept: float
    hard_kept: float
    kinds: dict[str, list[bool]]
    missed: list[Case]
    wrong: float | None
    nonsense: float | None
    absent: float | None
    median: float
    slow: float
    speed: float
    seconds: float
    mebibytes: float
    sampled: bool

    @property
    def plain_kinds(self) -> dict[str, float]:
        """Return R@1 of every plain kind."""
        return {kind: share(all_) for kind, all_ in self.kinds.items() if not is_hard(kind)}


def compared(listing: Listing, group: str, far: float) -> dict[str, Figures]:
    """Return the figures of every approach; `far` is how many false accepts `kept` allows."""
    print(listing.title)
    figures = {}
    base = next(iter(APPROACHES[group].values()))(listing.names)
    for title in APPROACHES[group]:
        figures[title] = one = _figures(title, group, listing, far, base)
        print(f"{title}: {one.first:.3f}, {one.hard:.3f}, {one.median:.2f} ms")
    return figures


def _figures(title: str, group: str, listing: Listing, far: float, base: Search) -> Figures:
    seconds, mebibytes = _in_a_process_of_its_own(group, title, listing.names)
    most, count = SLOW.get(title, (len(listing.names), 0))
    sampled = len(listing.names) > most
    # Evenly spread, so that every kind is among them.
    asked = listing.cases[:: max(1, len(listing.cases) // count)] if sampled else listing.cases
    search = APPROACHES[group][title](listing.names)
    answers, times = ask(search, asked, 5)

    positive = [one for one in answers if one[0].expected is not None]
    negative = [one for one in answers if one[0].expected is None]
    plain, hard = _by_hardness(positive)
    none, none_hard = _by_hardness(negative)
    kinds = defaultdict(list)
    for case, found in positive:
        kinds[case.kind].append(_is_first(case, found))
    return Figures(
        first=share([_is_first(*one) for one in plain]),
        among=share([case.expected in found.keys for case, found in plain]),
        hard=share([_is_first(*one) for one in hard]),
        kept=_kept(plain, none, far),
        hard_kept=_kept(hard, none_hard, far),
        kinds=dict(kinds),
        missed=[case for case, found in positive if not _is_first(case, found)],
        wrong=_surely_wrong(positive),
        nonsense=_surely_wrong([one for one in negative if one[0].kind not in ABSENT]),
        absent=_surely_wrong([one for one in negative if one[0].kind in ABSENT]),
        median=at(times, 0.5),
        slow=at(times, 0.99),
        speed=_times_as_fast(search, base, asked),
        seconds=seconds,
        mebibytes=mebibytes,
        sampled=sampled,
    )


def ask(search: Search, asked: Sequence[Case], limit: int) -> tuple[list[Answer], list[float]]:
    """Return what is found for each question, and the milliseconds of the processor it took."""
    # As the bot does when it has started.
    gc.freeze()
    answers, times = [], []
    for case in asked:
        # Of the processor: what else the machine does hardly counts.
        began = time.thread_time()
        found = search(case.query, limit)
        times.append(1000 * (time.thread_time() - began))
        answers.append((case, found))
    return answers, times


def _times_as_fast(search: Search, base: Search, asked: Sequence[Case]) -> float:
    """Return how many times as fast a search is as another, both asked alternately."""
    some = asked[:: max(1, len(asked) // TIMED)]
    slower, faster = list[float](), list[float]()
    for start in range(0, len(some), TURN):
        turn = some[start : start + TURN]
        slower += ask(base, turn, 5)[1]
        faster += ask(search, turn, 5)[1]
    return at(slower, 0.5) / at(faster, 0.5)


def is_hard(kind: str) -> bool:
    return kind.startswith("hard")


def share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 0.0


def at(times: Sequence[float], part: float) -> float:
    return sorted(times)[int(part * (len(times) - 1))]


def _by_hardness(answers: Sequence[Answer]) -> tuple[list[Answer], list[Answer]]:
    """Return the answers to plain questions, and those to hard ones."""
    plain = [one for one in answers if not is_hard(one[0].kind)]
    return plain, [one for one in answers if is_hard(one[0].kind)]


def _is_first(case: Case, found: Found) -> bool:
    """Tell whether what is expected, if anything is, was found first."""
    return case.expected is not None and case.expected in found.keys[:1]


def _kept(positive: Sequence[Answer], negative: Sequence[Answer], far: float) -> float:
    wrong = sorted((found.points for _, found in negative), reverse=True)
    reached = wrong[int(len(wrong) * far)] if wrong else 0.0
    return share([_is_first(case, found) and found.points > reached for case, found in positive])


def _surely_wrong(answers: Sequence[Answer]) -> float | None:
    """Return the share of these answers that are wrong, and given without asking back."""
    if not answers or answers[0][1].sure is None:
        return None
    return share([bool(found.sure) and not _is_first(case, found) for case, found in answers])


def _in_a_process_of_its_own(group: str, title: str, names: list[Name]) -> tuple[float, float]:
    """Return seconds and MiB of resident memory until the first question is answered."""
    context = get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_built, (group, title, names))


def _built(group: str, title: str, names: list[Name]) -> tuple[float, float]:
    APPROACHES[group][title](names[:10])
    before, began = _resident(), time.perf_counter()
    search = APPROACHES[group][title](names)
    search("a first question", 5)
    return time.perf_counter() - began, _resident() - before


def _resident() -> float:
    """Return MiB of memory this process holds (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * PAGE / 2**20
