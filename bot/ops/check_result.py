"""Results of doctor's checks."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Level(StrEnum):
    """How bad a result is."""

    GOOD = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The state of one part, and what to do if it is not well."""

    part: str
    level: Level
    sentence: str


def open_to_others(path: Path) -> bool:
    """Return whether anybody but its owner may read or write a file."""
    return bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
