"""Statements with `?` or `:name` in the form that PostgreSQL takes, with `$1`, `$2` …"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from lore.ledger.unit import Parameters

# A text or a comment, which stays as it is, or a place for a parameter.
_TOKEN = re.compile(r"'[^']*'|--[^\n]*|(?P<place>\?)|(?<!:):(?P<name>[a-z_][a-z0-9_]*)")


def prepared(sql: str, parameters: Parameters) -> tuple[str, Sequence[Any]]:
    """Return a statement and its parameters as PostgreSQL takes them."""
    text, names = translated(sql)
    if isinstance(parameters, Mapping):
        return text, [parameters[name] for name in names]
    return text, parameters


@lru_cache(maxsize=1024)
def translated(sql: str) -> tuple[str, tuple[str, ...]]:
    """Return a statement with numbers in place of `?` and `:name`, and the names by number."""
    names: dict[str, int] = {}
    places = 0

    def numbered(found: re.Match[str]) -> str:
        nonlocal places
        if found["place"]:
            places += 1
            return f"${places}"
        if found["name"]:
            return f"${names.setdefault(found['name'], len(names) + 1)}"
        return found[0]

    text = _TOKEN.sub(numbered, sql)
    return text, tuple(names)
