"""Makes sentences, and half-remembered words of them, from a seed."""

import random
import re
from collections.abc import Callable, Sequence

from tests.bench.cases import Case, made_up_word, typo

_SMALL = re.findall(
    r"\w+",
    """the a of to and in is it you that he was for on are with as his they at be this from have or
    by one had not but what all were when we there can an your which their if do will each how them
    then she many some so these would like him into has look more her two see no could my than been
    who its now did get come made may over new any""",
)


def made_up_sentences(count: int, rng: random.Random) -> list[str]:
    """Return sentences of 8 to 20 words, half of them small, the others as rare as real ones."""
    words = sorted({made_up_word(rng).lower() for _ in range(20_000)})
    rng.shuffle(words)
    weights = [1 / (rank + 20) for rank in range(len(words))]
    sentences = []
    for _ in range(count):
        length = rng.randint(8, 20)
        rare = rng.choices(words, weights, k=length)
        small = rng.choices(_SMALL, k=length)
        chosen = [
            one if rng.random() < 0.5 else other for one, other in zip(rare, small, strict=True)
        ]
        sentences.append(" ".join(chosen).capitalize() + ".")
    return sentences


def quote_cases(sentences: Sequence[str], count: int, rng: random.Random) -> list[Case]:
    """Return up to `count` half-remembered sentences of every kind.

    The words asked for stand together in one sentence only.
    """
    having: dict[str, set[str]] = {}
    for sentence in sentences:
        for word in _words(sentence):
            having.setdefault(word, set()).add(sentence)
    made = []
    for kind, change in KINDS.items():
        for sentence in rng.sample(list(sentences), min(count, len(sentences))):
            words = change(_words(sentence), rng)
            told = [having[word] for word in words if word in _words(sentence)]
            if len(set.intersection(*told)) == 1:
                made.append(Case(_with_typos(words, rng), sentence, kind))
    return made


def absent_cases(absent: Sequence[str], rng: random.Random) -> list[Case]:
    """Return half-remembered sentences that should not be found."""
    changes = list(KINDS.values())
    asked = (rng.choice(changes)(_words(text), rng) for text in absent)
    return [Case(_with_typos(words, rng), None, "absent") for words in asked]


def _words(sentence: str) -> list[str]:
    return sentence.lower().rstrip(".").split()


def _with_typos(words: list[str], rng: random.Random) -> str:
    for _ in range(rng.randint(1, 2)):
        i = rng.randrange(len(words))
        if len(words[i]) > 3:
            words[i] = typo(words[i], rng)
    return " ".join(words)


def _some(words: list[str], rng: random.Random) -> int:
    return min(len(words), max(4, round(len(words) * rng.uniform(0.3, 0.6))))


def _subset(words: list[str], rng: random.Random) -> list[str]:
    kept = sorted(rng.sample(range(len(words)), _some(words, rng)))
    return [words[i] for i in kept]


def _fragment(words: list[str], rng: random.Random) -> list[str]:
    length = _some(words, rng)
    start = rng.randint(0, len(words) - length)
    return words[start : start + length]


def _misremembered(words: list[str], rng: random.Random) -> list[str]:
    kept = _fragment(words, rng)
    kept[rng.randrange(len(kept))] = rng.choice(_SMALL)
    return kept


def _shuffled(words: list[str], rng: random.Random) -> list[str]:
    kept = _subset(words, rng)
    rng.shuffle(kept)
    return kept


KINDS: dict[str, Callable[[list[str], random.Random], list[str]]] = {
    "subset": _subset,
    "fragment": _fragment,
    "misremembered": _misremembered,
    "shuffled": _shuffled,
}
