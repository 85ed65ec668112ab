"""Quotes by their ids, however those are typed, and as long as they are being typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from lore.ids import bare, qualified
from lore.query.answers import QuoteView
from lore.query.resolve import COMPLETIONS
from lore.query.server_layer import id_of
from lore.query.visible_lore import VisibleLore
from lore.search.passages import PLAUSIBLE
from lore.search.scripts import plain_letters

# In the label of a choice the id stands before its words.
AFTER = ": "
_WORD = re.compile(r"[^\W_]+")


def plain(typed: str) -> str:
    """An id as it is written: small letters, hyphens, and no sign before it."""
    return "-".join(_WORD.findall(plain_letters(typed).casefold()))


def typed(shelf: VisibleLore, text: str) -> QuoteView | None:
    """The quote that is meant by its id, or by the label of a choice."""
    id = text.partition(AFTER)[0].strip()
    spelt = plain(id)
    candidates = (id, spelt, qualified(shelf.views.number, spelt))
    return next((quote for one in candidates if (quote := shelf.quote(one))), None)


def completions(shelf: VisibleLore, typed: str) -> tuple[QuoteView, ...]:
    """The quotes that an id or words typed so far may become, those with such an id first."""
    quotes = [quote for id in shelf.quotes() if (quote := shelf.quote(id))]
    id, words = plain(typed), typed.strip().casefold()
    found = {quote.id: quote for quote in quotes if bare(quote.id).startswith(id)}
    found |= {quote.id: quote for quote in quotes if id in bare(quote.id)}
    # What is the beginning of an id is no misspelt word.
    near = () if found else _alike(shelf, typed)
    for quote in quotes:
        if any(words in line.words.casefold() for line in quote.lines):
            found.setdefault(quote.id, quote)
    for quote in near:
        found.setdefault(quote.id, quote)
    return tuple(islice(found.values(), COMPLETIONS))


def _alike(shelf: VisibleLore, typed: str) -> Iterator[QuoteView]:
    for hit in shelf.quotes_like(typed, COMPLETIONS, None):
        if hit.score >= PLAUSIBLE and (like := shelf.quote(id_of(shelf.locate(hit.key).key))):
            yield like
