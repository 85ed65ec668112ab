"""Reads the `[tiers]` of packs written before `[[tiers]]`: a table of three names with labels."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_HEADER = re.compile(r"[ \t]*\[[ \t]*tiers[ \t]*\][ \t]*(#.*)?$")
_KEY = re.compile(r"[ \t]*[\"']?([\w-]+)[\"']?[ \t]*=")
# Stands between what is written above a tier and its label.
_TABLE = "[[tiers]]"
_NAMES = Path(__file__).with_name("former_tiers.toml")


def listed(table: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return those that a table names as `[[tiers]]` lists them, ranked as they always were."""
    return [one | {"label": table[one["id"]]} for one in _known() if one["id"] in table]


def others(table: Mapping[str, Any]) -> list[str]:
    """Return the names in a table that were never tiers."""
    return [name for name in table if name not in {one["id"] for one in _known()}]


def rewritten(text: str) -> str:
    """Return a pack.toml with its table [tiers] as [[tiers]]; as it is where it has no such table.

    What is commented stays with the tier that it stands above or beside.
    """
    rows = text.splitlines(keepends=True)
    header = next((n for n, row in enumerate(rows) if _HEADER.match(row)), None)
    if header is None:
        return text
    written: dict[str, str] = {}
    above, end = "", header + 1
    for number, row in enumerate(rows[header + 1 :], header + 1):
        if row.lstrip().startswith("["):
            break
        above += row
        if key := _KEY.match(row):
            written[key[1]] = above[: -len(row)] + _TABLE + row[key.end() :]
            above, end = "", number + 1
    ranked = [one for one in _known() if one["id"] in written]
    if len(ranked) != len(written):
        return text
    line_end = "\r\n" if "\r\n" in text else "\n"
    tables = [_table(written[one["id"]], one).replace("\n", line_end) for one in ranked]
    return "".join((*rows[:header], line_end.join(tables), *rows[end:]))


def _table(written: str, tier: Mapping[str, Any]) -> str:
    before, _, label = written.replace("\r\n", "\n").partition(_TABLE)
    others = [f'colour = "{tier["colour"]}"\n', *(["apart = true\n"] if "apart" in tier else [])]
    return f'{before}[[tiers]]\nid = "{tier["id"]}"\nlabel ={label}{"".join(others)}'


def _known() -> list[dict[str, Any]]:
    known: list[dict[str, Any]] = tomllib.loads(_NAMES.read_text(encoding="utf-8"))["tiers"]
    return known
