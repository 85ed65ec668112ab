"""That most words need no stem to be known for other words."""

from itertools import islice

import pytest

from lore.query.questions.words import has_stem_of, stem
from lore.search.common_words import listed_words

SOME = [word.lower() for word in islice(listed_words(), 0, None, 499)]


@pytest.mark.parametrize("word", ["dying", "slain", "killers", *SOME])
def test_a_word_is_known_by_its_stem(word: str) -> None:
    assert has_stem_of(word, frozenset([stem(word)]))
    assert not has_stem_of(word, frozenset([f"{stem(word)}x"]))
