"""The sentences of an entry, of which a server may tell one otherwise."""

from __future__ import annotations

from discord.app_commands import Choice

from bot.core.text import QUERY, cut
from lore.errors import LoreError
from lore.query.answers import EntryView
from lore.query.arrangement import statements
from lore.query.resolve import COMPLETIONS, LONGEST_LABEL
from lore.search.normalise import caseless


class NoSentenceError(LoreError):
    """An entry does not tell a sentence; the text says what to do."""


def sentence_choices(view: EntryView, typed: str) -> list[Choice[str]]:
    """Return the sentences of an entry that hold what is typed."""
    found = [one for one in _sentences(view) if caseless(typed) in caseless(one)]
    return [
        Choice(name=cut(one, LONGEST_LABEL), value=one[:LONGEST_LABEL])
        for one in found[:COMPLETIONS]
    ]


def sentence_meant(view: EntryView, typed: str) -> str:
    """Return the sentence of an entry that begins as typed; NoSentenceError if none does."""
    # Where the list shows a long sentence, it is cut.
    beginning = caseless(" ".join(typed.split()).removesuffix("…"))
    for one in _sentences(view):
        if caseless(one).startswith(beginning):
            return one
    raise NoSentenceError(
        f"{view.ref.name} has no sentence that begins with “{cut(typed, QUERY)}”. "
        "Pick one from the list that opens once the name is chosen."
    )


def _sentences(view: EntryView) -> list[str]:
    return [*dict.fromkeys(" ".join(one.says.split()) for one in statements(view))]
