"""The library's search: passages by half-remembered words."""

import pytest

from lore.answers import Scope
from lore.library import Library
from lore.model import Kind, Tier

ALL = Scope()
NO_FAN = Scope(tiers=frozenset(Tier) - {Tier.FAN})
IN_SERVER = Scope(1)


async def test_a_search_shows_only_the_tiers_that_are_shown(library: Library) -> None:
    shown = {hit.tier for hit in (await library.search("mila church", ALL)).passages}
    without = {hit.tier for hit in (await library.search("mila church", NO_FAN)).passages}

    assert Tier.FAN in shown
    assert Tier.FAN not in without


async def test_a_common_word_alone_is_searched_for(library: Library) -> None:
    hits = await library.search("ultron", ALL)

    assert hits.passages[0].ref is not None
    assert hits.passages[0].ref.id == "ultron"


@pytest.mark.parametrize(
    "foreign",
    ["snape kills dumbledore", "luke skywalker destroys the death star", "captain picard"],
)
async def test_what_is_of_another_world_finds_no_passage(library: Library, foreign: str) -> None:
    hits = await library.search(foreign, ALL)

    assert (hits.passages, hits.named) == ((), ())


async def test_near_passages_are_about_whom_the_question_names(library: Library) -> None:
    hits = await library.search("tony stark pizza", ALL)

    assert hits.passages == ()
    assert [choice.ref.id for choice in hits.named] == ["tony-stark"]


@pytest.mark.parametrize(
    ("asked", "id"),
    [
        ("quinjet autopilot", "quinjet"),
        ("who shot pietro", "death-of-pietro"),
        ("romanoff pushes banner", "romanoff-freed"),
        ("what happened to the scepter", "scepter"),
        ("who plays ultron", "ultron"),
    ],
)
async def test_a_question_finds_where_it_is_told(library: Library, asked: str, id: str) -> None:
    hits = await library.search(asked, ALL)

    assert id in [hit.ref.id for hit in hits.passages[:3] if hit.ref]


async def test_a_search_can_be_of_quotes_alone(library: Library) -> None:
    passages = (await library.search("peace", ALL, "quote")).passages

    assert passages
    assert all(hit.quote_id for hit in passages)


async def test_of_names_that_no_source_has_only_the_one_asked_for_is_shown(
    library: Library,
) -> None:
    [rhodes] = (await library.search("rhodey", ALL)).passages

    assert (rhodes.text, rhodes.found_by) == ("Rhodey", True)


@pytest.mark.usefixtures("published")
async def test_a_note_is_searched_and_shown_at_its_entry(library: Library) -> None:
    found = (await library.search("seen on zorblax", IN_SERVER, Kind.CHARACTER)).passages

    assert [hit.ref.id for hit in found if hit.ref] == ["helen-cho"]


async def test_a_quote_is_searched_by_its_occasion(library: Library) -> None:
    found = (await library.search("limps in and tells the avengers what he is for", ALL)).passages

    assert "peace-in-my-time" in {hit.quote_id for hit in found}


async def test_small_words_alone_find_no_passage(library: Library) -> None:
    assert (await library.search("the", ALL)).passages == ()


async def test_a_misspelt_word_alone_is_searched_for(library: Library) -> None:
    hits = await library.search("hamer", ALL)

    assert "mjolnir" in {hit.ref.id for hit in hits.passages if hit.ref}
