"""Makes text safe to show: nothing stored or typed can mention, link or disrupt."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from lore.text.characters import are_shown
from lore.text.markup import (
    Markup,
    Span,
    Style,
    StyledSpan,
    addresses,
    parse_markup,
    without_markup,
)

# Matches a text in which nothing has to be escaped.
_PLAIN = re.compile(r"(?![\s+>#-]|\d{1,20}\.)(?:[^\\*_~`|<\[\]\n:]|:(?!//))*")
_MARKDOWN = re.compile(r"[\\*_~`|<\[\]]")
# The start of a list, a heading or a block quote, with its number first if it has one.
LINE_START = re.compile(r"(\d{1,20})(?=\.)|(?=[-+>#])")
_LIST_ITEM = re.compile(r"- +")
_LINES = re.compile(r"\n|[^\n]+")
# Discord ends an address before these, and before a space.
_ENDS_ADDRESS = re.compile(r"[.,:;\"']*(?:\s|\Z)")
_BLANKS = re.compile(r"[\t\r\v\f\x1c-\x1f\x85\u2028\u2029]")
_WESTERN = re.compile(r"[ -~\n\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u21ff]*")
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

# How many characters of a question its answer repeats.
QUERY = 100

# The styles to render: all of them, or only the one that hides, which curators' pages render too.
ALL = frozenset(Style)
HIDING = frozenset({Style.HIDDEN})
NONE: frozenset[Style] = frozenset()

# Stands for any text that follows directly, which Discord would take for a part of an address.
ANYTHING = "*"


def safe(text: str) -> str:
    """Return the text as it is, for a name or label within our markup: no sign in it has effect."""
    return prose(text, styles=NONE, then=ANYTHING)


def safe_but_hiding(text: str) -> str:
    """Return the text like `safe`, but what its writer put behind bars stays there."""
    return prose(text, styles=HIDING, then=ANYTHING)


def prose(
    text: str,
    *,
    length: int | None = None,
    part: Span | None = None,
    marked: Iterable[Span] = (),
    styles: Collection[Style] = ALL,
    then: str = "",
) -> str:
    """Return the text as its writer marked it up: bold, italics, spoilers and lists.

    It has at most `length` characters, or is the given `part`, with the `marked` spans in bold;
    `then` is what follows without a space. Signs of styles other than these are shown.
    """
    shown = visible(text)
    is_whole = part is None and (length is None or len(shown) <= length)
    if is_whole and _PLAIN.fullmatch(shown):
        return shown
    if shown != text:
        # How many visible characters there are up to each place.
        places = [0, *accumulate(are_shown(text))]
        marked = [(places[start], places[end]) for start, end in marked]
        part = part and (places[part[0]], places[part[1]])
    start, end = part or (0, len(shown))
    marked = [(first, min(last, end)) for first, last in marked if start <= first < end]
    cut_off = length is not None and end - start > length
    if length is not None and cut_off:
        end, then = start + length - 1, "…"
    read = _read(shown, styles)
    writer = _Writer(shown, read, marked_up=styles is ALL, then=then, marked=marked)
    written = writer.written((start, end))
    return written.rstrip() + "…" if cut_off else written


def _read(text: str, styles: Collection[Style]) -> Markup:
    if not styles:
        return Markup((), tuple(addresses(text)))
    read = parse_markup(text)
    return Markup(tuple(mark for mark in read.marks if mark.style in styles), read.addresses)


def repeated(query: str) -> str:
    """Return a question, safe to show and cut to what is needed to recognise it."""
    return safe(cut(query.strip(), QUERY))


def unmarked(text: str) -> str:
    """Return the text in one line for a label, which can show no marks and hide nothing."""
    return flat(without_markup(text))


def visible(text: str) -> str:
    """Return the text without control, zero-width and direction characters and piled-up marks."""
    if _WESTERN.fullmatch(text):
        return text
    text = _BLANKS.sub(" ", text)
    return "".join(c for c, stays in zip(text, are_shown(text), strict=True) if stays)


# What makes words an address.
_SCHEME = re.compile(r"\w{1,20}://")


def flat(text: str) -> str:
    """Return the text as a label can show it: visible, and in one line."""
    return " ".join(visible(text).split())


def cut(text: str, length: int) -> str:
    """Return at most `length` characters; a cut shows as an ellipsis.

    An address that does not fit is left out, as a part of it would lead elsewhere; if nothing else
    is left, its beginning is shown as mere words.
    """
    if len(text) <= length:
        return text
    end = length - 1
    end = next((first for first, last in addresses(text) if first < end < last), end)
    kept = text[:end].rstrip()
    if kept:
        return f"{kept}…"
    words = _SCHEME.sub("", text).lstrip()
    return words if len(words) <= length else f"{words[: length - 1].rstrip()}…"


def superscript(number: int) -> str:
    """Return a footnote mark."""
    return str(number).translate(_SUPERSCRIPT)


class _Event(NamedTuple):
    """A sign or an address: from `at` to `end`; a sign opens or closes its style."""

    at: int
    order: int
    end: int
    style: Style | None = None
    opens: bool = False


class _Writer:
    """Writes a text as Discord's markdown, with marks closed and reopened on each line."""

    def __init__(
        self,
        text: str,
        read: Markup,
        *,
        marked_up: bool,
        then: str,
        marked: Iterable[Span],
    ) -> None:
        self._text = text
        self._marked_up = marked_up
        self._then = then
        self._events = [*_events(text, read), *_highlights(marked, read)]
        self._events.sort(key=lambda event: event[:3])
        self._out: list[str] = []
        # Spaces are written once it is known whether a mark ends before them or begins after.
        self._blanks: list[str] = []
        self._open: list[Style] = []
        self._opening: list[Style] = []
        # Discord shows italics within italics, but would end both at the first sign.
        self._nested: Counter[Style] = Counter()
        self._begins_line = self._may_be_item = True

    def written(self, part: Span) -> str:
        """Return the markdown of a part of the text."""
        at, end = part
        for event in self._events:
            if event.end > end:
                end = min(end, max(at, event.at))
                break
            self._literal(self._text[at : event.at])
            if event.style is None and event.at >= at:
                self._address(event, end)
            elif event.style is not None:
                self._mark(event.style, opens=event.opens)
            at = max(at, event.end)
        self._literal(self._text[at:end])
        self._close_all()
        return "".join((*self._out, *self._blanks))

    def _mark(self, style: Style, *, opens: bool) -> None:
        if opens and style in (*self._open, *self._opening):
            self._nested[style] += 1
        elif opens:
            self._opening.append(style)
        elif self._nested[style]:
            self._nested[style] -= 1
        elif style in self._opening:
            self._opening.remove(style)
        elif style in self._open:
            self._open.remove(style)
            self._out.append(style.value)

    def _close_all(self) -> None:
        self._out += [style.value for style in reversed(self._open)]
        self._opening = [*self._open, *self._opening]
        self._open = []

    def _literal(self, text: str) -> None:
        for line in _LINES.findall(text):
            if line == "\n":
                self._close_all()
                self._blanks.append(line)
                self._begins_line = self._may_be_item = True
            else:
                self._words(line)

    def _words(self, line: str) -> None:
        words = line.lstrip()
        self._blanks.append(line[: len(line) - len(words)])
        may_be_item = self._marked_up and self._begins_line and self._may_be_item
        if may_be_item and (item := _LIST_ITEM.match(words)):
            self._out += (*self._blanks, item[0])
            self._blanks, self._may_be_item = [], False
            words = words[item.end() :]
        if not words:
            return
        start = LINE_START.match(words) if self._begins_line else None
        self._begin()
        if start:
            self._out.append(f"{start[0]}\\")
            words = words[start.end() :]
        bare = words.rstrip()
        self._out.append(_MARKDOWN.sub(_escape, bare))
        self._blanks = [words[len(bare) :]]

    def _begin(self) -> None:
        """Write the spaces and signs before the next words."""
        self._out += (*self._blanks, *(style.value for style in self._opening))
        self._open += self._opening
        self._opening, self._blanks, self._begins_line = [], [], False

    def _address(self, event: _Event, end: int) -> None:
        """Write an address unchanged, in brackets if Discord would read beyond its end."""
        self._begin()
        address = self._text[event.at : event.end]
        bracketed = address[0] == "<"
        if not self._marked_up:
            address = address.replace("~~", "%7E%7E")
        if not self._marked_up or Style.BOLD in self._open or Style.ITALIC in self._open:
            address = address.replace("*", "%2A")
        ends = _ENDS_ADDRESS.match(self._text, event.end, end)
        goes_on = ends is None or (self._then and ends.end() == end and not ends[0][-1:].isspace())
        # The end of a mark is written before the space that follows.
        unclear = goes_on or self._open
        self._out.append(f"<{address}>" if unclear and not bracketed else address)


