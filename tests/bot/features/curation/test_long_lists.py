"""No list is cut silently: it is paged, or says how many more there are."""

from collections.abc import Awaitable, Callable

import pytest

from bot.simulator.exchanges import Reply
from lore.curation.drafts import Draft, EntryDraft, QuoteDraft
from lore.pack.model import Kind

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[[Draft], Awaitable[object]]

COUNT = 9


@pytest.fixture
async def lanterns(publish: Publish) -> None:
    """Publish nine quotes by a speaker without an entry, and nine similar places."""
    for number in range(COUNT):
        words = f"Quillon lanterns shine brightly at number {number}."
        await publish(QuoteDraft(words, "Bobbin Threadbare"))
        await publish(EntryDraft(Kind.PLACE, "Grand Inn", f"Number {number}."))


@pytest.mark.usefixtures("lanterns")
@pytest.mark.parametrize("speaker", ["", " speaker:Bobbin Threadbare"])
async def test_all_matching_quotes_are_shown_page_by_page(member: Ask, speaker: str) -> None:
    first = await member(f"/quote text:quillon lanterns shine{speaker}")
    second = await member("press Next")

    assert f"Page 1 of 2, {COUNT} quotes" in first.text
    assert sum(f"number {n}." in first.text + second.text for n in range(COUNT)) == COUNT
    assert (await member("press Previous")).text == first.text


@pytest.mark.usefixtures("lanterns")
async def test_count_of_matching_quotes_is_shown(member: Ask) -> None:
    words = "quillon lanterns shine brightly at number and number and number and number"
    reply = await member(f"/quote text:{words} speaker:Bobbin Threadbare")

    assert f"The first 5 of {COUNT} quotes" in reply.text
    assert "Next" not in reply.buttons


@pytest.mark.usefixtures("lanterns")
async def test_page_of_quotes_leads_to_each_quote(member: Ask) -> None:
    await member("/quote text:quillon lanterns shine private:True")
    second = await member("press Next")

    assert (await member(f"press {second.buttons[-1]}")).ephemeral


@pytest.mark.usefixtures("lanterns")
async def test_did_you_mean_counts_the_entries_it_does_not_show(member: Ask) -> None:
    assert "and 4 more: type more of the name" in (await member("/lore grand inn")).text


@pytest.mark.usefixtures("lanterns")
async def test_quotes_that_could_be_queued_are_counted(curate: Ask) -> None:
    await curate("/qotd set channel:#quotes time:09:00 zone:Europe/Berlin")
    reply = await curate("/qotd queue quote:quillon lanterns shine date:tomorrow")

    assert "and 4 more: give more of its words, or its id." in reply.text


@pytest.mark.usefixtures("lanterns")
async def test_search_finds_quotes_of_a_speaker_without_an_entry(member: Ask) -> None:
    reply = await member("/search bobbin threadbare")

    assert "Quillon lanterns shine brightly" in reply.text
    assert f"{COUNT} passages" in reply.text


async def test_search_says_that_it_shows_the_best_of_more(member: Ask) -> None:
    assert ", the best of more" in (await member("/search ultron")).text
    assert ", the best of more" not in (await member("/search cobie smulders")).text


async def test_entry_lists_all_its_namesakes(member: Ask, publish: Publish) -> None:
    for _ in range(COUNT):
        await publish(EntryDraft(Kind.ARTIFACT, "Helen Cho", "A figure of her."))
    first = await member("/lore helen-cho")
    more = await member("press More")

    assert f" and {COUNT - 8} more\n" in first.text
    assert f"Helen Cho (s.helen-cho-{COUNT})" in more.text
