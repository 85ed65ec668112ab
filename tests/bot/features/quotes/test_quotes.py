"""`/quote` on the rehearsal."""

import re
from collections.abc import Awaitable, Callable

import pytest

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.server import Simulator
from lore.curation.drafts import QuoteDraft
from lore.ledger.records import Actor
from lore.pack.model import Pack

Ask = Callable[[str], Awaitable[Reply]]


async def test_a_quote_of_a_speaker_tells_who_to_whom_when_and_from_where(ask: Ask) -> None:
    text = (await ask("/quote speaker:raina")).text

    assert text.startswith("“Consequences are upon us.")
    assert "— Raina to Jiaying" in text
    assert "Raina tells Jiaying" in text
    assert "Quote men-made-of-metal" in text
    assert "003 Article on the Ultron Offensive: " in text


async def test_without_an_option_a_quote_is_drawn_by_chance(ask: Ask) -> None:
    drawn = {(await ask("/quote")).text for _ in range(8)}

    assert len(drawn) > 1


async def test_a_quote_by_its_id(ask: Ask) -> None:
    text = (await ask("/quote id:peace-in-my-time")).text

    assert text.index("I'm ready") < text.index("What mission?") < text.index("Peace in my time")


async def test_an_inferred_speaker_is_told_with_the_reason(ask: Ask) -> None:
    text = (await ask("/quote id:this-is-the-next-me")).text

    assert "Ultron is inferred as the speaker: The article names no speaker" in text


async def test_a_quote_of_fan_fiction_is_marked(ask: Ask) -> None:
    assert "Fan fiction · Quote" in (await ask("/quote id:knows-more-about-us")).text


async def test_half_remembered_words_find_their_quote(ask: Ask) -> None:
    assert "“This is the next me.”" in (await ask("/quote text:this is the next")).text


@pytest.mark.parametrize("id", ["Peace-In-My-Time", "#peace-in-my-time", "“Peace in my time.”"])
async def test_an_id_need_not_be_written_as_it_stands(ask: Ask, id: str) -> None:
    assert "Quote peace-in-my-time\n" in (await ask(f"/quote id:{id}")).text


@pytest.mark.parametrize("typed", ["peace-i", "in my ti", "i'm on a miss", "peice in my time"])
async def test_ids_are_completed_from_ids_and_words(ask: Ask, typed: str) -> None:
    choices = (await ask(f"complete /quote id:{typed}")).choices

    assert [choice["value"] for choice in choices] == ["peace-in-my-time"]
    assert choices[0]["name"].startswith("peace-in-my-time: I'm ready.")


async def test_an_id_of_fan_fiction_says_so_in_the_list(ask: Ask) -> None:
    choices = (await ask("complete /quote id:knows-more")).choices

    assert [choice["name"][-14:] for choice in choices] == [" · Fan fiction"]


@pytest.mark.parametrize("line", ["/quote id:no-such-quote", "/quote text:zxqw vbnk"])
async def test_a_quote_that_is_not_there_is_said_to_the_asker_alone(ask: Ask, line: str) -> None:
    reply = await ask(line)

    assert reply.text.startswith("Nothing found\n")
    assert line.split(":")[1] in reply.text
    assert reply.ephemeral


async def test_somebody_who_is_never_quoted_is_said_to_be(ask: Ask) -> None:
    reply = await ask("/quote speaker:erik selvig")

    assert reply.text == "No quotes\nErik Selvig has an entry but is quoted nowhere here."
    assert reply.ephemeral


async def test_words_of_another_than_was_asked_of_are_shown_as_theirs(ask: Ask) -> None:
    text = (await ask('/quote speaker:thor text:"peace in my time"')).text

    assert text.startswith("“thor” does not say this; the words are of:\n")
    assert "Peace in my time." in text


async def test_a_word_that_stands_in_several_quotes_offers_them(ask: Ask) -> None:
    assert (await ask("/quote text:people")).text.startswith("Which of these?\n")