def _escape(found: re.Match[str]) -> str:
    """Return a sign of Markdown escaped; Python reads a template anew at each sign."""
    return f"\\{found[0]}"


def _events(text: str, read: Markup) -> Iterator[_Event]:
    for mark in read.marks:
        yield _Event(mark.start, 1, mark.inner, mark.style, opens=True)
        yield _Event(mark.outer, 0, mark.end, mark.style)
    for start, end in read.addresses:
        in_brackets = text[start - 1 : start] == "<" and text[end : end + 1] == ">"
        yield _Event(start - in_brackets, 3, end + in_brackets)


def _highlights(marked: Iterable[Span], read: Markup) -> Iterator[_Event]:
    """Yield what becomes bold, except what would cross a mark or change an address."""
    taken = [*read.addresses]
    for mark in read.marks:
        whole = [(mark.start, mark.end)]
        taken += whole if mark.style is Style.BOLD else _signs(mark)
    taken.sort()
    ends = [*accumulate((end for _, end in taken), max)]
    starts = [start for start, _ in taken]
    for start, end in marked:
        before = bisect_left(starts, end)
        if not before or ends[before - 1] <= start:
            yield _Event(start, 2, start, Style.BOLD, opens=True)
            yield _Event(end, -1, end, Style.BOLD)


def _signs(mark: StyledSpan) -> list[Span]:
    return [(mark.start, mark.inner), (mark.outer, mark.end)]
