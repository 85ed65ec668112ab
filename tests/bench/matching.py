"""Measures how names and quotes are found, beside what people would use instead.

Run it as `python -m tests.bench.matching`; it writes MATCHING.md beside this file.
"""

import argparse
import random
from pathlib import Path

from tests.bench.approaches import APPROACHES
from tests.bench.cases import Case
from tests.bench.listings import Listing, name_listings, quotes_listing
from tests.bench.matching_report import Measured, Offered, report
from tests.bench.measuring import ask, at, compared, share
from tests.bench.whole import whole_answers

SEED = 20150501
TYPED = ("typo", "phonetic", "transposition", "keyboard")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--date", default="", help="the date to put into the table")
    parser.add_argument("--names", type=Path, help="a file with one name a line, asked as well")
    options = parser.parse_args()
    rng = random.Random(SEED)
    listings = name_listings(options.names, rng)
    typed = [key_by_key(listing) for listing in listings[1:]]
    quotes = quotes_listing(10_000, rng)
    measured = Measured(
        names=[(listing.title, compared(listing, "names", 0.02)) for listing in listings],
        offered=[
            (listing.title, offered(listing, keys))
            for listing, keys in zip(listings[1:], typed, strict=True)
        ],
        quotes=(quotes.title, compared(quotes, "quotes", 0.05)),
        whole=whole_answers(listings[2].names, typed[1], rng),
    )
    (Path(__file__).parent / "MATCHING.md").write_text(
        report(measured, options.date), encoding="utf-8"
    )


def key_by_key(listing: Listing) -> list[Case]:
    """Return misspelt questions as they stand at every key from the fourth on."""
    return [
        Case(case.query[:end], case.expected, case.kind)
        for case in listing.cases
        if case.kind in TYPED
        for end in range(4, len(case.query) + 1)
    ]


def offered(listing: Listing, keys: list[Case]) -> dict[str, Offered]:
    """Return how often the name is among the 25, and how fast, by approach."""
    print(f"{listing.title}, typed")
    figures = {}
    for title, build in APPROACHES["completion"].items():
        answers, times = ask(build(listing.names), keys, 25)
        among = share([case.expected in found.keys for case, found in answers])
        figures[title] = Offered(among, at(times, 0.5), at(times, 0.99))
    return figures


if __name__ == "__main__":
    main()
