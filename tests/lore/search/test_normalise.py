"""What two spellings of one name have in common."""

import pytest

from lore.search.normalise import (
    MAX_QUERY,
    essence,
    norm,
    numbers,
    plural,
    squash,
    without_filler,
    without_titles,
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Iron  MAN", "iron man"),
        ("Spider-Man", "spider man"),
        (
            "Łódź Ørsted Þór Æsir Straße İstanbul ığdır",
            "lodz orsted thor aesir strasse istanbul igdir",
        ),
        ("J.A.R.V.I.S.", "jarvis"),
        ("J A R V I S", "jarvis"),
        ("S.H.I.E.L.D", "shield"),
        ("who is S. H. I. E. L. D.?", "who is shield"),
        ("Barton's farm", "bartons farm"),
        ("Loki’s sceptre", "lokis scepter"),
        ("the Grey Armoured Centre", "the gray armored center"),
        ("defence programme", "defense program"),
        ("I\u200bron \u202eMan", "iron man"),
        ("Z\u0334\u0322a\u0337l\u0335g\u0336o\u0338", "zalgo"),
        ("𝐈𝐫𝐨𝐧 Ｍａｎ 🔥", "iron man"),
        ("Hulk\x00\tBuster\n", "hulk buster"),
        ("Ёлкин, сто́йкий Кий", "елкин стойкий кий"),
        ("Ἀχιλλεύς ΟΔΥΣΣΕΎΣ", "αχιλλευσ οδυσσευσ"),
        ("أَحْمَد إلى آل فاطمة عليّ علی", "احمد الي ال فاطمه علي علي"),
        ("שָׁלוֹם ג׳ורג׳", "שלומ גורג"),
        ("ﾄﾞﾗｺﾞﾝ・バリ はﾟ", "どらごん ばり ぱ"),
        ("पिता क.ख.ग की न की", "पिता कखग की न की"),
        ("\u095e फ\u093cिल्म प\u095dाई \u0929 \u0931", "फ फिल्म पढाई न र"),
        ("\u0a36ੇਰ ਸ\u0a3cੇਰ જ\u0abcર", "ਸੇਰ ਸੇਰ જર"),
        ("\u09dc ড\u09bc ড", "ড\u09bc ড\u09bc ড"),
        ("ไก่ ม้า", "ไก่ ม้า"),
        ("น\u0e49\u0e33 น\u0e4d\u0e49\u0e32", "น\u0e49\u0e4d\u0e32 น\u0e49\u0e4d\u0e32"),
        ("\u1100\u1175\u11b7 김", "김 김"),
        ("क\u094d\u200dष شاه\u200cنامه", "क\u094dष شاهنامه"),
        ("٤٤ ४४ ４４", "44 44 44"),
        ("\ud800Thor", "thor"),
        ("🔥", ""),
    ],
)
def test_a_text_is_brought_to_its_plain_spelling(text: str, plain: str) -> None:
    assert norm(text) == plain


def test_squashing_leaves_no_spaces() -> None:
    assert squash("Tony  Stark") == "tonystark"


def test_only_the_first_hundred_characters_are_read() -> None:
    assert len(norm("x" * 6000)) == MAX_QUERY


def test_a_character_that_unfolds_into_many_does_not_lengthen_the_text() -> None:
    assert len(norm("\ufdfa" * 6000)) <= MAX_QUERY


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Doctor Cho", "Dr. Cho"),
        ("the Hulk", "Hulk"),
        ("Barton's farm", "the Barton farm"),
        ("Mark XLIV", "Mark 44"),
        ("Avengers' tower", "Avengers tower"),
        ("the Six Stones", "6 stones"),
        ("Robert Downey Jr.", "Robert Downey junior"),
    ],
)
def test_articles_possessives_and_ways_to_write_titles_and_numerals_do_not_change_the_essence(
    one: str, other: str
) -> None:
    assert essence(one) == essence(other)


@pytest.mark.parametrize("name", ["The", "Doctor", "Ill", "Mix", "Ilya"])
def test_a_name_that_is_a_title_or_looks_like_a_numeral_keeps_its_essence(name: str) -> None:
    assert essence(name) == name.lower()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("mark 44", [44]),
        ("mark44", [44]),
        ("mark xliv", [44]),
        ("mark i", [1]),
        ("three of 12", [3, 12]),
        ("x", []),
        ("x men", []),
        ("vision", []),
    ],
)
def test_numbers_are_read_however_they_are_written(name: str, values: list[int]) -> None:
    assert list(numbers(name.split()).values()) == values


@pytest.mark.parametrize(
    ("one", "many"), [("sentry", "sentries"), ("thor", "thor"), ("fly", "fly")]
)
def test_a_y_at_the_end_has_its_plural(one: str, many: str) -> None:
    assert plural(one) == many


@pytest.mark.parametrize(
    "question", ["who is wanda", "tell me about wanda please", "whos the wanda", "wanda pls"]
)
def test_filler_words_can_be_left_out(question: str) -> None:
    assert without_filler(question) == "wanda"


def test_titles_can_be_left_out() -> None:
    assert without_titles("doctor baron strucker") == "strucker"


def test_a_name_that_is_a_title_keeps_it() -> None:
    assert without_titles("doctor") == "doctor"
