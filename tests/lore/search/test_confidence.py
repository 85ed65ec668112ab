"""Which similarities are answered, and which are only offered."""

import pytest

from lore.search import Name, NameIndex, Verdict, verdict


@pytest.fixture(scope="module")
def names() -> list[Name]:
    return [
        Name("Thor", "thor"),
        Name("Thanos", "thanos"),
        Name("Natasha Romanoff", "natasha-romanoff"),
        Name("Black Widow", "natasha-romanoff", canonical=False),
        Name("Romanoff", "natasha-romanoff", canonical=False),
        Name("Maria Hill", "maria-hill"),
        Name("Maria", "maria-hill", canonical=False),
        Name("Bruce Banner", "bruce-banner"),
        Name("the tower", "tower"),
        Name("the Hulk", "hulk"),
        Name("nuclear launch codes", "codes"),
        Name("The boy Hawkeye tried to save", "boy"),
        Name("Snap", "snap"),
        Name("Three days of work", "days"),
        Name("Raid in the Arctic", "raid"),
        Name("the Arctic", "arctic"),
        Name("Raina", "raina"),
        Name("Vision", "vision"),
        Name("Mark XLIV armor", "mark"),
        Name("Mark XLIV", "mark", canonical=False),
        Name("Natasha's revenge", "revenge"),
        Name("Natasha's wife", "wife"),
    ]


def best(index: NameIndex, query: str) -> tuple[str, Verdict]:
    """Return the entry that is found first, and how surely."""
    matches = index.find(query)
    return matches[0].key, verdict(matches)


@pytest.mark.parametrize(
    "query",
    ["thanks", "window", "mario", "lunch", "there", "she-hulk", "the joker", "division", "bulk"],
)
def test_an_everyday_word_is_not_taken_for_a_similar_name(index: NameIndex, query: str) -> None:
    assert verdict(index.find(query)) is not Verdict.SURE


@pytest.mark.parametrize(
    ("query", "key"), [("three", "days"), ("work", "days"), ("rain", "raina"), ("codes", "codes")]
)
def test_an_everyday_word_of_a_longer_name_leads_to_a_choice(
    index: NameIndex, query: str, key: str
) -> None:
    assert best(index, query) == (key, Verdict.PLAUSIBLE)


def test_an_everyday_word_that_is_a_small_part_of_a_name_finds_nothing(index: NameIndex) -> None:
    assert verdict(index.find("save")) is Verdict.NONE


@pytest.mark.parametrize(
    ("query", "key"), [("natasha", "natasha-romanoff"), ("three days", "days"), ("tower", "tower")]
)
def test_most_of_a_name_or_its_proper_noun_is_answered(
    index: NameIndex, query: str, key: str
) -> None:
    assert best(index, query) == (key, Verdict.SURE)


def test_everyday_word_that_is_a_known_alias_is_answered(index: NameIndex) -> None:
    assert verdict(index.find("launch")) is Verdict.PLAUSIBLE
    assert verdict(index.find("launch", is_name=True)) is Verdict.SURE


@pytest.mark.parametrize(
    "query", ["mark 43", "mark43", "mark xlv", "mark i", "mark 4", "mark three", "thor 2"]
)
def test_another_number_is_not_answered(index: NameIndex, query: str) -> None:
    assert verdict(index.find(query)) is not Verdict.SURE


@pytest.mark.parametrize("query", ["mark 44", "mark xliv", "mrak xliv", "armor xliv"])
def test_the_same_number_is_answered(index: NameIndex, query: str) -> None:
    assert best(index, query) == ("mark", Verdict.SURE)


@pytest.mark.parametrize(
    "query",
    [
        "natasha's revenue",
        "natasha's wine",
        "raid in the attic",
        "three days of fork",
        "maria halo",
    ],
)
def test_everyday_word_among_others_is_not_corrected(index: NameIndex, query: str) -> None:
    assert verdict(index.find(query)) is not Verdict.SURE


