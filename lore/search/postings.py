"""Compact lookup tables from keys, prefixes and letter triples to the numbers of texts."""

import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lore.search.stored import Stored, Storing

Ids = NDArray[np.int32]
# For each text, by number, whether it may be found.
Mask = NDArray[np.bool_]
NO_IDS: Ids = np.empty(0, dtype=np.int32)

# Comes after all texts that begin with the letters before it.
_LAST = "\U0010ffff"

_SIDE = 40  # kinds of letters: 0 is the edge of a text, 1-36 are letters and digits
_CODES = _SIDE**3
_EDGE = np.zeros(1, dtype=np.int32)
_KIND = np.zeros(128, dtype=np.int32)
_KIND[ord("a") : ord("z") + 1] = np.arange(1, 27)
_KIND[ord("0") : ord("9") + 1] = np.arange(27, 37)
_KINDS: list[int] = _KIND.tolist()


class KeyTable:
    """Finds the texts with exactly a key; two keys in four billion may be confused."""

    def __init__(self, keys: Iterable[str]) -> None:
        sums = np.fromiter(map(_checksum, keys), dtype=np.uint32)
        self._ids = np.argsort(sums, kind="stable").astype(np.int32)
        # numpy takes longer to start than bisect to find one key.
        self._sums = sums[self._ids].data

    @classmethod
    def opened(cls, stored: Stored) -> "KeyTable":
        """Return the table that was stored."""
        table = cls(())
        table._ids, table._sums = stored.numbers("ids", "i4"), stored.numbers("sums", "u4").data
        return table

    def store(self, storing: Storing) -> None:
        """Store the table."""
        storing.numbers("ids", self._ids)
        storing.numbers("sums", np.asarray(self._sums))

    def ids(self, key: str) -> Ids:
        """Return the numbers of the texts with this key, lowest first; none for an empty key."""
        if not key:
            return NO_IDS
        sums, wanted = self._sums, _checksum(key)
        first = bisect_left(sums, wanted)
        if first == len(sums) or sums[first] != wanted:
            return NO_IDS
        return self._ids[first : bisect_right(sums, wanted, first)]


class PrefixTable:
    """Finds the texts that start with some letters."""

    def __init__(self, texts: Sequence[str], ids: Sequence[int]) -> None:
        order = sorted(range(len(texts)), key=texts.__getitem__)
        self._texts = [texts[i] for i in order]
        self._ids: Ids = np.array(ids, dtype=np.int32)[order]

    def ids(self, prefix: str, last: str = "") -> Ids:
        """Return the numbers of the texts with this prefix, or from it to `last`, unordered."""
        first, end = bisect_left(self._texts, prefix), (last or prefix) + _LAST
        if not prefix or first == len(self._texts) or self._texts[first] > end:
            return NO_IDS
        return self._ids[first : bisect_left(self._texts, end, first)]

    def slipped(self, typed: str) -> Iterator[Ids]:
        """Yield the numbers of texts with a prefix that may be meant by the typed letters.

        Either one of those is too many, or two are swapped.
        """
        texts, first, end = self._texts, 0, len(self._texts)
        for i in range(len(typed) if len(typed) > 2 else 0):
            before, letter, after = typed[:i], typed[i], typed[i + 1 :]
            swapped = before + after[:1] + letter + after[1:] if after else ""
            dropped = before + after if len(typed) > 3 else ""
            for slip in (swapped, dropped):
                at = bisect_left(texts, slip, first, end) if slip else end
                if at < end and texts[at].startswith(slip):
                    yield self._ids[at : bisect_left(texts, slip + _LAST, at, end)]
            # All further slips begin with the letters so far.
            first = bisect_left(texts, before + letter, first, end)
            end = bisect_left(texts, before + letter + _LAST, first, end)
            if first == end:
                return


class Postings:
    """For each of a range of codes, the texts that have it, each text once."""

    def __init__(self, starts: NDArray[np.int32], ids: Ids) -> None:
        self._starts = starts
        self.ids = ids

    @classmethod
    def build(
        cls, codes: NDArray[np.int32], ids: NDArray[np.int32], kinds: int, texts: int
    ) -> "Postings":
        """Gather the texts of each code from pairs of a code and a text."""
        # Sorting one number per pair orders by code, then text, and drops repeats.
        span = np.int64(max(1, texts))
        pairs = codes * span + ids
        pairs.sort()
        pairs = pairs[np.diff(pairs, prepend=-1) > 0]
        starts = np.searchsorted(pairs, np.arange(kinds + 1) * span).astype(np.int32)
        return cls(starts, (pairs % span).astype(np.int32))

    @classmethod
    def opened(cls, stored: Stored) -> "Postings":
        """Return the postings that were stored."""
        return cls(stored.numbers("starts", "i4"), stored.numbers("ids", "i4"))

    def store(self, storing: Storing) -> None:
        """Store the postings."""
        storing.numbers("starts", self._starts)
        storing.numbers("ids", self.ids)

    @property
    def codes(self) -> NDArray[np.int64]:
        """Return the code of each of `ids`, lowest first."""
        lengths = np.diff(self._starts)
        return np.repeat(np.arange(len(lengths)), lengths)

    def having(self, code: int) -> Ids:
        """Return the numbers of the texts with this code, lowest first."""
        return self.ids[self.bounds(code)]

    def bounds(self, code: int) -> slice:
        """Return where the texts with this code lie among all."""
        return slice(self._starts[code], self._starts[code + 1])


