"""What a name means to one asker: an entry, several of them, or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from lore.pack.model import Kind
from lore.query.answers import Choice, DidYouMean, EntryAnswer, Found, Removed, Unknown
from lore.query.server_layer import id_of
from lore.query.visible_lore import VisibleLore
from lore.search.names import Match, NameIndex, Verdict, asked, verdict
from lore.search.normalise import essence, is_small, norm, squash
from lore.search.question import nearness
from lore.search.scoring import MatchType

CHOICES = 5
COMPLETIONS = 25
COUNTED = 100
NEAREST = 3

# Whoever types this share of a name types the whole of it, or most of it.
WHOLE = 0.75
MOST = 0.5

# A name that scores less than this would only puzzle the asker where several are offered; where
# nothing is found, one does of which a smaller share of the letters is as asked.
OFFERED = 55.0
CLOSE = 0.7

# Discord's limit on a label.
LONGEST_LABEL = 100

# A label is “alias → name (mark) · kind, tier”, of which only name and kind are always there.
LED_TO = " → "
_KIND = re.compile(rf" · (?:{'|'.join(Kind)})(?:, |$)")
_MARK = re.compile(r" \(([\w.-]+)\)$")


def looked_up(visible: VisibleLore, query: str, kind: Kind | None) -> EntryAnswer:
    """Return the entry that a name, id or label means; of another kind if it alone is meant."""
    answer = _looked_up(visible, query, kind)
    if kind and isinstance(answer, Found) and answer.view.ref.kind is not kind:
        return replace(answer, aside=kind)
    return answer


def _looked_up(visible: VisibleLore, query: str, kind: Kind | None) -> EntryAnswer:
    query = id_of_label(visible, query)
    answer = by_id(visible, visible.full_id(query))
    if isinstance(answer, Removed) or (answer and kind in (None, answer.view.ref.kind)):
        return answer
    if visible.hides_name(query):
        return Unknown(query)
    of_kind, names, question = visible.names(kind), visible.names(None), asked(query)
    matches = of_kind.find(question, limit=CHOICES)
    if kind is None or (matches and matches[0].match_type <= MatchType.VARIANT):
        return judged(visible, query, matches, of_kind)
    anywhere = names.find(question, limit=CHOICES)
    if answer and not (anywhere and anywhere[0].match_type <= MatchType.VARIANT):
        return answer
    surely = names_whole(query, anywhere) or verdict(anywhere) is Verdict.SURE
    if surely and not _is_of(visible, anywhere[0], kind):
        parts = of_kind.find(question, limit=CHOICES, is_name=True)
        return _part(visible, query, kind, parts, anywhere)
    literal = bool(matches) and matches[0].match_type.literal
    if not literal and verdict(anywhere).value < verdict(matches).value:
        return judged(visible, query, anywhere, names)
    return judged(visible, query, matches, of_kind)


def _part(
    visible: VisibleLore,
    query: str,
    kind: Kind,
    matches: Sequence[Match],
    anywhere: Sequence[Match],
) -> EntryAnswer:
    """Return what the name of another kind comes to that `matches` of the wanted kind may contain.

    A part of their names is offered beside what has the whole of it; but what happened is called by
    where it did, as Waterloo is.
    """
    named = anywhere[0]
    parts = [match for match in matches if _is_part(query, match, named)]
    covered = bool(parts) and _begins(query, parts[0]) and _share(query, parts[0]) >= MOST
    # Nobody is called by where they come from.
    if verdict(parts) is Verdict.NONE or (kind is Kind.CHARACTER and not covered):
        return judged(visible, query, anywhere, visible.names(None))
    if kind is Kind.EVENT and _is_of(visible, named, Kind.PLACE):
        alone = parts[0].match_type.literal or len(parts) == 1
        if alone and verdict(parts) is Verdict.SURE:
            return judged(visible, query, parts, visible.names(kind))
    others = [match for match in anywhere if match.match_type <= MatchType.VARIANT] or [named]
    offered = [*parts[: CHOICES - 1], *others][:CHOICES]
    return DidYouMean(query, choices(visible, offered), len(parts) + len(others) - len(offered))


def _is_of(visible: VisibleLore, match: Match, kind: Kind) -> bool:
    ref = visible.named(match.key)
    return ref is not None and ref.kind is kind


def names_whole(query: str, matches: Sequence[Match]) -> bool:
    """Tell whether the question is the whole name of the first match, misspelt perhaps."""
    if matches and matches[0].match_type <= MatchType.VARIANT:
        return True
    return verdict(matches) is Verdict.SURE and WHOLE <= _share(query, matches[0]) <= 1 / WHOLE


def _is_part(query: str, match: Match, named: Match) -> bool:
    """Tell whether the question, as misspelt as in `named`, stands in the name of a match."""
    alike = match.match_type.literal or (
        match.corrections and match.corrections == named.corrections
    )
    return bool(alike) and _share(query, match) <= 1


def _begins(query: str, match: Match) -> bool:
    """Tell whether the name of a match begins with the question."""
    return _bare(match.name.text).startswith(_bare(query))


def _share(query: str, match: Match) -> float:
    """Return how much of a name the question is; above 1 if it is longer than the name."""
    return len(_bare(query)) / max(1, len(_bare(match.name.text)))


def _bare(text: str) -> str:
    return essence(text).replace(" ", "")


def by_id(visible: VisibleLore, id: str) -> Found | Removed | None:
    """Return the entry with that id; None if the asker sees none and never did."""
    if view := visible.entry(id):
        return Found(view)
    return Removed(id) if id in visible.layer.removed else None


def judged(
    visible: VisibleLore, query: str, matches: Sequence[Match], names: NameIndex
) -> EntryAnswer:
    """Return what the matches of a question come to, which were found among `names`."""
    if verdict(matches) is not Verdict.SURE:
        return unsure(visible, query, matches, names, visible.names(None))
    view = visible.entry(id_of(matches[0].key))
    return Found(view, matches[0]) if view else Unknown(query)


def unsure(
    visible: VisibleLore,
    query: str,
    matches: Sequence[Match],
    names: NameIndex,
    closest_of: NameIndex,
) -> DidYouMean | Unknown:
    """Return what matches among `names` come to that are not sure; the closest may be of others."""
    near = [match for match in matches if match.score >= OFFERED]
    if verdict(matches) is Verdict.PLAUSIBLE:
        offered = _worth_offering(query, near)
        more = _more(query, names) if len(matches) == CHOICES else 0
        return DidYouMean(query, choices(visible, offered), more)
    said = closest_of.said_in(query, limit=NEAREST)
    closest = [match for match in near if _is_close(query, match)]
    return Unknown(query, choices(visible, (said or closest)[:NEAREST]))


def _more(query: str, names: NameIndex) -> int:
    """Count the matches beyond those that are offered, as far as a list would go on."""
    matches = names.find(query, limit=COUNTED)
    near = [match for match in matches if match.score >= OFFERED]
    return max(0, len(_worth_offering(query, near)) - CHOICES)


def _is_close(query: str, match: Match) -> bool:
    """Tell whether most letters of the whole name are as asked."""
    return nearness(squash(query), squash(match.name.text)) >= CLOSE


def _worth_offering(query: str, near: Sequence[Match]) -> list[Match]:
    """Return the matches without those that only puzzle the asker beside the first.

    Beside names with the very word these are names that have to be misspelt for it; beside the name
    that was misspelt, longer ones that hold it.
    """
    if near[0].match_type.literal:
        return [match for match in near if match.match_type.literal or _is_close(query, match)]
    name = essence(near[0].name.text)
    if len(name.split()) != len(essence(query).split()):
        return list(near)
    return [
        match
        for match in near
        if essence(match.name.text) == name or f" {name} " not in f" {essence(match.name.text)} "
    ]


def completions(visible: VisibleLore, typed: str, names: NameIndex) -> tuple[Choice, ...]:
    """Return the names that a typed part may become, the likeliest first, no needless aliases."""
    asked = [word for word in norm(typed).split() if not is_small(word)]
    matches = names.complete(typed, limit=COMPLETIONS)
    return tuple(
        Choice(one.ref) if _is_plain(one, asked) else one for one in choices(visible, matches)
    )


def _is_plain(choice: Choice, typed: Sequence[str]) -> bool:
    """Tell whether the typed text leads to the entry's own name word by word, or only to it."""
    own = choice.ref.name
    if choice.match is None or choice.match.name.text == own:
        return True
    if _bare(choice.match.name.text) == _bare(own):
        return True
    words = norm(own).split()
    return bool(typed) and all(any(word.startswith(one) for word in words) for one in typed)


def choices(visible: VisibleLore, matches: Sequence[Match]) -> tuple[Choice, ...]:
    """Return the matches as the entries that they lead to."""
    refs = ((visible.named(match.key), match) for match in matches)
    return tuple(Choice(ref, match) for ref, match in refs if ref)


def id_of_label(visible: VisibleLore, text: str) -> str:
    """Return the id that a label of a choice stands for, as clients send it after a paste.

    Any other text is returned as it is.
    """
    if len(text.strip()) > LONGEST_LABEL:
        return text
    # What looks like the end of a label may stand in a name.
    for end in reversed(list(_KIND.finditer(text))):
        if id := _id_of_title(visible, text[: end.start()].strip()):
            return id
    return text


def _id_of_title(visible: VisibleLore, title: str) -> str | None:
    """Return the id of the entry with that title, which may stand behind an alias."""
    names = title.split(LED_TO)
    titles = (LED_TO.join(names[first:]) for first in range(len(names)))
    for one in titles:
        if id := visible.views.named(one):
            return id
    marked = _MARK.search(title)
    id = visible.full_id(marked[1]) if marked else ""
    return id if visible.ref(id) or id in visible.layer.removed else None
