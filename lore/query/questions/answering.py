"""Answers questions from typed facts: only what these say surely."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from lore.pack.model import Cite, DifferenceKind, Kind, RelationType, Tier
from lore.query.answers import CitedText, DifferenceView, Ref, SureAnswer
from lore.query.questions.facts import Facts, Says, TypedFact
from lore.query.questions.parsing import (
    DYING,
    MAKERS,
    MAKING,
    PLAYING,
    TELLING_ALL,
    Asks,
    ParsedQuestion,
    Token,
    parsed,
    parsed_words,
)
from lore.query.questions.relations import Wanted, wanted_by, wordings_in
from lore.query.questions.words import LABELS, POSSESSIVE, stem, stems, word_set
from lore.query.visible_lore import VisibleLore
from lore.search.normalise import squash
from lore.search.passages import LIGHT

# So many sentences are an answer; of names joined in one, there may be more.
MOST_SENTENCES = 3

# An event is that of a fight if so much of what two did there stands where the fight is told.
_ENOUGH_OF_IT = 0.3

# Of two sentences that share so many of their words one is told.
_SAME = 0.6

_LASTING = frozenset(stems("survive alive"))
_PARTS = frozenset(stems("role part character"))
_LIVING = frozenset(stems("home base house residence headquarters"))
_BECOMING = frozenset(stems("happen fate become end status"))
_TAKING_PLACE = frozenset(stems("happen take place occur located set year date"))
_TAKING_PART = frozenset(stems("fight take part attend there present involved"))

_DIED = re.compile(
    r"\b(?:(?:was|were|is|are) (?:\w+ )?(?:killed|destroyed|murdered|slain|shot dead|dead)"
    r"|died|dies|perished)\b",
    re.IGNORECASE,
)
_OPEN_ENDS = word_set("for with from about of to in on at into")

# Verbs that mean something else with a particle behind them: to make, and to make off with.
_CHANGING = word_set("make take get give go come put set turn bring run break")
_PARTICLES = word_set("off out up away down over back on in into")

# Words between a verb and what it was not done to, and those that may stand before a name.
_BESIDE_IT = word_set("with for from of by beside before after at in on into over through")
_DETERMINERS = word_set("the a an his her its their this that")

_CLAUSE = re.compile(r"[,;:]| and | then | but ")
# Whose somebody or something is, by whom alone it goes.
_OWNER = re.compile(r"(?:The )?(.{1,60}?)(?:['’]s|s['’]) [a-z]")
_BEING = re.compile(r"(?:was|were|is|are|had|has|have|did|could|would|can|will)\b", re.IGNORECASE)


class Answered(NamedTuple):
    """What a question is answered with, and the entry that is shown below it."""

    at: Ref
    answer: SureAnswer | None


class Answering:
    """Answers one question, as far as its asker may see."""

    def __init__(self, question: ParsedQuestion, visible: VisibleLore, facts: Facts) -> None:
        self._question = question
        self._visible = visible
        self._facts = facts
        self._telling = {token.stem for token in question.telling}
        self._named = question.named
        self._ids = [id for token in self._named for id in token.ids]
        # The same accounts are held against each of several facts.
        self._named_in: Callable[[str], frozenset[str]] = cache(self._ids_in)

    def answer(self) -> Answered | None:
        """Return what is surely told of what is asked, if anything is."""
        if self._question.is_involved:
            return None
        ways: Sequence[Callable[[], Answered | None]] = (
            self._difference,
            self._credits,
            self._plan,
            self._relation,
            self._labelled,
            self._death,
            self._place,
            self._time,
            self._outcome,
            self._participants,
            self._doer,
            self._deed,
            self._meeting,
            self._whole,
        )
        return next(filter(None, (way() for way in ways)), None)

    # What is told

    def _seen(self, facts: Iterable[TypedFact]) -> list[TypedFact]:
        """Return the facts that the asker may see; those of tiers apart where no others are."""
        tiers = self._visible.scope.tiers
        seen = [
            fact
            for fact in facts
            if fact.told.tier in tiers and all(map(self._visible.shows, fact.refs))
        ]
        apart = self._facts.info.apart
        return [fact for fact in seen if fact.told.tier not in apart] or seen

    def _of(self, ids: Iterable[str], *says: Says) -> list[TypedFact]:
        """Return the facts of these entries."""
        about = (fact for id in dict.fromkeys(ids) for fact in self._facts.about.get(id, ()))
        wanted = {*ids}
        return self._seen(fact for fact in about if fact.says in says and fact.of.id in wanted)

    def _told(self, at: Ref, facts: Sequence[TypedFact], says: str = "") -> Answered | None:
        """Answer with facts, or with the accounts that contradict each other on them."""
        if not facts:
            return None
        told = [fact.told for fact in facts][:MOST_SENTENCES]
        return self._answered(at, [_joined(facts, says)] if says else told, facts)

    def _answered(self, at: Ref, told: Sequence[CitedText], facts: Sequence[TypedFact]) -> Answered:
        """Answer with sentences, unless these facts are what accounts contradict each other on."""
        differing = tuple(self._contradictions(facts))
        if differing and len(facts) == 1:
            told = ()
        # Of several facts, those that nobody contradicts are told as well.
        return Answered(at, SureAnswer(tuple(told[:MOST_SENTENCES]), differing))

    def _contradictions(self, facts: Sequence[TypedFact]) -> Iterator[DifferenceView]:
        """Yield the contradictions on just what is asked, with the accounts that are seen."""
        refs = dict.fromkeys(ref for fact in facts for ref in fact.refs)
        found = {one.about: one for ref in refs for one in self._facts.differences.get(ref.id, ())}
        for one in found.values():
            accounts = self._accounts(one)
            if one.kind is not DifferenceKind.CONTRADICTS or len(accounts) < 2:
                continue
            titles = self._titles(one)
            if any(self._is_on(title, facts) for title in titles) or any(
                fact.type and self._is_told_otherwise(fact, accounts) for fact in facts
            ):
                yield replace(one, accounts=accounts)

    def _is_on(self, title: ParsedQuestion, facts: Sequence[TypedFact]) -> bool:
        """Tell whether a title of a difference asks for these facts, by a relation or its words."""
        asks = self._question.asks
        if asks is not title.asks and asks not in (Asks.WHETHER, Asks.NOTHING):
            return False
        named = {id for token in title.named for id in token.ids}
        wordings = (one for _, _, found in wordings_in(title, self._facts) for one in found)
        types = {wording.type.id for wording in wordings}
        if any(
            fact.type and fact.type.id in types and named & {ref.id for ref in fact.refs}
            for fact in facts
        ):
            return True
        telling = {token.stem for token in title.telling}
        return bool(telling) and telling <= self._telling and bool(named.intersection(self._ids))

    def _is_told_otherwise(self, fact: TypedFact, accounts: Iterable[CitedText]) -> bool:
        """Tell whether an account tells a relation, and another the same of somebody else."""
        assert fact.type
        verbs = _asked_stems(fact.type) - LIGHT
        ends = {ref.id for ref in fact.refs}
        named = [
            self._named_in(one.says) for one in accounts if not verbs.isdisjoint(stems(one.says))
        ]
        return any(ends <= ids for ids in named) and any(
            self._ref(id).kind is self._ref(end).kind
            for ids in named
            if ids & ends
            for end in ends - ids
            for id in ids - ends
        )

    def _ids_in(self, says: str) -> frozenset[str]:
        """Return the entries that a sentence names."""
        tokens = parsed_words(says, self._visible, self._facts)
        return frozenset(id for token in tokens for id in token.ids)

    def _titles(self, one: DifferenceView) -> Iterator[ParsedQuestion]:
        """Yield what a difference is about, each of several things apart, as questions."""
        for part in one.about.split(", and "):
            yield parsed(part, self._visible, self._facts)

    def _accounts(self, one: DifferenceView) -> tuple[CitedText, ...]:
        """Return the accounts that the asker may see."""
        if not self._visible.shows(one.at):
            return ()
        tiers = self._visible.scope.tiers
        return tuple(account for account in one.accounts if account.tier in tiers)

    def _only(self, *allowed: Collection[str]) -> bool:
        """Tell whether the question has telling words, and none but these."""
        return bool(self._telling) and self._telling <= frozenset().union(*allowed)

    def _ref(self, id: str) -> Ref:
        ref = self._visible.ref(id)
        assert ref
        return ref

    # Ways to answer

    def _difference(self) -> Answered | None:
        """All accounts of what sources tell differently, where they are on just that.

        Where these only tell more than each other, they are sentences of one answer.
        """
        for one in (one for id in self._ids for one in self._facts.differences.get(id, ())):
            if not any(self._is_asked(title) for title in self._titles(one)):
                continue
            accounts = self._accounts(one)
            if len(accounts) > 1 and one.kind is DifferenceKind.CONTRADICTS:
                return Answered(one.at, SureAnswer((), (replace(one, accounts=accounts),)))
            if accounts:
                return self._otherwise() or Answered(one.at, SureAnswer(_together(one, accounts)))
        return None

    def _is_asked(self, title: ParsedQuestion) -> bool:
        """Tell whether a title asks for the same, of the same, in the same words."""
        if title.asks is not self._question.asks or title.asks is Asks.NOTHING:
            return False
        telling = {token.stem for token in title.telling}
        if telling != self._telling or len(title.named) != len(self._named):
            return False
        if not telling and ("do" in title.stems) is not self._has("do"):
            # What somebody is, is not what they did.
            return False
        named = zip(title.named, self._named, strict=True)
        return all(not {*mine.ids}.isdisjoint(asked.ids) for mine, asked in named)

    def _otherwise(self) -> Answered | None:
        """What facts tell of it beside the accounts of a difference."""
        ways = (self._credits, self._relation, self._labelled)
        return next(filter(None, (way() for way in ways)), None)

    def _credits(self) -> Answered | None:
        """Who played, directed or wrote it; whom somebody played."""
        roles = self._telling & (PLAYING | MAKING | _PARTS)
        roles |= {MAKERS.get(role, role) for role in roles}
        if not self._only(PLAYING, MAKING, _PARTS, {stem("name")}) or not roles:
            return None
        if roles <= _PARTS and not any(token.person for token in self._named):
            return None
        if not roles.isdisjoint(PLAYING):
            roles = {*PLAYING}
        people = [token for token in self._named if token.person]
        works = {self._facts.work.id} if self._facts.work else set[str]()
        if len(self._named) - sum(works == {*token.ids} for token in self._named) > 1:
            return None
        if people and self._telling <= _PARTS:
            roles = {*PLAYING}
        if people:
            of = [fact for one in people for fact in self._facts.people[squash(one.text)]]
        else:
            ids = self._ids or [work.id for work in [self._facts.work] if work]
            of = self._of(ids, Says.CREDIT)
        facts = [
            fact
            for fact in self._seen(of)
            if not roles.isdisjoint(stems(fact.label.partition(":")[0]))
        ]
        parts = [fact for fact in facts if fact.of.kind is not Kind.WORK]
        facts = parts or facts
        if not facts:
            return None
        if len(facts) > MOST_SENTENCES:
            return self._told(facts[0].of, facts, says=_cast(self._facts, facts))
        return self._told(facts[0].of, facts)

    def _relation(self) -> Answered | None:
        """What stands to what is named as the question says."""
        for at, words, wordings in wordings_in(self._question, self._facts):
            found: list[TypedFact] = []
            ends = False
            for wording in wordings:
                wanted = wanted_by(self._question, wording, at, words)
                if wanted and (fitting := self._related(wording.type, wanted)):
                    found += fitting
                    ends = wanted.end == "to"
            rest = [token.stem for token in self._question.telling if token.stem not in words]
            if self._asks_for_what(words) or self._asks_of_a_part(words):
                continue
            found = self._seen(found)
            if _covers(found, rest) and not all(map(_is_described, found)):
                return self._relations(found, ends)
        return None

    def _asks_for_what(self, words: Collection[str]) -> bool:
        """Tell whether it ends in a preposition of its own: what he was blamed for."""
        last = self._question.tokens[-1]
        is_open = last.text in _OPEN_ENDS and last.stem not in words
        return is_open and self._question.asks in (Asks.WHAT, Asks.WHO)

    def _asks_of_a_part(self, words: Collection[str]) -> bool:
        """Tell whether it asks of something that is of what it names: who destroyed his body."""
        tokens, telling = self._question.tokens, self._question.telling
        return any(
            owner.names and sign.text == POSSESSIVE and part in telling and part.stem not in words
            for owner, sign, part in zip(tokens, tokens[1:], tokens[2:], strict=False)
        )

    def _relations(self, found: Iterable[TypedFact], ends: bool) -> Answered | None:
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
        told = [_joined(facts, self._facts.joined(facts)) for facts in alike.values()]
        at = self._ref(self._ids[0]) if self._ids else ranked[0].of
        return self._answered(at, told, ranked)

    def _related(self, type: RelationType, wanted: Wanted) -> list[TypedFact]:
        """Return the relations of a type with the entries that are named at their other end."""
        both_ways = type.label == type.inverse
        about = (fact for id in wanted.ids for fact in self._facts.about.get(id, ()))
        found = []
        for fact in about:
            if fact.type is not type or not fact.to:
                continue
            known, other = (fact.of, fact.to) if wanted.end == "to" else (fact.to, fact.of)
            if both_ways and known.id not in wanted.ids:
                known, other = other, known
                fact = self._facts.turned(fact)
            if known.id in wanted.ids and (not wanted.others or other.id in wanted.others):
                found.append(fact)
        return self._seen(dict.fromkeys(found))

    def _plan(self) -> Answered | None:
        """What somebody wants: rather their plan, where one is told, than a thing they seek."""
        return self._labelled() if self._telling == {stem("want")} else None

    def _labelled(self) -> Answered | None:
        """What stands under the label that is asked for: its powers, its home."""
        if len(self._named) != 1 or self._question.asks in (Asks.WHY, Asks.HOW):
            return None
        telling = self._asked_label()
        facts = [
            fact
            for fact in self._of(self._ids, Says.LABEL)
            if telling and all(one in _label_stems(fact.label) for one in telling)
        ]
        if self._question.asks is Asks.WHO and not self._has("be"):
            facts = [fact for fact in facts if fact.label.endswith(" by")]
        if self._question.asks is Asks.WHERE:
            facts = [fact for fact in facts if not _LIVING.isdisjoint(stems(fact.label))]
        if self._question.asks is Asks.WHEN:
            facts = [fact for fact in facts if stem("year") in stems(fact.label)]
        return self._told(facts[0].of, facts) if facts else None

    def _asked_label(self) -> Collection[str]:
        """Return the stems of the label that is asked for, which may be implied."""
        if self._telling:
            is_out = "out" in {token.text for token in self._question.tokens}
            return self._telling - {*stems("come out")} or ([stem("release")] if is_out else [])
        words = [token.text for token in self._question.tokens]
        if self._question.asks is Asks.WHAT and words[-1:] == ["for"]:
            return [stem("purpose")]
        if self._question.asks is Asks.WHAT and words[:1] == ["can"] and words[-1] == "do":
            return [stem("power")]
        return []

    def _death(self) -> Answered | None:
        """How, when or where somebody died, or who did."""
        if not self._only(DYING, {stem("way"), "murder"}):
            return None
        if not self._named:
            asks_for_dead = self._question.asks in (Asks.WHO, Asks.NOTHING)
            return self._dead() if asks_for_dead and not self._telling & _LASTING else None
        asks = self._question.asks
        if len(self._named) > 1 or asks in (Asks.WHY, Asks.WHO):
            return None
        if any(len(token.ids) > 1 for token in self._named):
            # Of one of several it may be told, and of another not.
            return None
        deeds = [fact for fact in self._of(self._ids, Says.DEED) if _died(fact.label)]
        deeds.sort(key=lambda fact: self._size(fact.to))
        status = [fact for fact in self._of(self._ids, Says.STATUS) if _DIED.search(fact.told.says)]
        killed = [
            fact
            for id in self._ids
            for fact in self._seen(self._facts.about.get(id, ()))
            if fact.type and fact.to and fact.to.id == id and "kill" in _asked_stems(fact.type)
        ]
        if not deeds and not status and not killed:
            return None
        if asks in (Asks.WHERE, Asks.WHEN):
            return self._of_event([*deeds, *self._deeds_of(killed)], asks)
        first, then = (deeds[:1], status) if asks is Asks.HOW else (status, deeds[:1])
        told = [*first, *then] if first or then else killed[:1]
        died_at = deeds[0].to if deeds and asks is Asks.HOW else None
        at = died_at or self._ref(self._ids[0])
        return self._told(at, _without_repeats([*told, *killed[: 1 - bool(then)]][:2]))

    def _size(self, event: Ref | None) -> int:
        """Return how much is told of an event: of those that are parts of others, less."""
        return len(self._facts.about.get(event.id, ())) if event else 0

    def _dead(self) -> Answered | None:
        """All of whom it is told that they died."""
        work = self._facts.work
        status = self._seen(fact for fact in self._facts.every if fact.says is Says.STATUS)
        dead = [
            fact
            for fact in status
            if fact.of.kind is Kind.CHARACTER and _DIED.search(fact.told.says)
        ]
        best = [fact for fact in dead if fact.told.tier == self._facts.info.best_tier] or dead
        if not best or work is None:
            return None
        told = tuple(fact.told for fact in best)
        return Answered(work, SureAnswer(told[:8]))

    def _deeds_of(self, killed: Iterable[TypedFact]) -> list[TypedFact]:
        """Return the deeds that stand where it is told that somebody was killed."""
        deeds = [
            deed
            for fact in killed
            for deed in self._of([fact.of.id], Says.DEED)
            if not {*deed.told.cites}.isdisjoint(fact.told.cites)
        ]
        return sorted(deeds, key=lambda fact: self._size(fact.to))

    def _of_event(self, deeds: Sequence[TypedFact], asks: Asks) -> Answered | None:
        """Where or when it was that somebody did something."""
        for deed in deeds:
            assert deed.to
            says = Says.PLACE if asks is Asks.WHERE else Says.YEAR
            if found := self._of([deed.to.id], says):
                return self._told(deed.to, [*found[:1], deed])
        return None

    def _place(self) -> Answered | None:
        """Where something is, or took place."""
        if self._question.asks is not Asks.WHERE or len(self._named) != 1:
            return None
        if not self._telling <= _TAKING_PLACE:
            return None
        tokens = self._question.tokens
        if POSSESSIVE in {token.text for token in tokens} or not self._ids:
            return None
        if any(self._ref(id).kind is Kind.CHARACTER for id in self._ids):
            # Where somebody was once seen or comes from is not where they are.
            return None
        facts = [
            fact
            for fact in self._of(self._ids, Says.RELATION, Says.PLACE)
            if fact.says is Says.PLACE
            or (fact.type and (fact.type.question or "").startswith("Where is {from}"))
        ]
        return self._told(facts[0].of, facts) if facts else None

    def _time(self) -> Answered | None:
        """In which year something happened; what happened in a year."""
        tokens = self._question.tokens
        years = [
            self._facts.years[token.text] for token in tokens if token.text in self._facts.years
        ]
        if years and not self._named and len(self._telling) == len(years):
            facts = self._seen(years[0])
            return self._told(facts[0].of, facts) if facts else None
        is_when = self._question.asks is Asks.WHEN or stem("year") in self._telling
        if not is_when or len(self._named) != 1 or not self._telling <= _TAKING_PLACE:
            return None
        facts = self._of(self._ids, Says.YEAR)
        return self._told(facts[0].of, facts) if facts else None

    def _outcome(self) -> Answered | None:
        """What became of somebody, or came of an event."""
        if len(self._named) != 1 or not self._telling <= _BECOMING:
            return None
        if stem("become") in self._telling and not self._behind_preposition():
            # What he turned into is not what became of him.
            return None
        is_event = any(self._ref(id).kind is Kind.EVENT for id in self._ids)
        how = self._question.asks is Asks.HOW and is_event
        if not how and not (self._telling and self._question.asks in (Asks.WHAT, Asks.NOTHING)):
            return None
        facts = self._of(self._ids, Says.STATUS, Says.OUTCOME)
        return self._told(facts[0].of, facts) if facts else None

    def _participants(self) -> Answered | None:
        """Who took part in an event."""
        if self._question.asks is not Asks.WHO or not self._telling <= _TAKING_PART:
            return None
        if len(self._named) != 1 or not self._behind_preposition():
            return None
        events = [id for id in self._ids if self._ref(id).kind is Kind.EVENT]
        deeds = self._seen(
            fact
            for id in events
            for fact in self._facts.about.get(id, ())
            if fact.says is Says.DEED and fact.to and fact.to.id == id
        )
        people = [fact for fact in deeds if fact.of.kind is Kind.CHARACTER]
        if not people or not people[0].to:
            return None
        names = ", ".join(dict.fromkeys(fact.of.name for fact in people))
        event = self._facts.spoken(people[0].to)
        return self._told(people[0].to, people, says=f"In {event} took part: {names}.")

    def _behind_preposition(self) -> bool:
        words = [token.text for token in self._question.tokens]
        return not {"in", "at", "of", "during", "on"}.isdisjoint(words)

    def _doer(self) -> Answered | None:
        """Who did something that is told as a deed, in these words."""
        verbs = [token.stem for token in self._question.telling]
        if self._question.asks is not Asks.WHO or not verbs or self._has("do") or self._has("be"):
            return None
        if self._question.tokens[0].names or not (verbs[1:] or self._named):
            return None
        deeds = self._seen(fact for fact in self._facts.every if fact.says is Says.DEED)
        fitting = [fact for fact in deeds if self._is_done(fact, verbs[0], verbs[1:], self._named)]
        doers = {fact.of.id for fact in fitting}
        if not fitting or len(doers) > 2 or self._did_others(doers):
            return None
        return self._told(fitting[0].of, _without_repeats(fitting[:2]))

    def _did_others(self, doers: Collection[str]) -> bool:
        """Tell whether a sentence about others has the words and names of the question as well.

        Where one of the doers is named as well, it tells of what they did to others.
        """
        sentences = self._visible.sentences
        return any(
            self._ref(id).kind is Kind.CHARACTER
            for number in sentences.having(self._question.telling[0].stem)
            if self._telling <= sentences.words[number]
            and sentences.named[number].isdisjoint(doers)
            and all(sentences.named[number].intersection(token.ids) for token in self._named)
            for id in sentences.subjects[number].difference(self._ids)
        )

    def _deed(self) -> Answered | None:
        """What somebody did, at an event or in these words."""
        if self._question.asks is not Asks.WHAT or not self._has("do") or not self._ids:
            return None
        who, *others = self._named
        if self._asks_for_what(()):
            return None
        verbs = [token.stem for token in self._question.telling]
        deeds = self._of(who.ids, Says.DEED)
        if verbs:
            fitting = [fact for fact in deeds if self._is_done(fact, verbs[0], verbs[1:], others)]
        else:
            at = {id for token in others for id in token.ids}
            fitting = [fact for fact in deeds if fact.to and fact.to.id in at]
            if not others and len(deeds) <= MOST_SENTENCES:
                return self._told(deeds[0].of, deeds) if deeds else None
        return self._told(fitting[0].of, fitting[:2]) if fitting else None

    def _is_done(
        self, fact: TypedFact, verb: str, rest: Collection[str], names: Sequence[Token]
    ) -> bool:
        """Tell whether a deed says in one clause that this was done, to those that are named."""
        for clause in _CLAUSE.split(fact.label):
            words = clause.split()
            if not words or _BEING.match(clause.strip()):
                continue
            said = stems(clause)
            if not said or said[0] != verb or not {*rest} <= {*said}:
                continue
            if verb in _CHANGING and not {*said[1:2]} & _PARTICLES <= {*self._question.stems}:
                continue
            if not names or self._are_named(names, fact, clause):
                return True
        return False

    def _are_named(self, names: Sequence[Token], fact: TypedFact, clause: str) -> bool:
        """Tell whether a clause names the first of these, and the others took part in the event."""
        assert fact.to
        tokens = [*parsed_words(clause, self._visible, self._facts)]
        named = {id for token in tokens for id in token.ids}
        there = {deed.of.id for deed in self._facts.about[fact.to.id] if deed.says is Says.DEED}
        first, *others = (frozenset(token.ids) for token in names)
        if first.isdisjoint({*named, fact.to.id}):
            return False
        if any(
            self._is_beside(tokens[:at]) for at, token in enumerate(tokens) if first & {*token.ids}
        ):
            return False
        return all(not other.isdisjoint({*named, *there, fact.to.id}) for other in others)

    def _is_beside(self, before: Sequence[Token]) -> bool:
        """Tell whether it was done with, for or from what is named behind these words, not to it.

        A question that has the same preposition asks for just that.
        """
        words = [token.text for token in before if token.text not in _DETERMINERS]
        return (
            bool(words)
            and words[-1] in _BESIDE_IT
            and all(words[-1] != token.text for token in self._question.tokens)
        )

    def _has(self, base: str) -> bool:
        return base in self._question.stems

    def _meeting(self) -> Answered | None:
        """The event at which two that are named fought."""
        if len(self._named) != 2 or not self._only({"versus", "fight", "battl", "against"}):
            return None
        if self._question.asks not in (Asks.NOTHING, Asks.WHAT, Asks.WHEN):
            return None
        one, other = ({*token.ids} for token in self._named)
        fought = [
            fact
            for fact in self._seen(fact for id in one for fact in self._facts.about.get(id, ()))
            if fact.type
            and fact.to
            and not {"fight", *DYING}.isdisjoint(_asked_stems(fact.type))
            and {fact.of.id, fact.to.id} & other
        ]
        if not fought:
            return None
        events = [self._events_of(ids) for ids in (one, other)]
        both = {id for id in events[0] if id in events[1]}
        told = {cite for fact in fought for cite in fact.told.cites}
        deeds = [
            fact for fact in self._of(one | other, Says.DEED) if fact.to and fact.to.id in both
        ]
        # Of all that both took part in, that which the documents tell where they tell of the fight.
        shares = {id: _share_of(told, [d for d in deeds if d.to and d.to.id == id]) for id in both}
        near = sorted(id for id in both if shares[id] >= _ENOUGH_OF_IT)
        at = min(near, key=lambda id: self._size(self._ref(id)), default=None)
        if at is None:
            return self._told(fought[0].of, fought)
        there = [fact for fact in deeds if fact.to and fact.to.id == at]
        return self._told(self._ref(at), there)

    def _events_of(self, ids: Collection[str]) -> list[str]:
        return [fact.to.id for fact in self._of(ids, Says.DEED) if fact.to]

    def _whole(self) -> Answered | None:
        """The story as a whole."""
        work = self._facts.work
        if not self._only(TELLING_ALL) or work is None:
            return None
        if any(work.id not in token.ids for token in self._named):
            return None
        return Answered(work, None)


def _together(one: DifferenceView, accounts: Sequence[CitedText]) -> tuple[CitedText, ...]:
    """Return accounts that do not contradict each other, the first after what they are about."""
    first, *others = accounts[:MOST_SENTENCES]
    return (replace(first, says=f"{one.about}: {first.says}"), *others)


def _label_stems(label: str) -> frozenset[str]:
    """Return the stems of a label, and of other words by which people ask for it."""
    own = frozenset(stems(label))
    groups = (frozenset(stems(group)) for group in LABELS)
    return own.union(*(group for group in groups if not group.isdisjoint(own)))


def _died(did: str) -> bool:
    """Tell whether one of the things that somebody did was to die."""
    return any(_DIED.match(clause.strip()) for clause in _CLAUSE.split(did))


def _share_of(cites: Iterable[Cite], facts: Sequence[TypedFact]) -> float:
    """Return the share of the paragraphs that these facts cite which is cited as well."""
    told = {(cite.source, cite.paragraph) for cite in cites}
    there = [(cite.source, cite.paragraph) for fact in facts for cite in fact.told.cites]
    return sum(place in told for place in there) / max(1, len(there))


def _joined(facts: Sequence[TypedFact], says: str) -> CitedText:
    """Return one sentence for several facts, known as all of them are."""
    cites = tuple(dict.fromkeys(cite for fact in facts for cite in fact.told.cites))
    return CitedText(says, cites, facts[0].told.tier)


def _cast(facts: Facts, cast: Sequence[TypedFact]) -> str:
    names = ", ".join(dict.fromkeys(fact.label.partition(": ")[2] for fact in cast))
    role = cast[0].label.partition(":")[0]
    return f"{facts.spoken(cast[0].of).first} · {role}: {names}"


def _asked_stems(type: RelationType) -> frozenset[str]:
    """Return the stems of the verbs by which a relation is asked for."""
    return frozenset(one for asked in type.asked if "{" not in asked for one in stems(asked))


def _without_repeats(facts: Sequence[TypedFact]) -> list[TypedFact]:
    """Leave out the shorter of two sentences that say nearly the same."""
    kept: list[TypedFact] = []
    for fact in sorted(facts, key=lambda fact: -len(fact.told.says)):
        words = {*stems(fact.told.says)} - LIGHT
        others = [word for one in kept if one.of == fact.of for word in stems(one.told.says)]
        if len(words.intersection(others)) <= _SAME * len(words):
            kept.append(fact)
    return [fact for fact in facts if fact in kept]


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
