"""What is shown of an entry, in blocks: who or what it is, its story, what it is tied to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.core.cutting import shortened
from bot.core.page import Block, Divider
from bot.core.rendering import Footnotes, RenderOptions, barred, mark, named, tier_label, told
from bot.core.text import prose, safe, safe_but_hiding
from lore.pack.model import SERVER, Tier
from lore.query.answers import CitedText, EntryView, Note, Participation, Ref
from lore.query.arrangement import (
    PARAGRAPH,
    appearances,
    facts,
    fate,
    identity,
    paragraphs,
    things_at,
    who_did_what,
)
from lore.text.wording import clause, counted, listed

# Other names that stand beside what an entry is.
OTHER_NAMES = 3
# So many aliases of a server are listed.
CALLED_HERE = 10

# Lines of each kind, and names in one line, that the first page has; the next has all of them.
FACTS = 6
RELATIONS = 5
PEOPLE = 6
NAMES = 8


class EntryText:
    """The blocks of one entry."""

    def __init__(self, view: EntryView, options: RenderOptions, footnotes: Footnotes) -> None:
        self._view = view
        self._event = view.happening
        self._options = options
        self._footnotes = footnotes
        self._facts = self._lines(
            _Labelled(one.label, _said(one.told), one.told.tier) for one in facts(view)
        )
        self._relations = self._lines(self._ties())
        self._deeds = who_did_what(view)

    def other_names(self) -> Iterator[str]:
        """Yield names that stand beside the entry's own: those that are known as well as it is."""
        same = [alias for alias in self._view.aliases if alias.tier == self._view.ref.tier]
        return map(self._cited, same[:OTHER_NAMES])

    def first(self) -> Iterator[Block]:
        """Yield what a reader sees first: identity, facts, article, and what matters most."""
        yield self.identity()
        yield Divider.GAP
        yield "\n\n".join(self._article())
        yield Divider.GAP
        if self._deeds:
            yield "\n".join(self._who_took_part(PEOPLE))
            yield Divider.GAP
        yield "\n".join(line.short() for line in self._relations[:RELATIONS])
        yield from map(note_block, self._view.notes)

    def identity(self) -> str:
        """Return who or what it is: the sentence that says the most, and the facts as a box."""
        return "\n".join(self._identity())

    def in_short(self) -> Iterator[Block]:
        """Yield who or what it is; the first paragraph tells it where no sentence does."""
        yield self.identity()
        if not identity(self._view):
            yield Divider.GAP
            yield shortened(next(self._article(), ""), PARAGRAPH)

    def more(self) -> Iterator[Block]:
        """Yield in full what the first page has no room for."""
        aliases = [*map(self._cited, self._view.aliases)]
        if aliases != [*self.other_names()]:
            yield f"**Also called** {', '.join(aliases)}"
        yield "\n".join(_left_out(self._facts, FACTS))
        if len(self._deeds) > PEOPLE:
            yield "\n".join(self._who_took_part())
        yield "\n".join(_left_out(self._relations, RELATIONS))

    def small_print(self) -> Iterator[str]:
        """Yield what else was there when it happened, and where the entry comes from."""
        if things := [named(ref, self._options) for ref in things_at(self._view)]:
            yield f"Also: {', '.join(things)}"
        if here := self._view.called_here:
            more = f" and {len(here) - CALLED_HERE} more" if len(here) > CALLED_HERE else ""
            yield f"Called here: {', '.join(map(safe_but_hiding, here[:CALLED_HERE]))}{more}"
        if origin := self._view.origin:
            id, source = self._view.ref.id, prose(origin.source)
            # A draft has neither an id nor a revision yet.
            added = f"Added by this server as {id}, revision {origin.revision}" if id else ""
            yield " · ".join(filter(None, (added, source and f"Source: {source}")))

    def _identity(self) -> Iterator[str]:
        if first := identity(self._view):
            yield told(f"**{safe(first.says)}**", first.tier, self._options, self._view.ref.tier)
        yield from (f"> {line.short()}" for line in self._facts[:FACTS])
        if status := self._view.status:
            yield f"> **Fate** {self._told(fate(status), status.tier)}"

    def _article(self) -> Iterator[str]:
        """Yield each paragraph, with one mark at its end; sections have a heading."""
        before = ""
        for paragraph in paragraphs(self._view):
            section = paragraph[0].section
            heading = f"### {safe(section)}\n" if section and section != before else ""
            text = self._prose(paragraph)
            cites = [cite for one in paragraph for cite in one.cites]
            # Directly behind what is slanted, a mark would keep it from being so.
            space = " " if text.endswith("*") else ""
            yield heading + text + space + self._footnotes.mark(cites)
            before = section

    def _prose(self, paragraph: list[CitedText]) -> str:
        """Return the sentences of a paragraph; a tier that is that of all is named but once."""
        if self._view.origin:
            # A server's text has its curator's markup.
            return " ".join(prose(one.says) for one in paragraph)
        tier = _shared(one.tier for one in paragraph)
        if tier is None or tier == self._view.ref.tier:
            return " ".join(map(self._cited, paragraph))
        words = barred(safe(" ".join(map(_said, paragraph))), tier, self._options)
        return f"*{tier_label(tier, self._options)}:* {words}"

    def _cited(self, one: CitedText) -> str:
        return self._told(_said(one), one.tier)

    def _told(self, words: str, tier: Tier) -> str:
        return told(self._safe(words), tier, self._options, self._view.ref.tier)

    def _safe(self, words: str) -> str:
        """Return words that may have bars if the server wrote them."""
        return safe_but_hiding(words) if self._view.origin else safe(words)

    def _ties(self) -> Iterator[_Labelled]:
        """Yield what the entry is tied to, each with its label, the most telling first."""
        view = self._view
        for ref in view.namesakes:
            # That the server added it is said already.
            tier = view.ref.tier if ref.tier == SERVER else ref.tier
            yield _Labelled(namesake(ref), ref.title, tier)
        for part in self._event.parts if self._event else ():
            yield _Labelled("Includes", part.name, part.tier)
        for link in view.links:
            inferred = " *(inferred)*" if link.inferred else ""
            yield _Labelled(link.label, link.other.name, link.tier, inferred)
        for label, ref in appearances(view):
            yield _Labelled(label, ref.name, ref.tier)

    def _lines(self, labelled: Iterable[_Labelled]) -> list[_Line]:
        by_label: dict[str, list[_Labelled]] = {}
        for one in labelled:
            by_label.setdefault(one.label, []).append(one)
        return [self._line(label, some) for label, some in by_label.items()]

    def _line(self, label: str, some: list[_Labelled]) -> _Line:
        """Return what stands under a label; a tier that is that of all is named but once."""
        bold = f"**{self._safe(label)}**"
        if (tier := _shared(one.tier for one in some)) is None:
            return _Line(bold, [self._told(one.words, one.tier) + one.after for one in some])
        marked = mark(tier, self._options, self._view.ref.tier)
        names = [barred(self._safe(one.words), tier, self._options) + one.after for one in some]
        return _Line(bold + marked, names)

    def _who_took_part(self, most: int | None = None) -> Iterator[str]:
        if not self._deeds:
            return
        yield "**Who took part**"
        yield from (f"- {self._deed(deed)}" for deed in self._deeds[:most])
        if most and (more := sum(map(len, self._deeds[most:]))):
            yield f"- and {more} more"

    def _deed(self, same: list[Participation]) -> str:
        """Return who did something, and what they did."""
        who = listed([f"**{named(one.who, self._options)}**" for one in same])
        return f"{who} {self._told(clause(same[0].told.says), same[0].told.tier)}"


