"""Measures whole answers of this bot's own: while typing, to long texts, after a change."""

import asyncio
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from bot.features.lookup import offers
from bot.ops.running import settle
from lore.catalogue.database import build, load
from lore.curation.drafts import EntryDraft
from lore.curation.quota import Quota
from lore.ledger.records import Actor
from lore.ledger.sqlite.database import open_store
from lore.ledger.verbs.ledger import ledger_in
from lore.pack.model import Kind
from lore.pack.reader import read
from lore.query.answers import Choice, Found, Ref, Scope
from lore.query.library import Library
from lore.query.open_pack import OpenPack
from lore.search import Name, NameIndex
from tests.bench.cases import Case, made_up_names
from tests.bench.listings import PACK
from tests.bench.quotes import made_up_sentences

LONG = 6_000
OWN = 5_000
CHANGES = 20
NOW = datetime(2015, 5, 1, 12, tzinfo=UTC)


class Whole(NamedTuple):
    """The milliseconds that each of these took."""

    typed: list[float]
    long: list[float]
    long_typed: list[float]
    changed: list[float]


def whole_answers(names: Sequence[Name], keys: Sequence[Case], rng: random.Random) -> Whole:
    """Return what is typed so far, long texts and changes, each answered whole."""
    print("Whole answers")
    index = NameIndex.build(names)
    info = read(PACK).info

    def offered(typed: str) -> str:
        matches = index.complete(typed, limit=25)
        refs = (Ref(match.key, match.key, Kind.CHARACTER, info.best_tier) for match in matches)
        choices = [Choice(ref, match) for ref, match in zip(refs, matches, strict=True)]
        return json.dumps([choice.to_dict() for choice in offers(choices, info)])

    texts = [_long(names, rng) for _ in range(201)]
    # As in the bot once it has started, and was asked something.
    settle()
    index.find(texts.pop())
    return Whole(
        typed=_times(offered, (case.query for case in keys)),
        long=_times(index.find, texts),
        long_typed=_times(index.complete, texts),
        changed=_in_a_process_of_its_own(),
    )


def _long(names: Sequence[Name], rng: random.Random) -> str:
    """Return many names, one after the other."""
    return " ".join(name.text for name in rng.sample(names, LONG // 4))[:LONG]


def _times(answer: Callable[[str], object], asked: Iterable[str]) -> list[float]:
    times = []
    for text in asked:
        began = time.thread_time()
        answer(text)
        times.append(1000 * (time.thread_time() - began))
    return times


def _in_a_process_of_its_own() -> list[float]:
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_after_changes)


def _after_changes() -> list[float]:
    return asyncio.run(_first_answers())


async def _first_answers() -> list[float]:
    """Return how long the first answer takes after changes in a server with many entries."""
    rng = random.Random(OWN)
    names = made_up_names(2 * OWN + CHANGES, rng)
    texts = made_up_sentences(OWN, rng)
    numbers = count(1)

    def by() -> Actor:
        return Actor(next(numbers), 1, NOW)

    with tempfile.TemporaryDirectory() as folder:
        async with open_store(Path(folder, "ledger.db")) as database:
            entries = ledger_in(database, Quota(entries=OWN)).entries
            build(read(PACK), Path(folder, "catalogue.db"))
            library = Library([OpenPack(load(Path(folder, "catalogue.db")))], rng, entries)
            settle()
            drafts = [
                EntryDraft(Kind.CHARACTER, names[i], texts[i], (names[OWN + i],))
                for i in range(OWN)
            ]
            own = [await entries.publish(1, draft, by()) for draft in drafts]
            scope = Scope(1, library.info.every_tier)
            await library.look_up(names[0], scope)
            times = []
            for one, name in zip(rng.sample(own, CHANGES), names[2 * OWN :], strict=True):
                draft = EntryDraft(Kind.CHARACTER, name, f"{name}. {texts[0]}")
                await entries.edit(1, one.id, draft, one.revision, by())
                library.changed(1)
                began = time.perf_counter()
                answer = await library.look_up(name, scope)
                times.append(1000 * (time.perf_counter() - began))
                if not isinstance(answer, Found) or answer.view.ref.id != one.id:
                    raise AssertionError(f"{name} was changed, and is not found")
            return times
