"""Quotes: words exactly as a source has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, StringConstraints

from lore.pack.model.base import Attribution, Id, Line, Model, Sentence, Spoiler
from lore.pack.model.cite import Cite, Statement


class QuoteLine(Model):
    """Words exactly as a source has them, and who says them."""

    words: Annotated[str, StringConstraints(min_length=1, max_length=400)]
    paragraph: Annotated[int, Field(ge=1)]
    speaker: Id | None = None
    speaker_name: Line | None = Field(None, description="Who says them, if no entry tells of them.")
    attribution: Attribution = Attribution.STATED
    reason: Sentence | None = Field(None, description="Why the speaker is inferred.")


class Quote(Spoiler):
    """Words said: one line, or an exchange of several."""

    id: Id
    source: str
    lines: Annotated[tuple[QuoteLine, ...], Field(min_length=1, max_length=6)]
    to: tuple[Id, ...] = ()
    occasion: Statement | None = None
    event: Id | None = None

    def speakers(self) -> tuple[str, ...]:
        """Return ids of those who speak, in order of their first line."""
        return tuple(dict.fromkeys(line.speaker for line in self.lines if line.speaker))

    def spoken(self) -> Iterator[Cite]:
        """Yield where each of its lines stands."""
        for line in self.lines:
            yield Cite(source=self.source, paragraph=line.paragraph, words=line.words)

    def cites(self) -> Iterator[Cite]:
        """Yield where its lines and its occasion stand."""
        yield from self.spoken()
        if self.occasion:
            yield from self.occasion.cites
