"""Cuts markdown so that the rest is still well-formed: marks are closed, signs stay whole."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.limits import MESSAGE_BYTES, MESSAGE_TEXT
from bot.core.text import LINE_START

# A sign, or text that must not be split.
_TOKEN = re.compile(
    r"\\.|<https?://[^\s>]*>|https?://(?:[^\s|]|\|(?!\|))+|<[@#:/at][^\s<>]*>"
    r"|(?P<sign>\|\||\*\*|\*|~~)",
    re.DOTALL,
)
# Room for an ellipsis and all signs that may have to be closed.
_CLOSING = 10
# How far to search for the end of a sign that may be split.
_LOOK_AHEAD = 300
_SENTENCE_ENDS = (". ", "¹ ", "。")

# How many bytes weigh as much as a character.
_BYTES = MESSAGE_BYTES / MESSAGE_TEXT


def weight(text: str) -> int:
    """Return how much a text takes of Discord's limit: its characters, or its bytes if many."""
    if text.isascii():
        return len(text)
    return max(len(text), int(len(text.encode(errors="replace")) / _BYTES) + 1)


def shortened(markdown: str, room: int) -> str:
    """Return the markdown, cut with an ellipsis if it weighs more than `room`."""
    if len(markdown) <= room and weight(markdown) <= room:
        return markdown
    end, signs = _whole(markdown, 0, _end(markdown, 0, max(0, room - _CLOSING)), [])
    kept = markdown[:end].rstrip()
    while signs and kept.endswith(signs[-1]):
        kept = kept.removesuffix(signs.pop()).rstrip()
    return f"{kept}…{''.join(reversed(signs))}"


def parts(markdown: str, room: int) -> Iterator[str]:
    """Yield the markdown in parts that weigh at most `room`, with open marks repeated in each."""
    at, before = 0, ""
    signs: list[str] = []
    while (end := _end(markdown, at, room - len(before))) < len(markdown):
        end = _good_end(markdown, at, max(at + 1, end - _CLOSING))
        end, signs = _whole(markdown, at, end, signs)
        yield f"{before}{markdown[at:end].rstrip()}{''.join(reversed(signs))}"
        at, before = end, "".join(signs)
        if markdown[end - 1] != "\n":
            # The middle of a line must not become a heading or a list.
            while markdown[at : at + 1] == " ":
                at += 1
            if found := LINE_START.match(markdown, at):
                at, before = found.end(), f"{before}{found[0]}\\"
    yield before + markdown[at:]


def _end(markdown: str, start: int, room: int) -> int:
    """Return how much of the markdown has room from `start` on."""
    low, high = start, min(len(markdown), start + room)
    if weight(markdown[start:high]) <= room:
        return high
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (middle, high) if weight(markdown[start:middle]) <= room else (low, middle)
    return low


def _good_end(markdown: str, start: int, end: int) -> int:
    """Return the end of a line, a sentence or a word before `end`, in this order of preference."""
    middle = (start + end) // 2
    after = [markdown.rfind("\n", middle, end) + 1]
    after += [markdown.rfind(one, middle, end) + 1 for one in _SENTENCE_ENDS]
    return max(after) or markdown.rfind(" ", start + 1, end) + 1 or end


def _whole(markdown: str, start: int, end: int, signs: list[str]) -> tuple[int, list[str]]:
    """Return the last place up to `end` that splits nothing, and the signs open there."""
    signs = signs[:]
    for found in _TOKEN.finditer(markdown, start, end + _LOOK_AHEAD):
        if found.start() >= end:
            break
        if found.end() > end > found.start() > start:
            return found.start(), signs
        if (sign := found["sign"]) in signs:
            signs.remove(sign)
        elif sign:
            signs.append(sign)
    return end, signs
