"""Questions about what stands under a label: powers, a home, a purpose."""

from __future__ import annotations

from collections.abc import Collection

from lore.query.questions.facts import Says
from lore.query.questions.inquiry import Answered, Inquiry
from lore.query.questions.parsing import Asks
from lore.query.questions.ways.telling import tell
from lore.query.questions.words import LABELS, stem, stems

_LIVING = frozenset(stems("home base house residence headquarters"))


def plan(inquiry: Inquiry) -> Answered | None:
    """Tell what somebody wants: rather their plan, where one is told, than a thing they seek."""
    return labelled(inquiry) if inquiry.telling == {stem("want")} else None


def labelled(inquiry: Inquiry) -> Answered | None:
    """Tell what stands under the label that is asked for: its powers, its home."""
    if len(inquiry.named) != 1 or inquiry.question.asks in (Asks.WHY, Asks.HOW):
        return None
    telling = _asked_label(inquiry)
    facts = [
        fact
        for fact in inquiry.of(inquiry.ids, Says.LABEL)
        if telling and all(one in _label_stems(fact.label) for one in telling)
    ]
    if inquiry.question.asks is Asks.WHO and not inquiry.has("be"):
        facts = [fact for fact in facts if fact.label.endswith(" by")]
    if inquiry.question.asks is Asks.WHERE:
        facts = [fact for fact in facts if not _LIVING.isdisjoint(stems(fact.label))]
    if inquiry.question.asks is Asks.WHEN:
        facts = [fact for fact in facts if stem("year") in stems(fact.label)]
    return tell(inquiry, facts[0].of, facts) if facts else None


def _asked_label(inquiry: Inquiry) -> Collection[str]:
    """Return the stems of the label that is asked for, which may be implied."""
    if inquiry.telling:
        is_out = "out" in {token.text for token in inquiry.question.tokens}
        return inquiry.telling - {*stems("come out")} or ([stem("release")] if is_out else [])
    words = [token.text for token in inquiry.question.tokens]
    if inquiry.question.asks is Asks.WHAT and words[-1:] == ["for"]:
        return [stem("purpose")]
    if inquiry.question.asks is Asks.WHAT and words[:1] == ["can"] and words[-1] == "do":
        return [stem("power")]
    return []


def _label_stems(label: str) -> frozenset[str]:
    """Return the stems of a label, and of other words by which people ask for it."""
    own = frozenset(stems(label))
    groups = (frozenset(stems(group)) for group in LABELS)
    return own.union(*(group for group in groups if not group.isdisjoint(own)))
