"""Parses JSON from strangers in bounded time and memory, and reports faults with their lines."""

import json
import re
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
class JsonDocument:
    """A JSON value, and the line on which each item of one of its lists begins."""

    value: Any
    lines: tuple[int, ...]


def read_json(content: bytes, *, items_of: str) -> JsonDocument:
    """Parse a file, and note the lines of the items in the list under the key `items_of`.

    ImportFileError if it is no JSON, or too large or too deep.
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
    lines = _survey(text, items_of)
    try:
        return JsonDocument(json.loads(text), lines)
    except json.JSONDecodeError as error:
        raise ImportFileError(f"Line {error.lineno}: this is not JSON ({error.msg}).") from error


def check_json(text: str) -> None:
    """Check that JSON is not too deep and its keys can be kept; else ImportFileError.

    Whether it is JSON at all is left to the parser, and its values to `why_not_kept`.
    """
    _survey(text, None)


def why_not_kept(value: Any) -> str:
    """Return what in the texts of a value cannot be kept; empty if all of them can."""
    if isinstance(value, str):
        return _fault(value)
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return ""
    return next(filter(None, map(why_not_kept, value)), "")


def _survey(text: str, items_of: str | None) -> tuple[int, ...]:
    """Check the tokens once before anything is built from them, and the texts of an export."""
    items: list[int] = []
    nested: list[set[str] | None] = []  # the keys so far of each open object, None for a list
    line, counted, before, outer_key = 1, 0, "", ""
    for match in _TOKEN.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        token = match[0]
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
            if keys is not None or items_of:
                _check(words, line)
            if keys is not None:
                if words in keys:
                    raise ImportFileError(f"Line {line}: the key {words[:50]} stands twice.")
                keys.add(words)
                if len(nested) == 1:
                    outer_key = words
        elif token.lstrip("-") in ("NaN", "Infinity") or len(token) > _MAX_NUMBER:
            raise ImportFileError(f"Line {line}: {token[:_MAX_NUMBER]} is not a number here.")
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


def _check(words: str, line: int) -> None:
    if fault := _fault(words):
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
