"""Many words are found at once where each would be found alone."""

from hypothesis import given
from hypothesis import strategies as st

from lore.pack import words
from lore.pack.words import find_whole, places

TEXT = st.text("ab .-'“走白_é\u0301", max_size=40)


@given(st.lists(TEXT, max_size=4), st.lists(TEXT, max_size=20))
def test_many_words_are_found_as_well_as_each_by_itself(
    paragraphs: list[str], wanted: list[str]
) -> None:
    # Stretches of the paragraphs themselves are sure to be there.
    wanted += [text[start : start + 20] for text in paragraphs for start in range(0, len(text), 3)]
    filler = [f"never there {number}" for number in range(words._FEW + 1)]
    found = places(paragraphs, wanted + filler)

    for one in wanted:
        alone = [n for n, text in enumerate(paragraphs, 1) if find_whole(one, text) >= 0]
        assert found[one] == alone, one
