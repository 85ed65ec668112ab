"""Of names with one plain spelling, the one typed exactly is preferred."""

import unicodedata

import pytest

from lore.search import Name, NameIndex, Verdict, norm, verdict


def index_of(*names: str) -> NameIndex:
    return NameIndex.build([Name(name, name) for name in names])


@pytest.mark.parametrize(
    ("typed", "other"),
    [
        ("Zoë", "Zoe"),
        ("Zoe", "Zoë"),
        ("C++", "C#"),
        ("IT", "It"),
        ("it", "It"),
        ("Ёлкин", "Елкин"),
        ("Spider-Man", "Spiderman"),
        ("O'Neil", "Oneil"),
        ("さくら", "サクラ"),
        ("أحمد", "احمد"),
        ("هدى", "هدي"),
        ("هدي", "هدى"),
        ("فاطمة", "فاطمه"),
        ("कड़ा", "कडा"),
        ("コンピューター", "コンピユーター"),
        ("X²", "X2"),
        ("A.I.", "AI"),
        ("🔥", "🔥🔥"),
        ("!?", "?!"),
    ],
)
def test_exactly_typed_name_is_answered(typed: str, other: str) -> None:
    for index in (index_of(typed, other), index_of(other, typed)):
        matches = index.find(typed)

        assert (verdict(matches), matches[0].key) == (Verdict.SURE, typed)
        assert index.complete(typed)[0].key == typed


@pytest.mark.parametrize(
    ("typed", "meant", "other"),
    [
        ("zoë", "Zoë", "Zoe"),
        ("ZOE", "Zoe", "Zoë"),
        ("c++", "C++", "C#"),
        ("zoe\u0308", "Zoë", "Zoe"),
        ("Ｃ＋＋", "C++", "C#"),
        ("o’neil", "O'Neil", "Oneil"),
        ("❤", "❤\ufe0f", "❤\ufe0f❤\ufe0f"),
    ],
)
def test_case_and_unicode_normalisation_do_not_matter(typed: str, meant: str, other: str) -> None:
    matches = index_of(other, meant).find(typed)

    assert (verdict(matches), matches[0].key) == (Verdict.SURE, meant)


@pytest.mark.parametrize(
    ("typed", "names"),
    [("zoé", ["Zoe", "Zoë"]), ("c", ["C++", "C#"]), ("spider man", ["Spider-Man", "Spiderman"])],
)
def test_an_inexact_name_leads_to_a_choice(typed: str, names: list[str]) -> None:
    matches = index_of(*names).find(typed)

    assert verdict(matches) is Verdict.PLAUSIBLE
    assert [match.key for match in matches] == names


@pytest.mark.parametrize(
    ("typed", "name"), [("هدي", "هدى"), ("هدى", "هدي"), ("علی", "علي"), ("احمد", "أحمد")]
)
def test_an_arabic_letter_that_is_written_in_two_ways_is_found_in_either(
    typed: str, name: str
) -> None:
    """Egypt writes the last letter of a name without its dots, Iran with another sign."""
    matches = index_of(name, "كريم").find(typed)

    assert (verdict(matches), matches[0].key) == (Verdict.SURE, name)


@pytest.mark.parametrize(
    ("names", "typed"),
    [
        (("Zoe Kravitz", "Zoë Kravitz"), "Zoë Kravizt"),
        (("Lukasz Kravitzky", "Łukasz Kravitzky"), "Łukasz Kravitzyk"),
        (("Елкин Достоевский", "Ёлкин Достоевский"), "Ёлкин Достоевскйи"),
        (("هدي الشعراوي", "هدى الشعراوي"), "هدى الشعرواي"),
        (("हज़ारी शर्मा", "हजारी शर्मा"), "हज़ारी शर्म"),
        (("Raina Ziegler", "Raina Ziegler "), "Raina Zeigler"),
    ],
)
def test_a_misspelt_name_is_asked_about_where_two_have_the_same_plain_spelling(
    names: tuple[str, str], typed: str
) -> None:
    """Also among so many others that the second of them counts for much less."""
    others = [f"Person {number}" for number in range(300)]
    matches = index_of(names[0], *others, names[1]).find(typed)

    assert verdict(matches) is Verdict.PLAUSIBLE
    assert {match.key for match in matches} >= {*names}


def test_every_folded_letter_prefers_the_name_typed_exactly() -> None:
    folded = 0
    for char in map(chr, range(0xA0, 0x3100)):
        name = f"Kor{char}bel"
        other = norm(name)
        if not char.isalpha() or " " in other or unicodedata.normalize("NFC", name) == other:
            continue
        if other != name.casefold():
            folded += 1
            index = NameIndex.build([Name(name, "as typed"), Name(other, "folded")])
            for typed, meant in ((name, "as typed"), (other, "folded")):
                matches = index.find(typed)
                assert (verdict(matches), matches[0].key) == (Verdict.SURE, meant), typed
                assert index.complete(typed)[0].key == meant
    assert folded > 500


def test_one_letter_is_not_enough_if_the_signs_beside_it_differ() -> None:
    assert verdict(index_of("C#").find("C++")) is Verdict.PLAUSIBLE


def test_small_letters_do_not_choose_an_alias_before_a_name() -> None:
    names = [Name("Vision", "person"), Name("vision", "dream", canonical=False)]

    assert verdict(NameIndex.build(names).find("vision")) is Verdict.PLAUSIBLE


def test_completion_lists_exactly_spelt_names_first() -> None:
    index = index_of("Zoe Barnes", "Zoë Kravitz")

    assert [match.key for match in index.complete("zoë")] == ["Zoë Kravitz", "Zoe Barnes"]
    assert [match.key for match in index.complete("zoe")] == ["Zoe Barnes", "Zoë Kravitz"]


def test_a_name_made_only_of_signs_is_found_and_offered() -> None:
    index = index_of("🐉", "🐉🔥", "Dragon")

    assert [match.key for match in index.find("🐉")][:1] == ["🐉"]
    assert [match.key for match in index.complete("🐉")] == ["🐉", "🐉🔥"]
    assert index.find("🧊") == []
