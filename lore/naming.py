"""What a name means to one asker: an entry, several of them, or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lore.answers import Choice, DidYouMean, EntryAnswer, Found, Removed, Unknown
from lore.matching.names import Match, Verdict, verdict
from lore.model import Kind
from lore.overlay import id_of
from lore.shelf import Shelf

CHOICES = 5
COMPLETIONS = 25

# A name less like the question than this would only puzzle the asker.
CLOSEST = 40.0


def looked_up(shelf: Shelf, query: str, kind: Kind | None) -> EntryAnswer:
    """The entry that a name or id means; one of another kind only if it alone is meant."""
    answer = by_id(shelf, query)
    if isinstance(answer, Removed) or (answer and kind in (None, answer.view.ref.kind)):
        return answer
    matches = shelf.names.find(query, limit=CHOICES, allow=shelf.visible(kind))
    if kind and verdict(matches) is not Verdict.SURE:
        of_any_kind = shelf.names.find(query, limit=CHOICES, allow=shelf.visible())
        alike = bool(matches) and matches[0].how.literal
        if verdict(of_any_kind) is Verdict.SURE and not alike:
            matches = of_any_kind
    return judged(shelf, query, matches)


def by_id(shelf: Shelf, id: str) -> Found | Removed | None:
    """The entry with that id; None if the asker sees none and never did."""
    if view := shelf.entry(id):
        return Found(view)
    return Removed(id) if id in shelf.overlay.removed else None


def judged(shelf: Shelf, query: str, matches: Sequence[Match]) -> EntryAnswer:
    """What the matches of a question come to."""
    near = [match for match in matches if match.score >= CLOSEST]
    match verdict(matches):
        case Verdict.SURE:
            view = shelf.entry(id_of(matches[0].key))
            return Found(view, matches[0]) if view else Unknown(query)
        case Verdict.PLAUSIBLE:
            return DidYouMean(query, choices(shelf, near))
        case Verdict.NONE:
            return Unknown(query, choices(shelf, near[:3]))


def completions(shelf: Shelf, typed: str, allow: Callable[[str], bool]) -> tuple[Choice, ...]:
    """What is typed so far may become these, the likeliest first."""
    return choices(shelf, shelf.names.complete(typed, limit=COMPLETIONS, allow=allow))


def choices(shelf: Shelf, matches: Sequence[Match]) -> tuple[Choice, ...]:
    """The matches as the entries that they lead to."""
    refs = ((shelf.ref(id_of(match.key)), match) for match in matches)
    return tuple(Choice(ref, match) for ref, match in refs if ref)
