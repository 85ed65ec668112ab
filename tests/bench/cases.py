"""Makes names, and questions about names with the one answer that is right, from a seed."""

import random
import string
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from lore.search.normalise import essence, plain

_KEYS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"]
_SOUNDS = [
    ("ph", "f"), ("f", "ph"), ("ck", "k"), ("c", "k"), ("k", "c"), ("y", "i"), ("i", "y"),
    ("ei", "ie"), ("ie", "y"), ("ee", "ea"), ("ea", "ee"), ("ou", "u"), ("oo", "u"), ("s", "z"),
    ("z", "s"), ("x", "ks"), ("ai", "ay"), ("er", "or"), ("or", "er"), ("ll", "l"), ("tt", "t"),
    ("ss", "s"), ("nn", "n"), ("l", "ll"), ("n", "nn"), ("e", "a"), ("a", "e"), ("gh", "g"),
    ("th", "t"), ("t", "th"), ("v", "w"), ("w", "v"), ("j", "g"), ("qu", "kw"), ("sh", "ch"),
]  # fmt: skip
_MARKS = dict(zip("aeiouncslzd", "àéïõúñçšłžđ", strict=True))
_FILLERS = ["who is {}", "tell me about {}", "show me {}", "{} please", "info on {}", "the {}"]
_TITLES = ["king", "queen", "lady", "lord", "mister", "doctor", "captain", "agent", "golden"]
_THINGS = [
    "banana", "toaster", "umbrella", "carpet", "ketchup", "printer", "calendar", "lasagne",
    "keyboard", "trousers", "invoice", "parking ticket", "vacuum cleaner", "spreadsheet",
    "washing machine", "dentist", "yoghurt", "wheelbarrow", "sandwich", "traffic jam",
]  # fmt: skip
_ONSETS = ["", "b", "br", "c", "ch", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s",
           "st", "t", "th", "tr", "v", "w", "z"]  # fmt: skip
_RHYMES = ["a", "an", "ar", "e", "el", "en", "er", "i", "in", "is", "o", "on", "or", "u", "us",
           "ath", "eck", "ill", "old", "une"]  # fmt: skip


class Case(NamedTuple):
    """A question, the name it means (None: nothing should be found), and what was done to it."""

    query: str
    expected: str | None
    kind: str


class Known(NamedTuple):
    """Names in the forms that tell whether a question means one of them alone."""

    spaced: list[str]
    squashed: list[str]
    essences: list[str]
    words: Counter[str]


def made_up_names(count: int, rng: random.Random) -> list[str]:
    """Return different names of one to three words, each of one to three syllables."""
    names: dict[str, None] = {}
    while len(names) < count:
        names.setdefault(" ".join(made_up_word(rng) for _ in range(rng.choice([1, 2, 2, 2, 3]))))
    return list(names)


def cases(names: Sequence[str], count: int, rng: random.Random) -> list[Case]:
    """Return about `count` cases of every kind that no other name answers as well."""
    known = _known(names)
    made = []
    for kind, change in KINDS.items():
        kept = tries = 0
        while kept < count and tries < 30 * count:
            tries += 1
            i = rng.randrange(len(names))
            query = change(names[i], rng)
            if query and _only(i, kind, query, known):
                made.append(Case(query, names[i], kind))
                kept += 1
    return made


def still_clear(asked: Sequence[Case], names: Sequence[str]) -> list[Case]:
    """Return the cases that no other of these names answers as well, and those that none should."""
    known = _known(names)
    at = {name: i for i, name in enumerate(names)}
    return [
        case
        for case in asked
        if case.expected is None or _only(at[case.expected], case.kind, case.query, known)
    ]


def nonsense(count: int, rng: random.Random) -> Iterator[Case]:
    """Yield questions that no list of names answers: hit keys, and things with titles."""
    for i in range(count):
        if i % 2:
            length = rng.randint(5, 12)
            yield Case("".join(rng.choices(string.ascii_lowercase, k=length)), None, "nonsense")
        else:
            yield Case(f"{rng.choice(_TITLES)} {rng.choice(_THINGS)}", None, "nonsense")


