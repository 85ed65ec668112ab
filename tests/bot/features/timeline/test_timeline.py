"""`/timeline` against the simulator."""

import re
from collections.abc import Awaitable, Callable

import pytest

from bot.simulator.exchanges import Reply
from lore.pack.model import Event, Pack

Ask = Callable[[str], Awaitable[Reply]]


async def test_timeline_opens_at_its_first_event(ask: Ask) -> None:
    reply = await ask("/timeline")

    assert reply.text.startswith("Timeline\nEvents 1 to 8 of ")
    assert re.search(r"\n1 .+ — ", reply.text)
    assert reply.buttons == ["Later →", "Picture", "Delete"]


async def test_later_and_earlier_reach_every_event_in_its_order(ask: Ask, pack: Pack) -> None:
    events = [event for event in pack.entries if isinstance(event, Event) and event.order]
    events.sort(key=lambda event: event.order or 0)
    there = [await ask("/timeline")]
    while "Later →" in there[-1].buttons:
        there.append(await ask("press Later →"))
    back = there[-1:]
    while "← Earlier" in back[-1].buttons:
        back.append(await ask("press ← Earlier"))
    lines = re.findall(r"^\d+ .+ — ", "\n".join(reply.text for reply in there), re.M)
    wholes = {event.part_of for event in events}
    steps = [event for event in events if event.id not in wholes]

    for number, (event, line) in enumerate(zip(steps, lines, strict=True), 1):
        assert line.startswith(f"{number} {event.name} ")
    assert [reply.text for reply in reversed(back)] == [reply.text for reply in there]


async def test_what_events_are_a_part_of_stands_above_them(ask: Ask) -> None:
    text = (await ask("/timeline event:birth of ultron")).text

    assert re.search(r"\nUltron Offensive\n\d+ ", text)
    assert not re.search(r"\d Ultron Offensive", text)


async def test_what_goes_on_after_another_event_has_its_heading_once(ask: Ask) -> None:
    text = (await ask("/timeline")).text

    assert len(re.findall(r"^Campaign against HYDRA$", text, re.MULTILINE)) == 1
    assert re.search(r"\d Raina's Vision.*\nCampaign against HYDRA, continued\n\d Raid", text)


async def test_timeline_of_a_character_holds_their_events(ask: Ask) -> None:
    text = (await ask("/timeline character:helen cho")).text

    assert text.startswith("Timeline · Helen Cho\n")
    assert "Events 1 to " in text


async def test_paged_timeline_of_a_character_stays_theirs(ask: Ask) -> None:
    first = await ask("/timeline character:ultron")
    second = await ask("press Later →")

    assert second.text.startswith("Timeline · Ultron\nEvents 9 to ")
    assert second.text.split(" of ")[1][:2] == first.text.split(" of ")[1][:2]


async def test_timeline_opens_at_the_requested_event(ask: Ask) -> None:
    text = (await ask("/timeline event:salvage yard")).text

    assert not text.startswith("Timeline\nEvents 1 to ")
    assert " Battle at the Salvage Yard — " in text


@pytest.mark.parametrize("option", ["character", "event"])
async def test_place_given_as_another_option_is_taken_as_a_place(ask: Ask, option: str) -> None:
    text = (await ask(f"/timeline {option}:novi-grad-church")).text

    assert text.startswith("Timeline · ")
    assert "No event" not in text


async def test_event_given_as_another_option_is_opened(ask: Ask) -> None:
    text = (await ask("/timeline place:duel of johannesburg")).text

    assert " Duel of Johannesburg — " in text


async def test_a_character_in_another_option_is_accepted_with_a_remark(ask: Ask) -> None:
    text = (await ask("/timeline place:tony")).text

    assert text.startswith("Timeline · Tony Stark\n“tony” is taken for Tony Stark (character).\n")


async def test_two_options_for_the_same_kind_are_refused(ask: Ask) -> None:
    reply = await ask("/timeline character:wanda place:tony")

    assert reply.text == (
        "A timeline follows one character at a time: leave out “wanda” or “tony”."
    )
    assert reply.ephemeral


async def test_event_without_the_character_says_so(ask: Ask) -> None:
    text = (await ask("/timeline event:salvage yard battle character:mila")).text

    assert text.startswith("Timeline · Mila\nBattle at the Salvage Yard is not among these.\n")


@pytest.mark.parametrize(
    ("asked", "meant", "shown"),
    [
        ("character:maximof", "Pietro Maximoff", "Timeline · Pietro Maximoff\n"),
        ("event:battl of", "Battle of Seoul", " Battle of Seoul — "),
    ],
)
async def test_did_you_mean_button_opens_the_timeline(
    ask: Ask, asked: str, meant: str, shown: str
) -> None:
    await ask(f"/timeline {asked}")

    assert shown in (await ask(f"press {meant}")).text


async def test_did_you_mean_button_keeps_the_other_options(ask: Ask) -> None:
    await ask("/timeline character:maximof place:sokovia event:raid on sokovia")
    text = (await ask("press Pietro Maximoff")).text

    assert text.startswith("Timeline · Pietro Maximoff · Sokovia\n")
    assert " Raid on Sokovia — " in text


async def test_character_without_events_is_reported(ask: Ask) -> None:
    assert "No event is told of here." in (await ask("/timeline place:earth")).text


async def test_unknown_character_is_not_found(ask: Ask) -> None:
    reply = await ask("/timeline character:qwxzkvj")

    assert reply.text.startswith("Nothing found")
    assert reply.ephemeral


async def test_menu_replaces_the_message_with_the_event(ask: Ask) -> None:
    await ask("/timeline event:battle of seoul")
    reply = await ask("choose Battle of Seoul")

    assert reply.kind == "update"
    assert reply.text.startswith("Battle of Seoul\n")


async def test_event_leads_back_to_the_timeline(ask: Ask) -> None:
    await ask("/event battle of seoul")
    reply = await ask("press Timeline")

    assert reply.kind == "update"
    assert " Battle of Seoul — " in reply.text


async def test_empty_timeline_is_answered_privately(ask: Ask) -> None:
    reply = await ask("/timeline character:raina place:seoul")

    assert "No event is told of here." in reply.text
    assert reply.ephemeral
