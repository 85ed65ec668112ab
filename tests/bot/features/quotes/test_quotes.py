"""`/quote` against the simulator."""

import re
from collections.abc import Awaitable, Callable

import pytest

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from lore.curation.drafts import QuoteDraft
from lore.ledger.records import Actor
from lore.pack.model import Pack

Ask = Callable[[str], Awaitable[Reply]]


async def test_quote_shows_speaker_listener_occasion_and_source(ask: Ask) -> None:
    text = (await ask("/quote speaker:raina")).text

    assert text.startswith("“Consequences are upon us.")
    assert "— Raina, to Jiaying" in text
    assert "Raina tells Jiaying" in text
    assert "\nOther canon · Article on the Ultron Offensive ¶4–5, 8" in text


async def test_quote_without_options_is_random(ask: Ask) -> None:
    drawn = {(await ask("/quote")).text for _ in range(8)}

    assert len(drawn) > 1


async def test_quotes_of_all_tiers_are_drawn_alike_where_a_server_wants_it(
    ask: Ask, curate: Ask, session: SimSession, pack: Pack
) -> None:
    await curate("/settings")
    await curate("choose Quotes: all tiers alike")
    await session.play("as asker")
    drawn = {(await ask("/quote")).text for _ in pack.quotes}

    assert len(drawn) == len(pack.quotes)


async def test_quote_is_found_by_its_id(ask: Ask) -> None:
    text = (await ask("/quote id:peace-in-my-time")).text

    assert text.index("I'm ready") < text.index("What mission?") < text.index("Peace in my time")


async def test_inferred_speaker_is_shown_with_the_reason(ask: Ask) -> None:
    quote = await ask("/quote id:this-is-the-next-me")
    sources = await ask("press Sources")

    assert "(speaker inferred)" in quote.text
    assert "Ultron is inferred as the speaker: The article names no speaker" in sources.text
    assert sources.ephemeral


async def test_quote_from_fan_fiction_is_labelled(ask: Ask) -> None:
    assert "\nFan fiction · " in (await ask("/quote id:knows-more-about-us")).text


async def test_partial_words_find_their_quote(ask: Ask) -> None:
    assert "“This is the next me.”" in (await ask("/quote text:this is the next")).text


@pytest.mark.parametrize("id", ["Peace-In-My-Time", "#peace-in-my-time", "“Peace in my time.”"])
async def test_id_is_found_in_other_spellings(ask: Ask, id: str) -> None:
    assert "Peace in my time." in (await ask(f"/quote id:{id}")).text


@pytest.mark.parametrize("typed", ["peace-i", "in my ti", "i'm on a miss", "peice in my time"])
async def test_ids_are_completed_from_ids_and_words(ask: Ask, typed: str) -> None:
    choices = (await ask(f"complete /quote id:{typed}")).choices

    assert [choice["value"] for choice in choices] == ["peace-in-my-time"]
    assert choices[0]["name"].startswith("peace-in-my-time: I'm ready.")


async def test_completion_labels_ids_from_fan_fiction(ask: Ask) -> None:
    choices = (await ask("complete /quote id:knows-more")).choices

    assert [choice["name"][-14:] for choice in choices] == [" · Fan fiction"]


@pytest.mark.parametrize("line", ["/quote id:no-such-quote", "/quote text:zxqw vbnk"])
async def test_missing_quote_is_reported_privately(ask: Ask, line: str) -> None:
    reply = await ask(line)

    assert reply.text.startswith("Nothing found\n")
    assert line.split(":")[1] in reply.text
    assert reply.ephemeral


async def test_entry_without_quotes_is_reported_as_never_quoted(ask: Ask) -> None:
    reply = await ask("/quote speaker:erik selvig")

    assert reply.text == "No quotes\nErik Selvig has an entry but is quoted nowhere here."
    assert reply.ephemeral


async def test_words_of_another_speaker_are_shown_with_that_speaker(ask: Ask) -> None:
    text = (await ask('/quote speaker:thor text:"peace in my time"')).text

    assert text.startswith("“thor” does not say this; the words are of:\n")
    assert "Peace in my time." in text


async def test_word_found_in_several_quotes_offers_them(ask: Ask) -> None:
    assert (await ask("/quote text:people")).text.startswith("Which of these?\n")


async def test_misspelt_name_of_an_unquoted_entry_finds_no_speaker(
    ask: Ask,
) -> None:
    text = (await ask("/quote speaker:lokk")).text

    assert text.startswith("Nothing found\nNobody called “lokk” speaks in a quote.\n")
    assert "no entry" not in text


async def test_name_among_other_words_is_offered_as_a_speaker(ask: Ask) -> None:
    reply = await ask("/quote speaker:vision quicksilver hulk")

    assert "speaks in a quote." in reply.text
    assert reply.buttons == ["Pietro Maximoff", "Bruce Banner"]


async def test_chosen_speaker_is_quoted(ask: Ask) -> None:
    await ask("/quote speaker:maximof")
    reply = await ask("press Wanda Maximoff")

    assert re.search("\n— .*Wanda Maximoff", reply.text)
    assert not reply.ephemeral


async def test_chosen_speaker_is_quoted_with_the_words_asked_for(ask: Ask) -> None:
    await ask("/quote speaker:maximof text:wasting our time private:True")
    reply = await ask("press Wanda Maximoff")

    assert "wasting our time" in reply.text
    assert reply.ephemeral


async def test_id_takes_precedence_over_another_speaker_and_says_so(ask: Ask) -> None:
    other = (await ask("/quote id:men-made-of-metal speaker:thor")).text
    own = (await ask("/quote id:men-made-of-metal speaker:rainna")).text

    assert other.startswith("It was found by its id; “thor” does not speak in it.\n“Conseq")
    assert own.startswith("“Conseq")


async def test_words_beside_an_id_are_reported_as_ignored(ask: Ask) -> None:
    text = (await ask("/quote id:men-made-of-metal text:peace")).text

    assert text.startswith("It was found by its id; the words were not looked for.\n“Conseq")


async def test_speaker_completion_offers_only_quoted_speakers(ask: Ask, pack: Pack) -> None:
    quoted = {id for quote in pack.quotes for id in (*quote.speakers(), quote.event)}
    choices = (await ask("complete /quote speaker:")).choices

    assert choices
    assert {choice["value"] for choice in choices} <= quoted


async def test_speaker_button_of_a_quote_answers_privately(ask: Ask) -> None:
    await ask("/quote speaker:raina")
    reply = await ask("press Raina")

    assert reply.text.startswith("Raina\nCharacter")
    assert reply.ephemeral


@pytest.mark.parametrize(
    ("speaker", "speaks"),
    [("Zoë", True), ("zoë", True), ("Zoe", False), ("ZOE", False), ("zoé", True), ("Thor", False)],
)
async def test_speaker_is_compared_by_entry_and_not_by_spelling(
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


async def test_ids_are_completed_from_words_without_markup(
    ask: Ask, lore_bot: LoreBot, simulator: Simulator
) -> None:
    state = simulator.state
    by = Actor(1, state.curator.id, state.clock())
    draft = QuoteDraft("Der Käfer schläft über dem Café.")
    await lore_bot.services.curation.publish(state.server(1).id, draft, by)

    for typed in ("kafer", "Käfer schl", "cafe"):
        choices = (await ask(f"complete /quote id:{typed}")).choices
        assert "s1" in [choice["value"] for choice in choices]
