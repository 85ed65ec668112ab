"""Several lines with their speakers as one text, as the form of a dialogue holds it.

A line is `Speaker: words`; what goes on with a line stands below it, two spaces further in.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pydantic import with_config

_FURTHER_IN = "  "

# A colon is the end of a speaker's name where a space or nothing follows, unless a \ is before it.
# What is longer is no name, but words with a colon in them.
_SPOKEN = re.compile(r"(?P<speaker>(?:\\.|[^\\:]|:(?!\s|\Z)){0,200}+):(?:\s|\Z)")
_SIGNS = re.compile(r"\\|:(?=\s|\Z)")
_ESCAPED = re.compile(r"\\([\\:])")


@with_config(extra="forbid")
@dataclass(frozen=True, slots=True)
class DraftLine:
    """What one speaker says; a speaker who is not known is empty."""

    words: str
    speaker: str = ""


def written_dialogue(lines: Iterable[DraftLine]) -> str:
    """Return lines as the text of a form."""
    return "\n".join(map(_written, lines))


def read_dialogue(typed: str) -> Iterator[DraftLine]:
    """Yield the lines in the text of a form; what names no speaker goes on with what one says."""
    speaker, words = "", list[str]()
    for line in typed.splitlines():
        spoken = None if line.startswith(_FURTHER_IN) else _SPOKEN.match(line)
        if spoken is None:
            words.append(line.removeprefix(_FURTHER_IN))
            continue
        yield DraftLine("\n".join(words), speaker)
        speaker = _ESCAPED.sub(r"\1", spoken["speaker"])
        words = [line[spoken.end() :]]
    yield DraftLine("\n".join(words), speaker)


def _written(line: DraftLine) -> str:
    speaker = _SIGNS.sub(r"\\\g<0>", line.speaker)
    first, *others = line.words.split("\n")
    return "\n".join([f"{speaker}: {first}", *(other and _FURTHER_IN + other for other in others)])
