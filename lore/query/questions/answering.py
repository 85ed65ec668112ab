"""Answers questions from typed facts: only what these say surely."""

from __future__ import annotations

from collections.abc import Callable

from lore.query.questions.inquiry import Answered, Inquiry
from lore.query.questions.ways.credits import credits
from lore.query.questions.ways.deaths import death
from lore.query.questions.ways.deeds import deed, doer
from lore.query.questions.ways.differences import difference
from lore.query.questions.ways.events import (
    meeting,
    outcome,
    participants,
    place,
    scene,
    time,
    whole,
)
from lore.query.questions.ways.labels import labelled, plan
from lore.query.questions.ways.leads import leads
from lore.query.questions.ways.put import put
from lore.query.questions.ways.relations import relation

# What is more special stands before what is more general.
_WAYS: tuple[Callable[[Inquiry], Answered | None], ...] = (
    difference,
    credits,
    plan,
    relation,
    put,
    labelled,
    death,
    place,
    time,
    scene,
    outcome,
    participants,
    doer,
    deed,
    meeting,
    whole,
    leads,
)


def answered(inquiry: Inquiry) -> Answered | None:
    """Return what is surely told of what is asked, if anything is."""
    if inquiry.question.is_involved:
        return put(inquiry)
    return next(filter(None, (way(inquiry) for way in _WAYS)), None)
