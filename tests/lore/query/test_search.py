"""The library's search: passages by half-remembered words."""

from collections.abc import Callable

import pytest

from lore.curation.drafts import EntryDraft, QuoteDraft
from lore.ledger.port import Entries
from lore.ledger.records import Actor
from lore.pack.model import Kind
from lore.query.answers import CitedText, EntryView, Ref, Scope
from lore.query.library import Library
from lore.query.passages import Passages
from tests.tiers import CANON, EVERY_TIER, FAN, FILM

ALL = Scope(None, EVERY_TIER)
NO_FAN = Scope(None, EVERY_TIER - {FAN})
HERE = 1
IN_SERVER = Scope(HERE, EVERY_TIER)


async def test_search_finds_only_shown_tiers(library: Library) -> None:
    shown = {hit.tier for hit in (await library.search("mila church", ALL)).passages}
    without = {hit.tier for hit in (await library.search("mila church", NO_FAN)).passages}

    assert FAN in shown
    assert FAN not in without


async def test_single_common_word_is_searched(library: Library) -> None:
    hits = await library.search("ultron", ALL)

    assert hits.passages[0].ref is not None
    assert hits.passages[0].ref.id == "ultron"


@pytest.mark.parametrize(
    "foreign",
    ["snape kills dumbledore", "luke skywalker destroys the death star", "captain picard"],
)
async def test_words_of_another_story_find_no_passage(library: Library, foreign: str) -> None:
    hits = await library.search(foreign, ALL)

    assert (hits.passages, hits.named) == ((), ())


async def test_loose_matches_are_about_the_named_entries(library: Library) -> None:
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
async def test_question_finds_the_passage_that_answers_it(
    library: Library, asked: str, id: str
) -> None:
    hits = await library.search(asked, ALL)
    found = [hit.ref.id for hit in hits.passages[:3] if hit.ref]
    answered = [hits.answer.view.ref.id] if hits.answer else []

    assert id in [*found, *answered, *(passage.at.id for passage in hits.closest)]


async def test_search_shows_the_entry_that_is_called_so_first(library: Library) -> None:
    [first, *others] = (await library.search("sokovia", ALL)).passages

    assert first.ref
    assert first.ref.id == "sokovia"
    # Its name stands above; it is shown by what is told first of it.
    assert first.text != "Sokovia"
    assert others


async def test_search_tells_who_did_what_is_found(library: Library) -> None:
    hits = (await library.search("destroyed the body that Ultron was using", ALL)).passages

    assert any(hit.text.startswith("Thor destroyed") for hit in hits)


async def test_a_search_can_be_limited_to_quotes(library: Library) -> None:
    passages = (await library.search("peace", ALL, "quote")).passages

    assert passages
    assert all(hit.quote_id for hit in passages)


async def test_what_is_found_by_a_name_alone_is_shown_by_what_is_told_of_it(
    library: Library,
) -> None:
    [rhodes] = (await library.search("rhodey", ALL)).passages
    machine, *_ = (await library.search("war machine", ALL)).passages

    assert (rhodes.found_by, rhodes.implied) == ("Rhodey", ())
    assert (machine.found_by, machine.implied) == ("", ("War Machine",))
    assert rhodes.text == machine.text
    assert rhodes.text.startswith("War Machine, a friend")


async def test_search_shows_names_of_no_entry_that_is_found_by_what_it_tells(
    library: Library,
) -> None:
    hits = (await library.search("sokovia", ALL)).passages
    several = [hit for hit in hits if [one.ref for one in hits].count(hit.ref) > 1]

    assert not any(hit.found_by or hit.implied for hit in several)


@pytest.mark.parametrize(
    ("words", "subject", "said"),
    [
        ("weapons of his company had killed her parents", "", "Wanda Maximoff resented Tony"),
        ("cloaked the quinjet and cut off all communication", "The Hulk", "He cloaked"),
    ],
)
async def test_passage_says_whom_it_is_about(
    library: Library, words: str, subject: str, said: str
) -> None:
    hits = (await library.search(words, ALL)).passages
    found = next(hit for hit in hits if hit.text.startswith(said))

    assert found.before.startswith(subject)
    assert bool(found.before) == bool(subject)


@pytest.mark.usefixtures("published")
async def test_a_note_is_searched_and_shown_at_its_entry(library: Library) -> None:
    found = (await library.search("seen on zorblax", IN_SERVER, Kind.CHARACTER)).passages

    assert [hit.ref.id for hit in found if hit.ref] == ["helen-cho"]


async def test_a_quote_is_searched_by_its_occasion(library: Library) -> None:
    found = (await library.search("limps in and tells the avengers what he is for", ALL)).passages

    assert "peace-in-my-time" in {hit.quote_id for hit in found}


async def test_only_stop_words_find_no_passage(library: Library) -> None:
    assert (await library.search("the", ALL)).passages == ()


async def test_single_misspelt_word_is_searched(library: Library) -> None:
    hits = await library.search("hamer", ALL)

    assert "mjolnir" in {hit.ref.id for hit in hits.passages if hit.ref}


async def test_result_names_the_alias_that_its_text_lacks(
    library: Library, entries: Entries, by: Callable[[], Actor]
) -> None:
    inn = EntryDraft(Kind.PLACE, "Gilded Goose", "They serve mead there.", ("Kettle Corner",))
    await entries.publish(HERE, inn, by())
    await entries.publish(HERE, QuoteDraft("The mead is sour.", speaker="Wendell Fitch"), by())
    library.changed(HERE)

    async def implied(words: str) -> dict[str, tuple[str, ...]]:
        return {hit.text: hit.implied for hit in (await library.search(words, IN_SERVER)).passages}

    assert (await implied("kettle mead"))["They serve mead there."] == ("Kettle Corner",)
    assert (await implied("goose mead"))["They serve mead there."] == ()
    assert (await implied("mead"))["They serve mead there."] == ()
    assert (await implied("wendell"))["The mead is sour."] == ("Wendell Fitch",)
    assert (await implied("sour mead"))["The mead is sour."] == ()


def test_text_is_not_found_by_an_obscure_alias() -> None:
    ref = Ref("goose", "Gilded Goose", Kind.PLACE, FILM)
    names = (CitedText("Kettle Corner", (), CANON), CitedText("Sinister Cellar", (), FAN))
    text = (CitedText("They serve mead there.", (), CANON),)
    passages = Passages.build([("goose", EntryView(ref=ref, text=text, aliases=names))])

    [served, *_] = passages.entries.find("kettle mead")
    assert served.implied == ("Kettle Corner",)
    assert all(hit.likeness < 1 for hit in passages.entries.find("sinister mead"))