@pytest.mark.parametrize(
    ("query", "key"),
    [("natasha's revnge", "revenge"), ("natashas wive", "wife"), ("raid on the arctic", "raid")],
)
def test_typo_among_other_words_is_corrected(index: NameIndex, query: str, key: str) -> None:
    assert best(index, query) == (key, Verdict.SURE)


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("thanoz", "thanos"),
        ("black window", "natasha-romanoff"),
        ("launch cods", "codes"),
        ("romanov", "natasha-romanoff"),
        ("tohr", "thor"),
        ("htor", "thor"),
        ("the twoer", "tower"),
        ("hte hulk", "hulk"),
        ("the arctik", "arctic"),
        ("brc bnnr", "bruce-banner"),
    ],
)
def test_typo_is_corrected(index: NameIndex, query: str, key: str) -> None:
    assert best(index, query) == (key, Verdict.SURE)


@pytest.mark.parametrize("query", ["bruce wayne", "bruce lee", "natasha rostova"])
def test_a_shared_first_name_alone_is_not_answered(index: NameIndex, query: str) -> None:
    assert verdict(index.find(query)) is not Verdict.SURE


@pytest.mark.parametrize("query", ["television", "bulk", "maxima"])
def test_ordinary_word_with_little_similarity_finds_nothing(query: str) -> None:
    index = NameIndex.build([Name(text, text) for text in ("the Vision", "the Hulk", "Mila")])
    assert verdict(index.find(query)) is Verdict.NONE


def test_a_long_name_that_sounds_the_same_leads_to_a_choice() -> None:
    index = NameIndex.build([Name("Andy Serkis", "klaue"), Name("Thanos", "thanos")])
    assert best(index, "andy circus") == ("klaue", Verdict.PLAUSIBLE)


def test_name_ranks_before_a_longer_one_that_begins_with_it() -> None:
    index = NameIndex.build([Name("Klaue's men", "men"), Name("Klaue", "klaue")])
    assert [match.key for match in index.find("klaus")] == ["klaue", "men"]


def test_a_title_is_no_part_of_a_longer_name() -> None:
    index = NameIndex.build([Name("planet Earth", "earth"), Name("Captain America", "steve")])
    assert verdict(index.find("captain planet")) is Verdict.NONE


def test_name_within_a_longer_one_must_match_throughout() -> None:
    index = NameIndex.build([Name("Avengers' new base", "base"), Name("Thanos", "thanos")])
    assert verdict(index.find("avengers endgame")) is Verdict.NONE


def test_a_short_word_of_one_syllable_more_is_another_word(index: NameIndex) -> None:
    assert verdict(index.find("snape")) is Verdict.PLAUSIBLE


@pytest.mark.parametrize("query", ["rainor", "rainu", "thore", "thanoc", "visione", "visiok"])
def test_a_name_of_another_ending_is_another_name(index: NameIndex, query: str) -> None:
    assert verdict(index.find(query)) is not Verdict.SURE


@pytest.mark.parametrize(
    ("query", "key"), [("thanoz", "thanos"), ("visiom", "vision"), ("towerr", "tower")]
)
def test_often_mistyped_ending_is_corrected(index: NameIndex, query: str, key: str) -> None:
    assert best(index, query) == (key, Verdict.SURE)


def test_two_similar_names_are_both_offered() -> None:
    index = NameIndex.build([Name("Wanda Maximoff", "wanda"), Name("Pietro Maximoff", "pietro")])
    matches = index.find("naximoff")
    assert verdict(matches) is Verdict.PLAUSIBLE
    assert {match.key for match in matches} == {"wanda", "pietro"}


def test_an_article_counts_if_a_name_begins_with_it() -> None:
    others = [Name(f"Someone {i}", f"other-{i}") for i in range(60)]
    names = [Name("City elders", "elders"), Name("The city falls", "fall"), *others]
    assert NameIndex.build(names).find("the city")[0].key == "fall"


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("山田太郎", "太郎"),
        ("山田太郎", "山田"),
        ("김민수", "민수"),
        ("เจ้าชายน้อย", "น้อย"),
        ("سلمى", "سلم"),
    ],
)
def test_a_part_of_a_name_without_spaces_leads_to_a_choice(name: str, asked: str) -> None:
    matches = NameIndex.build([Name(name, "key")]).find(asked)

    assert verdict(matches) is Verdict.PLAUSIBLE


def test_a_whole_word_of_a_name_is_answered_in_every_script() -> None:
    names = ["ミカサ・アッカーマン", "نور الدين", "राम कुमार", "김 민수"]
    index = NameIndex.build([Name(name, name) for name in names])

    for name in names:
        word = name.replace("・", " ").split()[-1]
        assert (verdict(index.find(word)), index.find(word)[0].key) == (Verdict.SURE, name)
