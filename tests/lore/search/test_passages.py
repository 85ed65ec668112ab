"""Which passage partial words find, and which words are highlighted."""

import pytest

from lore.search import Hit, Passage, PassageIndex, Verdict
from lore.search.passages import verdict

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
def test_partial_words_find_their_passage(index: PassageIndex, words: str, key: str) -> None:
    assert index.find(words)[0].key == key


def test_words_of_no_passage_find_nothing(index: PassageIndex) -> None:
    assert verdict(index.find("luke i am your father")) is Verdict.NONE


def test_passage_with_most_of_its_words_is_sure(index: PassageIndex) -> None:
    assert verdict(index.find("there are no strings on me")) is Verdict.SURE


def test_words_shared_by_two_passages_lead_to_a_choice() -> None:
    index = PassageIndex.build([Passage(key, "The city will fly.") for key in "ab"])
    assert verdict(index.find("the city will fly")) is not Verdict.SURE


def test_matching_words_are_highlighted_as_written(index: PassageIndex) -> None:
    assert marked(index.find("peace in my tiem")[0]) == ["peace", "in", "time"]


def test_a_dotted_name_is_marked_whole(index: PassageIndex) -> None:
    assert marked(index.find("shield fallen")[0]) == ["S.H.I.E.L.D", "fallen"]


def test_only_the_nearest_word_is_marked_for_a_word() -> None:
    index = PassageIndex.build([Passage("a", "Then the thing fell.")])
    assert marked(index.find("the thing")[0]) == ["the", "thing"]


def test_word_order_distinguishes_passages_of_the_same_words() -> None:
    texts = ["the man who loved the city", "the city who loved the man"]
    index = PassageIndex.build([Passage(text, text) for text in texts])
    assert index.find("city who loved the man")[0].key == texts[1]


@pytest.mark.parametrize(
    "words",
    ['"', "peace AND NOT (time", "key:peace*", "NEAR(a b)", "'; DROP TABLE quotes; --", "\0", "🔥"],
)
def test_operators_and_odd_characters_are_only_text(index: PassageIndex, words: str) -> None:
    assert all(hit.key in TEXTS for hit in index.find(words))


def test_query_of_six_thousand_characters_is_searched(index: PassageIndex) -> None:
    assert index.find("peace in our time " * 400)[0].key == "peace"


def test_implied_words_count_as_written() -> None:
    index = PassageIndex.build(
        [
            Passage("quinjet", "He left it to the autopilot.", ("Quinjet",)),
            Passage("b", "A quinjet."),
        ]
    )

    assert [hit.key for hit in index.find("quinjet autopilot")] == ["quinjet", "b"]


def test_stop_words_count_little(index: PassageIndex) -> None:
    [plain, *_], [light, *_] = index.find("what peace"), index.find("what peace", light={"what"})

    assert light.likeness > plain.likeness


@pytest.mark.parametrize("asked", ["blames", "blamed", "blaming"])
def test_a_word_matches_its_other_forms(asked: str) -> None:
    [hit] = PassageIndex.build([Passage("a", "Thor blames Stark.")]).find(asked)

    assert hit.likeness >= 0.9


def test_two_words_may_be_typed_as_one() -> None:
    [hit] = PassageIndex.build([Passage("a", "That is the end game.")]).find("the endgame")

    assert hit.likeness > 0.9


def test_only_allowed_passages_are_found(index: PassageIndex) -> None:
    hits = index.only({"city"}).find("the world")
    assert [hit.key for hit in hits] == ["city"]


def test_joined_indexes_answer_from_both(index: PassageIndex) -> None:
    own = PassageIndex.build([Passage("own", "A world of our own, at peace.")])
    keys = {hit.key for hit in index.joined(own).find("world peace")}
    assert keys >= {"own", "peace"}


def test_an_empty_index_finds_nothing() -> None:
    assert PassageIndex.build([]).find("peace") == []


def test_a_passage_without_words_is_never_found() -> None:
    assert PassageIndex.build([Passage("a", "…")]).find("peace") == []


