"""`/timeline` against the simulator."""

from collections.abc import Awaitable, Callable

import pytest

from bot.simulator.exchanges import Reply
from lore.pack.model import Event, Pack

Ask = Callable[[str], Awaitable[Reply]]


async def test_timeline_opens_at_its_first_event(ask: Ask) -> None:
    reply = await ask("/timeline")

    assert reply.text.startswith("Timeline\nChitauri Invasion\nOther canon\n")
    assert reply.buttons == ["Next", "Open this event", "Delete"]


async def test_next_and_previous_reach_every_event_whose_time_is_told(ask: Ask, pack: Pack) -> None:
    dated = {e.order: e for e in pack.entries if isinstance(e, Event) and e.order}
    events = [dated[order] for order in sorted(dated)]
    there = [await ask("/timeline")]
    while "Next" in there[-1].buttons:
        there.append(await ask("press Next"))
    back = there[-1:]
    while "Previous" in back[-1].buttons:
        back.append(await ask("press Previous"))

    assert len(there) == len(events)
    assert all(event.name in reply.text for event, reply in zip(events, there, strict=True))
    assert [reply.text for reply in reversed(back)] == [reply.text for reply in there]


async def test_timeline_of_a_character_holds_their_events(ask: Ask) -> None:
    text = (await ask("/timeline character:helen cho")).text

    assert text.startswith("Timeline · Helen Cho\n")
    assert "Event 1 of " in text


async def test_paged_timeline_of_a_character_stays_theirs(ask: Ask) -> None:
    first = await ask("/timeline character:ultron")
    second = await ask("press Next")

    assert second.text.startswith("Timeline · Ultron\n")
    assert second.text.split("Event 2 of ")[1][:2] == first.text.split("Event 1 of ")[1][:2]


async def test_timeline_opens_at_the_requested_event(ask: Ask) -> None:
    text = (await ask("/timeline event:salvage yard")).text

    assert text.index("The Vibranium Deal") < text.index("Battle at the Salvage Yard\n")


@pytest.mark.parametrize("option", ["character", "event"])
async def test_place_given_as_another_option_is_taken_as_a_place(ask: Ask, option: str) -> None:
    text = (await ask(f"/timeline {option}:novi-grad-church")).text

    assert text.startswith("Timeline · ")
    assert "No event" not in text


async def test_event_given_as_another_option_is_opened(ask: Ask) -> None:
    text = (await ask("/timeline place:duel of johannesburg")).text

    assert "\nDuel of Johannesburg\nJohannesburg¹ · Film" in text


async def test_character_given_as_another_option_is_taken_as_one_and_said_so(ask: Ask) -> None:
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

    assert text.startswith(
        "Timeline · Mila\n"
        "Battle at the Salvage Yard is not among these; this is where it would stand.\n"
    )


@pytest.mark.parametrize(
    ("asked", "meant", "shown"),
    [
        ("character:maximof", "Pietro Maximoff", "Timeline · Pietro Maximoff\n"),
        ("event:battl of", "Battle of Seoul", "\nBattle of Seoul\nSeoul"),
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
    assert "\nRaid on Sokovia\n" in text


async def test_character_without_events_is_reported(ask: Ask) -> None:
    assert "No event is told of here." in (await ask("/timeline place:earth")).text


async def test_unknown_character_is_not_found(ask: Ask) -> None:
    reply = await ask("/timeline character:qwxzkvj")

    assert reply.text.startswith("Nothing found")
    assert reply.ephemeral


async def test_open_button_replaces_the_message_with_the_event(ask: Ask) -> None:
    await ask("/timeline event:battle of sokovia")
    reply = await ask("press Open this event")

    assert reply.kind == "update"
    assert reply.text.startswith("Battle of Sokovia\nEvent · Film\n")


async def test_event_leads_back_to_the_timeline(ask: Ask) -> None:
    await ask("/event battle of sokovia")
    reply = await ask("press Timeline")

    assert reply.kind == "update"
    assert "\nBattle of Sokovia\n" in reply.text


async def test_empty_timeline_is_answered_privately(ask: Ask) -> None:
    reply = await ask("/timeline character:raina place:seoul")

    assert "No event is told of here." in reply.text
    assert reply.ephemeral
