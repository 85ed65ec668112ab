"""The relations of an entry: it stands in the middle, what it is related to in groups around it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from lore.pack.model import Kind, Tier
from lore.pictures.drawing import Drawing, Legend, drawing
from lore.pictures.texts import cut_to_width, one_line
from lore.query.answers import EntryView, Link

# So many relations are shown, and of one label.
RELATIONS = 28
OF_ONE_LABEL = 9

NAME = 48
LABEL = 60
PLACES = 170


@dataclass(frozen=True, slots=True)
class _Related:
    """What the entry is related to; `mark` says how that is known, if not as the entry itself."""

    name: str
    person: bool
    colour: str
    mark: str


@dataclass(frozen=True, slots=True)
class _Group:
    """All that is related in the same way; `more` says how many of them are left out."""

    label: str
    others: Sequence[_Related]
    more: str

    def __str__(self) -> str:
        named = (f"{one.name} ({one.mark})" if one.mark else one.name for one in self.others)
        return f"{self.label}: {', '.join(filter(None, (*named, self.more)))}."


def relations(view: EntryView, legend: Legend) -> Drawing | None:
    """Return the relations of an entry; None if it has none."""
    if not view.links:
        return None
    ref = view.ref
    links = [*{(link.label, link.other.id): link for link in view.links}.values()]
    shown_links = _shown(links)
    groups = [_group(label, links, shown_links, legend, ref.tier) for label in _labels(shown_links)]
    labels = set(_labels(shown_links))
    left_out = sum(link.label not in labels for link in links)
    more = _more(left_out)
    name = one_line(ref.title, NAME)
    cites = [cite for one in shown_links for cite in one.cites]
    where = legend.places(cites)
    ranked = legend.info.ranked({ref.tier, *(one.tier for one in shown_links)})
    data = {
        "name": name,
        "person": ref.kind is Kind.CHARACTER,
        "tier": asdict(legend.style(ref.tier)),
        "groups": [asdict(group) for group in groups],
        "legend": [asdict(legend.style(tier)) for tier in ranked],
        "more": more,
        "places": cut_to_width(where, PLACES),
    }
    heading = f"Relations of {name} ({ref.kind.value}, {legend.style(ref.tier).label})."
    words = (heading, *map(str, groups), more, f"Sources: {where}." if where else "")
    return drawing("relations", data, words, (*ranked, *_tiers(shown_links)), cites)


def _shown(links: Sequence[Link]) -> list[Link]:
    """Return the most important of the relations, but not too many of one label."""
    of_label: Counter[str] = Counter()
    chosen: list[Link] = []
    for link in links:
        of_label[link.label] += 1
        if of_label[link.label] <= OF_ONE_LABEL and len(chosen) < RELATIONS:
            chosen.append(link)
    return chosen


def _labels(links: Iterable[Link]) -> list[str]:
    return [*dict.fromkeys(link.label for link in links)]


def _tiers(links: Iterable[Link]) -> Iterator[Tier]:
    """Yield how the entries at the other ends are known, whose names are shown."""
    return (link.other.tier for link in links)


def _group(
    label: str, links: Sequence[Link], shown_links: Sequence[Link], legend: Legend, within: Tier
) -> _Group:
    alike = [link for link in shown_links if link.label == label]
    left_out = sum(link.label == label for link in links) - len(alike)
    related = [_related(link, legend, within) for link in alike]
    return _Group(one_line(label, LABEL), related, _more(left_out))


def _related(link: Link, legend: Legend, within: Tier) -> _Related:
    marks = (legend.mark(link.tier, within), "inferred" if link.inferred else "")
    return _Related(
        one_line(link.other.name, NAME),
        link.other.kind is Kind.CHARACTER,
        legend.style(link.tier).colour,
        ", ".join(filter(None, marks)),
    )


def _more(left_out: int) -> str:
    return f"and {left_out:,} more" if left_out else ""
