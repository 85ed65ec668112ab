"""What the search in the pages looks through: names, then what entries and quotes say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from lore.catalogue.database import Catalogue
from lore.pack.model import Tiers
from lore.query.answers import EntryView, QuoteView
from lore.query.arrangement import came_of, speakers
from lore.query.passages import said
from lore.site.addresses import entry_page, quote_page
from lore.text.characters import visible


def search_data(
    catalogue: Catalogue, entries: Iterable[EntryView], quotes: Iterable[QuoteView], tiers: Tiers
) -> bytes:
    """Return a script that hands names and passages to the page, each with its tier."""
    pages: list[list[Any]] = []
    names: list[list[Any]] = []
    passages: list[list[Any]] = []
    for view in entries:
        at, tier = len(pages), view.ref.tier
        kind = view.ref.kind.value.capitalize()
        pages.append([entry_page(view.ref.id), view.ref.title, kind, tier, _first(view)])
        names += ([at, known, name] for name, known in _names(catalogue, view, tiers))
        passages += ([at, ref.tier, text] for text, ref in said(view.ref.id, view))
    for quote in quotes:
        at = len(pages)
        pages.append(
            [quote_page(quote.id), quote_title(quote), "Quote", quote.tier, ["", quote.tier]]
        )
        passages += ([at, quote.tier, line.words] for line in quote.lines)
        if quote.occasion:
            passages.append([at, quote.occasion.tier, quote.occasion.says])
    data = {"pages": pages, "names": names, "passages": passages}
    return b"window.LORE = " + orjson.dumps(_cleaned(data)) + b";\n"


def _first(view: EntryView) -> list[str]:
    """Return what an entry is in short, and how that is known."""
    first = came_of(view)
    return [first.says, first.tier]


def _names(catalogue: Catalogue, view: EntryView, tiers: Tiers) -> Iterator[tuple[str, str]]:
    """Yield all names of an entry, those too by which people ask; each with its tier."""
    yield view.ref.name, view.ref.tier
    yield from ((alias.says, alias.tier) for alias in view.aliases)
    for other in catalogue.entries[view.ref.id].found_by:
        if other.tier is None or other.tier in tiers:
            yield other.name, other.tier or view.ref.tier


def quote_title(quote: QuoteView) -> str:
    """Return the beginning of a quote and who says it, as its name."""
    words = " / ".join(line.words for line in quote.lines)
    short = words if len(words) <= 80 else f"{words[:79].rstrip()}…"
    who = " and ".join(speakers(quote.lines)) or "unnamed speaker"
    return f"“{short}” — {who}"


def _cleaned(data: Any) -> Any:
    """Return the data without characters that only hide."""
    match data:
        case str():
            return visible(data)
        case list():
            return [_cleaned(one) for one in data]
        case dict():
            return {key: _cleaned(one) for key, one in data.items()}
    return data