class KeyMasks:
    """Makes masks of the texts with certain keys, without a step for each text."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        self._of_texts = np.array([self._numbers[key] for key in keys], dtype=np.int32)

    def of(self, keys: Iterable[str]) -> Mask:
        """Return the mask that shows only the texts with these keys."""
        numbers = self._numbers
        shown: Mask = np.zeros(len(numbers), dtype=bool)
        shown[[numbers[key] for key in keys if key in numbers]] = True
        return shown[self._of_texts]


class TripleTable:
    """Counts the letter triples that a question shares with each text."""

    def __init__(self, texts: Sequence[str]) -> None:
        codes, ids = _triples("\n".join(texts))
        # Only codes that occur: a server's own lore has few of all possible ones.
        held = np.flatnonzero(np.bincount(codes, minlength=_CODES))
        numbers = np.zeros(_CODES, dtype=np.int32)
        numbers[held] = np.arange(len(held))
        self._held = np.append(held, _CODES).astype(np.int32)
        self._postings = Postings.build(numbers[codes], ids, len(held), len(texts))
        self.sizes = np.bincount(self._postings.ids, minlength=len(texts)).astype(np.float32)

    @classmethod
    def opened(cls, stored: Stored) -> "TripleTable":
        """Return the table that was stored."""
        table = cls(())
        table._held, table._postings = stored.numbers("held", "i4"), Postings.opened(stored)
        table.sizes = stored.numbers("sizes", "f4")
        return table

    def store(self, storing: Storing) -> None:
        """Store the table."""
        storing.numbers("held", self._held)
        storing.numbers("sizes", self.sizes)
        self._postings.store(storing)

    def count(
        self, question: str, budget: int, *, unfinished: bool = False
    ) -> tuple[Ids, NDArray[np.float32], int]:
        """Return the texts that share triples with a question, how many each, and its total.

        Reads the rarest triples first and stops at `budget` postings; the triple that ends the
        question is left out while it is `unfinished`.
        """
        codes = _triples_of_one(question)
        if unfinished:
            codes = {code for code in codes if code % _SIDE}
        lists, unread = self._having(codes, budget)
        if not lists:
            return NO_IDS, np.empty(0, dtype=np.float32), len(codes)
        counts = np.bincount(np.concatenate(lists), minlength=len(self.sizes))
        several = len(codes) - unread > 4
        found = np.flatnonzero(counts > (1 if several else 0)).astype(np.int32)
        return found, counts[found].astype(np.float32), len(codes)

    def may_have(self, squashed: str, edits: int, budget: int) -> bool:
        """Tell whether a text may be this one with so many edits; a text without spaces is asked.

        No edit takes more than four triples from a text, so that one with fewer in common is
        surely another.
        """
        codes = _triples_of_one(squashed)
        least = len(codes) - 4 * edits
        lists, unread = self._having(codes, budget)
        if least <= unread or not lists:
            return least <= unread
        return int(np.bincount(np.concatenate(lists)).max()) >= least - unread

    def _having(self, codes: Collection[int], budget: int) -> tuple[list[Ids], int]:
        """Return the texts with each of the triples, the rarest first, and how many are unread."""
        wanted = np.array(sorted(codes), dtype=np.int32)
        places = np.searchsorted(self._held, wanted)
        numbers = places[self._held[places] == wanted].tolist()
        lists: list[Ids] = []
        read = 0
        for having in sorted(map(self._postings.having, numbers), key=len):
            read += len(having)
            if lists and read > budget:
                break
            lists.append(having)
        return lists, len(numbers) - len(lists)


def best_of(ids: Ids, merit: NDArray[Any], limit: int, mask: Mask | None = None) -> list[int]:
    """Return the numbers with the highest merit that the mask shows; `merit` goes with `ids`."""
    width = limit if mask is None else 4 * limit
    while True:
        top = np.argpartition(-merit, width)[:width] if width < len(ids) else np.arange(len(ids))
        ordered = ids[top[np.argsort(-merit[top], kind="stable")]]
        kept: list[int] = (ordered if mask is None else ordered[mask[ordered]]).tolist()
        if len(kept) >= limit or width >= len(ids):
            return kept[:limit]
        width *= 8


def _checksum(key: str) -> int:
    return zlib.crc32(key.encode())


def _triples_of_one(text: str) -> set[int]:
    """Return the codes of `_triples` for one line: numpy is slow to start for few letters."""
    kinds = [_kind(letter) for letter in text if letter != " "]
    heads = [
        _kind(text[i + 1]) * _SIDE + (_kind(text[i + 2]) if i + 2 < len(text) else 0)
        for i in range(len(text) - 1)
        if text[i] == " "
    ]
    triples = zip([0, *kinds], kinds, [*kinds[1:], 0], strict=False)
    return {one * _SIDE**2 + two * _SIDE + three for one, two, three in triples} | set(heads)


def _kind(letter: str) -> int:
    point = ord(letter)
    return _KINDS[point] if point < 128 else point % 36 + 1


def _triples(joined: str) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the codes of the letter triples of squashed lines with spaces, and their line numbers.

    Within a line, triples run across spaces; each word's start also counts as a triple.
    """
    points = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.int32)
    kinds = np.where(points < 128, _KIND[np.minimum(points, 127)], points % 36 + 1).astype(np.int32)
    line = np.cumsum(points == 10, dtype=np.int32)
    starts = np.flatnonzero(points[:-1] == 32) + 1
    after = np.concatenate([kinds, _EDGE])[starts + 1]
    heads = kinds[starts] * _SIDE + after

    solid = points != 32
    heads_line = line[starts]
    kinds, line = kinds[solid], line[solid]
    edged = np.concatenate([_EDGE, kinds, _EDGE])
    codes = edged[:-2] * _SIDE**2 + edged[1:-1] * _SIDE + edged[2:]
    inner = kinds != 0
    ids = np.concatenate([line[inner], heads_line])
    return np.concatenate([codes[inner], heads]), ids
