"""The library's quotes: by chance, by half-remembered words, by whoever speaks them."""

import random
from collections.abc import Callable

import pytest

from lore.catalogue.database import Catalogue
from lore.curation.drafts import EntryDraft, QuoteDraft
from lore.ledger.port import Entries
from lore.ledger.records import Actor
from lore.pack.model import Kind
from lore.query.answers import DidYouMean, NoQuote, QuoteChoices, Quoted, Ref, Scope, Unknown
from lore.query.library import Library
from lore.query.open_pack import OpenPack
from tests.tiers import EVERY_TIER, FAN

HERE, ELSEWHERE = 1, 2
ALL = Scope(None, EVERY_TIER)
IN_SERVER = Scope(HERE, EVERY_TIER)


async def test_random_quote_depends_only_on_the_seed(
    catalogue: Catalogue, entries: Entries
) -> None:
    one, other = (Library([OpenPack(catalogue)], random.Random(3), entries) for _ in range(2))

    assert await one.quote(ALL) == await other.quote(ALL)


async def test_random_quotes_reach_every_quote(library: Library) -> None:
    drawn = [await library.quote(ALL, "ultron") for _ in range(400)]
    ids = {answer.view.id for answer in drawn if isinstance(answer, Quoted)}

    assert ids == set(await library.quote_ids(ALL, "ultron"))


async def test_partial_words_match_one_quote_or_several(library: Library) -> None:
    one = await library.quote_like("men made of metal will tear our cities apart", ALL)
    none = await library.quote_like("zxqw vbnk", ALL)

    assert isinstance(one, Quoted)
    assert one.view.id == "men-made-of-metal"
    assert isinstance(none, NoQuote)


async def test_words_found_in_several_quotes_lead_to_a_choice(
    library: Library, entries: Entries, by: Callable[[], Actor]
) -> None:
    for number in ("one", "two"):
        await entries.publish(HERE, QuoteDraft(f"The glimmerstone shines for {number}."), by())
    library.changed(HERE)
    answer = await library.quote_like("the glimmerstone shines", IN_SERVER)

    assert isinstance(answer, QuoteChoices)
    assert len(answer.quotes) == 2


@pytest.mark.parametrize("words", ["glimmerstone", "shines glimmerstone", "glimmerstone brightly"])
async def test_words_found_in_very_many_quotes_are_offered(
    library: Library, entries: Entries, by: Callable[[], Actor], words: str
) -> None:
    for number in range(70):
        said = f"The glimmerstone shines here quite brightly, {number}."
        await entries.publish(HERE, QuoteDraft(said), by())
        if number not in (19, 69):
            continue
        library.changed(HERE)
        answer = await library.quote_like(words, IN_SERVER)
        assert isinstance(answer, QuoteChoices)
        assert len(answer.quotes) == min(number + 1, 60)
        assert answer.left_out is (number > 60)


async def test_search_says_that_more_passages_were_found(
    library: Library, entries: Entries, by: Callable[[], Actor]
) -> None:
    for number in range(50):
        text = f"The glimmerstone of house {number} shines."
        await entries.publish(HERE, EntryDraft(Kind.ARTIFACT, f"Stone {number}", text), by())
    library.changed(HERE)
    assert not (await library.search("glimmerstone", IN_SERVER)).left_out
    for number in range(50, 70):
        text = f"The glimmerstone of house {number} shines."
        await entries.publish(HERE, EntryDraft(Kind.ARTIFACT, f"Stone {number}", text), by())
    library.changed(HERE)
    assert (await library.search("glimmerstone", IN_SERVER)).left_out


async def test_three_of_four_random_quotes_are_of_the_story_itself(library: Library) -> None:
    drawn = [await library.quote(ALL) for _ in range(400)]

    tiers = [quoted.view.tier for quoted in drawn if isinstance(quoted, Quoted)]
    assert 270 < len(tiers) - tiers.count(FAN) < 330


async def test_random_quote_is_the_one_longest_not_drawn_in_that_server(library: Library) -> None:
    own = Scope(HERE, EVERY_TIER - {FAN})
    count = len(await library.quote_ids(own))
    drawn = [await library.quote(own) for _ in range(2 * count)]
    ids = [quoted.view.id for quoted in drawn if isinstance(quoted, Quoted)]

    assert len(set(ids[:count])) == count
    assert ids[count:] == ids[:count]


async def test_quotes_of_all_tiers_drawn_alike_come_once_before_any_comes_again(
    library: Library,
) -> None:
    everywhere = Scope(HERE, EVERY_TIER)
    every = await library.quote_ids(everywhere)
    drawn = [await library.quote(everywhere, alike=True) for _ in every]

    assert {quoted.view.id for quoted in drawn if isinstance(quoted, Quoted)} == {*every}


async def test_partial_words_can_be_limited_to_a_speaker(library: Library) -> None:
    answer = await library.quote_like("tear them apart inside", ALL, "raina")

    assert isinstance(answer, NoQuote)


async def test_events_are_not_offered_as_speakers(library: Library) -> None:
    offered = await library.complete_speaker("", ALL)

    assert Kind.EVENT not in {choice.ref.kind for choice in offered}


