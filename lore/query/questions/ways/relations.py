"""Questions that a relation between two entries answers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from lore.pack.model import Kind, RelationType, Tier
from lore.query.questions.facts import TypedFact
from lore.query.questions.inquiry import Answered, Inquiry
from lore.query.questions.parsing import Asks
from lore.query.questions.relations import Wanted, is_copular, wanted_by, wordings_in
from lore.query.questions.ways.telling import joined, tell_sentences
from lore.query.questions.words import POSSESSIVE, stems

# Whose somebody or something is, by whom alone it goes.
_OWNER = re.compile(r"(?:The )?(.{1,60}?)(?:['’]s|s['’]) [a-z]")


def relation(inquiry: Inquiry) -> Answered | None:
    """Tell what stands to what is named as the question says."""
    for at, words, wordings in wordings_in(inquiry.question, inquiry.facts):
        found: list[TypedFact] = []
        ends = False
        for wording in wordings:
            wanted = wanted_by(inquiry.question, wording, at, words)
            if wanted and (fitting := _related(inquiry, wording.type, wanted)):
                found += fitting
                ends = wanted.end == "to"
        rest = [token.stem for token in inquiry.question.telling if token.stem not in words]
        if inquiry.asks_for_what(words) or _asks_of_a_part(inquiry, words):
            continue
        if inquiry.question.is_timed and _is_of_its_time(inquiry, found):
            continue
        if _asks_of_another(inquiry, words):
            continue
        found = inquiry.seen(found)
        if inquiry.question.asks is Asks.WHO and not any(
            _is_somebody(fact, ends) for fact in found
        ):
            continue
        if _covers(found, rest) and not all(map(_is_described, found)):
            return _relations(inquiry, found, ends)
    return None


def _is_of_its_time(inquiry: Inquiry, found: Iterable[TypedFact]) -> bool:
    """Tell whether it asks what somebody was or had: no relation tells when that began or ended."""
    return not inquiry.telling or any(fact.type and is_copular(fact.type) for fact in found)


def _asks_of_a_part(inquiry: Inquiry, words: Collection[str]) -> bool:
    """Tell whether it asks of something that is of what it names: who destroyed his body."""
    tokens, telling = inquiry.question.tokens, inquiry.question.telling
    return any(
        owner.names and sign.text == POSSESSIVE and part in telling and part.stem not in words
        for owner, sign, part in zip(tokens, tokens[1:], tokens[2:], strict=False)
    )


def _asks_of_another(inquiry: Inquiry, words: Collection[str]) -> bool:
    """Tell whether it asks of one who stands to what it names in a relation of their own.

    "Who killed Pietro's killer" does; "who is her twin brother" says the same of one in two words.
    """
    tokens = inquiry.question.tokens
    known = [token.stem in words for token in tokens]
    return any(
        not is_known
        and token in inquiry.question.telling
        and _is_role(inquiry, token.stem)
        and not any(known[max(0, at - 1) : at + 2])
        for at, (token, is_known) in enumerate(zip(tokens, known, strict=True))
    )


def _is_role(inquiry: Inquiry, stemmed: str) -> bool:
    """Tell whether a word says what one is to another, or what one did to another."""
    return (stemmed,) in inquiry.facts.wordings


def _is_somebody(fact: TypedFact, ends: bool) -> bool:
    """Tell whether what is asked for is one who can be asked for by "who"."""
    asked = fact.of if not ends else fact.to
    return asked is not None and asked.kind in (Kind.CHARACTER, Kind.FACTION)


def _relations(inquiry: Inquiry, found: Iterable[TypedFact], ends: bool) -> Answered | None:
    """Tell relations, those of one type and tier as one sentence where all share their ends."""
    ranked = sorted(found, key=lambda fact: -(fact.type.importance if fact.type else 0))
    pairs: dict[frozenset[str], TypedFact] = {}
    for fact in ranked:
        pairs.setdefault(frozenset(ref.id for ref in fact.refs), fact)
    of_known: dict[tuple[str, Tier, str], list[TypedFact]] = {}
    for fact in pairs.values():
        assert fact.type
        assert fact.to
        known = fact.of if ends else fact.to
        of_known.setdefault((fact.type.id, fact.told.tier, known.id), []).append(fact)
    # What is told of each of several that are named alike, such as twins, is told of them all.
    alike: dict[tuple[str, Tier, frozenset[str]], list[TypedFact]] = {}
    for (type, tier, known_id), facts in of_known.items():
        others = frozenset(ref.id for fact in facts for ref in fact.refs) - {known_id}
        alike.setdefault((type, tier, others), []).extend(facts)
    # Several relations answer to "made": what is told first is what matters most.
    told = [joined(facts, inquiry.facts.joined(facts)) for facts in alike.values()]
    at = inquiry.ref(inquiry.ids[0]) if inquiry.ids else ranked[0].of
    return tell_sentences(inquiry, at, told, ranked)


def _related(inquiry: Inquiry, type: RelationType, wanted: Wanted) -> list[TypedFact]:
    """Return the relations of a type with the entries that are named at their other end."""
    both_ways = type.label == type.inverse
    about = (fact for id in wanted.ids for fact in inquiry.facts.about(id))
    found = []
    for fact in about:
        if fact.type is not type or not fact.to:
            continue
        known, other = (fact.of, fact.to) if wanted.end == "to" else (fact.to, fact.of)
        if both_ways and known.id not in wanted.ids:
            known, other = other, known
            fact = inquiry.facts.turned(fact)
        if known.id in wanted.ids and (not wanted.others or other.id in wanted.others):
            found.append(fact)
    return inquiry.seen(dict.fromkeys(found))


def _is_described(fact: TypedFact) -> bool:
    """Tell whether one end has no name but by the other: "Barton's wife" of Clint Barton."""
    assert fact.to
    one, other = fact.of.name, fact.to.name
    return any(
        (owner := _OWNER.match(name)) and not {*stems(owner[1])}.isdisjoint(stems(of))
        for name, of in ((one, other), (other, one))
    )


def _covers(facts: Iterable[TypedFact], rest: Collection[str]) -> bool:
    """Tell whether all facts say what else was asked, in their sentence or the cited words."""
    return all(
        {*rest}
        <= {*stems(fact.told.says), *(one for cite in fact.told.cites for one in stems(cite.words))}
        for fact in facts
    )
