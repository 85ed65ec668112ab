"""A stretch of the story: its events from top to bottom, and who took part in which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from lore.pack.model import Cite
from lore.pictures.drawing import Drawing, Legend, drawing
from lore.pictures.texts import cut_to_width, one_line
from lore.query.answers import EntryView, Position, Ref, Timeline
from lore.query.arrangement import (
    busiest,
    by_whole,
    came_of,
    characters_at,
    next_step,
    position,
    steps,
    year,
)
from lore.text.wording import listed

EVENTS = 10
LANES = 6

NAME = 80
SMALL = 80
LANE = 16
PLACES = 170


def timeline(asked: Timeline, legend: Legend, at: Position, *, ringed: bool) -> Drawing | None:
    """Return ten events; None if there are none.

    They begin with the first at `at` or later, or, if that one is ringed, stand around
    it.
    """
    events = steps(asked.events)
    if not events:
        return None
    here = next_step(events, at)
    first = max(0, min(here - EVENTS // 2 if ringed else here, len(events) - EVENTS))
    shown = [asked.view(one) for one in events[first : first + EVENTS]]
    ring = shown[here - first] if ringed and position(events[here]) == at else None
    lanes = busiest(shown, LANES)
    of = [one_line(ref.name, NAME) for ref in (asked.character, asked.place) if ref]
    title = " · ".join(("Timeline", *of))
    count = f"Events {first + 1} to {first + len(shown)} of {len(events)}"
    cites = [cite for one in shown for cite in _cites(one, lanes)]
    where = legend.places(cites)
    tiers = {one.ref.tier for one in shown}
    data = {
        "title": title,
        "of": count,
        "lanes": [one_line(ref.name, LANE) for ref in lanes],
        "rows": list(_rows(shown, lanes, legend, ring)),
        "legend": [asdict(legend.style(tier)) for tier in legend.info.ranked(tiers)],
        "places": cut_to_width(where, PLACES),
    }
    told = _in_words(shown, first + 1, lanes, legend, ring)
    words = (f"{title}. {count}.", *told, f"Sources: {where}." if where else "")
    return drawing("timeline", data, words, tiers, cites)


def _rows(
    events: Sequence[EntryView], lanes: Sequence[Ref], legend: Legend, ring: EntryView | None
) -> Iterator[dict[str, Any]]:
    """Yield a row for each event, and one before those that are parts of another."""
    for whole, again, parts in by_whole(events):
        if whole:
            yield {"whole": _heading(whole, again=again), "small": "", "part": True}
        for event in parts:
            who = characters_at(event)
            yield {
                "name": one_line(event.ref.name, NAME),
                "small": cut_to_width(" · ".join(_small(event, legend)), SMALL),
                "part": whole is not None,
                "colour": legend.style(event.ref.tier).colour,
                "asked": event is ring,
                "who": [number for number, ref in enumerate(lanes) if ref in who],
            }


def _heading(whole: Ref, *, again: bool) -> str:
    name = one_line(whole.name, NAME)
    return f"{name}, continued" if again else name


def _small(event: EntryView, legend: Legend) -> Iterator[str]:
    """Yield where and when something happened, and how it is known if not as the story itself."""
    if details := event.happening:
        if details.where:
            yield one_line(details.where.place.name, NAME)
        if details.when:
            yield year(details.when)
    if mark := legend.mark(event.ref.tier, legend.info.best_tier):
        yield mark


def _in_words(
    events: Sequence[EntryView],
    first: int,
    lanes: Sequence[Ref],
    legend: Legend,
    ring: EntryView | None,
) -> Iterator[str]:
    """Yield a sentence for each event, under the name of what it is a part of."""
    for whole, again, parts in by_whole(events):
        if whole:
            yield f"{_heading(whole, again=again)}:"
        for number, event in enumerate(parts, first):
            who = characters_at(event)
            named = listed([one_line(ref.name, NAME) for ref in lanes if ref in who])
            asked = "asked for" if event is ring else ""
            told = "; ".join(filter(None, (*_small(event, legend), named, asked)))
            name = f"{number} {one_line(event.ref.name, NAME)}"
            yield f"{name} ({told})." if told else f"{name}."
        first += len(parts)


def _cites(event: EntryView, lanes: Sequence[Ref]) -> Iterator[Cite]:
    """Yield where what is shown of an event stands."""
    yield from came_of(event).cites
    if details := event.happening:
        for one in (details.where, details.when):
            yield from one.cites if one else ()
        for deed in details.deeds:
            yield from deed.told.cites if deed.who in lanes else ()
