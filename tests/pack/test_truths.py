"""Statements of the pack that were wrong once, and what its documents say instead."""

import re

from lore.pack.model import Pack


def test_a_line_that_either_of_two_may_have_said_has_no_speaker(pack: Pack) -> None:
    [extinct] = (quote for quote in pack.quotes if quote.id == "he-said-extinct")
    reasons = [line.reason or "" for quote in pack.quotes for line in quote.lines]

    assert extinct.speakers() == ()
    assert not [one for one in reasons if re.search(r"\b(either|may be|might be)\b", one)]
