"""On which line of a TOML file a value stands; `tomllib` does not tell."""

from __future__ import annotations

import re
from collections import Counter

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)([\w.\s-]+)\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*([\w-]+)\s*=")


class LineMap:
    """The lines of a TOML file by path, as pydantic names paths: `("text", 0, "cites")`."""

    def __init__(self, text: str) -> None:
        self._text = text.replace('\\"', '"').split("\n")
        self._lines: dict[Path, int] = {}
        table: Path = ()
        seen: Counter[Path] = Counter()
        for number, line in enumerate(self._text, 1):
            if header := _HEADER.match(line):
                table = self._table(header[2].split("."), repeated=header[1] == "[[", seen=seen)
                self._lines.setdefault(table, number)
                if header[1] == "[[":
                    # A fault of all of them together is told where the first stands.
                    self._lines.setdefault(table[:-1], number)
            elif key := _KEY.match(line):
                self._lines.setdefault((*table, key[1]), number)

    @staticmethod
    def _table(names: list[str], *, repeated: bool, seen: Counter[Path]) -> Path:
        """Return the path of a header; an earlier `[[name]]` above it counts as its latest item."""
        path: Path = ()
        for position, name in enumerate(names):
            path = (*path, name.strip())
            if repeated and position == len(names) - 1:
                seen[path] += 1
            if seen[path]:
                path = (*path, seen[path] - 1)
        return path

    def line(self, path: Path, near: str = "") -> int:
        """Return the line of the value at `path`, or of the nearest thing around it.

        With `near`, the first line from there on that holds these words, if there is one.
        """
        while path and path not in self._lines:
            path = path[:-1]
        first = self._lines.get(path, 1)
        later = enumerate(self._text[first - 1 :], first)
        return next((number for number, line in later if near in line), first)