def namesake(ref: Ref) -> str:
    """Return as what an entry stands with another that goes by the same name."""
    return "Added here under this name" if ref.tier == SERVER else "Also goes by this name"


def _shared(tiers: Iterable[Tier]) -> Tier | None:
    """Return the tier of all of several, if they are of one."""
    first, *others = tiers
    return first if others and {*others} == {first} else None


def _said(one: CitedText) -> str:
    return f"“{one.says}”" if one.verbatim else one.says


class _Labelled(NamedTuple):
    """A fact or a relation; `after` stands behind its words."""

    label: str
    words: str
    tier: Tier
    after: str = ""


class _Line(NamedTuple):
    """What stands under one label."""

    label: str
    names: list[str]

    def short(self) -> str:
        if len(self.names) <= NAMES:
            return self.whole()
        more = counted(len(self.names) - NAMES, "more", "more")
        return f"{self.label} {', '.join(self.names[:NAMES])} and {more}"

    def whole(self) -> str:
        return f"{self.label} {', '.join(self.names)}"


def _left_out(lines: list[_Line], shown: int) -> Iterator[str]:
    """Yield in full the lines that are not, or only in part, among the first ones."""
    for at, line in enumerate(lines):
        if at >= shown or len(line.names) > NAMES:
            yield line.whole()


def note_block(note: Note) -> str:
    """Return a server's note under an entry of the pack."""
    source = f"\n-# {prose(note.origin.source)}" if note.origin.source else ""
    id = f" ({note.id})" if note.id else ""
    if note.unlike:
        source = f"\n-# Otherwise than the story: {safe(note.unlike)}{source}"
        return f"**Told otherwise in this server**{id}: {prose(note.text)}{source}"
    return f"**Note of this server**{id}: {prose(note.text)}{source}"
