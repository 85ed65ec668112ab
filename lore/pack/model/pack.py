"""A pack as a whole: its sources, its tiers, and all that it holds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints, field_validator, model_validator

from lore import ids
from lore.errors import PackFault
from lore.pack.model.base import SERVER, Line, Model, PackId, Sentence, Slug, Tier, Tiers, Url
from lore.pack.model.cite import Cite
from lore.pack.model.entry import Entry
from lore.pack.model.quote import Quote

_BLANK = re.compile(r"\{([^{}]*)\}")
_NOUN = re.compile(r"[^{}]+ of \{(?:from|to)\}")

# A menu of Discord's has 25 lines, and tiers of former packs are listed in it as well.
MOST_TIERS = 20


class TierInfo(Model):
    """One way in which the pack's statements are known, and how it is shown."""

    id: Tier
    label: Line
    colour: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] | None = None
    apart: bool = Field(
        default=False, description="Whether it keeps to entries of its own, beside the story."
    )


class ParagraphsBy(StrEnum):
    """What parts the paragraphs of a document."""

    LINE = "line"
    BLANK_LINE = "blank line"


def _as_text(value: Any) -> Any:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else value


class Source(Model):
    """One document that a pack is curated from."""

    id: Annotated[str, StringConstraints(pattern=r"^[\w.-]+$", max_length=100)]
    title: Line
    file: Line
    tier: Tier
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    paragraphs: Annotated[int, Field(ge=1)]
    paragraphs_by: ParagraphsBy = ParagraphsBy.LINE
    url: Url | None = None
    revision: Annotated[Line, BeforeValidator(_as_text)] | None = None
    retrieved: date | None = None
    licence: Line | None = Field(
        None, description="Under which it is published, such as CC BY-SA 3.0; own if it is yours."
    )
    collection: Line | None = Field(None, description="The work or wiki that it is a part of.")
    tiers: dict[Tier, tuple[int, ...]] = Field(
        default={}, description="Paragraphs known otherwise than the rest of the document."
    )

    def tier_of(self, paragraph: int) -> Tier:
        """Return how what stands in a paragraph is known."""
        # There are hundreds of thousands of cites, and most documents are of one tier.
        if not self.tiers:
            return self.tier
        return next((tier for tier, own in self.tiers.items() if paragraph in own), self.tier)


class RelationType(Model):
    """How a relation reads from either end."""

    id: Slug
    label: Line
    inverse: Line
    statement: Line | None = Field(
        None, description="The relation as a sentence about {from} and {to}."
    )
    question: Line | None = Field(
        None, description="What asks for one end of it and names the other: {from} or {to}."
    )
    importance: Annotated[int, Field(ge=0, le=100)] = 0
    asked: tuple[Line, ...] = Field(
        default=(),
        description="Verbs by which people ask for it, and what one end is of the other: "
        "made, maker of {to}, creation of {from}.",
    )

    @field_validator("statement")
    @classmethod
    def _names_both(cls, said: str | None) -> str | None:
        if said is not None and sorted(_BLANK.findall(said)) != ["from", "to"]:
            raise ValueError(f"'{said}' has to hold {{from}} and {{to}}, each once")
        return said

    @field_validator("question")
    @classmethod
    def _names_one(cls, asked: str | None) -> str | None:
        if asked is not None and _BLANK.findall(asked) not in (["from"], ["to"]):
            raise ValueError(f"'{asked}' has to hold either {{from}} or {{to}}, once")
        return asked

    @field_validator("asked")
    @classmethod
    def _end_in_a_blank(cls, asked: tuple[str, ...]) -> tuple[str, ...]:
        for one in asked:
            if _BLANK.findall(one) and not _NOUN.fullmatch(one):
                raise ValueError(f"'{one}' has to be a verb, or to end in: of {{from}}, of {{to}}")
        return asked


