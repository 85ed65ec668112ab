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
    """Check that JSON is not too deep and holds nothing that cannot be kept; else ImportFileError.

    Whether it is JSON at all is left to the parser.
    """
    _survey(text, None)


def _survey(text: str, items_of: str | None) -> tuple[int, ...]:
    """Check the tokens once before anything is built from them."""
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
            words = _words(token, line)
            keys = nested[-1] if nested else None
            if keys is not None and before in ("{", ","):
                if words in keys:
                    raise ImportFileError(f"Line {line}: the key {words[:50]} stands twice.")
                keys.add(words)
                if len(nested) == 1:
                    outer_key = words
        elif token.lstrip("-") in ("NaN", "Infinity") or len(token) > _MAX_NUMBER:
            raise ImportFileError(f"Line {line}: {token[:_MAX_NUMBER]} is not a number here.")
        before = token
    return tuple(items)


def _words(token: str, line: int) -> str:
    words = token[1:-1]
    if "\\" in token:
        try:
            words = json.loads(token, strict=False)
        except json.JSONDecodeError:
            return token  # a wrong escape, which the parser reports better
    if "\0" in words:
        raise ImportFileError(f"Line {line}: a text holds the character NUL.")
    try:
        words.encode()
    except UnicodeEncodeError as error:
        raise ImportFileError(f"Line {line}: a text holds half a character.") from error
    return words
