"""Reduces names and questions to one plain spelling, so that only real differences are left."""

import re
import unicodedata
from collections.abc import Sequence

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from lore.search.scripts import is_unseen, plain_letters

MAX_QUERY = 100

# After `plain_letters`, every character beyond ASCII is a letter, a digit or a sign of a word.
_DOTTED = re.compile(r"(?<![a-z0-9\x80-\U0010ffff])\w(?:\.\w)+(?![a-z0-9\x80-\U0010ffff])")
_SPACED = re.compile(r"(?<!\S)\w(?: \w){2,}(?!\S)")
_QUOTE_MARKS = re.compile(r"['\"]")
_APART = re.compile(r"[\0-\t\x0b- !-/:-@\[-`{-\x7f]+")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b|(?<=s)['’](?!\w)", re.IGNORECASE)

_AMERICAN = {
    british + end: american + end
    for ends, pairs in {
        " s ed ing y able ful less": "armour armor,behaviour behavior,colour color,favour favor,"
        "harbour harbor,honour honor,humour humor,labour labor,neighbour neighbor,rumour rumor,"
        "saviour savior,vapour vapor,valour valor,parlour parlor,tumour tumor,odour odor",
        " s": "calibre caliber,centre center,fibre fiber,lustre luster,meagre meager,sabre saber,"
        "sceptre scepter,sombre somber,spectre specter,theatre theater,defence defense,"
        "offence offense,licence license,pretence pretense,grey gray,programme program,"
        "aeroplane airplane,aluminium aluminum,sulphur sulfur,dialogue dialog,analogue analog,"
        "catalogue catalog,plough plow,mould mold,tyre tire,storey story,pyjama pajama,"
        "manoeuvre maneuver,armoury armory,armouries armories,jewellery jewelry,sceptic skeptic,"
        "organisation organization,civilisation civilization,colonisation colonization",
        "er ers ed ing ous": "travell travel,jewell jewel,marvell marvel,modell model",
        "e es ed er ing": "analys analyz,organis organiz,realis realiz,weaponis weaponiz",
    }.items()
    for british, american in (pair.split() for pair in pairs.split(","))
    for end in ends.split(" ")
}

_LONG_BRITISH = [word for word in _AMERICAN if len(word) > 5]
_SPELT_ONE_WAY = _AMERICAN | {"jr": "junior", "sr": "senior"}

_SMALL = frozenset(["the", "of", "and"])
_TITLES = {
    **{"dr": "doctor", "prof": "professor", "mr": "mister", "capt": "captain", "col": "colonel"},
    **{"gen": "general", "maj": "major", "sgt": "sergeant", "lt": "lieutenant", "cpt": "captain"},
    **dict.fromkeys(["mrs", "ms", "miss", "sir", "madam", "lord", "lady", "baron", "baroness"]),
    **dict.fromkeys(["count", "countess", "king", "queen", "prince", "princess", "commander"]),
    **dict.fromkeys(["admiral", "agent", "director", "secretary", "senator", "judge", "doctor"]),
    **dict.fromkeys(["professor", "mister", "captain", "colonel", "general", "major", "sergeant"]),
    "lieutenant": None,
}
_COUNTED = {
    word: str(i)
    for i, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 1
    )
}
_IN_FULL = {**{title: full for title, full in _TITLES.items() if full}, **_COUNTED}
_LEFT_OUT_OR_COUNTED = _SMALL | _COUNTED.keys()
_FILLER_BEFORE = re.compile(
    r"^(?:(?:please|hey|hi|ok|so|and|can you|could you|do you know|i want|i need|give me|get me|"
    r"tell me about|tell me|show me|show|find me|find|look up|lookup|search for|search|"
    r"info on|info about|info|information on|information about|details on|more about|about|"
    r"everything about|wiki|who the hell is|what happened (?:to|with)|what became of|what did|"
    r"who (?:plays|played)|(?:the )?story of|(?:who|what|where|whos|whats|wheres)"
    r"(?: is| are| was| were| s| do you know about)?|when was|the|my|our) )+(?:an? )?"
)
# One at the end; several are cut off one by one, since a search for all at once would start again
# at each.
_FILLER_AFTER = re.compile(
    r" (?:please|pls|plz|character|bio|wiki|info|lore"
    r"|(?:from|in) (?:the )?(?:marvel|mcu|movies?|films?|comics?|show))$"
)
_LONGEST_AFTER = len(" from the movies")
_ROMAN = re.compile(r"\b(?=[ivxl]{2})(xl|l?x{0,3})(ix|iv|v?i{0,3})(?!\w)")
_ROMAN_VALUE = {"i": 1, "v": 5, "x": 10, "l": 50}
_DIGITS = re.compile(r"\d+")


def plain(texts: Sequence[str]) -> list[str]:
    """Return each text in lower case, without decoration, punctuation and invisible characters."""
    if not texts:
        return []
    # All texts in one string: every step then runs at C speed, which a rebuild relies on.
    lines = [text.replace("\n", " ") for text in texts]
    foreign = [i for i, line in enumerate(lines) if not line.isascii()]
    letters = plain_letters("\n".join(lines[i] for i in foreign)).split("\n")
    for i, line in zip(foreign, letters, strict=False):
        lines[i] = line
    joined = "\n".join(lines).casefold()
    joined = _DOTTED.sub(lambda found: found[0].replace(".", ""), joined)
    joined = _APART.sub(" ", _QUOTE_MARKS.sub("", joined))
    joined = _SPACED.sub(lambda found: found[0].replace(" ", ""), joined)
    return [line.strip() for line in _to_one_way(joined).split("\n")]


