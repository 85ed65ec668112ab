"""`/quote`: words said; and how other features show quotes."""

from bot.features.quotes.completing import quote_offers
from bot.features.quotes.results import result_page
from bot.features.quotes.views import blocks as quote_blocks
from bot.features.quotes.views import quote_page, quote_summary

__all__ = [
    "quote_blocks",
    "quote_offers",
    "quote_page",
    "quote_summary",
    "result_page",
]
