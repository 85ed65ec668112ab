"""Several messages as one quote, in the order in which they were said."""

import re
from bisect import bisect
from collections.abc import Sequence
from dataclasses import replace

from lore.curation.drafts import QuoteDraft

_LINK = re.compile(r"https://\S{1,200}")


def joined(
    draft: QuoteDraft, messages: Sequence[int], added: QuoteDraft, message: int
) -> tuple[QuoteDraft, tuple[int, ...]]:
    """Return a quote made of messages with one more, and the ids of all, which tell their order.

    Where the lines of the quote are no longer those of its messages, the new one stands last. It
    links to the first message, unless something else was typed as its source.
    """
    in_order = len(messages) == len(draft.lines)
    at = bisect(messages, message) if in_order else len(messages)
    line = at if in_order else len(draft.lines)
    first, *more = (*draft.lines[:line], *added.lines, *draft.lines[line:])
    linked = line == 0 and _LINK.fullmatch(draft.source)
    together = replace(
        draft,
        words=first.words,
        speaker=first.speaker,
        more=tuple(more),
        source=added.source if linked else draft.source,
        date=min(filter(None, (draft.date, added.date)), default=""),
        image=draft.image or added.image,
    )
    return together, (*messages[:at], message, *messages[at:])
