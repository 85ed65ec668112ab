"""`/bio`, `/event` and `/lore` against the simulator."""

import re
from collections.abc import Awaitable, Callable

import pytest

from bot.simulator.exchanges import Reply
from bot.simulator.interactions import InteractionKind
from bot.simulator.session import SimSession
from lore.pack.model import Pack

Ask = Callable[[str], Awaitable[Reply]]


async def test_misspelt_name_is_answered_with_the_correction(ask: Ask) -> None:
    reply = await ask("/bio tony strak")

    assert reply.text.startswith("Tony Stark\n")
    assert "Character · Film\nSpelling corrected: strak → Stark\n" in reply.text
    assert not reply.ephemeral


async def test_alias_is_answered_and_named(ask: Ask) -> None:
    reply = await ask("/bio iron man")

    assert reply.text.startswith("Tony Stark\n")
    assert "Character · Film\nFound by the alias Iron Man\n" in reply.text


async def test_id_is_answered(ask: Ask) -> None:
    assert (await ask("/bio tony-stark")).text == (await ask("/bio tony stark")).text


async def test_event_shows_place_participants_and_neighbouring_events(ask: Ask) -> None:
    reply = await ask("/event salvage yard")

    assert reply.text.startswith("Battle at the Salvage Yard\n")
    assert "Event · Film · Salvage Yard · part of Ultron Offensive\n" in reply.text
    assert "\nWho took part\n" in reply.text
    assert reply.buttons[:2] == ["← The Vibranium Deal", "Duel of Johannesburg →"]


async def test_name_of_another_kind_is_answered_too(ask: Ask) -> None:
    assert (await ask("/bio wakanda")).text.startswith("Wakanda\nPlace · ")


async def test_lore_searches_only_the_chosen_kind(ask: Ask) -> None:
    assert (await ask("/lore salvage yard kind:place")).text.startswith("Salvage Yard\n")


@pytest.mark.parametrize("line", ["/bio tony stark", "/event battle of sokovia", "/lore scepter"])
async def test_answer_names_its_sources(ask: Ask, line: str) -> None:
    text = (await ask(line)).text

    assert re.search(r"\n¹ .*Article on the Ultron Offensive", text)


async def test_fan_fiction_is_labelled_in_the_heading(ask: Ask) -> None:
    text = (await ask("/bio mila")).text

    assert text.startswith("Mila\nCharacter · Fan fiction\n")


async def test_an_ambiguous_name_offers_buttons_only_to_the_asker(ask: Ask) -> None:
    reply = await ask("/bio maximoff")

    assert reply.text.startswith("Did you mean …\nYou asked for “maximoff”\n")
    assert reply.buttons == ["Wanda Maximoff", "Pietro Maximoff"]
    assert reply.ephemeral


async def test_did_you_mean_button_answers_publicly(ask: Ask) -> None:
    await ask("/bio maximoff")
    reply = await ask("press Pietro Maximoff")

    assert reply.kind == "message"
    assert reply.text.startswith("Pietro Maximoff\n")
    assert not reply.ephemeral


async def test_private_did_you_mean_button_answers_privately(ask: Ask) -> None:
    await ask("/bio maximoff private:true")

    assert (await ask("press Pietro Maximoff")).ephemeral


async def test_unknown_name_is_repeated_with_advice(ask: Ask) -> None:
    reply = await ask("/bio qwxzkvj")

    assert reply.text.startswith("Nothing found\nThere is no entry for “qwxzkvj”.\n")
    assert "pick a name from the list that opens as you type" in reply.text
    assert reply.ephemeral


async def test_private_answer_is_ephemeral_and_has_no_delete_button(ask: Ask) -> None:
    reply = await ask("/bio tony stark private:true")

    assert reply.ephemeral
    assert "Delete" not in reply.buttons


async def test_other_names_stand_below_the_name(ask: Ask) -> None:
    text = (await ask("/bio helmut zemo")).text

    assert text.startswith("Helmut Zemo\nColonel Helmut Zemo · Zemo · Character · ")


