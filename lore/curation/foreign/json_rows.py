"""Rows in JSON of any nesting: lists of texts or objects, objects by their ids or by names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from lore.curation.foreign.column_roles import ColumnRole, is_container, role_of
from lore.curation.foreign.table import ABOVE, TEXT, Row, Table
from lore.curation.reading import ImportFileError, NotKept, parse_json, why_not_kept

# What of a nested object stands for it: a person's name as others see it, a date in a database.
_NAMES = (
    *("nickname", "nick", "displayName", "display_name", "global_name", "globalName"),
    *("username", "userName", "user_name", "name", "login", "tag"),
)
_WRAPPED = ("$date", "$numberLong", "$oid", "iso", "_seconds", "seconds")
_ID = re.compile(r"#?\d+|[0-9a-fA-F-]{8,40}|[A-Za-z]{1,10}[ _#-]?\d+|-[\w-]{19}", re.ASCII)
_NUMBER = re.compile(r"#?\d+", re.ASCII)
_ANY = "*"


class _Found(NamedTuple):
    """A row, and the keys that led to it, ids and names left out."""

    route: tuple[str, ...]
    cells: Mapping[str, str]
    whole: Mapping[str, Any] | None = None
    fault: str = ""


def read_json_rows(text: str) -> Table:
    """Return the rows of a JSON file; ImportFileError if it is none or holds none."""
    value = _parsed(text)
    groups: dict[tuple[str, ...], list[_Found]] = defaultdict(list)
    for found in _rows(value, ()):
        groups[found.route].append(found)
    if not any(any(one.cells.values()) for rows in groups.values() for one in rows):
        if fault := why_not_kept(value):
            raise ImportFileError(f"This JSON cannot be read: {fault}.")
        raise ImportFileError(
            "The JSON holds no texts that could be quotes, and it is not a file from "
            "/entry export: it names no schema_version."
        )
    chosen = max(groups, key=lambda route: _worth(route, groups[route]))
    others = [
        f"{len(rows)} under “{' › '.join(route).replace(_ANY, '…')[:60] or '…'}”"
        for route, rows in groups.items()
        if route != chosen
    ]
    return Table(
        "JSON",
        "item",
        [Row(at, one.cells, one.fault, one.whole) for at, one in enumerate(groups[chosen], 1)],
        named=not any(name.isdecimal() for name in groups[chosen][0].cells),
        aside=", ".join(others[:5]) + (f" and {len(others) - 5} more" if len(others) > 5 else ""),
    )


def _parsed(text: str) -> Any:
    """Return the value of a JSON text, or the list of those on its lines."""
    try:
        return parse_json(text)
    except ImportFileError:
        lines = [(at, line) for at, line in enumerate(text.split("\n"), 1) if line.strip()]
        # A whole value on most lines is hardly a part of something larger.
        whole = sum(_is_whole(line.strip()) for _, line in lines)
        if len(lines) < 2 or whole <= len(lines) / 2:
            raise
        values = [_of_line(at, line) for at, line in lines]
        if all(isinstance(value, NotKept) for value in values):
            raise
        return values


def _is_whole(line: str) -> bool:
    return (line[0], line[-1]) in (("{", "}"), ("[", "]"), ('"', '"'))


def _of_line(number: int, line: str) -> Any:
    try:
        value = parse_json(line)
        fault = why_not_kept(value)
        return NotKept(f"line {number}: {fault}") if fault else value
    except ImportFileError as error:
        reason = str(error).removeprefix("Line 1: ").rstrip(".")
        return NotKept(f"line {number}: {reason}")


def _worth(route: tuple[str, ...], rows: list[_Found]) -> tuple[bool, int, int]:
    """Return how likely rows are to be the quotes of a file."""
    named = any("quot" in key.casefold() for key in route)
    telling = sum(bool(one.cells.get(TEXT)) or _has_words(one.cells) for one in rows)
    return named and telling > 0, telling, len(rows)


def _rows(value: Any, route: tuple[str, ...]) -> Iterator[_Found]:
    """Yield the rows in a value that is itself no row of a list."""
    if isinstance(value, list):
        for item in value:
            yield from _item(item, route)
    elif isinstance(value, dict):
        inner = [*_members(value, route)]
        if not inner and _has_words(cells := _cells(value)):
            inner = [_Found(route, cells, value, why_not_kept(value))]
        yield from inner
    elif isinstance(value, NotKept):
        # It may have been a list of them all.
        raise ImportFileError(f"This JSON cannot be read: {value.fault}.")


def _members(value: Mapping[str, Any], route: tuple[str, ...]) -> Iterator[_Found]:
    """Yield the rows in what an object holds: by ids, by names, and under other keys."""
    ids, names = _by_id(value), _by_name(value)
    for key, inner in value.items():
        if key not in ids and key not in names:
            yield from _rows(inner, (*route, key))
        elif not isinstance(inner, list):
            yield from _item(inner, (*route, _ANY))
        else:
            for found in _rows(inner, (*route, _ANY)):
                yield found if ids else found._replace(cells={**found.cells, ABOVE: key})


def _by_id(value: Mapping[str, Any]) -> Collection[str]:
    """Return the keys that are ids of rows, or of what holds rows, whatever stands beside them."""
    ids = {key for key in value if _ID.fullmatch(key)}
    if not any(isinstance(value[key], str | dict | list) for key in ids):
        return ()
    # A key such as line2 is the id of a text only where no other key has one.
    alone = not any(isinstance(inner, str) for key, inner in value.items() if key not in ids)
    return {
        key for key in ids if alone or _NUMBER.fullmatch(key) or isinstance(value[key], dict | list)
    }


def _by_name(value: Mapping[str, Any]) -> Collection[str]:
    """Return the keys that are names of rows, or of lists of rows, all of one kind."""
    named = {
        key: inner
        for key, inner in value.items()
        if not is_container(key) and not _ID.fullmatch(key)
    }
    if len(named) == len(value) and all(isinstance(inner, list) for inner in named.values()):
        lists = all(isinstance(one, str | dict) for inner in named.values() for one in inner)
        return named if lists and len(named) > 1 else ()
    objects = [
        key for key, inner in named.items() if isinstance(inner, dict) and _has_words(_cells(inner))
    ]
    return objects if len(objects) > 1 else ()


def _item(item: Any, route: tuple[str, ...]) -> Iterator[_Found]:
    """Yield a row of a list or of a map of ids, or the rows in it."""
    if isinstance(item, dict):
        cells = _cells(item)
        inner = [] if _is_row(item, cells) else [*_members(item, route)]
        yield from inner or [_Found(route, cells, item, why_not_kept(item))]
    elif isinstance(item, list):
        if any(isinstance(one, dict | list) for one in item):
            yield from _rows(item, (*route, _ANY))
        else:
            cells = {str(number): _text(one) for number, one in enumerate(item, 1)}
            yield _Found((*route, "[]"), cells, fault=why_not_kept(item))
    elif isinstance(item, NotKept):
        yield _Found(route, {}, fault=item.fault)
    else:
        text = item if isinstance(item, str) else ""
        yield _Found(route, {TEXT: text}, fault=why_not_kept(text))


def _is_row(item: Mapping[str, Any], cells: Mapping[str, str]) -> bool:
    """Return whether an object has a key for words, in itself or in what is no row by its id.

    A message of pictures alone is a row, though it has no words.
    """
    names = item if _by_id(item) else cells
    return any(role_of(name) is ColumnRole.WORDS for name in names)


def _has_words(cells: Mapping[str, str]) -> bool:
    return any(role_of(name) is ColumnRole.WORDS and text.strip() for name, text in cells.items())


def _cells(item: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return an object's texts by their keys; what is nested by its name, or key by key."""
    cells: dict[str, str] = {}
    for key, value in item.items():
        if not isinstance(value, dict):
            cells[prefix + key] = _text(value)
        elif (name := _first(value, _WRAPPED)) or (name := _first(value, _NAMES)):
            cells[prefix + key] = name
        elif not prefix:
            cells |= _cells(value, f"{key}.")
    return cells


def _first(value: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    return next((text for key in keys if (text := _text(value.get(key)))), "")


def _text(value: Any) -> str:
    """Return a text or number as text, several on a line each; nothing for what is neither."""
    if isinstance(value, list):
        return "\n".join(one for one in value if isinstance(one, str))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)