def without_some(
    names: Sequence[str], count: int, rng: random.Random
) -> tuple[list[str], list[Case]]:
    """Return the names but for a few, and those few as questions that should find nothing."""
    out = set(rng.sample(range(len(names)), min(5 * count, len(names) // 5)))
    kept = [name for i, name in enumerate(names) if i not in out]
    squashed = [text.replace(" ", "") for text in plain(kept)]
    absent = []
    for i in sorted(out):
        asked = plain([names[i]])[0].replace(" ", "")
        nearest = cdist([asked], squashed, scorer=OSA.normalized_similarity).max()
        if len(asked) > 4 and nearest < 0.7 and not any(asked in text for text in squashed):
            absent.append(Case(names[i], None, "hard-absent"))
    return kept, absent[:count]


def _known(names: Sequence[str]) -> Known:
    texts = plain(names)
    return Known(
        [f" {text}" for text in texts],
        [text.replace(" ", "") for text in texts],
        [essence(name) for name in names],
        Counter(word for text in texts for word in set(text.split())),
    )


def _only(i: int, kind: str, query: str, known: Known) -> bool:
    spaced, squashed, essences, words = known
    asked = plain([query])[0]
    bare = asked.replace(" ", "")
    if len(bare) < 3 or (bare == squashed[i] and kind in _EDITS) or len(squashed[i]) < 4:
        return False
    if any(bare == text for j, text in enumerate(squashed) if j != i):
        return False
    core = essence(query)
    if core != essences[i] and core in essences:
        return False
    if kind == "prefix":
        return sum(text.startswith(bare) for text in squashed) == 1
    if kind in ("partial", "hard-initials") and max(words[word] for word in asked.split()) > 1:
        return False
    if kind == "partial" and not all(words[word] for word in asked.split()):
        # Words that are cut short may begin those of other names, too.
        starts = [f" {word}" for word in asked.split()]
        return sum(all(start in text for start in starts) for text in spaced) <= 1
    if kind == "hard-partialtypo":
        near = [word for word in words if abs(len(word) - len(bare)) < 3]
        close = [word for word in near if OSA.distance(word, bare, score_cutoff=2) <= 2]
        return len(close) == 1 and words[close[0]] == 1 and bare not in close
    if kind == "hard-skeleton":
        vowels = str.maketrans("", "", "aeiou")
        return sum(text.translate(vowels) == bare for text in squashed) == 1
    if kind not in _EDITS:
        return True
    distances = cdist([bare], squashed, scorer=OSA.distance, score_cutoff=6)[0]
    return sorted(distances.tolist())[1] > distances[i] or len(squashed) == 1


def made_up_word(rng: random.Random) -> str:
    syllables = rng.choice([1, 2, 2, 3])
    word = "".join(rng.choice(_ONSETS) + rng.choice(_RHYMES) for _ in range(syllables))
    return word.capitalize()


def typo(name: str, rng: random.Random) -> str:
    i = rng.randrange(len(name))
    letter = rng.choice(string.ascii_lowercase if rng.random() < 0.3 else _near(name[i]))
    return rng.choice(
        [name[:i] + name[i + 1 :], name[:i] + name[i] + name[i:], name[:i] + letter + name[i:],
         name[:i] + letter + name[i + 1 :]]
    )  # fmt: skip


def _keyboard(name: str, rng: random.Random) -> str:
    i = rng.randrange(len(name))
    return name[:i] + rng.choice(_near(name[i])) + name[i + 1 :]


def _near(letter: str) -> str:
    for row, keys in enumerate(_KEYS):
        if (i := keys.find(letter.lower())) >= 0 and letter:
            beside = keys[max(0, i - 1) : i] + keys[i + 1 : i + 2]
            return beside + "".join(other[i : i + 1] for other in _KEYS[max(0, row - 1) : row + 2])
    return "aeinrst"


def _transposition(name: str, rng: random.Random) -> str:
    i = rng.randrange(len(name) - 1) if len(name) > 1 else 0
    return name[:i] + name[i + 1 : i + 2] + name[i] + name[i + 2 :]


def _phonetic(name: str, rng: random.Random) -> str:
    name = name.lower()
    for old, new in rng.sample(_SOUNDS, len(_SOUNDS)):
        if old in name and rng.random() < 0.8:
            return name.replace(old, new, 1)
    return ""


def _diacritics(name: str, rng: random.Random) -> str:
    return "".join(_MARKS.get(c, c) if rng.random() < 0.4 else c for c in typo(name, rng).lower())


def _dropped_punctuation(name: str, rng: random.Random) -> str:
    bare = name.translate(str.maketrans("", "", string.punctuation))
    return (bare.lower() if rng.random() < 0.5 else typo(bare, rng)) if bare != name else ""


def _word_order(name: str, rng: random.Random) -> str:
    words = name.split()
    last = words.pop()
    return f"{last}{rng.choice([',', ''])} {' '.join(words)}" if words else ""


def _prefix(name: str, rng: random.Random) -> str:
    return name[: max(4, int(len(name) * rng.uniform(0.4, 0.8)))].strip().lower()


def _partial(name: str, rng: random.Random) -> str:
    words = name.lower().split()
    if len(words) < 2:
        return ""
    if rng.random() < 0.5:
        return rng.choice(words)
    return " ".join(word[: max(3, int(len(word) * 0.6))] for word in words)


def _partial_typo(name: str, rng: random.Random) -> str:
    words = [word for word in name.lower().split() if len(word) > 4]
    return typo(rng.choice(words), rng) if words and " " in name else ""


def _initials(name: str, _: random.Random) -> str:
    words = name.lower().split()
    return f"{words[0][0]} {words[-1]}" if len(words) > 1 else ""


def _double(name: str, rng: random.Random) -> str:
    return typo(typo(name.lower(), rng), rng) if len(name) > 6 else ""


def _spaces(name: str, rng: random.Random) -> str:
    if " " in name:
        return typo(name.replace(" ", "").lower(), rng)
    i = rng.randint(2, max(2, len(name) - 2))
    return f"{name[:i]} {name[i:]}" if len(name) > 5 else ""


def _skeleton(name: str, _: random.Random) -> str:
    bare = name.lower().translate(str.maketrans("", "", "aeiou"))
    return bare if len(bare.replace(" ", "")) > 4 else ""


def _filler(name: str, rng: random.Random) -> str:
    return rng.choice(_FILLERS).format(name if rng.random() < 0.5 else typo(name, rng))


def _short(name: str, rng: random.Random) -> str:
    return _keyboard(name.lower(), rng) if 4 <= len(name) <= 6 else ""


KINDS: dict[str, Callable[[str, random.Random], str]] = {
    "typo": typo,
    "phonetic": _phonetic,
    "transposition": _transposition,
    "keyboard": _keyboard,
    "dropped-punctuation": _dropped_punctuation,
    "diacritics": _diacritics,
    "word-order": _word_order,
    "prefix": _prefix,
    "partial": _partial,
    "hard-double": _double,
    "hard-space": _spaces,
    "hard-skeleton": _skeleton,
    "hard-initials": _initials,
    "hard-filler": _filler,
    "hard-short": _short,
    "hard-partialtypo": _partial_typo,
}
_EDITS = frozenset(KINDS) - {"word-order", "prefix", "partial", "hard-skeleton", "hard-filler",
                             "hard-initials", "hard-partialtypo"}  # fmt: skip
