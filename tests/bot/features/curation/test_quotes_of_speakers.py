"""All quotes of one speaker, page by page: the pack's and the server's, each with its tier."""

from collections.abc import Awaitable, Callable

import pytest

from bot.simulator.exchanges import Reply
from lore.curation.dialogues import DraftLine
from lore.curation.drafts import QuoteDraft
from lore.ledger.records import ServerEntry

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[..., Awaitable[ServerEntry]]


async def test_quotes_of_a_speaker_without_an_entry_are_listed_in_pages(
    member: Ask, publish: Publish
) -> None:
    for number in range(6):
        await publish(QuoteDraft(f"Lantern {number}!", "Re: Quillon"))
    await publish(QuoteDraft("Mine!", "Maren", more=(DraftLine("No, mine!", "Re: Quillon"),)))
    await publish(QuoteDraft("Not theirs.", "Ivo"))
    quote = await member('/quote speaker:"re: quillon"')
    first = await member("press All 7 quotes")
    second = await member("press Next")

    assert "All 7 quotes" in quote.buttons
    assert first.ephemeral
    assert first.text.startswith("Quotes of Re: Quillon\nPage 1 of 2, 7 quotes")
    assert "Lantern 5!" in second.text
    assert "Mine! / No, mine!" in second.text
    assert "Not theirs" not in first.text + second.text


async def test_quotes_of_the_pack_and_of_the_server_are_listed_together(
    member: Ask, publish: Publish
) -> None:
    await publish(QuoteDraft("Lanterns out!", "Natasha Romanoff"))
    quote = await member("/quote speaker:natasha")
    [button] = [one for one in quote.buttons if one.startswith("All ")]
    listed = (await member(f"press {button}")).text

    assert "“Lanterns out!” — Natasha Romanoff · Added by this server" in listed
    assert listed.count(" · ") > listed.count("Added by this server") > 0


@pytest.mark.parametrize("speaker", ["Zorblax", "Z" * 100])
async def test_only_quote_of_a_speaker_has_no_list(
    member: Ask, publish: Publish, speaker: str
) -> None:
    await publish(QuoteDraft("Lanterns out!", speaker))
    if len(speaker) > 60:
        await publish(QuoteDraft("Lanterns in!", speaker))

    quote = await member(f"/quote speaker:{speaker}")
    assert not any(one.startswith("All ") for one in quote.buttons)
