"""What is offered while a name is typed."""

import pytest

from lore.search import Name, NameIndex


def test_an_empty_box_offers_the_most_important(index: NameIndex) -> None:
    keys = [match.key for match in index.complete("", limit=3)]
    assert keys == ["tony-stark", "ultron", "wanda-maximoff"]


@pytest.mark.parametrize("typed", ["v", "ver", "vero", "vreo", "veroni", "vernica"])
def test_completion_starts_at_the_first_letter_and_bears_slips(
    index: NameIndex, typed: str
) -> None:
    assert "mark-44" in [match.key for match in index.complete(typed)]


def test_two_letters_offer_only_what_starts_so(index: NameIndex) -> None:
    assert [match.name.text for match in index.complete("ul")] == ["Ultron", "Age of Ultron"]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("t", ["Thor", "Battle of the Towers", "The Avengers"]),
        ("the", ["The Avengers"]),
        ("av", ["The Avengers", "Avenue"]),
        ("the av", ["The Avengers"]),
    ],
)
def test_an_article_leads_to_a_name_less_than_its_other_words(
    typed: str, offered: list[str]
) -> None:
    texts = ["The Avengers", "Battle of the Towers", "Avenue", "Thor"]
    names = NameIndex.build([Name(text, text) for text in texts])

    found = [match.key for match in names.complete(typed)]

    assert found[: len(offered)] == offered


def test_a_typed_name_of_the_same_sound_goes_before_a_start_that_is_as_near() -> None:
    names = NameIndex.build([Name("Klaw", "klaue"), Name("Clairvoyant", "raina")])
    assert [match.key for match in names.complete("claw")] == ["klaue", "raina"]


def test_completion_offers_only_what_is_allowed(index: NameIndex) -> None:
    allowed = index.only({"ho"}).complete("")
    assert [match.key for match in allowed] == ["ho"]


@pytest.mark.parametrize("typed", ["zzzz", "batman", "gandalf", "🔥"])
def test_nothing_is_offered_for_text_that_is_no_name(index: NameIndex, typed: str) -> None:
    assert index.complete(typed) == []


def test_the_whole_name_is_offered_before_longer_ones(index: NameIndex) -> None:
    assert [match.key for match in index.complete("ultorn")] == ["ultron", "film"]


def test_a_typed_alias_is_shown_with_its_entry(index: NameIndex) -> None:
    offered = index.complete("iron")[0]
    assert (offered.name.text, offered.key, offered.name.canonical) == (
        "Iron Man",
        "tony-stark",
        False,
    )


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("ㄱ", ["김민수", "강남"]),
        ("기", ["김민수"]),
        ("김ㅁ", ["김민수"]),
        ("김미", ["김민수"]),
        ("서우", ["서울", "서우진"]),
        ("민수", ["김민수"]),
        ("太郎", ["山田太郎"]),
        ("スターク", ["トニースターク", "スターク家"]),
        ("น้อย", ["เจ้าชายน้อย"]),
    ],
)
def test_names_without_spaces_are_offered_letter_by_letter(typed: str, names: list[str]) -> None:
    known = [
        "김민수",
        "강남",
        "서울",
        "서우진",
        "山田太郎",
        "トニースターク",
        "スターク家",
        "เจ้าชายน้อย",
    ]
    index = NameIndex.build([Name(name, name) for name in known])

    assert {match.key for match in index.complete(typed)} == {*names}
