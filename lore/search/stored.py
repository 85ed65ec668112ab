"""How indexes are kept in a file: sections of numbers, of texts and of JSON, each by its name.

Sections of numbers are little-endian and read where they lie; texts are UTF-8, end to end, with a
section of the places where each ends. Names of parts are joined by dots: `entries.words.ids`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, overload

import numpy as np
import orjson
from numpy.typing import NDArray

# The bytes of each section, by its name; what is read of a file is checked when it is asked for.
Sections = Mapping[str, memoryview | bytes]

_PLACES = np.dtype("<i8")


class Texts(Sequence[str]):
    """Many texts that lie end to end, each made when it is asked for."""

    def __init__(self, ends: NDArray[np.int64], data: memoryview | bytes) -> None:
        self._ends = ends
        self._data = data

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self[one] for one in range(len(self))[at]]
        if not 0 <= at < len(self):
            raise IndexError(at)
        return str(self._data[self._ends[at] : self._ends[at + 1]], "utf-8")


class Storing:
    """Collects the sections of an index; each part of it has names of its own."""

    def __init__(self, sections: dict[str, bytes] | None = None, prefix: str = "") -> None:
        self.sections: dict[str, bytes] = {} if sections is None else sections
        self._prefix = prefix

    def part(self, name: str) -> Storing:
        """Return what collects the sections of a part."""
        return Storing(self.sections, f"{self._prefix}{name}.")

    def numbers(self, name: str, numbers: NDArray[Any]) -> None:
        """Keep numbers; whoever reads them has to know their type."""
        little = numbers.astype(numbers.dtype.newbyteorder("<"), copy=False)
        self.sections[self._prefix + name] = little.tobytes()

    def texts(self, name: str, texts: Iterable[str]) -> None:
        """Keep texts that are read one by one."""
        data = [text.encode() for text in texts]
        ends = np.cumsum([0, *map(len, data)], dtype=_PLACES)
        self.numbers(f"{name}.ends", ends)
        self.sections[f"{self._prefix}{name}.data"] = b"".join(data)

    def json(self, name: str, value: object) -> None:
        """Keep what is read as a whole."""
        self.sections[self._prefix + name] = orjson.dumps(value)


class Stored:
    """Reads the sections of an index, or of a part of it."""

    def __init__(self, sections: Sections, prefix: str = "") -> None:
        self._sections = sections
        self._prefix = prefix

    def part(self, name: str) -> Stored:
        """Return what reads the sections of a part."""
        return Stored(self._sections, f"{self._prefix}{name}.")

    def numbers(self, name: str, type: str) -> NDArray[Any]:
        """Return numbers of a type, which lie where the section does."""
        return np.frombuffer(self._sections[self._prefix + name], dtype=np.dtype(f"<{type}"))

    def texts(self, name: str) -> Texts:
        """Return texts, none of which is made before it is asked for."""
        data = self._sections[f"{self._prefix}{name}.data"]
        return Texts(self.numbers(f"{name}.ends", "i8"), data)

    def json(self, name: str) -> Any:
        """Return what was kept as a whole."""
        return orjson.loads(self._sections[self._prefix + name])
