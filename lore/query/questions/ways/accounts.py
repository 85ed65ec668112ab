"""Accounts of documents that contradict each other on what is inquiry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from lore.pack.model import DifferenceKind
from lore.query.answers import CitedText, DifferenceView
from lore.query.questions.facts import TypedFact
from lore.query.questions.inquiry import Inquiry
from lore.query.questions.parsing import Asks, ParsedQuestion, parsed
from lore.query.questions.relations import asked_stems, wordings_in
from lore.query.questions.words import stems
from lore.search.passages import LIGHT

_OF_WHETHER = (Asks.WHO, Asks.WHAT, Asks.WHETHER, Asks.NOTHING)


def contradictions(inquiry: Inquiry, facts: Sequence[TypedFact]) -> Iterator[DifferenceView]:
    """Yield the contradictions on just what is asked, with the accounts that are seen."""
    refs = dict.fromkeys(ref for fact in facts for ref in fact.refs)
    found = {one.about: one for ref in refs for one in inquiry.facts.differences(ref.id)}
    for one in found.values():
        accounts = seen_accounts(inquiry, one)
        if one.kind is not DifferenceKind.CONTRADICTS or len(accounts) < 2:
            continue
        titles = titles_of(inquiry, one)
        if any(_is_on(inquiry, title, facts) for title in titles) or any(
            fact.type and _is_told_otherwise(inquiry, fact, accounts) for fact in facts
        ):
            yield replace(one, accounts=accounts)


def _is_on(inquiry: Inquiry, title: ParsedQuestion, facts: Sequence[TypedFact]) -> bool:
    """Tell whether a title of a difference asks for these facts, by a relation or its words."""
    asks = inquiry.question.asks
    # Whether it was so is not when or how it was.
    is_of_same = asks is Asks.NOTHING or (asks is Asks.WHETHER and title.asks in _OF_WHETHER)
    if asks is not title.asks and not is_of_same:
        return False
    named = {id for token in title.named for id in token.ids}
    wordings = (one for _, _, found in wordings_in(title, inquiry.facts) for one in found)
    types = {wording.type.id for wording in wordings}
    if any(
        fact.type and fact.type.id in types and named & {ref.id for ref in fact.refs}
        for fact in facts
    ):
        return True
    telling = {token.stem for token in title.telling}
    return bool(telling) and telling <= inquiry.telling and bool(named.intersection(inquiry.ids))


def _is_told_otherwise(inquiry: Inquiry, fact: TypedFact, accounts: Iterable[CitedText]) -> bool:
    """Tell whether an account tells a relation, and another the same of somebody else."""
    assert fact.type
    verbs = asked_stems(fact.type) - LIGHT
    ends = {ref.id for ref in fact.refs}
    named = [
        inquiry.named_in(one.says) for one in accounts if not verbs.isdisjoint(stems(one.says))
    ]
    return any(ends <= ids for ids in named) and any(
        inquiry.ref(id).kind is inquiry.ref(end).kind
        for ids in named
        if ids & ends
        for end in ends - ids
        for id in ids - ends
    )


def titles_of(inquiry: Inquiry, one: DifferenceView) -> Iterator[ParsedQuestion]:
    """Yield what a difference is about, each of several things apart, as questions."""
    for part in one.about.split(", and "):
        yield parsed(part, inquiry.visible, inquiry.facts)


def seen_accounts(inquiry: Inquiry, one: DifferenceView) -> tuple[CitedText, ...]:
    """Return the accounts that the asker may see."""
    if not inquiry.visible.shows(one.at):
        return ()
    tiers = inquiry.visible.scope.tiers
    return tuple(account for account in one.accounts if account.tier in tiers)
