"""The page for the result of a look-up of quotes."""

from __future__ import annotations

from bot.core.choices import not_found
from bot.core.ids import Meant
from bot.core.page import Layout
from bot.core.rendering import RenderOptions
from bot.features.lookup.ids import AskForEntry
from bot.features.quotes import views
from lore.query.answers import NoQuote, QuoteAnswer, QuoteChoices, Quoted


def result_page(answer: QuoteAnswer, options: RenderOptions, meant: Meant = AskForEntry) -> Layout:
    """Return the page for a result; buttons made by `meant` ask again with the chosen speaker."""
    match answer:
        case Quoted(view):
            return views.quote_page(view, options)
        case QuoteChoices():
            return views.choices(answer, options)
        case NoQuote():
            return views.no_quote_page(answer)
        case _:
            return not_found(answer, options, meant)