class PackInfo(Model):
    """What `pack.toml` says of the pack as a whole."""

    title: Line
    id: PackId = Field(
        "", description="What tells it from other stories; made from the title if left out."
    )
    version: Line
    about: Sentence
    documents: Line | None = Field(
        None, description="The folder of the documents, from that of the pack; for checks alone."
    )
    tiers: Annotated[tuple[TierInfo, ...], Field(max_length=MOST_TIERS)] = Field(
        description="From the best known to the least."
    )
    sources: Annotated[tuple[Source, ...], Field(min_length=1)]
    relation_types: tuple[RelationType, ...] = ()
    alike: tuple[Line, ...] = Field(
        (),
        description="Words that mean the same to whoever asks: `plane jet quinjet`, a group each.",
    )

    @model_validator(mode="before")
    @classmethod
    def _named_by_title(cls, data: Any) -> Any:
        if isinstance(data, dict) and "id" not in data and isinstance(data.get("title"), str):
            return {**data, "id": ids.made_from(data["title"])}
        return data

    @field_validator("tiers")
    @classmethod
    def _some(cls, tiers: tuple[TierInfo, ...]) -> tuple[TierInfo, ...]:
        if not tiers:
            raise ValueError("a pack needs at least one: write [[tiers]] with an id and a label")
        return tiers

    @cached_property
    def _ranks(self) -> dict[Tier, int]:
        return {tier.id: rank for rank, tier in enumerate(self.tiers)}

    @cached_property
    def _sources(self) -> dict[str, Source]:
        return {source.id: source for source in reversed(self.sources)}

    @cached_property
    def _relation_types(self) -> dict[str, RelationType]:
        return {one.id: one for one in reversed(self.relation_types)}

    @cached_property
    def every_tier(self) -> Tiers:
        """Return the tiers of the pack, and that of what servers add."""
        return frozenset((*self._ranks, SERVER))

    @property
    def best_tier(self) -> Tier:
        """Return the best known tier, which goes without saying."""
        return self.tiers[0].id

    @cached_property
    def other_works(self) -> tuple[Tier, ...]:
        """Return the tiers of what belongs to the story but is not the best known."""
        return tuple(tier.id for tier in self.tiers[1:] if not tier.apart)

    @cached_property
    def apart(self) -> Tiers:
        """Return the tiers that keep to entries of their own."""
        return frozenset(tier.id for tier in self.tiers if tier.apart)

    def tier(self, id: Tier) -> TierInfo | None:
        """Return what the pack says of a tier, if it has it."""
        return self.tiers[self._ranks[id]] if id in self._ranks else None

    def rank(self, tier: Tier) -> int:
        """Return how well a tier is known: 0 is best, what servers add comes last."""
        return self._ranks.get(tier, len(self.tiers))

    def ranked(self, tiers: Iterable[Tier]) -> list[Tier]:
        """Return these tiers, the best known first."""
        return sorted(tiers, key=lambda tier: (self.rank(tier), tier))

    def unknown(self, chosen: Collection[Tier] | None) -> list[Tier]:
        """Return those of the chosen tiers that the pack does not have."""
        return sorted(set(chosen or ()) - self.every_tier)

    def chosen(self, chosen: Collection[Tier] | None) -> Tiers:
        """Return the tiers that a choice stands for; None is a choice of all.

        A choice that was made in another story, of tiers that are all unknown here, says nothing
        about those of this one.
        """
        if chosen is None:
            return self.every_tier
        known = self.every_tier.intersection(chosen)
        if known <= {SERVER} and self.unknown(chosen):
            return known.union(self._ranks)
        return known

    def source(self, id: str) -> Source:
        """Return the source with that id; KeyError if the pack has none."""
        return self._sources[id]

    def relation_type(self, id: str) -> RelationType:
        """Return the relation type with that id; KeyError if the pack has none."""
        return self._relation_types[id]

    def find_relation_type(self, id: str) -> RelationType | None:
        """Return the relation type with that id, if the pack has it."""
        return self._relation_types.get(id)

    def tier_of(self, cites: Iterable[Cite]) -> Tier:
        """Return how a statement with these cites is known: as well as its weakest cite."""
        tiers = [self._sources[cite.source].tier_of(cite.paragraph) for cite in cites]
        return tiers[0] if len(tiers) == 1 else max(tiers, key=self.rank)

    def tier_of_entry(self, entry: Entry) -> Tier:
        """Return how an entry is known: as well as its best statement."""
        return min((self.tier_of(s.cites) for s in entry.text), key=self.rank)


@dataclass(frozen=True, slots=True)
class Pack:
    """A whole pack, read and free of faults; `digest` changes when any of its files does.

    `remarks` is what could be better without being a fault, `files` the sum of each file by path.
    """

    info: PackInfo
    entries: tuple[Entry, ...]
    quotes: tuple[Quote, ...]
    digest: str
    remarks: tuple[PackFault, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
