"""Questions who or what several are, by their names alone."""

from __future__ import annotations

from lore.query.questions.facts import Says
from lore.query.questions.inquiry import Answered, Inquiry
from lore.query.questions.parsing import DETERMINERS, Asks
from lore.query.questions.ways.telling import MOST_SENTENCES, tell

_OF_SEVERAL = frozenset(["and", "are", "were"])
_JOINING = DETERMINERS | _OF_SEVERAL | {"is", "was"}


def leads(inquiry: Inquiry) -> Answered | None:
    """Tell of each of several in one sentence who or what it is."""
    question = inquiry.question
    words = {token.text for token in question.tokens if not token.names}
    if question.asks not in (Asks.WHO, Asks.WHAT) or not words <= _JOINING:
        return None
    if words.isdisjoint(_OF_SEVERAL) or not 1 < len(inquiry.ids) <= MOST_SENTENCES:
        return None
    facts = inquiry.of(inquiry.ids, Says.LEAD)
    return tell(inquiry, facts[0].of, facts) if len(facts) == len({*inquiry.ids}) else None
