"""Existing lore that is similar to a draft."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz

from lore.curation.drafts import EntryDraft, QuoteDraft, Written
from lore.query.answers import Ref, Scope
from lore.query.library import Library
from lore.search.names import Match
from lore.search.normalise import plain
from lore.search.words import cut

# From these scores (of 100) on, a curator is warned. A name with one wrong letter reaches the
# first; two names that merely share a word do not.
CLOSE_NAME = 75.0
CLOSE_TEXT = 85.0

# Copied texts mostly keep their first sentences; short sentences are in many texts by chance.
SENTENCES = 3
SENTENCE_WORDS = 4
# In scripts without spaces a sentence of this many letters is as long.
SENTENCE_LETTERS = 8
# A copy shows in this many characters; searching for a whole long text takes seconds.
SENTENCE_READ = 200

# How many similar names are counted at most.
COUNTED = 100

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？।॥؟۔])\s*|\n+")


class SharedPart(StrEnum):
    """What a draft has in common with existing lore."""

    NAME = "name"
    SAME_NAME = "same name"
    ALIAS = "alias"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Alike:
    """An entry, or a quote (then `ref` is None), that is similar to a draft by `shared`."""

    id: str
    ref: Ref | None
    text: str
    shared: SharedPart


async def alike(
    library: Library, guild_id: int, draft: Written, besides: str | None = None
) -> tuple[Alike, ...]:
    """Return similar lore of the pack and the server, except `besides`, which is being edited."""
    found: dict[str, Alike] = {}
    async for one in _alike(library, draft, Scope(guild_id, library.info.every_tier), besides):
        if one.id != besides:
            found.setdefault(one.id, one)
    return tuple(found.values())


async def _alike(
    library: Library, draft: Written, scope: Scope, besides: str | None
) -> AsyncIterator[Alike]:
    names = (draft.name, *draft.aliases) if isinstance(draft, EntryDraft) else ()
    for name in names:
        await _others_answered()
        for choice in (await library.explain(name, scope, limit=COUNTED)).candidates:
            if (match := choice.match) and match.score >= CLOSE_NAME:
                yield Alike(choice.ref.id, choice.ref, match.name.text, _shared(match))
    quoted = isinstance(draft, QuoteDraft)
    for sentence in _sentences(draft.spoken if isinstance(draft, QuoteDraft) else draft.text):
        await _others_answered()
        for passage in (await library.search(sentence, scope)).passages:
            id = passage.quote_id if quoted else passage.ref and passage.ref.id
            # A note stands at its entry, and is not like itself.
            if id and passage.told_by != besides and _says(passage.text, sentence):
                yield Alike(id, passage.ref, passage.text, SharedPart.TEXT)


def _shared(match: Match) -> SharedPart:
    if match.is_whole:
        return SharedPart.SAME_NAME
    return SharedPart.NAME if match.name.canonical else SharedPart.ALIAS


async def _others_answered() -> None:
    # Comparing twenty aliases with thousands of entries takes a tenth of a second, so others run
    # between.
    await asyncio.sleep(0)


def _sentences(text: str) -> Sequence[str]:
    long = [one for one in _SENTENCE_END.split(text) if _is_long(one)]
    return long[:SENTENCES] or [text]


def _is_long(sentence: str) -> bool:
    words = sentence.split()
    return len(words) >= SENTENCE_WORDS or any(
        len(cut(word)) >= SENTENCE_LETTERS for word in plain(words)
    )


def _says(text: str, sentence: str) -> bool:
    """Return whether a text has a sentence, or nearly; a short one must be a sentence of it."""
    sentence = sentence[:SENTENCE_READ]
    if _is_long(sentence):
        return bool(fuzz.partial_ratio(*plain([sentence, text])) >= CLOSE_TEXT)
    short, *there = plain([sentence, *_SENTENCE_END.split(text)])
    return any(fuzz.ratio(short, one) >= CLOSE_TEXT for one in there)
