"""Entries, and events, which are entries that happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, NamedTuple

from pydantic import Field

from lore.pack.model.base import Id, Kind, Line, Model, Sentence, Slug
from lore.pack.model.cite import Cites, Statement


class Alias(Model):
    """Another name that a source has for the entry."""

    name: Line
    cites: Cites


class Credit(Model):
    """A person of the real world and what they did: an actor, a director."""

    name: Line
    role: Line
    cites: Cites


class Relation(Model):
    """This entry stands to another as the pack's relation type says."""

    type: Slug
    to: Id
    cites: Cites


class Difference(Model):
    """A point on which sources differ, each account beside the others."""

    about: Line
    differs: Sentence
    accounts: Annotated[tuple[Statement, ...], Field(min_length=2)]
    also: tuple[Id, ...] = Field(default=(), description="Other entries that show it too.")


class Reference(NamedTuple):
    """Another entry that one names: where in it, and of which kind it has to be."""

    path: tuple[str | int, ...]
    id: str
    kind: Kind | None = None


class Entry(Model):
    """A character, place, artifact, faction or work; events add more."""

    id: Id
    kind: Kind
    name: Line
    former: tuple[Id, ...] = Field(
        default=(), description="Ids that it had before: what points to them leads here."
    )
    aliases: tuple[Alias, ...] = ()
    found_by: tuple[Line, ...] = Field(
        default=(), description="Names that people may type; they are shown only to whom they led."
    )
    text: Annotated[tuple[Statement, ...], Field(min_length=1)]
    status: Statement | None = Field(None, description="What has become of it at the end.")
    credits: tuple[Credit, ...] = ()
    relations: tuple[Relation, ...] = ()
    differences: tuple[Difference, ...] = ()

    def references(self) -> Iterator[Reference]:
        """Every entry that this one names, once per naming."""
        for number, relation in enumerate(self.relations):
            yield Reference(("relations", number, "to"), relation.to)
        for number, difference in enumerate(self.differences):
            for position, id in enumerate(difference.also):
                yield Reference(("differences", number, "also", position), id)

    def links(self) -> Iterator[str]:
        """The id of every entry that this one names, once per naming."""
        return (reference.id for reference in self.references())


class Year(Model):
    """The year of an event."""

    year: int
    by: bool = Field(False, description="Whether the source says by that year, not in it.")
    cites: Cites


class Place(Model):
    """Where an event took place."""

    place: Id
    cites: Cites


class Participant(Model):
    """Who took part in an event, and what they did there."""

    who: Id
    did: Sentence
    cites: Cites


class Event(Entry):
    """An entry that happened: with its position in the story, place and participants."""

    order: Annotated[
        int, Field(ge=1, le=99_999, description="Position in the story; no two events share one.")
    ]
    when: Year | None = None
    where: Place | None = None
    part_of: Id | None = None
    after: tuple[Id, ...] = Field(default=(), description="Events that it follows directly.")
    participants: tuple[Participant, ...] = ()
    outcome: Statement | None = None

    def references(self) -> Iterator[Reference]:
        yield from super().references()
        for number, participant in enumerate(self.participants):
            yield Reference(("participants", number, "who"), participant.who)
        if self.where:
            yield Reference(("where", "place"), self.where.place, Kind.PLACE)
        if self.part_of:
            yield Reference(("part_of",), self.part_of, Kind.EVENT)
        for number, id in enumerate(self.after):
            yield Reference(("after", number), id, Kind.EVENT)
