"""A question, and the facts that its asker may be told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import cache
from typing import NamedTuple

from lore.query.answers import Ref, SureAnswer
from lore.query.questions.facts import Facts, Says, TypedFact
from lore.query.questions.parsing import Asks, ParsedQuestion, parsed_words
from lore.query.questions.words import word_set
from lore.query.visible_lore import VisibleLore

_OPEN_ENDS = word_set("for with from about of to in on at into")


class Answered(NamedTuple):
    """What a question is answered with, and the entry that is shown below it."""

    at: Ref
    answer: SureAnswer | None


class Inquiry:
    """A question, as its asker may see what it names and what facts tell of that."""

    def __init__(self, question: ParsedQuestion, visible: VisibleLore, facts: Facts) -> None:
        self.question = question
        self.visible = visible
        self.facts = facts
        self.telling = {token.stem for token in question.telling}
        self.named = question.named
        self.ids = [id for token in self.named for id in token.ids]
        # The same accounts are held against each of several facts.
        self.named_in: Callable[[str], frozenset[str]] = cache(self._ids_in)

    def seen(self, facts: Iterable[TypedFact], among: Iterable[TypedFact] = ()) -> list[TypedFact]:
        """Return the facts that the asker may see.

        Those of tiers apart only where no others are, not even `among` more that is told.
        """
        apart = self.facts.info.apart
        seen = list(filter(self._sees, facts))
        own = [fact for fact in seen if fact.told.tier not in apart]
        if own or not seen:
            return own
        others = (fact for fact in among if fact.told.tier not in apart)
        return [] if any(map(self._sees, others)) else seen

    def _sees(self, fact: TypedFact) -> bool:
        shown = fact.told.tier in self.visible.scope.tiers
        return shown and all(map(self.visible.shows, fact.refs))

    def of(self, ids: Iterable[str], *says: Says) -> list[TypedFact]:
        """Return what these facts say of these entries."""
        about = (fact for id in dict.fromkeys(ids) for fact in self.facts.about(id))
        wanted = {*ids}
        return self.seen(fact for fact in about if fact.says in says and fact.of.id in wanted)

    def ref(self, id: str) -> Ref:
        """Return an entry that the asker may see."""
        ref = self.visible.ref(id)
        assert ref
        return ref

    def only(self, *allowed: Collection[str]) -> bool:
        """Tell whether the question has telling words, and none but these."""
        return bool(self.telling) and self.telling <= frozenset().union(*allowed)

    def has(self, base: str) -> bool:
        """Tell whether the question has a form of a word."""
        return base in self.question.stems

    def is_behind_preposition(self) -> bool:
        """Tell whether what it names may be where or when something was."""
        words = [token.text for token in self.question.tokens]
        return not {"in", "at", "of", "during", "on"}.isdisjoint(words)

    def asks_for_what(self, words: Collection[str]) -> bool:
        """Tell whether it ends in a preposition of its own: what he was blamed for."""
        last = self.question.tokens[-1]
        is_open = last.text in _OPEN_ENDS and last.stem not in words
        return is_open and self.question.asks in (Asks.WHAT, Asks.WHO)

    def _ids_in(self, says: str) -> frozenset[str]:
        """Return the entries that a sentence names."""
        tokens = parsed_words(says, self.visible, self.facts)
        return frozenset(id for token in tokens for id in token.ids)
