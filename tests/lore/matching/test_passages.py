"""Which passage half-remembered words lead to, and what of it is marked."""

import pytest

from lore.matching import Hit, Passage, PassageIndex, Verdict
from lore.matching.passages import verdict

TEXTS = {
    "peace": "I see a suit of armour around the world, and then peace in our time.",
    "strings": "There are no strings on me.",
    "charm": "They were too close to Stark, blinded by his charm.",
    "running": "Nobody could keep up with him, and he kept on running.",
    "city": "When the dust settles, the only thing living in this world will be metal.",
    "language": "He asked everyone to watch their language.",
    "worthy": "Whoever is worthy may lift the hammer.",
    "shield": "S.H.I.E.L.D. had fallen long before anyone noticed.",
}


@pytest.fixture(scope="module")
def index() -> PassageIndex:
    return PassageIndex.build([Passage(key, text) for key, text in TEXTS.items()])


def marked(hit: Hit) -> list[str]:
    return [hit.text[start:end] for start, end in hit.marks]


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("peace in our time", "peace"),
        ("peace in my tiem", "peace"),
        ("too close to strak blinded by charm", "charm"),
        ("charm blinded close", "charm"),
        ("no stirngs", "strings"),
        ("hammer worthy whoever lift", "worthy"),
        ("armor around teh world", "peace"),
        ("shield had falen", "shield"),
    ],
)
def test_half_remembered_words_lead_to_their_passage(
    index: PassageIndex, words: str, key: str
) -> None:
    assert index.find(words)[0].key == key


def test_words_of_no_passage_lead_nowhere(index: PassageIndex) -> None:
    assert verdict(index.find("luke i am your father")) is Verdict.NONE


def test_a_well_remembered_passage_is_sure(index: PassageIndex) -> None:
    assert verdict(index.find("there are no strings on me")) is Verdict.SURE


def test_words_that_two_passages_share_are_asked_about() -> None:
    index = PassageIndex.build([Passage(key, "The city will fly.") for key in "ab"])
    assert verdict(index.find("the city will fly")) is not Verdict.SURE


def test_the_words_found_are_marked_as_they_stand_in_the_text(index: PassageIndex) -> None:
    assert marked(index.find("peace in my tiem")[0]) == ["peace", "in", "time"]


def test_a_dotted_name_is_marked_whole(index: PassageIndex) -> None:
    assert marked(index.find("shield fallen")[0]) == ["S.H.I.E.L.D", "fallen"]


def test_only_the_nearest_word_is_marked_for_a_word() -> None:
    index = PassageIndex.build([Passage("a", "Then the thing fell.")])
    assert marked(index.find("the thing")[0]) == ["the", "thing"]


def test_order_tells_passages_of_the_same_words_apart() -> None:
    texts = ["the man who loved the city", "the city who loved the man"]
    index = PassageIndex.build([Passage(text, text) for text in texts])
    assert index.find("city who loved the man")[0].key == texts[1]


@pytest.mark.parametrize(
    "words",
    ['"', "peace AND NOT (time", "key:peace*", "NEAR(a b)", "'; DROP TABLE quotes; --", "\0", "🔥"],
)
def test_operators_and_odd_characters_are_only_text(index: PassageIndex, words: str) -> None:
    assert all(hit.key in TEXTS for hit in index.find(words))


def test_six_thousand_characters_are_a_question_like_any_other(index: PassageIndex) -> None:
    assert index.find("peace in our time " * 400)[0].key == "peace"


def test_what_goes_without_saying_counts_as_said() -> None:
    index = PassageIndex.build(
        [Passage("quinjet", "He left it to the autopilot.", "Quinjet"), Passage("b", "A quinjet.")]
    )

    assert [hit.key for hit in index.find("quinjet autopilot")] == ["quinjet", "b"]


def test_light_words_count_little(index: PassageIndex) -> None:
    [plain, *_], [light, *_] = index.find("what peace"), index.find("what peace", light={"what"})

    assert light.likeness > plain.likeness


@pytest.mark.parametrize("asked", ["blames", "blamed", "blaming"])
def test_a_word_stands_for_its_other_forms(asked: str) -> None:
    [hit] = PassageIndex.build([Passage("a", "Thor blames Stark.")]).find(asked)

    assert hit.likeness >= 0.9


def test_two_words_may_be_typed_as_one() -> None:
    [hit] = PassageIndex.build([Passage("a", "That is the end game.")]).find("the endgame")

    assert hit.likeness > 0.9


def test_only_allowed_passages_are_found(index: PassageIndex) -> None:
    hits = index.find("the world", allow=lambda key: key == "city")
    assert [hit.key for hit in hits] == ["city"]


def test_joined_indexes_answer_from_both(index: PassageIndex) -> None:
    own = PassageIndex.build([Passage("own", "A world of our own, at peace.")])
    keys = {hit.key for hit in index.joined(own).find("world peace")}
    assert keys >= {"own", "peace"}


def test_an_empty_index_finds_nothing() -> None:
    assert PassageIndex.build([]).find("peace") == []


def test_a_passage_without_words_is_never_found() -> None:
    assert PassageIndex.build([Passage("a", "…")]).find("peace") == []
