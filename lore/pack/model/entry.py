"""Entries, and events, which are entries that happened."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

from lore.pack.model.base import Id, Kind, Line, Model, Sentence, Slug, Spoiler, Tier, Url
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


class Relation(Spoiler):
    """This entry stands to another as the pack's relation type says."""

    type: Slug
    to: Id
    cites: Cites
    inferred: Sentence | None = Field(
        None, description="From what it is inferred, where the source does not say it so."
    )


class Fact(Spoiler):
    """What is told under a label and is no sentence: Species, Human."""

    label: Line
    value: Line
    cites: Cites


class OtherName(Model):
    """A name that people may type, and how it is known where that matters."""

    name: Line
    tier: Tier | None = None


def _named(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


FoundBy = Annotated[
    OtherName,
    BeforeValidator(_named),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1, "maxLength": 100},
                {
                    "type": "object",
                    "properties": {"name": {"type": "string"}, "tier": {"type": "string"}},
                    "required": ["name"],
                    "additionalProperties": False,
                },
            ]
        }
    ),
]


class Picture(Model):
    """A picture of an entry: its file in the pack's folder, and what has to stand beside it."""

    image: Line
    alt: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1024)]
    credit: Line
    licence: Line
    url: Url | None = None


class DifferenceKind(StrEnum):
    """Whether two accounts cannot both be right, or one only says more."""

    CONTRADICTS = "contradicts"
    DETAIL = "detail"


class Account(Statement):
    """What one source says where sources differ."""

    document: Line | None = Field(None, description="The id of the source that it is from.")


class Difference(Model):
    """A point on which sources differ, each account beside the others."""

    about: Line
    differs: Sentence
    kind: DifferenceKind | None = None
    accounts: Annotated[tuple[Account, ...], Field(min_length=2)]
    also: tuple[Id, ...] = Field(default=(), description="Other entries that show it too.")


class Reference(NamedTuple):
    """Another entry that one names: where in it, and of which kind it has to be."""

    path: tuple[str | int, ...]
    id: str
    kind: Kind | None = None


class Entry(Model):
    """A character, place, artifact, faction, work or topic; events add more."""

    id: Id
    kind: Kind
    name: Line
    former: tuple[Id, ...] = Field(
        default=(), description="Ids that it had before: what points to them leads here."
    )
    aliases: tuple[Alias, ...] = ()
    found_by: tuple[FoundBy, ...] = Field(
        default=(), description="Names that people may type; they are shown only to whom they led."
    )
    kind_inferred: Sentence | None = Field(
        None, description="From what its kind is inferred, where no source says it."
    )
    lead: Statement | None = Field(
        None, description="Who or what it is, in one phrase without the name."
    )
    text: Annotated[tuple[Statement, ...], Field(min_length=1)]
    facts: tuple[Fact, ...] = ()
    status: Statement | None = Field(
        None, description="What has become of it at the end; the verb first."
    )
    credits: tuple[Credit, ...] = ()
    relations: tuple[Relation, ...] = ()
    differences: tuple[Difference, ...] = ()
    picture: Picture | None = None

    def references(self) -> Iterator[Reference]:
        """Yield every entry that this one names, once per naming."""
        for number, relation in enumerate(self.relations):
            yield Reference(("relations", number, "to"), relation.to)
        for number, difference in enumerate(self.differences):
            for position, id in enumerate(difference.also):
                yield Reference(("differences", number, "also", position), id)

    def links(self) -> Iterator[str]:
        """Return the id of every entry that this one names, once per naming."""
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

    order: Annotated[int, Field(ge=1, le=99_999)] | None = Field(
        None, description="Position in the story; no two events share one, and some have none."
    )
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
