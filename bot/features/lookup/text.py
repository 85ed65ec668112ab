"""What is shown of an entry, in blocks: who or what it is, its story, what it is tied to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bot.core.page import Block, Divider
from bot.core.rendering import Footnotes, RenderOptions, named, told
from bot.core.text import prose, safe
from lore.pack.model import Tier
from lore.query.answers import CitedText, EntryView, Note, Participation, Ref
from lore.query.arrangement import (
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
        self._facts = _lines((one.label, self._cited(one.told)) for one in facts(view))
        self._relations = _lines(self._ties())
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
        yield "\n".join(self._who_took_part(PEOPLE))
        yield "\n".join(line.short() for line in self._relations[:RELATIONS])
        yield from map(note_block, self._view.notes)

    def identity(self) -> str:
        """Return who or what it is: the sentence that says the most, and the facts as a box."""
        return "\n".join(self._identity())

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
            text = " ".join(map(self._sentence, paragraph))
            cites = [cite for one in paragraph for cite in one.cites]
            # Directly behind what is slanted, a mark would keep it from being so.
            space = " " if text.endswith("*") else ""
            yield heading + text + space + self._footnotes.mark(cites)
            before = section

    def _sentence(self, one: CitedText) -> str:
        # A server's text has its curator's markup.
        return self._cited(one) if self._view.origin is None else prose(one.says)

    def _cited(self, one: CitedText) -> str:
        return self._told(f"“{one.says}”" if one.verbatim else one.says, one.tier)

    def _told(self, words: str, tier: Tier) -> str:
        return told(safe(words), tier, self._options, self._view.ref.tier)

    def _named(self, ref: Ref) -> str:
        return self._told(ref.name, ref.tier)

    def _ties(self) -> Iterator[tuple[str, str]]:
        """Yield what the entry is tied to, each with its label, the most telling first."""
        view = self._view
        for ref in view.namesakes:
            yield "Added here under this name", safe(ref.title)
        for part in self._event.parts if self._event else ():
            yield "Includes", self._named(part)
        for link in view.links:
            inferred = " *(inferred)*" if link.inferred else ""
            yield link.label, self._told(link.other.name, link.tier) + inferred
        for label, ref in appearances(view):
            yield label, self._named(ref)

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


class _Line(NamedTuple):
    """What stands under one label."""

    label: str
    names: list[str]

    def short(self) -> str:
        if len(self.names) <= NAMES:
            return self.whole()
        more = counted(len(self.names) - NAMES, "more", "more")
        return f"**{self.label}** {', '.join(self.names[:NAMES])} and {more}"

    def whole(self) -> str:
        return f"**{self.label}** {', '.join(self.names)}"


def _lines(labelled: Iterable[tuple[str, str]]) -> list[_Line]:
    by_label: dict[str, list[str]] = {}
    for label, name in labelled:
        by_label.setdefault(safe(label), []).append(name)
    return [_Line(label, names) for label, names in by_label.items()]


def _left_out(lines: list[_Line], shown: int) -> Iterator[str]:
    """Yield in full the lines that are not, or only in part, among the first ones."""
    for at, line in enumerate(lines):
        if at >= shown or len(line.names) > NAMES:
            yield line.whole()


def note_block(note: Note) -> str:
    """Return a server's note under an entry of the pack."""
    source = f"\n-# {prose(note.origin.source)}" if note.origin.source else ""
    id = f" ({note.id})" if note.id else ""
    return f"**Note of this server**{id}: {prose(note.text)}{source}"
