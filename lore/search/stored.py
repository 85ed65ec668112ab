"""How indexes are kept in a file: sections of numbers, of texts and of JSON, each by its name.

Sections of numbers are little-endian and read where they lie; texts are UTF-8, end to end, with a
section of the places where each ends. Names of parts are joined by dots: `entries.words.ids`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
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
        return max(0, len(self._ends) - 1)

    def encoded(self) -> list[memoryview]:
        """Return all of these as they lie there."""
        ends, data = self._ends.tolist(), memoryview(self._data)
        return [data[start:end] for start, end in pairwise(ends)]

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


class Keys:
    """Texts in order, each with its number; what is asked for is found without making others."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def number(self, text: str) -> int | None:
        """Return the number of a text; None if it is not among these."""
        at = bisect_left(self._texts, text)
        return at if at < len(self._texts) and self._texts[at] == text else None

    def __contains__(self, text: str) -> bool:
        return self.number(text) is not None

    def __getitem__(self, number: int) -> str:
        return self._texts[number]

    def beginning(self, letters: str) -> Iterator[str]:
        """Yield the texts that begin with some letters."""
        for at in range(bisect_left(self._texts, letters), len(self._texts)):
            if not (text := self._texts[at]).startswith(letters):
                return
            yield text


class Lists:
    """Many lists of numbers that lie end to end."""

    def __init__(self, ends: NDArray[np.int64], numbers: NDArray[Any]) -> None:
        self.ends = ends
        self.numbers = numbers

    @classmethod
    def of(cls, lists: Iterable[Sequence[int]]) -> Lists:
        """Lay lists end to end."""
        held = list(lists)
        ends = np.cumsum([0, *map(len, held)], dtype=_PLACES)
        return cls(ends, np.fromiter(chain.from_iterable(held), dtype=np.int32))

    def __getitem__(self, at: int) -> list[int]:
        found: list[int] = self.numbers[self.bounds(at)].tolist()
        return found

    def bounds(self, at: int) -> slice:
        """Return where a list begins and ends."""
        return slice(int(self.ends[at]), int(self.ends[at + 1]))

    @property
    def owners(self) -> NDArray[np.int64]:
        """Return, for each number of all lists, which list it is in."""
        return np.repeat(np.arange(len(self.ends) - 1), np.diff(self.ends))


class Mixed:
    """Takes rows of a former index and fresh ones together, in the order that they have now.

    `former` has the number there of each, or less than 0 for a fresh one.
    """

    def __init__(self, former: Sequence[int] | NDArray[Any]) -> None:
        self.former = np.array(former, dtype=np.int64)
        self._is_kept = self.former >= 0
        self._kept = self.former[self._is_kept]

    def numbers(self, before: NDArray[Any], fresh: Sequence[int] | NDArray[Any]) -> NDArray[Any]:
        """Return a number of each row."""
        found = np.empty(len(self.former), dtype=before.dtype)
        found[self._is_kept], found[~self._is_kept] = before[self._kept], fresh
        return found

    def encoded(
        self, before: Sequence[memoryview], fresh: Iterable[str]
    ) -> list[bytes | memoryview]:
        """Return a text of each row."""
        made = iter(fresh)
        return [before[n] if n >= 0 else next(made).encode() for n in self.former.tolist()]

    def lists(self, before: Lists, fresh: Lists) -> Lists:
        """Return a list of numbers of each row."""
        begins = np.empty(len(self.former), dtype=_PLACES)
        lengths = np.empty(len(self.former), dtype=_PLACES)
        for of_these, all, here, behind in (
            (self._is_kept, before, self._kept, 0),
            (~self._is_kept, fresh, slice(None), len(before.numbers)),
        ):
            begins[of_these] = all.ends[:-1][here] + behind
            lengths[of_these] = np.diff(all.ends)[here]
        ends = np.concatenate([[0], np.cumsum(lengths)])
        places = np.repeat(begins - ends[:-1], lengths) + np.arange(ends[-1])
        return Lists(ends, np.concatenate([before.numbers, fresh.numbers])[places])

    def now(self, count: int) -> NDArray[np.int64]:
        """Return for each of `count` former rows its number now, or -1 if it is gone."""
        found = np.full(count, -1)
        found[self._kept] = np.flatnonzero(self._is_kept)
        return found


def by_first(numbers: NDArray[Any]) -> tuple[list[int], NDArray[np.int64]]:
    """Number what numbers stand for anew, by where each comes first.

    Return the numbers that there were in their new order, and the new ones.
    """
    used, firsts, places = np.unique(numbers, return_index=True, return_inverse=True)
    order = np.argsort(firsts)
    return used[order].tolist(), np.argsort(order)[places]


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
        self.encoded(name, [text.encode() for text in texts])

    def encoded(self, name: str, data: Sequence[bytes | memoryview]) -> None:
        """Keep texts that are encoded already."""
        ends = np.cumsum([0, *map(len, data)], dtype=_PLACES)
        self.numbers(f"{name}.ends", ends)
        self.sections[f"{self._prefix}{name}.data"] = b"".join(data)

    def keys(self, name: str, texts: Iterable[str]) -> dict[str, int]:
        """Keep texts that are asked for by what they are; return the number of each."""
        ordered = sorted({*texts})
        self.texts(name, ordered)
        return {text: number for number, text in enumerate(ordered)}

    def lists(self, name: str, lists: Lists) -> None:
        """Keep lists of numbers that are read one by one."""
        self.numbers(f"{name}.ends", lists.ends.astype(_PLACES))
        self.numbers(f"{name}.numbers", lists.numbers.astype(np.int32))

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

    def keys(self, name: str) -> Keys:
        """Return texts that are asked for by what they are."""
        return Keys(self.texts(name))

    def lists(self, name: str) -> Lists:
        """Return lists of numbers, none of which is made before it is asked for."""
        return Lists(self.numbers(f"{name}.ends", "i8"), self.numbers(f"{name}.numbers", "i4"))

    def json(self, name: str) -> Any:
        """Return what was kept as a whole."""
        return orjson.loads(self._sections[self._prefix + name])
