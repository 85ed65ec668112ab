"""`/search` against the simulator."""

import re
from collections.abc import Awaitable, Callable

from bot.simulator.exchanges import Reply

Ask = Callable[[str], Awaitable[Reply]]

LONG = (
    "it was about the vibranium and who was it that had it and what was it about that it was then"
)


def passage_count(reply: Reply) -> str:
    """Return how many passages a page says there are."""
    return next(line for line in reply.text.splitlines() if line.startswith("Page ")).split(", ")[1]


async def test_passage_is_found_by_words_and_shows_its_tier(ask: Ask) -> None:
    text = (await ask("/search taser arrow")).text

    assert text.startswith("Found for “taser arrow”\n")
    assert "Battle at the Salvage Yard · Event · Film\n" in text


async def test_passage_leads_to_its_entry(ask: Ask) -> None:
    await ask("/search taser arrow")
    reply = await ask("choose Battle at the Salvage Yard")

    assert reply.text.startswith("Battle at the Salvage Yard\n")


async def test_found_quote_is_shown_by_its_button(ask: Ask) -> None:
    found = await ask("/search peace in my time")
    label = next(label for label in found.buttons if label == "Quote peace-in-my-time")

    assert "Peace in my time." in (await ask(f"press {label}")).text


async def test_uncited_alias_is_distinguished_from_cited_ones(ask: Ask) -> None:
    named, found_by = await ask("/search war machine"), await ask("/search rhodey")

    assert "\nAlso called War Machine\n" in named.text
    assert "\nFound by “Rhodey”\n" in found_by.text


async def test_alias_that_led_to_a_passage_is_shown_below_it(ask: Ask) -> None:
    text = (await ask("/search homicidal android annihilation of mankind")).text

    assert "\nAlso called the homicidal android\n" in text


async def test_search_can_be_limited_to_one_kind(ask: Ask) -> None:
    text = (await ask("/search scepter kind:artifact")).text

    assert " · Artifact · " in text
    assert " · Event · " not in text


async def test_search_can_be_limited_to_quotes(ask: Ask) -> None:
    text = (await ask("/search peace kind:quote")).text

    assert "Peace in my time." in text
    assert " · Event · " not in text


async def test_all_pages_of_a_long_query_show_the_same_search(ask: Ask) -> None:
    pages = [await ask(f"/search {LONG}")]
    while "Next" in pages[-1].buttons:
        pages.append(await ask("press Next"))

    assert len(pages) > 1
    assert {passage_count(page) for page in pages} == {passage_count(pages[0])}
    assert len({page.text for page in pages}) == len(pages)


async def test_long_query_is_shown_as_searched(ask: Ask) -> None:
    text = (await ask(f"/search {LONG}")).text

    assert text.startswith(
        "Found for “it was about the vibranium and who was it that had it and what was it…”\n"
    )
    assert "Of a long question only the beginning is searched." in text


async def test_actor_is_found_with_the_role(ask: Ask) -> None:
    text = (await ask("/search cobie smulders")).text

    assert "Maria Hill · Character · Film\nMaria Hill was played by Cobie Smulders." in text


async def test_search_without_results_is_answered_privately(ask: Ask) -> None:
    reply = await ask("/search zxqw vbnk")

    assert "is told in words like “zxqw vbnk”." in reply.text
    assert reply.ephemeral


async def test_results_of_other_kinds_are_mentioned_and_can_be_opened(ask: Ask) -> None:
    asked = await ask("/search vibranium kind:faction")
    opened = await ask("press Search all kinds")

    assert "Among factions nothing is told in words like “vibranium”." in asked.text
    count = re.search(r"There are (\d+) passages of other kinds\.", asked.text)
    assert count
    assert f"{count[1]} passages" in opened.text
    assert opened.text.startswith("Found for “vibranium”")


async def test_search_without_results_mentions_no_other_kinds(ask: Ask) -> None:
    text = (await ask("/search zxqw vbnk kind:quote")).text

    assert "Among quotes nothing is told in words like “zxqw vbnk”." in text
    assert "other kinds" not in text


async def test_name_in_a_query_without_results_leads_to_its_entry(ask: Ask) -> None:
    asked = await ask("/search raina elephant")
    answer = await ask("press Raina")

    assert (
        "is told in words like “raina elephant”.\nThere is an entry for what you name:"
        in asked.text
    )
    assert answer.text.startswith("Raina\n")


async def test_loose_results_are_labelled_as_such(ask: Ask) -> None:
    words = "scarlet witch mind control hulk rampage city panic"
    text = (await ask(f"/search {words}")).text

    assert text.startswith(f"Nearest to “{words}”\nNo passage")
    assert "Johannesburg · Place · Film\n" in text


async def test_passage_shows_its_cite(ask: Ask) -> None:
    text = (await ask("/search taser arrow")).text

    assert "carried his sister away.\n" in text
    assert "\nArticle on the Ultron Offensive ¶34" in text


async def test_result_from_fan_fiction_is_labelled(ask: Ask) -> None:
    assert " · Fan fiction\n" in (await ask("/search mila church")).text


async def test_question_is_answered_above_its_passages(ask: Ask) -> None:
    text = (await ask("/search who captured natasha romanoff")).text

    assert text.startswith("Ultron captured Natasha Romanoff.\n")
    assert "Found for “who captured natasha romanoff”" in text


async def test_question_without_a_sure_answer_shows_its_asker_the_closest_passages(
    ask: Ask,
) -> None:
    reply = await ask("/search who plays helmut zemo")

    assert reply.ephemeral
    assert reply.text.startswith("Closest passages\n")


async def test_quote_that_is_found_names_its_speakers(ask: Ask) -> None:
    text = (await ask("/search peace in my time")).text

    assert "\n— Ultron and Natasha Romanoff\n" in text
