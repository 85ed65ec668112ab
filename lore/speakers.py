"""Whose words are asked for: entries that speak, and speakers who have no entry."""

from __future__ import annotations

from collections.abc import Sequence

from lore.answers import DidYouMean, NoQuote, Removed, Unknown
from lore.matching.names import Verdict, verdict
from lore.matching.scoring import How
from lore.naming import CHOICES, by_id, names_whole, unsure
from lore.overlay import VOICE, id_of
from lore.shelf import Shelf


def quotes_of(shelf: Shelf, asked: str) -> Sequence[str] | DidYouMean | NoQuote | Unknown | Removed:
    """Ids of the quotes of whom a name means as a speaker, or what there is to say instead."""
    voice = VOICE + asked.strip().casefold()
    if shelf.speaks(voice):
        return shelf.said_by(voice)
    answer = by_id(shelf, asked)
    if isinstance(answer, Removed):
        return answer
    if answer:
        return shelf.said_by(answer.view.ref.id) or NoQuote(asked, answer.view.ref)
    matches = shelf.names.find(asked, limit=CHOICES, allow=shelf.speaks)
    if not matches or matches[0].how > How.VARIANT:
        anyone = shelf.names.find(asked, limit=CHOICES, allow=shelf.visible())
        if names_whole(asked, anyone) and not shelf.speaks(anyone[0].key):
            key = anyone[0].key
            return shelf.said_by(key) or NoQuote(asked, shelf.ref(id_of(key)))
    if verdict(matches) is Verdict.SURE:
        return shelf.said_by(matches[0].key)
    return unsure(shelf, asked, matches, shelf.speaks)
