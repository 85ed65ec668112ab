"""Shows whatever a look-up of quotes came to."""

from __future__ import annotations

from bot.core.choices import not_found
from bot.core.ids import Meant
from bot.core.page import Layout
from bot.core.rendering import RenderOptions
from bot.features.lookup.ids import AskForEntry
from bot.features.quotes import views
from lore.query.answers import NoQuote, QuoteAnswer, QuoteChoices, Quoted


def result_page(answer: QuoteAnswer, options: RenderOptions, meant: Meant = AskForEntry) -> Layout:
    """Show what a look-up came to; `meant` asks again for the speaker who is chosen."""
    match answer:
        case Quoted(view):
            return views.layout(view, options)
        case QuoteChoices():
            return views.choices(answer, options)
        case NoQuote():
            return views.no_quote(answer)
        case _:
            return not_found(answer, options, meant)
