"""Parses the markup that people type: spoilers, emphasis and addresses."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

# The start and the end of a part of a text; the end is exclusive.
Span = tuple[int, int]

BARS = "||"

# Stands for hidden words wherever they cannot be hidden.
HIDDEN_WORDS = "[spoiler]"

_TICKS = re.compile("`+")
_BLOCK = "```"
_BARS = re.compile(r"\\[^0-9A-Za-z\s]|`+|\|\|")
_EMPHASIS = re.compile(r"https?://|\\[^0-9A-Za-z\s]|`+|\*+|_+|~+")
# A quoted line, a heading or a list item: markup inside ends with such a block.
_BLOCK_START = re.compile(r"\s*(?:[>#*-]|\d+\.)")
_LINK = re.compile(r"https?://[^\s<]+")
# An address may contain one bar, but two end it.
_ADDRESS = re.compile(r'https?://(?=[^\W_]|\[)(?:[^\s<>"`\\|\]]|\|(?!\|)|\](?!\())+')
_TRAILING = ".,:;!?'»”’…。，、；：？！"
_OPENING = {
    ")": "(",
    "]": "[",
    "}": "{",
    "）": "（",
    "」": "「",
    "』": "『",
    "】": "【",
    "》": "《",
}
_SIGNS = {"***": ("**", "*"), **{sign: (sign,) for sign in ("**", "*", "_", "__", "~~")}}
_EMPHASIS_END = re.compile(r"(?<![*_])(?:\*{1,3}|_)$")


class Style(Enum):
    """What a piece of markup does to the words that it encloses."""

    HIDDEN = BARS
    BOLD = "**"
    ITALIC = "*"


_EMPHASES = {"**": Style.BOLD, "*": Style.ITALIC, "_": Style.ITALIC}


@dataclass(frozen=True, slots=True)
class StyledSpan:
    """A style from `start` to `end`, signs included; its words are between `inner` and `outer`."""

    style: Style
    start: int
    inner: int
    outer: int
    end: int


@dataclass(frozen=True, slots=True)
class Markup:
    """The styled spans of a text, nested or apart, and where its addresses are."""

    marks: tuple[StyledSpan, ...]
    addresses: tuple[Span, ...]


def parse_markup(text: str) -> Markup:
    """Parse the markup of a text as Discord does; unbalanced signs are no markup."""
    spans = spoilers(text)
    bars = len(BARS)
    marks = [StyledSpan(Style.HIDDEN, a, a + bars, b - bars, b) for a, b in spans]
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    apart = list(zip(edges[::2], edges[1::2], strict=True))
    ticks = _Ticks(text)
    found: list[Span] = []
    for parts in (apart, *([(one.inner, one.outer)] for one in marks[:])):
        for sign, start, end in _pairs(text, parts, ticks, found):
            if style := _EMPHASES.get(sign):
                size = len(sign)
                marks.append(StyledSpan(style, start, start + size, end, end + size))
    marks.sort(key=lambda mark: (mark.start, -mark.end))
    return Markup(tuple(_apart(marks)), tuple(sorted(found)))


def _apart(marks: Iterable[StyledSpan]) -> Iterator[StyledSpan]:
    """Return the spans without those whose signs touch the signs of the span before."""
    end = -1
    for mark in marks:
        if mark.style is Style.HIDDEN:
            yield mark
        elif mark.start != end:
            end = mark.end
            yield mark


def without_markup(text: str) -> str:
    """Return the text for a place without markup, such as a label: spoilers are left out."""
    signs: list[tuple[int, int, str]] = []
    for mark in parse_markup(text).marks:
        if mark.style is Style.HIDDEN:
            signs.append((mark.start, mark.end, HIDDEN_WORDS))
        else:
            signs += [(mark.start, mark.inner, ""), (mark.outer, mark.end, "")]
    parts, at = list[str](), 0
    for start, end, instead in sorted(signs):
        if start >= at:
            parts += (text[at:start], instead)
            at = end
    return "".join((*parts, text[at:]))


def without_spoilers(text: str) -> str:
    """Return a name for a place that can hide nothing, such as a label: spoilers are left out."""
    parts, at = list[str](), 0
    for start, end in spoilers(text):
        parts += (text[at:start], HIDDEN_WORDS)
        at = end
    return "".join((*parts, text[at:]))


def addresses(text: str) -> Sequence[Span]:
    """Return where the addresses of a text are that is shown unchanged, with its markup."""
    links = (found.span() for found in _ADDRESS.finditer(text))
    return [(start, _end_of_address(text, start, end, "*")) for start, end in links]


def spoilers(text: str) -> Sequence[Span]:
    """Return where a text is hidden by spoiler bars, bars included.

    If other markup makes the pairs of bars doubtful, everything between the first and the last is
    hidden: rather too much than a word too little.
    """
    if BARS not in text:
        return ()
    spans, last = _between_bars(text)
    if spans and _is_doubtful(text, spans):
        return ((spans[0][0], last),)
    return spans


def _between_bars(text: str) -> tuple[list[Span], int]:
    """Return the pairs of bars from left to right, and where the last bar ends."""
    ticks = _Ticks(text)
    spans: list[Span] = []
    at = last = 0
    while found := _BARS.search(text, at):
        at = found.end()
        if found[0][0] == "`":
            at = max(at, ticks.end_of_code(found.start(), at))
        elif found[0] == BARS:
            last = at
            # There is at least one character between two bars.
            close = text.find(BARS, at + 1)
            if close >= 0:
                last = at = close + len(BARS)
                spans.append((found.start(), at))
    return spans, last


def _is_doubtful(text: str, spans: Sequence[Span]) -> bool:
    """Return whether a block, an emphasis or an address crosses a bar."""
    starts = [first for first, _ in spans]

    def within(place: int) -> int:
        """Return the number of the span that contains a place; -1 for none."""
        at = bisect_right(starts, place) - 1
        return at if at >= 0 and place < spans[at][1] else -1

    links = [(found.start(), found.end() - 1) for found in _LINK.finditer(text)]
    links = [link for link in links if within(link[0]) < 0]
    whole = [(0, len(text))]
    pairs = [(start, end) for _, start, end in _pairs(text, whole, _Ticks(text), [])]
    return _splits_blocks(text, spans) or any(
        within(start) != within(end) for start, end in (*links, *pairs)
    )


def _splits_blocks(text: str, spans: Sequence[Span]) -> bool:
    """Return whether a span reaches from one block into another."""
    blocks = {n for n, line in enumerate(text.split("\n")) if _BLOCK_START.match(line)}
    line = at = 0
    for first, last in spans:
        line += text.count("\n", at, first)
        more = text.count("\n", first, last)
        if more and not blocks.isdisjoint(range(line, line + more + 1)):
            return True
        line, at = line + more, last
    return False


class _Open(NamedTuple):
    sign: str
    at: int


def _pairs(
    text: str, parts: Iterable[Span], ticks: _Ticks, addresses: list[Span]
) -> Iterator[tuple[str, int, int]]:
    """Return the pairs of signs that enclose words in these parts, of which no two cross.

    Adds the addresses found on the way.
    """
    stack: list[_Open] = []
    code = 0
    for start, end in parts:
        at = start
        while found := _EMPHASIS.search(text, at, end):
            at = found.end()
            if found[0].endswith("/"):
                link = _ADDRESS.match(text, found.start(), end)
                signs = [one.sign for one in stack]
                if link:
                    at = _end_of_address(text, *link.span(), signs)
                    addresses.append((link.start(), at))
            elif found.start() < code:
                continue
            elif found[0][0] == "`":
                code = ticks.end_of_code(found.start(), at)
            elif found[0][0] != "\\":
                yield from _paired(text, found.start(), found[0], stack)


def _paired(text: str, at: int, run: str, stack: list[_Open]) -> Iterator[tuple[str, int, int]]:
    """Pair a run of signs with an open one, or else open it."""
    before, after = text[at - 1 : at], text[at + len(run) : at + len(run) + 1]
    wanted = _SIGNS.get(run, ())
    inside_word = run[0] == "_" and before.isalnum() and after.isalnum()
    if not wanted or inside_word:
        return
    open_signs = [one.sign for one in stack]
    # Discord minds a space before the end only for italics.
    ends = before.strip() != "" or run == "**"
    if ends and all(sign in open_signs for sign in wanted):
        closed = sorted((open_signs.index(sign) for sign in wanted), reverse=True)
        if len(wanted) > 1 and closed[0] != closed[1] + 1:
            return
        if len(closed) == 1:
            closed = [_innermost(stack, *closed)]
        for number in closed:
            yield stack[number].sign, stack[number].at, at
            at += len(stack[number].sign)
        del stack[closed[-1] :]
    elif after.strip() and not any(sign in open_signs for sign in wanted):
        for sign in wanted:
            stack.append(_Open(sign, at))
            at += len(sign)


def _innermost(stack: list[_Open], number: int) -> int:
    """Return which of the open signs is closed; of three stars the inner ones come first."""
    bold, *italic = stack[number : number + 2]
    if bold.sign != "**" or italic != [_Open("*", bold.at + 2)]:
        return number
    stack[number : number + 2] = [_Open("*", bold.at), _Open("**", bold.at + 1)]
    return number + 1


def _end_of_address(text: str, start: int, end: int, open_signs: Sequence[str] = ()) -> int:
    """Return where an address ends, without the punctuation of the sentence around it."""
    found = Counter(text[start:end])
    while end > start:
        last = text[end - 1]
        opening = _OPENING.get(last)
        if last in _TRAILING or (opening and found[last] > found[opening]):
            found[last] -= 1
            end -= 1
            continue
        sign = _EMPHASIS_END.search(text, end - 3, end) if last in "*_" else None
        if sign is None or not any(sign[0].startswith(one) for one in open_signs):
            break
        end = sign.start()
    return end


class _Ticks:
    """The runs of backticks in a text, and which of them enclose code."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._runs: dict[int, list[int]] = {}
        for found in _TICKS.finditer(text):
            self._runs.setdefault(len(found[0]), []).append(found.start())

    def end_of_code(self, start: int, end: int) -> int:
        """Return where the code ends that these backticks open; `end` if they open none."""
        if end - start >= len(_BLOCK) and (block := self._end_of_block(start)):
            return block
        for size in range(end - start, 0, -1):
            runs = self._runs.get(size, [])
            at = bisect_right(runs, end - 1)
            if at < len(runs):
                return runs[at] + size
        return end

    def _end_of_block(self, start: int) -> int:
        inner = start + len(_BLOCK)
        while self._text[inner : inner + 1] == "\n":
            inner += 1
        close = self._text.find(_BLOCK, inner + 1)
        return close + len(_BLOCK) if close >= 0 else 0
