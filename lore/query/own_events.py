"""Where a server's own events stand in the order of the story."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from lore.curation.drafts import EntryDraft
from lore.ledger.records import ServerEntry
from lore.pack.model import Kind
from lore.query.answers import Position


@dataclass(frozen=True, slots=True)
class Placed:
    """The position of an own event, and the event of the pack that it comes after in the end."""

    position: Position
    root: str


def placed(
    lore: Collection[ServerEntry], end_of: Callable[[str], tuple[int, int] | None]
) -> Mapping[str, Placed]:
    """Return the places of those own events that come after an event whose time is told.

    `end_of` gives the order of the last part of an event, and the event's own. What comes after the
    same event stands in the order in which it was written.
    """
    following: defaultdict[str, list[str]] = defaultdict(list)
    events = {one.id: after for one in lore if (after := event_before(one))}
    for one in sorted((one for one in lore if one.id in events), key=_written):
        following[events[one.id]].append(one.id)
    found: dict[str, Placed] = {}
    steps: Counter[int] = Counter()
    roots = (after for after in following if after not in events)
    ends = [(orders, root) for root in roots if (orders := end_of(root))]
    # What comes after a part comes before what comes after the whole.
    for (end, _), root in sorted(ends, key=_latest_first):
        for id in _after(root, following):
            steps[end] += 1
            found[id] = Placed(Position(end, steps[end]), root)
    return found


def event_before(one: ServerEntry) -> str:
    """Return the id of the event that an own event comes after; empty if that is not told."""
    draft = one.draft
    return draft.after if isinstance(draft, EntryDraft) and draft.kind is Kind.EVENT else ""


def comes_after(id: str, other: str, lore: Mapping[str, ServerEntry]) -> bool:
    """Tell whether an own event comes after another, directly or by way of others."""
    seen: set[str] = set()
    while id in lore and id not in seen:
        seen.add(id)
        id = event_before(lore[id])
        if id == other:
            return True
    return False


def _written(one: ServerEntry) -> tuple[float, int]:
    return one.written_at.timestamp(), one.number


def _latest_first(one: tuple[tuple[int, int], str]) -> tuple[int, str]:
    (_, own), root = one
    return -own, root


def _after(root: str, following: Mapping[str, list[str]]) -> Iterator[str]:
    """Yield all that comes after an event, each followed by what comes after itself."""
    coming = following.get(root, [])[::-1]
    while coming:
        id = coming.pop()
        yield id
        coming += following.get(id, [])[::-1]
