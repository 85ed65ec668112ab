"""Footnotes: a mark behind each statement, and the list of what the marks stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.core.text import safe, superscript
from lore.pack.model import Cite, PackInfo

_MARK = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+")


class Footnotes:
    """Numbers the paragraphs that an answer cites, in order of their first mention."""

    def __init__(self, info: PackInfo) -> None:
        self._info = info
        self._numbers: dict[tuple[str, int], int] = {}

    def mark(self, cites: Iterable[Cite]) -> str:
        """The marks of these cites; nothing when there are none."""
        places = dict.fromkeys((cite.source, cite.paragraph) for cite in cites)
        numbers = sorted(self._numbers.setdefault(p, len(self._numbers) + 1) for p in places)
        return " ".join(superscript(number) for number in numbers)

    def below(self, told: list[str]) -> list[str]:
        """The blocks, with what their marks stand for below them."""
        sources = self.listed("".join(told))
        return [*told, f"-# Sources{sources}"] if sources else told

    def listed(self, text: str) -> str:
        """What the marks in `text` stand for, gathered by source, as one small-print line."""
        marks = set(_MARK.findall(text))
        by_source: dict[str, list[str]] = {}
        for (source, paragraph), number in self._numbers.items():
            if superscript(number) in marks:
                by_source.setdefault(source, []).append(f"{superscript(number)} ¶{paragraph}")
        return "".join(
            f"\n-# {self._title(source)}: {', '.join(places)}"
            for source, places in sorted(by_source.items())
        )

    def _title(self, source: str) -> str:
        return f"{source} {safe(self._info.source(source).title)}"
