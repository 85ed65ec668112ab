"""Entries, and events, which are entries that happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from lore.pack.model.base import Id, Kind, Line, Model, Sentence, Slug
from lore.pack.model.cite import Cite, Cites, Statement


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

    def cites(self) -> Iterator[Cite]:
        """Every cite of the entry, also those of its differing accounts."""
        yield from self.own_cites()
        for difference in self.differences:
            for account in difference.accounts:
                yield from account.cites

    def own_cites(self) -> Iterator[Cite]:
        """The cites of what the entry itself says, without its differing accounts."""
        for alias in self.aliases:
            yield from alias.cites
        for statement in self.text:
            yield from statement.cites
        for credit in self.credits:
            yield from credit.cites
        for relation in self.relations:
            yield from relation.cites
        if self.status:
            yield from self.status.cites

    def links(self) -> Iterator[str]:
        """The id of every entry that this one names, once per naming."""
        yield from (relation.to for relation in self.relations)
        for difference in self.differences:
            yield from difference.also


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

    def own_cites(self) -> Iterator[Cite]:
        yield from super().own_cites()
        for participant in self.participants:
            yield from participant.cites
        for fact in (self.when, self.where, self.outcome):
            if fact:
                yield from fact.cites

    def links(self) -> Iterator[str]:
        yield from super().links()
        yield from (participant.who for participant in self.participants)
        if self.where:
            yield self.where.place
        if self.part_of:
            yield self.part_of
        yield from self.after
