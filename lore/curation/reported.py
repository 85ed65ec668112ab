"""What a member can say is wrong: an entry or a quote as it is told now, sentence by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s
from typing import Literal

from lore.errors import LoreError
from lore.ledger.records import Reported, ReportedCite
from lore.pack.model import SERVER, PackInfo, Tier
from lore.query.answers import EntryView, Found, QuoteView, Scope
from lore.query.arrangement import SourcedSentence, statements
from lore.query.library import Library

# How much of a quote stands for its name.
NAME = 80


class NotToldError(LoreError):
    """What was to be reported is not told any more, or not to this member."""


@dataclass(frozen=True, slots=True)
class Subject:
    """An entry or a quote, and all that can be wrong with it."""

    form: Literal["entry", "quote"]
    id: str
    name: str
    tier: Tier
    sentences: Sequence[SourcedSentence]

    def reported(self, key: str, info: PackInfo) -> Reported:
        """Return what a report says of it; an empty key means no sentence, or the only one.

        NotToldError if it no longer has a sentence with that key.
        """
        told: SourcedSentence | None = None
        if key:
            told = next((one for one in self.sentences if key_of(one) == key), None)
            if told is None:
                raise NotToldError(
                    "That sentence is told differently now. Open the sources anew, and see "
                    "whether it is still wrong."
                )
        elif len(self.sentences) == 1:
            [told] = self.sentences
        pack = "" if self.tier == SERVER else info.id
        about = Reported(self.form, self.id, self.name, self.tier, pack)
        return with_sentence(about, told, info) if told else about

    def still_tells(self, about: Reported) -> bool:
        """Return whether it has the reported sentence, if there is one, word for word."""
        return not about.sentence or about.sentence in (one.says for one in self.sentences)


def with_sentence(about: Reported, told: SourcedSentence, info: PackInfo) -> Reported:
    """Return what is reported with a sentence of it and the titles of its sources."""
    cites = tuple(
        ReportedCite(cite.source, info.source(cite.source).title, cite.paragraph, cite.words)
        for cite in told.cites
    )
    return replace(about, sentence=told.says, sentence_tier=told.tier, cites=cites)


def key_of(sentence: SourcedSentence) -> str:
    """Return a short key of a sentence, the same wherever it stands."""
    return blake2s(sentence.says.encode(), digest_size=8).hexdigest()


async def subject(
    library: Library, scope: Scope, form: Literal["entry", "quote"], id: str
) -> Subject | None:
    """Return what is told under an id; None if it is not told within that scope."""
    if form == "quote":
        quote = await library.find_quote(id, scope)
        return _of_quote(quote) if quote else None
    found = await library.entry(id, scope)
    return _of_entry(found.view) if isinstance(found, Found) else None


def _of_entry(view: EntryView) -> Subject:
    said = [one for one in statements(view) if one.cites]
    if view.origin:
        # What a server adds has no cites; its text is one statement.
        said = [SourcedSentence(one.says, (), one.tier) for one in view.text]
    return Subject("entry", view.ref.id, view.ref.name, view.ref.tier, said)


def _of_quote(quote: QuoteView) -> Subject:
    words = "\n".join(line.words for line in quote.lines)
    whole = SourcedSentence(words, quote.cites, quote.tier)
    name = " ".join(words[:NAME].split()) + ("…" if len(words) > NAME else "")
    return Subject("quote", quote.id, name, quote.tier, [whole])
