"""Whose words are asked for: entries that speak, and speakers who have no entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lore.query import labels
from lore.query.answers import DidYouMean, NoQuote, Removed, Unknown
from lore.query.resolve import CHOICES, by_id, names_whole, unsure
from lore.query.server_layer import id_of
from lore.query.visible_lore import VisibleLore
from lore.search.names import Verdict, verdict
from lore.search.scoring import MatchType

Nobody = DidYouMean | NoQuote | Unknown | Removed


def meant(shelf: VisibleLore, asked: str) -> str | Nobody:
    """The key of whom a name means as a speaker, or what there is to say instead."""
    voice = shelf.layer.voice(asked.strip())
    if voice and voice in shelf.heard:
        return voice
    asked = labels.meant(shelf, asked)
    answer = by_id(shelf, shelf.typed(asked))
    if isinstance(answer, Removed):
        return answer
    if answer:
        return _heard(shelf, asked, answer.view.ref.id)
    matches = shelf.speakers.find(asked, limit=CHOICES)
    if not matches or matches[0].how > MatchType.VARIANT:
        anyone = shelf.names(None).find(asked, limit=CHOICES)
        if names_whole(asked, anyone) and anyone[0].key not in shelf.heard:
            return _heard(shelf, asked, anyone[0].key)
    if verdict(matches) is Verdict.SURE:
        return matches[0].key
    doubt = unsure(shelf, asked, matches, shelf.speakers, shelf.speakers)
    return replace(doubt, speaking=True) if isinstance(doubt, Unknown) else doubt


def quotes_of(shelf: VisibleLore, asked: str) -> Sequence[str] | Nobody:
    """Ids of the quotes of whom a name means as a speaker, or what there is to say instead."""
    key = meant(shelf, asked)
    return shelf.said_by(key) if isinstance(key, str) else key


def said_by(shelf: VisibleLore, speaker: str) -> Sequence[str]:
    """Ids of the quotes of an entry, or of somebody who has none under that very name."""
    voice = shelf.layer.voice(speaker)
    return shelf.said_by(voice) if voice and voice in shelf.heard else shelf.quotes(speaker)


def _heard(shelf: VisibleLore, asked: str, key: str) -> str | NoQuote:
    return key if shelf.said_by(key) else NoQuote(asked, shelf.ref(id_of(key)))
