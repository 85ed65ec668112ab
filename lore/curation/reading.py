"""Parses JSON from strangers in bounded time and memory, and reports faults with their lines."""

import json
import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any

from lore.errors import LoreError

MAX_BYTES = 1_000_000
_MAX_DEPTH = 20
_MAX_ITEMS = 5_000
_MAX_NUMBER = 30

_TOKEN = re.compile(
    r"""
    "[^"\\]*+ (?: \\. [^"\\]*+ )*+ "?+  # unclosed it runs to the end, lest each quote be tried
    | [{}\[\],:]
    | [^\s{}\[\],:"]++
    """,
    re.VERBOSE | re.DOTALL,
)


class ImportFileError(LoreError):
    """A file cannot be imported; the text says why and in which line."""


@dataclass(frozen=True, slots=True)
class NotKept:
    """Stands where a value cannot be kept, so that only what holds it is refused."""

    fault: str


@dataclass(frozen=True, slots=True)
class JsonDocument:
    """A JSON value, and the line on which each item of one of its lists begins."""

    value: Any
    lines: tuple[int, ...]


def read_json(content: bytes, *, items_of: str) -> JsonDocument:
    """Parse a file, and note the lines of the items in the list under the key `items_of`.

    What cannot be kept in one of them is `NotKept`. ImportFileError if the file is no JSON, or too
    large or too deep, or has such outside of them.
    """
    if len(content) > MAX_BYTES:
        raise ImportFileError("The file is larger than 1 MB.")
    if not content.strip():
        raise ImportFileError("The file is empty.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ImportFileError(f"Line {line}: the file is not in UTF-8.") from error
    return JsonDocument(*_parsed(text, items_of))


def parse_json(text: str) -> Any:
    """Return the value of a JSON text; ImportFileError if it is none, or too deep.

    What cannot be kept in it is `NotKept`.
    """
    return _parsed(text, None)[0]


def _parsed(text: str, items_of: str | None) -> tuple[Any, tuple[int, ...]]:
    lines = _survey(text, items_of)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=lambda number: _number(number, int),
            parse_float=lambda number: _number(number, float),
            parse_constant=lambda name: NotKept(_no_number(name)),
        )
    except json.JSONDecodeError as error:
        raise ImportFileError(f"Line {error.lineno}: this is not JSON ({error.msg}).") from error
    return value, lines


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object, in which a key that stands twice or cannot be kept has no value."""
    made: dict[str, Any] = {}
    for key, value in pairs:
        if fault := _fault(key):
            made["?"] = NotKept(fault)
        else:
            made[key] = NotKept(_twice(key)) if key in made else value
    return made


def _number(written: str, read: Callable[[str], Any]) -> Any:
    return NotKept(_no_number(written)) if len(written) > _MAX_NUMBER else read(written)


def _no_number(token: str) -> str:
    return f"{token[:_MAX_NUMBER]} is not a number here"


def _twice(key: str) -> str:
    return f"the key {key[:50]} stands twice"


def why_not_kept(value: Any) -> str:
    """Return what in a value cannot be kept; empty if all of it can."""
    if isinstance(value, str):
        return _fault(value)
    if isinstance(value, NotKept):
        return value.fault
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return ""
    return next(filter(None, map(why_not_kept, value)), "")


def _survey(text: str, items_of: str | None) -> tuple[int, ...]:
    """Check the tokens once before anything is built from them, those of an export more closely."""
    items: list[int] = []
    nested: list[set[str] | None] = []  # the keys so far of each open object, None for a list
    line, counted, before, outer_key = 1, 0, "", ""
    for match in _TOKEN.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        token = match[0]
        # What is wrong in one item is told of it alone.
        whole = items_of is not None and len(nested) < 2
        in_list = len(nested) == 2 and nested[-1] is None and outer_key == items_of
        if in_list and before in ("[", ",") and token != "]":
            items.append(line)
            if len(items) > _MAX_ITEMS:
                raise ImportFileError(
                    f"Line {line}: more than {_MAX_ITEMS:,} {items_of}; split the file."
                )
        if token in ("{", "["):
            nested.append(set() if token == "{" else None)
            if len(nested) > _MAX_DEPTH:
                raise ImportFileError(f"Line {line}: more than {_MAX_DEPTH} levels deep.")
        elif token in ("}", "]"):
            # Python's versions report different lines for this.
            if before == ",":
                raise ImportFileError(f"Line {line}: this is not JSON (a comma before {token}).")
            del nested[-1:]
        elif token[0] == '"':
            words = _words(token)
            keys = nested[-1] if nested and before in ("{", ",") else None
            if whole:
                _check(words, line, keys or ())
            if keys is not None:
                keys.add(words)
                if len(nested) == 1:
                    outer_key = words
        elif whole and (token.lstrip("-") in ("NaN", "Infinity") or len(token) > _MAX_NUMBER):
            raise ImportFileError(f"Line {line}: {_no_number(token)}.")
        before = token
    return tuple(items)


def _words(token: str) -> str:
    """Return a text as it is without escapes; as it stands if one is wrong."""
    if "\\" not in token:
        return token[1:-1]
    try:
        return str(json.loads(token, strict=False))
    except json.JSONDecodeError:
        return token  # the parser reports it better


def _check(words: str, line: int, keys: Container[str]) -> None:
    if fault := _fault(words) or (_twice(words) if words in keys else ""):
        raise ImportFileError(f"Line {line}: {fault}.")


def _fault(words: str) -> str:
    """Return why a text cannot be kept; empty if it can."""
    if "\0" in words:
        return "a text holds the character NUL"
    try:
        words.encode()
    except UnicodeEncodeError:
        return "a text holds half a character"
    return ""