async def test_sources_cite_the_words_for_each_sentence_privately(ask: Ask, pack: Pack) -> None:
    await ask("/bio raina")
    reply = await ask("press Sources")
    read = reply.text
    while "Next" in reply.buttons:
        reply = await ask("press Next")
        read += f"\n{reply.text}"
    raina = next(entry for entry in pack.entries if entry.id == "raina")

    assert reply.ephemeral
    for sentence in raina.text:
        assert f"{sentence.says}\n" in read
        assert all(f"“{cite.words}”" in read for cite in sentence.cites)


async def test_uncited_alias_is_answered_but_not_listed_on_the_page(
    ask: Ask,
) -> None:
    found = (await ask("/lore god of thunder")).text
    plain = (await ask("/lore thor")).text

    assert found.startswith("Thor\nCharacter · Film\nFound by the name God of Thunder\n")
    assert "God of Thunder" not in plain


async def test_actor_is_shown_with_the_role(ask: Ask) -> None:
    text = (await ask("/bio james spader")).text

    assert "\nFound by the credit “Voiced by James Spader”\n" in text


async def test_completion_shows_kind_tier_and_alias(ask: Ask) -> None:
    choices = (await ask("complete /bio iron m")).choices

    assert choices[0] == {"name": "Iron Man → Tony Stark · character", "value": "tony-stark"}


async def test_completion_of_a_kind_offers_only_that_kind(ask: Ask) -> None:
    choices = (await ask("complete /lore kind:event name:u")).choices

    assert choices
    assert all("event" in choice["name"].split(" · ")[-1] for choice in choices)


async def test_empty_completion_offers_the_most_important_entries(ask: Ask) -> None:
    choices = (await ask("complete /bio")).choices

    assert len(choices) == 25
    assert {"tony-stark", "ultron"} < {choice["value"] for choice in choices[:5]}


async def test_completion_beside_an_invalid_kind_offers_all(session: SimSession) -> None:
    lore = next(command for command in session.user.commands() if command["name"] == "lore")
    options = [
        {"type": 3, "name": "kind", "value": "pla"},
        {"type": 3, "name": "name", "value": "ultron", "focused": True},
    ]
    data = {"id": lore["id"], "name": "lore", "type": 1, "options": options}
    [reply], _ = await session.user.act(InteractionKind.AUTOCOMPLETE, data)

    assert reply.choices[0]["value"] == "ultron"


async def test_every_offered_completion_is_answered(ask: Ask) -> None:
    [first, *_] = (await ask("complete /event salv")).choices

    assert (await ask(f"/event {first['value']}")).text.startswith("Battle at the Salvage Yard")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/bio sokovia", "You asked for a character; this is a place."),
        ("/event loki", "You asked for an event; this is a character."),
        ("/lore raina kind:Artifact", "You asked for an artifact; this is a character."),
    ],
)
async def test_mismatched_kind_is_mentioned(ask: Ask, line: str, said: str) -> None:
    assert said in (await ask(line)).text
    assert "You asked for a" not in (await ask("/lore raina kind:Character")).text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<@123456789012345678>", "“@member”"),
        ("<@!123456789012345678>", "“@member”"),
        ("<@&123456789012345678>", "“@role”"),
        ("<#123456789012345678>", "“#channel”"),
        ("<:blorp:123456789012345678>", "“:blorp:”"),
        ("<t:1735689600:D>", "“1 January 2025”"),
    ],
)
@pytest.mark.parametrize(
    "command", ["/lore", "/bio", "/event", "/search", "/quote text:", "/quote speaker:"]
)
async def test_id_typed_as_a_name_is_shown_as_a_name(
    ask: Ask, command: str, typed: str, shown: str
) -> None:
    blank = "" if command.endswith(":") else " "
    reply = await ask(f"{command}{blank}{typed}")

    assert shown in reply.text
    assert "<" not in reply.text
    assert "123456789012345678" not in str(reply.body)


async def test_answer_to_a_question_repeats_what_was_asked(ask: Ask) -> None:
    reply = await ask("/lore who killed *quicksilver*")

    assert "\nYou asked “who killed *quicksilver*”\n" in reply.text


async def test_own_mention_is_shown_as_the_askers_name(ask: Ask, session: SimSession) -> None:
    person = session.user.person
    reply = await ask(f"/lore <@{person.id}>")

    assert f"“{person.name}”" in reply.text
