"""A quote as a card."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby

from lore.pack.model import Attribution
from lore.pictures.drawing import Drawing, Legend, drawing
from lore.pictures.texts import cut_to_width, longest_words, one_line, plain, shown, width_of
from lore.query.answers import QuoteView, SpokenLine
from lore.query.arrangement import said_when
from lore.text.wording import listed

# A card has room for so much, counted in letters.
WORDS = 900
OCCASION = 260
NAME = 60
PLACES = 130


@dataclass(frozen=True, slots=True)
class _Turn:
    """What somebody says before another does, line by line."""

    speaker: str
    inferred: bool
    words: Sequence[str]


def quote_card(quote: QuoteView, legend: Legend) -> Drawing:
    """Return a quote as a card."""
    read = plain if quote.origin else shown
    style = legend.style(quote.tier)
    turns = list(_turns(quote))
    speakers = {line.speaker for line in quote.lines}
    to = listed([one_line(name, NAME) for name in quote.to if name not in speakers])
    told = (said_when(quote), read(quote.occasion.says) if quote.occasion else "")
    occasion = cut_to_width(" · ".join(filter(None, told)), OCCASION)
    where = read(quote.origin.source) if quote.origin else legend.places(quote.cites)
    data = {
        "turns": [asdict(turn) for turn in turns],
        "longest": longest_words(line for turn in turns for line in turn.words),
        "to": to,
        "occasion": occasion,
        "tier": asdict(style),
        "places": cut_to_width(where, PLACES),
    }
    tiers = {quote.tier, *([quote.occasion.tier] if quote.occasion else [])}
    said = (f"{turn.speaker}{_how_known(turn)}: {' '.join(turn.words)}" for turn in turns)
    words = (*said, to and f"Said to {to}.", occasion, f"{style.label}.", where and f"{where}.")
    return drawing("quote", data, words, tiers, quote.cites)


def _turns(quote: QuoteView) -> Iterator[_Turn]:
    """Yield who says what, as far as there is room for it."""
    room = WORDS
    for speaker, lines in groupby(quote.lines, key=lambda line: line.speaker):
        turn = list(lines)
        whole = _said(turn, quote)
        words = cut_to_width(whole, room)
        inferred = any(line.attribution is Attribution.INFERRED for line in turn)
        yield _Turn(
            one_line(speaker or "Unnamed speaker", NAME), inferred, f"“{words}”".split("\n")
        )
        room -= width_of(words)
        if words != whole or room <= 0:
            return


def _said(lines: Sequence[SpokenLine], quote: QuoteView) -> str:
    words = ("\n" if quote.origin else " ").join(line.words for line in lines)
    return plain(words) if quote.origin else shown(words)


def _how_known(turn: _Turn) -> str:
    return " (inferred)" if turn.inferred else ""
