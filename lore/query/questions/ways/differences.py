"""Questions that a difference between the documents is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lore.pack.model import DifferenceKind
from lore.query.answers import CitedText, DifferenceView, SureAnswer
from lore.query.questions.inquiry import Answered, Inquiry
from lore.query.questions.parsing import Asks, ParsedQuestion
from lore.query.questions.ways.accounts import seen_accounts, titles_of
from lore.query.questions.ways.credits import credits
from lore.query.questions.ways.labels import labelled
from lore.query.questions.ways.relations import relation
from lore.query.questions.ways.telling import MOST_SENTENCES


def difference(inquiry: Inquiry) -> Answered | None:
    """Tell all accounts of what sources tell differently, where they are on just that.

    Where these only tell more than each other, they are sentences of one answer.
    """
    for one in (one for id in inquiry.ids for one in inquiry.facts.differences(id)):
        if not any(_is_asked(inquiry, title) for title in titles_of(inquiry, one)):
            continue
        accounts = seen_accounts(inquiry, one)
        if len(accounts) > 1 and one.kind is DifferenceKind.CONTRADICTS:
            return Answered(one.at, SureAnswer((), (replace(one, accounts=accounts),)))
        if accounts:
            return _otherwise(inquiry) or Answered(one.at, SureAnswer(_together(one, accounts)))
    return None


def _is_asked(inquiry: Inquiry, title: ParsedQuestion) -> bool:
    """Tell whether a title asks for the same, of the same, in the same words."""
    if title.asks is not inquiry.question.asks or title.asks is Asks.NOTHING:
        return False
    telling = {token.stem for token in title.telling}
    if telling != inquiry.telling or len(title.named) != len(inquiry.named):
        return False
    if not telling and ("do" in title.stems) is not inquiry.has("do"):
        # What somebody is, is not what they did.
        return False
    named = zip(title.named, inquiry.named, strict=True)
    return all(not {*mine.ids}.isdisjoint(theirs.ids) for mine, theirs in named)


def _otherwise(inquiry: Inquiry) -> Answered | None:
    """Tell what facts say of it beside the accounts of a difference."""
    ways = (credits, relation, labelled)
    return next(filter(None, (way(inquiry) for way in ways)), None)


def _together(one: DifferenceView, accounts: Sequence[CitedText]) -> tuple[CitedText, ...]:
    """Return accounts that do not contradict each other, the first after what they are about."""
    first, *others = accounts[:MOST_SENTENCES]
    return (replace(first, says=f"{one.about}: {first.says}"), *others)
