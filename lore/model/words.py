"""The words that every part of the model is made of."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints


class Tier(StrEnum):
    """How a statement is known; listed from the best known to the least."""

    FILM = "film"
    CANON = "canon"
    FAN = "fan"
    SERVER = "server"

    @property
    def rank(self) -> int:
        return list(Tier).index(self)


class Kind(StrEnum):
    """What an entry is."""

    CHARACTER = "character"
    EVENT = "event"
    PLACE = "place"
    ARTIFACT = "artifact"
    FACTION = "faction"
    WORK = "work"


class Attribution(StrEnum):
    """Whether the source names the speaker of a line."""

    STATED = "stated"
    INFERRED = "inferred"
    UNKNOWN = "unknown"


# Two ids and an order must fit into the custom_id of a button: 100 characters for Discord.
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=32)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]


class Model(BaseModel):
    """Frozen, and a key that it does not know is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")
