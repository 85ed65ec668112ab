"""A pack as a whole: its sources, its tiers, and all that it holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, StringConstraints, model_validator

from lore import ids
from lore.errors import Fault
from lore.model.cite import Cite
from lore.model.entry import Entry
from lore.model.quote import Quote
from lore.model.words import Line, Model, PackId, Sentence, Slug, Tier


class Source(Model):
    """One document that a pack is curated from."""

    id: Line
    title: Line
    file: Line
    tier: Tier
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    paragraphs: Annotated[int, Field(ge=1)]
    tiers: dict[Tier, tuple[int, ...]] = Field(
        default={}, description="Paragraphs known otherwise than the rest of the document."
    )

    def tier_of(self, paragraph: int) -> Tier:
        """How what stands in a paragraph is known."""
        return next((tier for tier, own in self.tiers.items() if paragraph in own), self.tier)


class RelationType(Model):
    """How a relation reads from either end."""

    id: Slug
    label: Line
    inverse: Line


class PackInfo(Model):
    """What `pack.toml` says of the pack as a whole."""

    title: Line
    id: PackId = Field(
        "", description="What tells it from other stories; made from the title if left out."
    )
    version: Line
    about: Sentence
    tiers: dict[Tier, Line]
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    relation_types: tuple[RelationType, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _named_by_title(cls, data: Any) -> Any:
        if isinstance(data, dict) and "id" not in data and isinstance(data.get("title"), str):
            return {**data, "id": ids.made_from(data["title"])}
        return data

    def source(self, id: str) -> Source:
        """The source with that id; KeyError if the pack has none."""
        for source in self.sources:
            if source.id == id:
                return source
        raise KeyError(id)

    def relation_type(self, id: str) -> RelationType:
        """The relation type with that id; KeyError if the pack has none."""
        for relation_type in self.relation_types:
            if relation_type.id == id:
                return relation_type
        raise KeyError(id)

    def tier_of(self, cites: Iterable[Cite]) -> Tier:
        """How a statement with these cites is known: as well as its weakest cite."""
        return max(
            (self.source(c.source).tier_of(c.paragraph) for c in cites), key=lambda t: t.rank
        )

    def tier_of_entry(self, entry: Entry) -> Tier:
        """How an entry is known: as well as its best statement."""
        return min((self.tier_of(s.cites) for s in entry.text), key=lambda t: t.rank)


@dataclass(frozen=True, slots=True)
class Pack:
    """A whole pack, read and free of faults; `digest` changes when any of its files does.

    `remarks` is what could be better without being a fault.
    """

    info: PackInfo
    entries: tuple[Entry, ...]
    quotes: tuple[Quote, ...]
    digest: str
    remarks: tuple[Fault, ...] = ()