@pytest.fixture
async def quoted(library: Library, entries: Entries, by: Callable[[], Actor]) -> None:
    """Return a quote of somebody who has no entry."""
    await entries.publish(HERE, QuoteDraft("Quoted glimmer.", "Bob the Great"), by())
    library.changed(HERE)


@pytest.mark.usefixtures("quoted")
@pytest.mark.parametrize("asked", ["Bob the Great", "bob the great", "bob", "bob the grat", "BOB"])
async def test_a_speaker_without_an_entry_is_found_however_spelt(
    library: Library, asked: str
) -> None:
    by_chance = await library.quote(IN_SERVER, asked)
    by_words = await library.quote_like("quoted glimmer", IN_SERVER, asked)

    assert isinstance(by_chance, Quoted)
    assert isinstance(by_words, Quoted)
    assert by_chance.view.id == by_words.view.id == "s1"


@pytest.mark.usefixtures("quoted")
@pytest.mark.parametrize("typed", ["bo", "great", "bob the grat"])
async def test_a_speaker_without_an_entry_is_offered_there_only(
    library: Library, typed: str
) -> None:
    here = await library.complete_speaker(typed, IN_SERVER)
    elsewhere = await library.complete_speaker(typed, Scope(ELSEWHERE, EVERY_TIER))

    assert "Bob the Great" in [choice.ref.id for choice in here]
    assert "Bob the Great" not in [choice.ref.id for choice in elsewhere]
    assert isinstance(await library.look_up("Bob the Great", IN_SERVER), Unknown)


async def test_a_misspelt_speaker_with_two_matches_leads_to_a_choice(library: Library) -> None:
    answer = await library.quote(ALL, "maximof")

    assert isinstance(answer, DidYouMean)
    assert {choice.ref.id for choice in answer.choices} == {"wanda-maximoff", "pietro-maximoff"}


async def test_unquoted_entry_is_distinguished_from_an_unknown_one(library: Library) -> None:
    never = await library.quote(ALL, "sokovia")

    assert isinstance(never, NoQuote)
    assert never.speaker is not None
    assert never.speaker.id == "sokovia"
    assert isinstance(await library.quote(ALL, "qwxzkvj"), Unknown)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Zoë", "One."),
        ("zoe", "Two."),
        ("zoe\u0308", "One."),
        ("C++", "Three."),
        ("c#", "Four."),
        ("🔥", "Five."),
        ("バリ", "Six."),
        ("ぱり", "Seven."),
    ],
)
async def test_speaker_typed_exactly_is_preferred(
    library: Library, entries: Entries, by: Callable[[], Actor], typed: str, words: str
) -> None:
    speakers = ["Zoë", "Zoe", "C++", "C#", "🔥", "バリ", "パリ"]
    said = ["One.", "Two.", "Three.", "Four.", "Five.", "Six.", "Seven."]
    for speaker, line in zip(speakers, said, strict=True):
        await entries.publish(HERE, QuoteDraft(line, speaker), by())
    library.changed(HERE)

    answer = await library.quote(IN_SERVER, typed)

    assert isinstance(answer, Quoted)
    assert answer.view.lines[0].words == words


SAME_BUT_FOR_CASE = ["Groß", "Gross", "IT", "It"]


async def all_quoted(library: Library, entries: Entries, by: Callable[[], Actor]) -> None:
    for speaker in SAME_BUT_FOR_CASE:
        await entries.publish(HERE, QuoteDraft(f"Words of {speaker}.", speaker), by())
    library.changed(HERE)


@pytest.mark.parametrize("typed", SAME_BUT_FOR_CASE)
async def test_speaker_typed_in_exact_case_is_preferred(
    library: Library, entries: Entries, by: Callable[[], Actor], typed: str
) -> None:
    await all_quoted(library, entries, by)

    answer = await library.quote(IN_SERVER, typed)
    meant = await library.speaker(typed, IN_SERVER)
    ids = await library.quote_ids(IN_SERVER, typed)

    assert isinstance(answer, Quoted)
    assert answer.view.lines[0].words == f"Words of {typed}."
    assert isinstance(meant, Ref)
    assert meant.name == typed
    assert ids == (answer.view.id,)


async def test_speakers_whose_names_differ_only_by_case_are_all_offered(
    library: Library, entries: Entries, by: Callable[[], Actor]
) -> None:
    await all_quoted(library, entries, by)

    offered = [choice.ref.name for choice in await library.complete_speaker("gro", IN_SERVER)]
    doubt = await library.quote(IN_SERVER, "GROSS")

    assert {"Groß", "Gross"} <= set(offered)
    assert isinstance(doubt, DidYouMean)
    assert {"Groß", "Gross"} <= {choice.ref.name for choice in doubt.choices}


async def test_speaker_with_an_entry_typed_in_exact_case_is_preferred(
    library: Library, entries: Entries, by: Callable[[], Actor]
) -> None:
    for name in SAME_BUT_FOR_CASE:
        await entries.publish(HERE, EntryDraft(Kind.CHARACTER, name, "Somebody."), by())
    await all_quoted(library, entries, by)

    for name in SAME_BUT_FOR_CASE:
        answer = await library.quote(IN_SERVER, name)
        assert isinstance(answer, Quoted)
        assert answer.view.lines[0].words == f"Words of {name}."
