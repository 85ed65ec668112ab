"""`/bio`, `/event`, `/lore`: entries by their names; and how other features show entries."""

from bot.features.lookup.completing import entry_choices, offers
from bot.features.lookup.entry import blocks as entry_blocks
from bot.features.lookup.entry import short_page as short_entry_page
from bot.features.lookup.entry import with_article
from bot.features.lookup.menus import jumps
from bot.features.lookup.results import send_entry
from bot.features.lookup.sources import sentences_on_page
from bot.features.lookup.text import note_block

__all__ = [
    "entry_blocks",
    "entry_choices",
    "jumps",
    "note_block",
    "offers",
    "send_entry",
    "sentences_on_page",
    "short_entry_page",
    "with_article",
]
