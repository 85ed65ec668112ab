"""Which entry a name finds, and how a name without a match is handled."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lore.search import Match, MatchType, Name, NameIndex, Verdict, verdict
from lore.search.names import asked
from tests.rules import examples


def first(index: NameIndex, query: str) -> Match:
    return index.find(query)[0]


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("ULTRON", "ultron"),
        ("jarvis", "jarvis"),
        ("J A R V I S", "jarvis"),
        ("dr cho", "helen-cho"),
        ("doctor helen cho", "helen-cho"),
        ("strucker", "strucker"),
        ("lokis sceptre", "scepter"),
        ("barton farm", "barton-farm"),
        ("mark 44", "mark-44"),
        ("stark", "tony-stark"),
        ("romanov", "natasha-romanoff"),
        ("wnada", "wanda-maximoff"),
        ("maximof wanda", "wanda-maximoff"),
        ("irnoman", "tony-stark"),
        ("tony strak", "tony-stark"),
        ("who is the black widow", "natasha-romanoff"),
        ("veronika", "mark-44"),
        ("hlk bstr", "mark-44"),
        ("ho", "ho"),
    ],
)
def test_name_finds_its_entry_in_any_spelling(index: NameIndex, query: str, key: str) -> None:
    assert first(index, query).key == key


@pytest.mark.parametrize(
    "query",
    [
        "Batman",
        "Gandalf",
        "Darth Vader",
        "Harry Potter",
        "asdfgh",
        "zzz",
        "🔥",
        "",
        " ",
        "'\"*",
        "\0",
    ],
)
def test_names_of_other_stories_and_nonsense_find_nothing(index: NameIndex, query: str) -> None:
    assert verdict(index.find(query)) is Verdict.NONE


def test_alias_is_distinguished_from_the_entrys_name(index: NameIndex) -> None:
    match = first(index, "veronica")
    assert (match.match_type, match.name) == (
        MatchType.CASELESS,
        Name("Veronica", "mark-44", canonical=False),
    )


def test_corrected_word_is_reported_with_its_correction(index: NameIndex) -> None:
    assert first(index, "Tony strak").corrections == (("strak", "Stark"),)


def test_joined_words_are_corrected_as_one(index: NameIndex) -> None:
    assert first(index, "tonistark").corrections == (("tonistark", "Tony Stark"),)


def test_an_exact_name_is_the_only_answer(index: NameIndex) -> None:
    matches = index.find("Ultron")
    assert [match.key for match in matches] == ["ultron"]


def test_an_entry_is_listed_once(index: NameIndex) -> None:
    keys = [match.key for match in index.find("iron man tony stark", limit=20)]
    assert len(keys) == len(set(keys))


def test_a_name_that_two_entries_share_is_asked_about() -> None:
    index = NameIndex.build([Name("Vision", "person"), Name("Vision", "dream")])
    assert verdict(index.find("vision")) is Verdict.PLAUSIBLE


def test_a_prefix_goes_before_a_likeness() -> None:
    index = NameIndex.build([Name("Hal", "hal"), Name("Hallway Incident", "hallway")])
    assert first(index, "hall").key == "hallway"


def test_more_important_of_two_equal_matches_ranks_first() -> None:
    index = NameIndex.build([Name("Howard Stark", "howard"), Name("Edward Stark", "edward")])
    assert [match.key for match in index.find("stark")] == ["howard", "edward"]


def test_masked_entry_takes_no_place_among_the_results() -> None:
    names = [Name(f"Stark {i}", f"stark-{i}") for i in range(500)]
    matches = NameIndex.build(names).only({"stark-499"}).find("stark")
    assert [match.key for match in matches] == ["stark-499"]


def test_joined_indexes_answer_from_both(index: NameIndex) -> None:
    both = index.joined(NameIndex.build([Name("Tony Starkweather", "own")]))
    assert {match.key for match in both.find("tony stark w")} >= {"own", "tony-stark"}


def test_a_name_in_both_indexes_is_asked_about(index: NameIndex) -> None:
    both = index.joined(NameIndex.build([Name("ULTRON", "own")]))
    assert verdict(both.find("ultron")) is Verdict.PLAUSIBLE


def test_an_empty_index_finds_nothing() -> None:
    assert NameIndex.build([]).find("ultron") == []


def test_query_of_six_thousand_characters_is_answered(index: NameIndex) -> None:
    assert verdict(index.find("ultron " * 1000)) is not Verdict.SURE


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("ultron prime", ["ultron"]),
        ("did Ultron meet Wanda Maximoff", ["wanda-maximoff", "ultron"]),
        ("the age of ultron and iron man", ["film", "tony-stark", "ultron"]),
        ("ho ho ho", []),
        ("nobody at all", []),
        ("", []),
    ],
)
def test_names_among_other_words_are_found(index: NameIndex, query: str, keys: list[str]) -> None:
    assert [match.key for match in index.said_in(query)] == keys


def test_a_shared_title_makes_no_similarity() -> None:
    index = NameIndex.build([Name("Doctor Cho", "cho"), Name("Captain America", "steve")])
    assert verdict(index.find("captain marvel")) is Verdict.NONE


@pytest.mark.parametrize("query", ["director fury", "agent romanoff"])
def test_another_title_does_not_hide_a_name(query: str) -> None:
    index = NameIndex.build([Name("Nick Fury", "fury"), Name("Natasha Romanoff", "romanoff")])
    assert first(index, query).key == query.split()[1]


@given(query=st.text(max_size=200))
@settings(max_examples=examples(200))
def test_no_text_breaks_the_search(index: NameIndex, query: str) -> None:
    matches = index.find(query) + index.complete(query)
    assert all(0 <= match.score <= 100 for match in matches)


@given(query=st.text(max_size=60))
@settings(max_examples=examples(50))
def test_the_same_question_gets_the_same_answer(
    names: list[Name], index: NameIndex, query: str
) -> None:
    assert NameIndex.build(names).find(query) == index.find(query)


def test_a_word_shared_by_several_names_leads_to_a_choice() -> None:
    index = NameIndex.build([Name("Stark in Oslo", "a"), Name("Stark in Rome", "b")])

    assert verdict(index.find("stark")) is Verdict.PLAUSIBLE


def test_several_names_of_one_entry_lead_to_it(index: NameIndex) -> None:
    assert first(index, "iron man / tony stark").key == "tony-stark"


def test_an_s_at_the_end_may_be_a_possessive(index: NameIndex) -> None:
    assert first(index, "tony starks").match_type is MatchType.VARIANT


@pytest.mark.parametrize("query", ["the", "who is", "tell me about"])
def test_a_question_made_only_of_filler_finds_nothing(query: str) -> None:
    index = NameIndex.build([Name("The Vision is born", "birth"), Name("Who Is He", "film")])

    assert index.find(query) == []


def test_longer_name_around_the_match_does_not_lower_its_confidence() -> None:
    index = NameIndex.build([Name("Avengers", "team"), Name("Avengers Tower", "tower")])

    assert verdict(index.find("avangers")) is Verdict.SURE


def test_one_letter_finds_no_name(index: NameIndex) -> None:
    assert verdict(index.find("u")) is not Verdict.SURE


def test_typo_in_a_british_spelling_is_corrected(index: NameIndex) -> None:
    assert first(index, "loki's scpetre").key == "scepter"


def test_an_s_too_many_after_a_name_that_ends_in_one_does_no_harm(index: NameIndex) -> None:
    assert first(index, "jarviss").match_type is MatchType.VARIANT


def test_a_letter_too_many_does_not_start_a_longer_name() -> None:
    index = NameIndex.build([Name("Mila", "mila"), Name("Mila and the twins", "meeting")])
    assert first(index, "milaa").key == "mila"


def test_a_title_beside_a_misspelt_name_leads_to_no_other_name() -> None:
    index = NameIndex.build([Name("Baron Strucker", "strucker"), Name("Mrs. Barton", "barton")])
    assert first(index, "mrs baron").key == "barton"


@settings(max_examples=examples(50))
@given(query=st.text("torn skulway", min_size=1, max_size=14), kept=st.sets(st.integers(0, 19)))
def test_a_question_made_once_finds_in_every_index_what_its_text_finds(
    index: NameIndex, names: list[Name], query: str, kept: set[int]
) -> None:
    some = index.only({names[i].key for i in kept})
    question = asked(query)

    assert some.find(question) == some.find(query)
    assert index.find(question) == index.find(query)