async def test_who_misspells_somebody_never_quoted_reads_that_nobody_so_called_speaks(
    ask: Ask,
) -> None:
    text = (await ask("/quote speaker:lokk")).text

    assert text.startswith("Nothing found\nNobody called “lokk” speaks in a quote.\n")
    assert "no entry" not in text


async def test_whoever_is_named_among_other_words_is_offered_as_a_speaker(ask: Ask) -> None:
    reply = await ask("/quote speaker:vision quicksilver hulk")

    assert "speaks in a quote." in reply.text
    assert reply.buttons == ["Pietro Maximoff", "Bruce Banner"]


async def test_who_was_meant_by_a_speaker_is_quoted(ask: Ask) -> None:
    await ask("/quote speaker:maximof")
    reply = await ask("press Wanda Maximoff")

    assert re.search("\n— .*Wanda Maximoff", reply.text)
    assert not reply.ephemeral


async def test_who_was_meant_by_a_speaker_is_quoted_with_the_words_asked_for(ask: Ask) -> None:
    await ask("/quote speaker:maximof text:wasting our time private:True")
    reply = await ask("press Wanda Maximoff")

    assert "Quote wasting-our-time" in reply.text
    assert reply.ephemeral


async def test_an_id_and_another_speaker_are_answered_by_the_id_and_it_is_said(ask: Ask) -> None:
    other = (await ask("/quote id:men-made-of-metal speaker:thor")).text
    own = (await ask("/quote id:men-made-of-metal speaker:rainna")).text

    assert other.startswith("It was found by its id; “thor” does not speak in it.\n“Conseq")
    assert own.startswith("“Conseq")


async def test_that_words_beside_an_id_were_not_looked_for_is_said(ask: Ask) -> None:
    text = (await ask("/quote id:men-made-of-metal text:peace")).text

    assert text.startswith("It was found by its id; the words were not looked for.\n“Conseq")


async def test_speakers_are_completed_from_those_who_are_quoted(ask: Ask, pack: Pack) -> None:
    quoted = {id for quote in pack.quotes for id in (*quote.speakers(), quote.event)}
    choices = (await ask("complete /quote speaker:")).choices

    assert choices
    assert {choice["value"] for choice in choices} <= quoted


async def test_a_button_of_a_quote_shows_its_speaker_privately(ask: Ask) -> None:
    await ask("/quote speaker:raina")
    reply = await ask("press Raina")

    assert reply.text.startswith("Raina\nCharacter")
    assert reply.ephemeral


@pytest.mark.parametrize(
    ("speaker", "speaks"),
    [("Zoë", True), ("zoë", True), ("Zoe", False), ("ZOE", False), ("zoé", True), ("Thor", False)],
)
async def test_whether_somebody_speaks_in_a_quote_is_told_by_who_is_meant(
    ask: Ask, lore_bot: LoreBot, simulator: Simulator, speaker: str, speaks: bool
) -> None:
    state = simulator.state
    for number, name in enumerate(("Zoë", "Zoe")):
        draft = QuoteDraft(f"Said {name}.", speaker=name)
        by = Actor(number, state.curator.id, state.clock())
        await lore_bot.services.curation.publish(state.server(1).id, draft, by)

    text = (await ask(f"/quote id:s1 speaker:{speaker}")).text

    assert "Said Zoë." in text
    assert ("does not speak in it" in text) is not speaks


async def test_ids_are_completed_from_words_without_their_marks(
    ask: Ask, lore_bot: LoreBot, simulator: Simulator
) -> None:
    state = simulator.state
    by = Actor(1, state.curator.id, state.clock())
    draft = QuoteDraft("Der Käfer schläft über dem Café.")
    await lore_bot.services.curation.publish(state.server(1).id, draft, by)

    for typed in ("kafer", "Käfer schl", "cafe"):
        choices = (await ask(f"complete /quote id:{typed}")).choices
        assert "s1" in [choice["value"] for choice in choices]
