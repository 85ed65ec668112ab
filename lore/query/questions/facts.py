"""What a pack surely tells, fact by fact, each as a sentence that stands alone."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import TypeVar

from lore.pack.model import Kind, PackInfo, RelationType
from lore.query.answers import CitedText, DifferenceView, EntryView, Ref
from lore.query.questions.spoken import Spoken, spoken, spoken_names
from lore.query.questions.words import clauses, names_doer, stem, stems, word_set
from lore.search.normalise import plain, squash
from lore.text.wording import ended

# Words that questions are made of, by which misspelt ones are known.
_ASKED = word_set(
    "happened happens happen killed destroyed died survive played plays portrayed voiced actor "
    "directed director written writer ending powers abilities located"
)
DIED = re.compile(
    r"\b(?:(?:was|were|is|are|been) (?:\w+ )?(?:killed|destroyed|murdered|slain|shot dead|dead)"
    r"|died|dies|perished)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"(?:He|She|It|They)\b")
# How sentences begin that do not say whom or what they are about.
_OPENING = (
    r"((?:Then |So |And |But )?"
    r"|(?:At|In|On|During|From|For|Outside|Under) (?:the |a )?(?:\w+ ){0,1}\w+,? "
    r"|[A-Z][a-z]+(?:ed|ing) [^,;.]{1,60}, )"
)
_PERSON = re.compile(_OPENING + r"(he|she)\b", re.IGNORECASE)
_POINTING = re.compile(
    _OPENING + r"(?:he|she|it|they)\b|(?:His|Her|Its|Their|This|That|These|Those|There"
    r"|One of them|Both)\b",
    re.IGNORECASE,
)
_OWN_SUBJECT = re.compile(r"(?:The|A|An|Its|His|Her|Their|One|Some|Those|Each|All|Many) ")
_PREPOSITIONS = frozenset(["at", "from", "in", "into", "on", "to", "under"])
_AS_SEVERAL = {"is": "are", "was": "were", "has": "have", "does": "do", "goes": "go"}


# What is listed by the names of people, or by verbs.
One = TypeVar("One")


class Says(Enum):
    """What a fact tells."""

    RELATION = auto()
    CREDIT = auto()
    LABEL = auto()
    STATUS = auto()
    DEED = auto()
    OUTCOME = auto()
    PLACE = auto()
    YEAR = auto()
    PART = auto()
    LEAD = auto()
    NAME = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True, eq=False)
class TypedFact:
    """Something told of an entry; `to` is the other end, or the event, place or whole.

    `label` is what its pack calls it: a role, a label, or what somebody did in its own words.
    `before` is the sentence before it, where this one does not say whom it is about.
    """

    says: Says
    of: Ref
    told: CitedText
    to: Ref | None = None
    type: RelationType | None = None
    label: str = ""
    before: CitedText | None = None

    @property
    def refs(self) -> tuple[Ref, ...]:
        """Return the entries that it is about."""
        return (self.of, self.to) if self.to else (self.of,)


@dataclass(frozen=True, slots=True)
class Wording:
    """A word by which a relation is asked for: a verb, or what one `end` is of the other.

    `doer` is whether it names one by what they do: a destroyer, whose stem is that of the verb.
    """

    type: RelationType
    end: str = ""
    doer: bool = False


class Facts(ABC):
    """Typed facts of every tier, by the entries that they are about and by what they are asked."""

    work: Ref | None
    """The work that the pack tells."""

    def __init__(self, info: PackInfo) -> None:
        self.info = info
        self.wordings = _wordings(info)
        self.verbs = [*sorted(_ASKED), *(one for type in info.relation_types for one in type.asked)]

    def verbs_of(self, types: Collection[str]) -> frozenset[str]:
        """Return the stems of the verbs of one word that ask for relations of these types."""
        return frozenset(
            words[0]
            for words, wordings in self.wordings.items()
            if len(words) == 1
            for one in wordings
            if not one.end and one.type.id in types
        )

    @abstractmethod
    def about(self, id: str) -> Sequence[TypedFact]:
        """Return what is told of an entry, or of others with it."""

    @abstractmethod
    def of_kind(self, says: Says) -> Iterable[TypedFact]:
        """Return all that is told in one of the ways."""

    @abstractmethod
    def credited(self, name: str) -> Sequence[TypedFact]:
        """Return the credits of a person by their squashed name or initials."""

    @abstractmethod
    def in_year(self, year: str) -> Sequence[TypedFact]:
        """Return what is told to have happened in a year."""

    @abstractmethod
    def done(self, verb: str) -> Sequence[TypedFact]:
        """Return the deeds of which a clause begins with the stem of a verb."""

    @abstractmethod
    def dead(self) -> Sequence[TypedFact]:
        """Return of which characters it is told that they died."""

    @abstractmethod
    def differences(self, id: str) -> Sequence[DifferenceView]:
        """Return what sources tell differently of an entry."""

    @abstractmethod
    def says(self, word: str) -> bool:
        """Tell whether a word, in any of its forms, is said by a fact."""

    @abstractmethod
    def is_in_name(self, word: str) -> bool:
        """Tell whether a word is a part of a name."""

    @abstractmethod
    def is_own_name(self, squashed: str) -> bool:
        """Tell whether sources call an entry so."""

    @abstractmethod
    def is_loose_name(self, squashed: str) -> bool:
        """Tell whether people, but no source, call an entry so."""

    @abstractmethod
    def spoken(self, ref: Ref) -> Spoken:
        """Return the name of an entry as it stands in a sentence."""

    def joined(self, facts: Sequence[TypedFact]) -> str:
        """Say relations of one type as one sentence: each `from` has it with each `to`."""
        return joined(facts, self.spoken)

    def turned(self, fact: TypedFact) -> TypedFact:
        """Return a relation that goes both ways as told of its other end."""
        assert fact.to
        assert fact.type
        says = _statement(fact.type, self.spoken(fact.to), self.spoken(fact.of))
        return replace(fact, of=fact.to, to=fact.of, told=replace(fact.told, says=says))


class FactTeller:
    """Tells the facts of entries, given how sentences speak of each."""

    def __init__(self, info: PackInfo, spoken: Callable[[Ref], Spoken]) -> None:
        self._info = info
        self._spoken = spoken

    def of(self, view: EntryView) -> Iterator[TypedFact]:
        """Yield what an entry tells."""
        ref, me = view.ref, self._spoken(view.ref)
        for link in view.links:
            if not link.inverse and link.type:
                type = self._info.relation_type(link.type)
                says = _statement(type, me, self._spoken(link.other))
                told = CitedText(says, link.cites, link.tier)
                yield TypedFact(Says.RELATION, ref, told, link.other, type)
        for credit in view.credits:
            says = credited(me, credit.role, credit.told.says)
            label = f"{credit.role}: {credit.told.says}"
            yield TypedFact(Says.CREDIT, ref, replace(credit.told, says=says), label=label)
        for one in view.facts:
            says = labelled(me, one.label, one.told.says)
            yield TypedFact(Says.LABEL, ref, replace(one.told, says=says), label=one.label)
        if view.status:
            says = with_subject(me, view.status.says)
            yield TypedFact(Says.STATUS, ref, replace(view.status, says=says))
        if view.lead:
            says = f"{me.first}: {view.lead.says}"
            yield TypedFact(Says.LEAD, ref, replace(view.lead, says=says))
        for tier, names in groupby(view.aliases, attrgetter("tier")):
            known = list(names)
            others = ", ".join(name.says for name in known)
            cites = tuple(dict.fromkeys(cite for name in known for cite in name.cites))
            says = ended(f"{me.first} {'are' if me.several else 'is'} also called {others}")
            yield TypedFact(Says.NAME, ref, CitedText(says, cites, tier))
        for text, before in standing_texts(view):
            yield TypedFact(Says.TEXT, ref, text, before=before)
        yield from self._happening(view, me)

    def _happening(self, view: EntryView, me: Spoken) -> Iterator[TypedFact]:
        event, ref = view.happening, view.ref
        if event is None:
            return
        for deed in event.deeds:
            says = with_subject(self._spoken(deed.who), deed.told.says)
            told = replace(deed.told, says=says)
            yield TypedFact(Says.DEED, deed.who, told, ref, label=deed.told.says)
        if event.outcome:
            yield TypedFact(Says.OUTCOME, ref, event.outcome)
        if where := event.where:
            says = ended(f"{me.first} took place at {self._spoken(where.place)}")
            told = CitedText(says, where.cites, where.tier)
            yield TypedFact(Says.PLACE, ref, told, where.place)
        if when := event.when:
            says = f"{me.first} took place {'by' if when.by else 'in'} {when.year}."
            told = CitedText(says, when.cites, when.tier)
            yield TypedFact(Says.YEAR, ref, told, label=str(when.year))
        if whole := event.part_of:
            says = ended(f"{me.first} is part of {self._spoken(whole)}")
            told = CitedText(says, view.text[0].cites, view.text[0].tier)
            yield TypedFact(Says.PART, ref, told, whole)


class MadeFacts(Facts):
    """The facts that the entries tell that a server wrote."""

    def __init__(self, info: PackInfo, views: Iterable[EntryView]) -> None:
        super().__init__(info)
        self._entries = entries = list(views)
        self.as_spoken = spoken_names(entries)
        teller = FactTeller(info, self.spoken)
        self.every = tuple(fact for view in entries for fact in teller.of(view))
        self._about: Mapping[str, list[TypedFact]] = defaultdict(list)
        for fact in self.every:
            for ref in dict.fromkeys(fact.refs):
                self._about[ref.id].append(fact)
        credits = self.of_kind(Says.CREDIT)
        self._people = credited_as((fact.label, fact) for fact in credits)
        self._differences = {view.ref.id: view.disagreements for view in entries}
        self.own_names = frozenset(
            squash(name)
            for view in entries
            for name in (view.ref.name, *(alias.says for alias in view.aliases))
        )
        self.loose_names = frozenset(squash(name) for view in entries for name in view.found_by)
        works = [view for view in entries if view.ref.kind is Kind.WORK]
        self.work = work_of(info, ((one.ref.name, len(one.credits), one.ref) for one in works))

    @cached_property
    def said(self) -> frozenset[str]:
        """Return the stems of all words that facts say."""
        said = plain([fact.told.says for fact in self.every])
        return frozenset(stem(word) for text in said for word in text.split())

    @cached_property
    def name_words(self) -> frozenset[str]:
        """Return the words of all names that are no descriptions in small letters."""
        names = (
            name
            for view in self._entries
            for name in (view.ref.name, *(one.says for one in view.aliases), *view.found_by)
        )
        said = plain([name for name in names if name[:1].isupper()])
        return frozenset(word for name in said for word in name.split())

    @cached_property
    def years(self) -> Mapping[str, Sequence[TypedFact]]:
        """Return what happened in each year."""
        years = defaultdict[str, list[TypedFact]](list)
        for fact in self.of_kind(Says.YEAR):
            years[fact.label].append(fact)
        return years

    @cached_property
    def deeds(self) -> Mapping[str, Sequence[TypedFact]]:
        """Return what was done, by the stems with which the clauses begin."""
        return begun_by((fact.label, fact) for fact in self.of_kind(Says.DEED))

    def about(self, id: str) -> Sequence[TypedFact]:
        """Return what is told of an entry, or of others with it."""
        return self._about.get(id, ())

    def of_kind(self, says: Says) -> Iterable[TypedFact]:
        """Return all that is told in one of the ways."""
        return (fact for fact in self.every if fact.says is says)

    def credited(self, name: str) -> Sequence[TypedFact]:
        """Return the credits of a person by their squashed name or initials."""
        return self._people.get(name, ())

    def in_year(self, year: str) -> Sequence[TypedFact]:
        """Return what is told to have happened in a year."""
        return self.years.get(year, ())

    def done(self, verb: str) -> Sequence[TypedFact]:
        """Return the deeds of which a clause begins with the stem of a verb."""
        return self.deeds.get(verb, ())

    def dead(self) -> Sequence[TypedFact]:
        """Return of which characters it is told that they died."""
        told = (fact for fact in self.of_kind(Says.STATUS) if fact.of.kind is Kind.CHARACTER)
        return [fact for fact in told if DIED.search(fact.told.says)]

    def differences(self, id: str) -> Sequence[DifferenceView]:
        """Return what sources tell differently of an entry."""
        return self._differences.get(id, ())

    def says(self, word: str) -> bool:
        """Tell whether a word, in any of its forms, is said by a fact."""
        return stem(word) in self.said

    def is_in_name(self, word: str) -> bool:
        """Tell whether a word is a part of a name."""
        return word in self.name_words

    def is_own_name(self, squashed: str) -> bool:
        """Tell whether sources call an entry so."""
        return squashed in self.own_names

    def is_loose_name(self, squashed: str) -> bool:
        """Tell whether people, but no source, call an entry so."""
        return squashed in self.loose_names

    def spoken(self, ref: Ref) -> Spoken:
        """Return the name of an entry as it stands in a sentence."""
        return self.as_spoken.get(ref.id) or Spoken(ref.name)


def joined(facts: Sequence[TypedFact], spoken: Callable[[Ref], Spoken]) -> str:
    """Say relations of one type as one sentence: each `from` has it with each `to`."""
    type = facts[0].type
    assert type
    ones = _several([spoken(ref) for ref in dict.fromkeys(fact.of for fact in facts)])
    others = _several([spoken(ref) for ref in dict.fromkeys(fact.to for fact in facts if fact.to)])
    return _statement(type, ones, others)


def _several(names: Sequence[Spoken]) -> Spoken:
    """Return the names of several entries as one."""
    first, *others = names
    if not others:
        return first
    all = f"{', '.join(map(str, names[:-1]))} and {names[-1]}"
    return Spoken(all.removeprefix(first.article), first.article, several=True)


def standing_texts(view: EntryView) -> Iterator[tuple[CitedText, CitedText | None]]:
    """Yield the texts of an entry, so that each of them says whom it is about.

    With a pronoun the text of a character means them; others come with the sentence before.
    """
    found = (_PERSON.match(text.says) for text in view.text)
    begun = {one[2].lower() for one in found if one}
    is_of_one = view.ref.kind is Kind.CHARACTER and len(begun) == 1
    me = spoken(view) if is_of_one else None
    before: CitedText | None = None
    for text in view.text:
        if me and (one := _PERSON.match(text.says)):
            name = str(me) if one[1] else me.first
            text = replace(text, says=f"{one[1]}{name}{text.says[one.end() :]}")
        if not _POINTING.match(text.says):
            yield text, None
            before = text
        else:
            # What is known in another way may be hidden from those who see this.
            yield text, before if before and before.tier == text.tier else None
            before = before and replace(before, says=f"{before.says.removesuffix(' …')} …")


def labelled(me: Spoken, label: str, value: str) -> str:
    """Return what stands under a label of an entry, so that it reads well whatever the label is."""
    return ended(f"{me.first} · {label}: {value}")


def credited_as(credits: Iterable[tuple[str, One]]) -> Mapping[str, Sequence[One]]:
    """Return the credits of each person by their squashed name, and by initials.

    Each comes with its label. Initials are those of three names or more that only one has.
    """
    people, named = defaultdict[str, list[One]](list), dict[str, str]()
    for label, one in credits:
        name = label.partition(": ")[2]
        people[squash(name)].append(one)
        named.setdefault(squash(name), name)
    found = defaultdict[str, list[str]](list)
    for key, name in named.items():
        words = plain([name])[0].split()
        if len(words) > 2:
            found["".join(word[0] for word in words)].append(key)
    for initials, keys in found.items():
        if len(keys) == 1:
            people.setdefault(initials, people[keys[0]])
    return people


def begun_by(deeds: Iterable[tuple[str, One]]) -> Mapping[str, Sequence[One]]:
    """Return deeds by the stems with which the clauses of their labels begin."""
    found = defaultdict[str, list[One]](list)
    for label, one in deeds:
        begun = (clause.split()[:1] for clause in plain(clauses(label)))
        for verb in dict.fromkeys(stem(words[0]) for words in begun if words):
            found[verb].append(one)
    return found


def work_of(info: PackInfo, works: Iterable[tuple[str, int, One]]) -> One | None:
    """Return the work that the pack tells: the one of its title, else that of most credits."""
    ordered = sorted(works, key=lambda work: (work[0] != info.title, -work[1]))
    return ordered[0][2] if ordered else None


def _wordings(info: PackInfo) -> dict[tuple[str, ...], list[Wording]]:
    """Return the relations that are asked for by the stems of some words."""
    found = defaultdict[tuple[str, ...], list[Wording]](list)
    for type in info.relation_types:
        for asked in type.asked:
            words, _, end = asked.removesuffix("}").partition(" of {")
            # "maker of {to}" is what `from` is.
            kind = {"to": "from", "from": "to"}.get(end, "")
            doer = names_doer(words.partition(" ")[0])
            found[tuple(stems(words))].append(Wording(type, kind, doer))
            if type.question and type.question.startswith("Where"):
                # "where was he shut up" leaves out "in".
                found[tuple(_bare(stems(words)))].append(Wording(type, kind))
    return {words: wordings for words, wordings in found.items() if words}


def _bare(words: list[str]) -> list[str]:
    """Return the stems of a verb without the prepositions behind it."""
    while words and words[-1] in _PREPOSITIONS:
        words = words[:-1]
    return [] if words in (["be"], ["do"]) else words


def with_subject(who: Spoken, says: str) -> str:
    """Return a sentence that leaves out who did it, with its subject."""
    if found := _PRONOUN.match(says):
        return f"{who.first}{says[found.end() :]}"
    if _OWN_SUBJECT.match(says):
        return f"{who.first}: {says[0].lower()}{says[1:]}"
    return f"{who.first} {says[:1].lower()}{says[1:]}"


def _statement(type: RelationType, one: Spoken, other: Spoken) -> str:
    """Say a relation as a sentence."""
    if not type.statement:
        return ended(f"{one.first}: {type.label.lower()} {other}")
    before, _, after = type.statement.partition("{from}")
    if one.several:
        verb, _, rest = after.strip().partition(" ")
        after = f" {_of_several(verb)} {_nouns_of_several(verb, rest)}"
    name = str(one) if before else one.first
    return ended(f"{before}{name}{after}".replace("{to}", str(other)))


def _of_several(verb: str) -> str:
    if verb in _AS_SEVERAL:
        return _AS_SEVERAL[verb]
    return verb[:-1] if verb.endswith("s") and not verb.endswith("ss") else verb


def _nouns_of_several(verb: str, rest: str) -> str:
    """Return "members of it" for "a member of it"."""
    if verb not in ("is", "was") or not rest.startswith(("a ", "an ", "the ")):
        return rest
    noun, of, whole = rest.partition(" ")[2].partition(" of ")
    return f"{noun}s{of}{whole}" if of else rest


def credited(work: Spoken, role: str, name: str) -> str:
    """Say a credit as a sentence."""
    if role.lower() == "cast":
        return ended(f"{name} is in the cast of {work}")
    if role.lower().endswith(" by"):
        be = "were" if work.several else "was"
        return ended(f"{work.first} {be} {role[0].lower()}{role[1:]} {name}")
    return ended(f"{work.first} · {role}: {name}")
