"""Which quotes are asked for: by the id of one, or by the name of who speaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from lore.ids import bare, qualified
from lore.query.answers import DidYouMean, NoQuote, QuoteView, Removed, Unknown
from lore.query.resolve import CHOICES, COMPLETIONS, by_id, id_of_label, names_whole, unsure
from lore.query.server_layer import id_of
from lore.query.visible_lore import VisibleLore
from lore.search.names import Verdict, verdict
from lore.search.names import asked as as_question
from lore.search.passages import PLAUSIBLE
from lore.search.scoring import MatchType
from lore.search.scripts import plain_letters

# In the label of a choice the id stands before its words.
AFTER_ID = ": "
_WORD = re.compile(r"[^\W_]+")

Nobody = DidYouMean | NoQuote | Unknown | Removed


def plain_id(typed: str) -> str:
    """Return an id as it is written: small letters, hyphens, and no sign before it."""
    return "-".join(_WORD.findall(plain_letters(typed).casefold()))


def quote_by_typed_id(visible: VisibleLore, typed: str) -> QuoteView | None:
    """Return the quote that is meant by its id, or by the label of a choice."""
    id = typed.partition(AFTER_ID)[0].strip()
    spelt = plain_id(id)
    candidates = (id, spelt, qualified(visible.views.number, spelt))
    return next((quote for one in candidates if (quote := visible.quote(one))), None)


def quote_completions(visible: VisibleLore, typed: str) -> tuple[QuoteView, ...]:
    """Return quotes that an id or words typed so far may become, those with such an id first."""
    found: dict[str, QuoteView] = {}
    for quote in _completions(visible, typed):
        found.setdefault(quote.id, quote)
        if len(found) == COMPLETIONS:
            break
    return tuple(found.values())


def _completions(visible: VisibleLore, typed: str) -> Iterator[QuoteView]:
    id = plain_id(typed)
    holding = [(one, at) for one in visible.quotes() if (at := bare(one).find(id)) >= 0]
    holding.sort(key=lambda one: one[1] > 0)
    found = [quote for one, _ in islice(holding, COMPLETIONS) if (quote := visible.quote(one))]
    yield from found
    yield from visible.quotes_holding(typed.strip().casefold())
    # What is the beginning of an id is no misspelt word.
    if not found:
        yield from _alike(visible, typed)


def _alike(visible: VisibleLore, typed: str) -> Iterator[QuoteView]:
    for hit in visible.quotes_like(typed, COMPLETIONS, None):
        # What is not plausible is not read.
        if hit.score < PLAUSIBLE:
            continue
        if quote := visible.quote(id_of(visible.locate(hit.key).key)):
            yield quote


def find_speaker(visible: VisibleLore, asked: str) -> str | Nobody:
    """Return the key of whom a name means as a speaker, or what there is to say instead."""
    voice = visible.layer.voice(asked.strip())
    if voice and voice in visible.speaker_keys:
        return voice
    asked = id_of_label(visible, asked)
    answer = by_id(visible, visible.full_id(asked))
    if isinstance(answer, Removed):
        return answer
    if answer:
        return _heard(visible, asked, answer.view.ref.id)
    if visible.hides_name(asked):
        return Unknown(asked, speaking=True)
    question = as_question(asked)
    matches = visible.speakers.find(question, limit=CHOICES)
    if not matches or matches[0].match_type > MatchType.VARIANT:
        anyone = visible.names(None).find(question, limit=CHOICES)
        if names_whole(asked, anyone) and anyone[0].key not in visible.speaker_keys:
            return _heard(visible, asked, anyone[0].key)
    if verdict(matches) is Verdict.SURE:
        return matches[0].key
    doubt = unsure(visible, asked, matches, visible.speakers, visible.speakers)
    return replace(doubt, speaking=True) if isinstance(doubt, Unknown) else doubt


def quotes_of(visible: VisibleLore, asked: str) -> Sequence[str] | Nobody:
    """Return ids of the quotes of whom a name means, or what there is to say instead."""
    key = find_speaker(visible, asked)
    return visible.said_by(key) if isinstance(key, str) else key


def said_by(visible: VisibleLore, speaker: str) -> Sequence[str]:
    """Return ids of the quotes of an entry, or of somebody without one under that very name."""
    voice = visible.layer.voice(speaker)
    if voice and voice in visible.speaker_keys:
        return visible.said_by(voice)
    return visible.quotes(speaker)


def _heard(visible: VisibleLore, asked: str, key: str) -> str | NoQuote:
    return key if visible.said_by(key) else NoQuote(asked, visible.ref(id_of(key)))
