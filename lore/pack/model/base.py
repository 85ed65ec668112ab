"""The words that every part of the model is made of."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
)

from lore import ids


class Kind(StrEnum):
    """What an entry is."""

    CHARACTER = "character"
    EVENT = "event"
    PLACE = "place"
    ARTIFACT = "artifact"
    FACTION = "faction"
    WORK = "work"
    TOPIC = "topic"


class Attribution(StrEnum):
    """Whether the source names the speaker of a line."""

    STATED = "stated"
    INFERRED = "inferred"
    UNKNOWN = "unknown"


def _in_its_pack(id: str, info: ValidationInfo) -> str:
    """Return the id as that of the pack whose number the context gives, pack 1 without one."""
    if ids.is_of_server(id):
        raise ValueError(
            f"'{id}' is no id: s with digits alone is what the entries of servers are called; "
            "add a word"
        )
    return ids.qualified((info.context or {}).get("pack", ids.FIRST), id)


SLUG: Final = r"^[a-z0-9]+(-[a-z0-9]+)*$"
# Two ids and an order must fit into the custom_id of a button: 100 characters for Discord.
LONGEST_ID: Final = 32
Slug = Annotated[str, StringConstraints(pattern=SLUG, max_length=LONGEST_ID)]
PackId = Annotated[str, StringConstraints(pattern=SLUG, max_length=ids.LONGEST_PACK)]
# The id of an entry or quote: bare in a pack's files, and wherever it is read as lore.ids has it.
Id = Annotated[Slug, AfterValidator(_in_its_pack)]
# How a statement is known: the id of a tier that the pack lists, or SERVER.
Tier: TypeAlias = Slug
Tiers: TypeAlias = frozenset[Tier]
# The tier of what servers add themselves; a pack lists no such tier.
SERVER: Final = "server"
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=500)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]


class Model(BaseModel):
    """Frozen, and a key that it does not know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Spoiler(Model):
    """What may give away what comes later in the story."""

    after: Id | None = Field(None, description="The event before which it gives too much away.")
