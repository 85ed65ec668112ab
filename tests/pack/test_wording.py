"""The pack tells in its own words what its documents tell."""

import re
from collections.abc import Iterator
from pathlib import Path

from lore.pack import documents
from lore.pack.model import Entry, Event, Pack

QUOTED = re.compile(r'"[^"]*"')
WORD = re.compile(r"(?:\w\.){2,}\w?|\w+(?:['’]\w+)*")

# A run of so many words in a row is copied.
COPIED = 9

Run = tuple[str, ...]


def test_no_sentence_is_copied_from_a_document(pack: Pack, documents_folder: Path) -> None:
    texts, _ = documents.load(pack.info, documents_folder)
    read = {run for text in texts.values() for one in text.paragraphs for run in runs(one)}
    copied = [" ".join(run) for says in sentences(pack) for run in runs(says) if run in read]

    assert copied == []


def sentences(pack: Pack) -> Iterator[str]:
    """Yield all that the pack itself says, without the words it quotes."""
    for entry in pack.entries:
        yield from (QUOTED.sub("|", says) for says in told(entry))
    for quote in pack.quotes:
        yield QUOTED.sub("|", quote.occasion.says)
        yield from (QUOTED.sub("|", line.reason) for line in quote.lines if line.reason)


def told(entry: Entry) -> Iterator[str]:
    """Yield all that an entry says."""
    statements = [*entry.text, *filter(None, (entry.lead, entry.status))]
    for difference in entry.differences:
        yield difference.about
        yield difference.differs
        statements += difference.accounts
    if isinstance(entry, Event):
        yield from (one.did for one in entry.participants)
        statements += filter(None, (entry.outcome,))
    yield from (one.says for one in statements)


def runs(text: str) -> set[Run]:
    """Return every row of words of that length."""
    words = WORD.findall(text.casefold())
    return set(zip(*(words[start:] for start in range(COPIED)), strict=False))
