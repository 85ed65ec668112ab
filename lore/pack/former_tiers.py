"""Reads the `[tiers]` of packs written before `[[tiers]]`: a table of three names with labels."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_NAMES = Path(__file__).with_name("former_tiers.toml")


def listed(table: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return those that a table names as `[[tiers]]` lists them, ranked as they always were."""
    return [one | {"label": table[one["id"]]} for one in _known() if one["id"] in table]


def others(table: Mapping[str, Any]) -> list[str]:
    """Return the names in a table that were never tiers."""
    return [name for name in table if name not in {one["id"] for one in _known()}]


def _known() -> list[dict[str, Any]]:
    known: list[dict[str, Any]] = tomllib.loads(_NAMES.read_text(encoding="utf-8"))["tiers"]
    return known
