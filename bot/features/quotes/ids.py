"""The custom_ids of quotes; messages of years ago carry them, so no meaning may change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.core.ids import ComponentId, Slug, part
from bot.core.limits import CUSTOM_ID

# The greatest length of a speaker's name, for a speaker without an entry.
SPEAKER = 60


@dataclass(frozen=True)
class ShowQuote(ComponentId):
    """Answer with the quote that was chosen."""

    family = "quote"
    label = "showquote"
    private: bool
    quote_id: Slug


@dataclass(frozen=True)
class ShowQuoteSources(ComponentId):
    """Show, to whoever presses, where a quote stands."""

    family = "cited"
    quote_id: Slug


@dataclass(frozen=True)
class QuoteSpeaker(ComponentId):
    """Answer with a quote of the chosen speaker, by words or by chance."""

    family = "said"
    private: bool
    speaker: str
    words: str


@dataclass(frozen=True)
class ListQuotesLike(ComponentId):
    """Turn to a page of the quotes that half-remembered words may come from."""

    family = "like"
    private: bool
    page: int
    speaker: str
    words: str


@dataclass(frozen=True)
class ListQuotesOf(ComponentId):
    """List an entry's quotes for whoever presses; with a page, turn that list."""

    family = "quotes"
    entry_id: Slug
    page: int | None = None


@dataclass(frozen=True)
class ListQuotesBy(ComponentId):
    """List a speaker's quotes for whoever presses; with a page, turn that list."""

    family = "by"
    page: int | None
    speaker: str


def quotes_by(page: int | None, speaker: str) -> ListQuotesBy | None:
    """Return the custom_id of a page of a speaker's quotes; None if the name does not fit."""
    id = ListQuotesBy(page, speaker)
    return id if len(str(id)) <= CUSTOM_ID - len("1000") else None


def speaking(words: str) -> Callable[[bool, str], QuoteSpeaker]:
    """Return a factory of custom_ids that ask for these words, or any, of a chosen speaker."""

    def meant(private: bool, speaker: str) -> QuoteSpeaker:
        speaker = part(speaker)[:SPEAKER]
        room = CUSTOM_ID - len(str(QuoteSpeaker(private, speaker, "")))
        return QuoteSpeaker(private, speaker, part(words)[:room])

    return meant


def quotes_like(private: bool, page: int, speaker: str, words: str) -> ListQuotesLike | None:
    """Return the custom_id of a page of quotes with such words; None if they do not fit."""
    id = ListQuotesLike(private, page, part(speaker), part(words))
    return id if len(str(id)) <= CUSTOM_ID else None
