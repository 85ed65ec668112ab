"""The shapes of the custom_ids that stand in channels: read from the table beside this file."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

TABLE: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)

_FIELD = re.compile(r"<(\w+)>")


@cache
def shape(custom_id: str) -> str | None:
    """Return the shape that a custom_id has; None if there is none for it in the table."""
    for part in ("buttons", "menus", "forms"):
        for one in TABLE[part]:
            if re.fullmatch(_pattern(one), custom_id):
                return one
    return None


@cache
def _pattern(shape: str) -> str:
    pieces = _FIELD.split(shape)
    fields = (f"(?:{TABLE['fields'][name]}|id-\\d+)" for name in pieces[1::2])
    literal = map(re.escape, pieces[::2])
    return "".join(part for pair in zip(literal, [*fields, ""], strict=True) for part in pair)