UNSPACED = {
    "fireworks": "昨日、東京で大きな花火大会が開かれた。",
    "wall": "我们明天去北京看长城吧",
    "bangkok": "เมื่อวานฉันไปกรุงเทพมหานครกับเพื่อน",
    "korean": "어제 도쿄에서 큰 불꽃놀이가 열렸다.",
    "half": "ﾊﾞﾝﾄﾞを聞いた",
    "decomposed": "カ\u3099ラスの町",
    "mixed": "Unter dem 東京Tower steht er.",
    "zero-width": "ភ្នំ\u200bពេញ",
}


@pytest.fixture(scope="module")
def unspaced() -> PassageIndex:
    return PassageIndex.build([Passage(key, text) for key, text in UNSPACED.items()])


@pytest.mark.parametrize(
    ("words", "key", "marks"),
    [
        ("花火", "fireworks", ["花火"]),
        ("花", "fireworks", ["花"]),
        ("大会 花火", "fireworks", ["花火大会"]),
        ("东京 长城", "wall", ["长城"]),
        ("吧", "wall", ["吧"]),
        ("กรุงเทพ", "bangkok", ["กรุงเทพ"]),
        ("불꽃놀이", "korean", ["불꽃놀이"]),
        ("バンド", "half", ["ﾊﾞﾝﾄﾞ"]),
        ("がらす", "decomposed", ["カ\u3099ラス"]),
        ("tower 東京", "mixed", ["東京Tower"]),
        ("ភ្នំពេញ", "zero-width", ["ភ្នំ\u200bពេញ"]),
    ],
)
def test_words_are_found_and_marked_in_scripts_without_spaces(
    unspaced: PassageIndex, words: str, key: str, marks: list[str]
) -> None:
    hit = unspaced.find(words)[0]

    assert (hit.key, marked(hit)) == (key, marks)


@pytest.mark.parametrize("words", ["花大", "長城", "เทา", "バント", "はらす"])
def test_letters_apart_or_with_another_sign_are_not_found(
    unspaced: PassageIndex, words: str
) -> None:
    assert [hit for hit in unspaced.find(words) if hit.likeness > 0.9] == []


def test_a_half_remembered_sentence_without_spaces_is_found(unspaced: PassageIndex) -> None:
    hits = unspaced.find("明日、東京で小さな花火大会が")

    assert hits[0].key == "fireworks"
    assert hits[0].likeness > 0.5


@pytest.mark.parametrize(
    ("text", "asked", "word"),
    [
        ("新しいコンピューターを買った。", "コンピユーター", "コンピューター"),
        ("新しいコンピユーターを買った。", "コンピューター", "コンピユーター"),
        ("新しいｺﾝﾋﾟｭｰﾀｰを買った。", "コンピユーター", "ｺﾝﾋﾟｭｰﾀｰ"),
        ("キャッツアイが来た。", "キヤツツアイ", "キャッツアイ"),
        ("ファイルを開く。", "フアイル", "ファイル"),
        ("もう一寸まつて。ちょっと。", "ちよつと", "ちょっと"),
        ("ヵ月前のこと。", "カ月前", "ヵ月前"),
    ],
)
def test_a_word_with_large_kana_for_small_ones_is_found_and_marked_whole(
    text: str, asked: str, word: str
) -> None:
    [hit] = PassageIndex.build([Passage("a", text)]).find(asked)

    assert (hit.likeness > 0.9, marked(hit)) == (True, [word])


def test_a_word_with_kana_as_they_were_typed_is_found_first() -> None:
    texts = ["びよういんへ行く。", "びょういんへ行く。"]
    index = PassageIndex.build([Passage(text, text) for text in texts])

    assert [index.find(text[:5])[0].key for text in texts] == texts


def test_overlapping_words_are_marked_once() -> None:
    [hit] = PassageIndex.build([Passage("a", "ああああ、あ")]).find("ああ")

    assert marked(hit) == ["ああああ"]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("मैं कल दिल्ली गया था।", "दिल्ला"),
        ("سافرت إلى المدينة.", "المديته"),
        ("הלכתי אל הירושלמי.", "הירושלמו"),
    ],
)
def test_one_other_letter_makes_another_word_where_each_letter_counts(
    text: str, asked: str
) -> None:
    others = [Passage(str(number), f"Text {number}") for number in range(50)]
    [hit] = PassageIndex.build([Passage("a", text), *others]).find(asked)

    assert hit.likeness < 0.5
    assert verdict([hit]) is Verdict.NONE
