"""The names and sentences that questions are asked of, and the questions."""

import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from lore.catalogue.database import build, load
from lore.pack.reader import read
from lore.query.pack_names import names
from lore.search import Name, squash
from tests.bench.cases import Case, cases, made_up_names, nonsense, still_clear, without_some
from tests.bench.quotes import absent_cases, made_up_sentences, quote_cases
from tests.bench.scripts import names_in_scripts, script_cases

ROOT = Path(__file__).parents[2]
PACK = ROOT / "seeds"
LISTS = ROOT.parent / "shared" / "names"


class Listing(NamedTuple):
    """Names, or sentences, and the questions asked of them."""

    title: str
    names: list[Name]
    cases: list[Case]


def name_listings(own: Path | None, rng: random.Random) -> list[Listing]:
    """Return the pack, a list, a large one (made up if not there), scripts, and one's own file."""
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
    listings.insert(0, generated("The pack's names", pack_names(PACK), others, rng))
    written = names_in_scripts()
    title = f"Names in twelve scripts, {len(written):,}"
    # With chances of their own, so that those of the other lists stay as they were.
    listings.append(Listing(title, as_names(written), script_cases(random.Random(title))))
    if own:
        listings.append(generated(own.name, as_names(lines(own)), [], rng))
    return listings


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def as_names(texts: Sequence[str]) -> list[Name]:
    return [Name(text, text) for text in dict.fromkeys(texts) if text]


def pack_names(folder: Path) -> list[Name]:
    """Return the names of a pack as the bot has them, the likeliest to be meant first."""
    with tempfile.TemporaryDirectory() as beside:
        build(read(folder), Path(beside, "catalogue.db"))
        return list(names(load(Path(beside, "catalogue.db"))))


def generated(
    title: str, asked_of: list[Name], absent: Sequence[Case], rng: random.Random
) -> Listing:
    """Return a listing with made cases: of names that only one entry has, and of no name."""
    owners: dict[str, set[str]] = defaultdict(set)
    for name in asked_of:
        owners[squash(name.text)].add(name.key)
    keys = {name.text: name.key for name in asked_of}
    made = [
        case._replace(expected=keys[case.expected])
        for case in cases(list(keys), 60, rng)
        if case.expected is not None and len(owners[squash(case.expected)]) == 1
    ]
    asked = [*made, *nonsense(300, rng), *absent]
    return Listing(f"{title}, {len(asked_of):,}, made cases", asked_of, asked)


def quotes_listing(count: int, rng: random.Random) -> Listing:
    sentences = made_up_sentences(count + 300, rng)
    absent, kept = sentences[:300], sentences[300:]
    asked = [*quote_cases(kept, 150, rng), *absent_cases(absent, rng)]
    return Listing(f"{count:,} made-up sentences", as_names(kept), asked)
