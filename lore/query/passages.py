"""Everything that can be found by half-remembered words: what entries and quotes say."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, replace
from typing import cast

from lore.ids import quote_key
from lore.pack.model import SERVER, Cite, Tier
from lore.query.answers import CitedText, EntryView, Note, QuoteView
from lore.query.arrangement import said_when
from lore.query.questions.facts import credited, labelled, standing_texts, with_subject
from lore.query.questions.spoken import Spoken, spoken
from lore.search.passages import Passage, PassageIndex
from lore.text.markup import without_spoilers


@dataclass(frozen=True, slots=True)
class PassageRef:
    """Where a passage stands: `key` is that of its entry, quote or note.

    `at` is the id of the entry that it is shown with, None for a quote. `names` is whether it holds
    the entry's names, `found_by` whether no source has those. `before` is the sentence before it,
    where this one does not say whom it is about. `who` is the id of who did there what it tells.
    """

    key: str
    at: str | None
    tier: Tier
    cites: tuple[Cite, ...] = ()
    names: bool = False
    found_by: bool = False
    before: str = ""
    who: str = ""


# What stands between the names of an entry.
NAMES_JOINED = " · "

Located = tuple[Passage, PassageRef]


@dataclass(frozen=True, slots=True)
class Passages:
    """The passages of entries, quotes and notes, indexed; `refs` tells where each stands."""

    refs: Mapping[str, PassageRef]
    quotes: PassageIndex
    entries: PassageIndex

    @classmethod
    def build(cls, views: Iterable[tuple[str, EntryView | QuoteView | Note]]) -> Passages:
        """Index views; each comes with its id, or whatever else stands for one state of it."""
        quotes, entries = located(views)
        return cls(
            {passage.key: ref for passage, ref in (*quotes, *entries)},
            PassageIndex.build([passage for passage, _ in quotes]),
            PassageIndex.build([passage for passage, _ in entries]),
        )

    @classmethod
    def of_aliases(cls, aliases: Iterable[tuple[str, str]]) -> Passages:
        """Index names that a server gave to entries of the pack, each with the entry's id."""
        named = [
            (Passage(f"alias {number}", name), PassageRef(id, id, SERVER, (), True, True))
            for number, (id, name) in enumerate(aliases)
        ]
        refs = {passage.key: ref for passage, ref in named}
        found = PassageIndex.build([passage for passage, _ in named])
        return cls(refs, PassageIndex.build([]), found)

    def joined(self, other: Passages) -> Passages:
        """Return both as one, at no cost."""
        # Nothing is ever written into them.
        refs = ChainMap(*(cast(MutableMapping[str, PassageRef], one.refs) for one in (other, self)))
        quotes, entries = self.quotes.joined(other.quotes), self.entries.joined(other.entries)
        return Passages(refs, quotes, entries)

    def only(self, keys: Collection[str]) -> Passages:
        """Return the same, of which only the passages of these keys are found."""
        return Passages(self.refs, self.quotes.only(keys), self.entries.only(keys))


def located(
    views: Iterable[tuple[str, EntryView | QuoteView | Note]],
) -> tuple[list[Located], list[Located]]:
    """Return the passages that are words of quotes, and all others, each with where it stands."""
    quotes: list[Located] = []
    entries: list[Located] = []
    seen: set[str] = set()
    for key, view in views:
        match view:
            case QuoteView():
                quotes.append(_words(key, view))
                entries += _occasion(key, view)
            case EntryView():
                entries += _statements(key, view, seen)
            case Note():
                ref = PassageRef(key, view.about, SERVER)
                entries.append((Passage(f"note {key}", view.text), ref))
    return quotes, entries


def _words(key: str, quote: QuoteView) -> Located:
    """Return the words of a quote; who has no entry is found with their words alone."""
    voices = tuple(line.speaker for line in quote.lines if line.speaker and not line.ref)
    words = " / ".join(line.words for line in quote.lines)
    return Passage(quote_key(key), words, voices), PassageRef(key, None, quote.tier, quote.cites)


def _occasion(key: str, quote: QuoteView) -> Iterator[Located]:
    said = quote.occasion
    if told := " · ".join(filter(None, (said_when(quote), said.says if said else ""))):
        ref = PassageRef(key, None, quote.tier, said.cites if said else ())
        yield Passage(f"occasion {key}", told), ref


def _statements(key: str, view: EntryView, seen: set[str]) -> Iterator[Located]:
    """Yield all that an entry says, but for texts that were `seen` already."""
    for passage, ref in told_of(key, view):
        # What several did in the same words is one hit.
        if ref.names or passage.text not in seen:
            seen.add(passage.text)
            yield passage, ref


def told_of(key: str, view: EntryView) -> Iterator[Located]:
    """Yield the names of an entry and all that it says, whoever says the same."""
    for number, (text, ref) in enumerate((*_names(key, view), *said(key, view))):
        yield Passage(f"{key} {number}", text, _unsaid(view, ref)), ref


def _unsaid(view: EntryView, ref: PassageRef) -> tuple[str, ...]:
    """Return the names of an entry, whose texts say "he" and "it" and hardly ever whom they mean.

    Whoever sees such a text sees the names that are known as it is, or as the entry is.
    """
    if ref.names:
        return ()
    known = (one.says for one in view.aliases if one.tier in (ref.tier, view.ref.tier))
    return view.ref.name, *map(without_spoilers, known)


def _names(key: str, view: EntryView) -> Iterator[tuple[str, PassageRef]]:
    """Yield the names of an entry: those that sources have, and one by one all others."""
    ref = PassageRef(key, view.ref.id, view.ref.tier, names=True)
    aliases = (without_spoilers(alias.says) for alias in view.aliases)
    yield NAMES_JOINED.join((view.ref.name, *aliases)), ref
    for name in view.found_by:
        yield name, replace(ref, found_by=True)


def said(key: str, view: EntryView) -> Iterator[tuple[str, PassageRef]]:
    """Yield all that an entry says itself, passage by passage."""
    for one, before in standing_texts(view):
        yield one.says, _ref(key, view, one, before=before.says if before else "")
    # To find out how an entry is spoken of, all of its sentences are read.
    is_named = view.status or view.facts or view.credits
    me = spoken(view) if is_named else Spoken(view.ref.name)
    if view.status:
        yield with_subject(me, view.status.says), _ref(key, view, view.status)
    if event := view.happening:
        for deed in event.deeds:
            says = with_subject(Spoken(deed.who.name), deed.told.says)
            yield says, _ref(key, view, deed.told, who=deed.who.id)
        if event.outcome:
            yield event.outcome.says, _ref(key, view, event.outcome)
    for fact in view.facts:
        yield labelled(me, fact.label, fact.told.says), _ref(key, view, fact.told)
    for credit in view.credits:
        yield credited(me, credit.role, credit.told.says), _ref(key, view, credit.told)
    # An account says "he" and "it" of what the difference is about.
    for about, one in ((it.about, one) for it in view.disagreements for one in it.accounts):
        yield f"{about}: {one.says}", _ref(key, view, one)


def _ref(
    key: str, view: EntryView, told: CitedText, *, before: str = "", who: str = ""
) -> PassageRef:
    return PassageRef(key, view.ref.id, told.tier, told.cites, before=before, who=who)
