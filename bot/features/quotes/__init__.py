"""`/quote`: words said; and how other features show quotes."""

from bot.features.quotes.completing import quote_offers
from bot.features.quotes.results import result_page
from bot.features.quotes.views import blocks as quote_blocks
from bot.features.quotes.views import in_short
from bot.features.quotes.views import layout as quote_page

__all__ = ["in_short", "quote_blocks", "quote_offers", "quote_page", "result_page"]