def norm(text: str) -> str:
    """Return the plain spelling of a name or question, cut to 100 characters."""
    return plain([text[:MAX_QUERY]])[0][:MAX_QUERY].strip()


def norm_name(text: str) -> str:
    """Return the plain spelling of a name; for one without letters, the signs in it."""
    return norm(text) or _signs(text[:MAX_QUERY])


def plain_names(texts: Sequence[str]) -> list[str]:
    """Return each name in plain spelling; for those without letters, the signs in them."""
    return [spelt or _signs(text) for spelt, text in zip(plain(texts), texts, strict=True)]


def as_typed(text: str) -> str:
    """Return a name letter for letter, in one encoding of its characters."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def caseless(text: str) -> str:
    """Return a name in lower-case letters of one width, without invisible characters."""
    if text.isascii():
        return " ".join(text.lower().split())
    seen = "".join(char for char in text.replace("’", "'") if not is_unseen(char))
    return unicodedata.normalize("NFKC", " ".join(seen.split())).casefold()


def squash(text: str) -> str:
    """Return the plain spelling without spaces."""
    return norm(text).replace(" ", "")


def essence(text: str) -> str:
    """Return the plain spelling without articles or possessives; titles full, numerals digits."""
    words = norm(_POSSESSIVE.sub("", text[:MAX_QUERY])).split()
    if len(words) > 1 and words[0] in ("a", "an"):
        del words[0]
    kept = [_IN_FULL.get(word, word) for word in words if word not in _SMALL]
    return _ROMAN.sub(_to_digits, " ".join(kept or words))


def has_essence_of_its_own(text: str, normed: str) -> bool:
    """Tell whether the essence of a name may differ from its plain spelling."""
    words = normed.split()
    return (
        "'" in text
        or "’" in text
        or words[0] in ("a", "an")
        or not _LEFT_OUT_OR_COUNTED.isdisjoint(words)
        or (len(words) > 1 and words[0] in _TITLES)
        or _ROMAN.search(normed) is not None
    )


def numbers(words: Sequence[str]) -> dict[str, int]:
    """Return the words that are numbers: in digits, Roman, or spelt out up to ten."""
    values = {}
    for i, word in enumerate(words):
        # One letter is a number only after a name: Mark I.
        if found := _DIGITS.search(_to_number(word, last=0 < i == len(words) - 1)):
            values[word] = int(found[0])
    return values


def without_filler(normed: str) -> str:
    """Return a question without "who is", "tell me about", "please" and the like."""
    return _without_filler(normed) or normed


def _without_filler(normed: str) -> str:
    opening = _FILLER_BEFORE.match(normed)
    start, end = opening.end() if opening else 0, len(normed)
    while found := _FILLER_AFTER.search(normed, max(start, end - _LONGEST_AFTER), end):
        end = found.start()
    return normed[start:end]


def says_nothing(normed: str) -> bool:
    """Tell whether a question consists of filler and small words only."""
    left = _without_filler(f"{normed} ").split()
    return all(word in _SMALL for word in left)


def respelt(normed: str) -> str:
    """Return a question with long British words, even with one slip, in American spelling."""
    words = normed.split()
    for i, word in enumerate(words):
        if len(word) > 5 and (
            meant := extractOne(word, _LONG_BRITISH, scorer=OSA.distance, score_cutoff=1)
        ):
            words[i] = _AMERICAN[meant[0]]
    return " ".join(words)


def singular(normed: str) -> str:
    """Return the question without a final s that may be a possessive without its apostrophe."""
    return normed[:-1] if len(normed) > 4 and normed[-1] == "s" else normed


def plural(normed: str) -> str:
    """Return the question with its final y as in a plural: sentries; may be unchanged."""
    return f"{normed[:-1]}ies" if len(normed) > 4 and normed[-1] == "y" else normed


def is_small(word: str) -> bool:
    """Tell whether a word is an article or the like."""
    return word in _SMALL


def without_titles(normed: str) -> str:
    """Return a name without the titles it starts with; may be unchanged."""
    words = normed.split()
    while len(words) > 1 and words[0] in _TITLES:
        del words[0]
    return " ".join(words)


def _signs(text: str) -> str:
    return caseless(text).replace(" ", "")


def _to_one_way(text: str) -> str:
    words = _SPELT_ONE_WAY.keys() & text.split()
    if not words:
        return text
    others = re.compile(rf"\b(?:{'|'.join(sorted(words))})\b")
    return others.sub(lambda found: _SPELT_ONE_WAY[found[0]], text)


def _to_number(word: str, *, last: bool) -> str:
    if len(word) > 1:
        return _COUNTED.get(word) or _ROMAN.sub(_to_digits, word)
    return str(_ROMAN_VALUE[word]) if last and word in "ivx" else word


def _to_digits(found: re.Match[str]) -> str:
    values = [_ROMAN_VALUE[letter] for letter in found[0]]
    following = [*values[1:], 0]
    return str(sum(-a if a < b else a for a, b in zip(values, following, strict=True)))
