"""Writes packs of any size, the same for the same number: to measure what grows with a pack.

Of every ten entries seven are characters, one each a place, a thing and an event. Each is told of
in a paragraph of its own of one document, by six sentences of made-up words, of which few are
common, as in languages; it has six statements, each with a cite of words of that paragraph, and
three relations, most of them to the entries that come first. An event has a place, four people who
took part, and its place in the order of the story; every fourth entry has a quote.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.cases import made_up_names
from tests.bench.listings import LISTS, lines
from tests.bench.quotes import made_up_sentences

SEED = 20261130
SENTENCES = 6
RELATIONS = 3
PEOPLE = 4
# Which folder an entry goes to by the last digit of its number; the others are characters.
_FOLDERS = {3: "places", 6: "artifacts", 9: "events"}
_CITED = slice(1, 5)

_PACK = """\
title = "A story of {count:,} entries"
id = "generated"
version = "1.0.0"
about = "A story that a machine made up, to measure with."
relation_types = [
    {{ id = "knows", label = "Knows", inverse = "Known by", \
statement = "{{from}} knows {{to}}", question = "Who knows {{to}}?", importance = 50, \
asked = ["knows", "known by"] }},
    {{ id = "serves", label = "Serves", inverse = "Served by", \
statement = "{{from}} serves {{to}}", question = "Who serves {{to}}?", importance = 70, \
asked = ["serves", "works for"] }},
]

[[tiers]]
id = "tale"
label = "The tale"
colour = "#c8102e"

[[sources]]
id = "tale"
title = "The tale"
file = "tale.txt"
tier = "tale"
sha256 = "{digest}"
paragraphs = {count}
licence = "own"
"""


def write_pack(folder: Path, count: int) -> list[str]:
    """Write a pack of so many entries with its document; return their names in order."""
    rng = random.Random(SEED)
    names = _names(count, rng)
    sentences = made_up_sentences(count * SENTENCES, rng)
    told = [sentences[at : at + SENTENCES] for at in range(0, len(sentences), SENTENCES)]
    document = "".join(
        f"{name}. {' '.join(own)}\n" for name, own in zip(names, told, strict=True)
    ).encode()
    documents = folder / "documents"
    documents.mkdir(parents=True)
    (documents / "tale.txt").write_bytes(document)
    digest = hashlib.sha256(document).hexdigest()
    (folder / "pack.toml").write_text(_PACK.format(count=count, digest=digest), encoding="utf-8")
    for part in (*_FOLDERS.values(), "characters", "quotes"):
        (folder / part).mkdir()
    for number in range(count):
        text = "\n".join(_entry(number, names, told, rng))
        folder_of = _FOLDERS.get(number % 10, "characters")
        (folder / folder_of / f"{id_of(number)}.toml").write_text(text, encoding="utf-8")
    quotes = "\n".join(_quote(number, told[number]) for number in range(1, count, 4))
    (folder / "quotes" / "tale.toml").write_text(quotes, encoding="utf-8")
    return names


def id_of(number: int) -> str:
    """Return the id of an entry, by its number from 0."""
    return f"entry-{number}"


def _names(count: int, rng: random.Random) -> list[str]:
    """Return different names: of the list that lies beside the checkout, else made-up ones."""
    listed = lines(LISTS / "names_100k.txt")[:count] if LISTS.is_dir() else []
    others = made_up_names(count, rng) if len(listed) < count else []
    return list(dict.fromkeys((*listed, *others)))[:count]


def _entry(
    number: int, names: Sequence[str], told: Sequence[Sequence[str]], rng: random.Random
) -> Iterator[str]:
    cites = [_cite(number, sentence) for sentence in told[number]]
    yield f"name = {json.dumps(names[number], ensure_ascii=False)}"
    is_event = _FOLDERS.get(number % 10) == "events"
    if is_event:
        yield f"order = {number + 1}"
    for sentence, cite in zip(told[number], cites, strict=True):
        said = sentence[0].lower() + sentence[1:-1]
        yield f"\n[[text]]\nsays = {json.dumps(f'Of {names[number]}: {said}.', ensure_ascii=False)}"
        yield f"cites = [{cite}]"
    for at, other in enumerate(_others(number, len(names), RELATIONS, rng)):
        type = "serves" if at == 0 else "knows"
        yield f'\n[[relations]]\ntype = "{type}"\nto = "{id_of(other)}"\ncites = [{cites[at]}]'
    if is_event:
        place = rng.randrange(number // 10 + 1) * 10 + 3
        yield f'\n[where]\nplace = "{id_of(place)}"\ncites = [{cites[0]}]'
        for who in _others(number, len(names), PEOPLE, rng):
            if who % 10 not in _FOLDERS:
                yield f'\n[[participants]]\nwho = "{id_of(who)}"\ndid = "Was there."'
                yield f"cites = [{cites[1]}]"


def _quote(number: int, sentences: Sequence[str]) -> str:
    words = json.dumps(sentences[-1].rstrip("."), ensure_ascii=False)
    line = f'words = {words}, paragraph = {number + 1}, speaker = "{id_of(number)}"'
    return f'[[quotes]]\nid = "said-{number}"\nlines = [{{ {line} }}]\n'


def _cite(number: int, sentence: str) -> str:
    return json.dumps(f"tale:{number + 1} {' '.join(sentence.split()[_CITED])}", ensure_ascii=False)


def _others(number: int, count: int, wanted: int, rng: random.Random) -> list[int]:
    """Return other entries, rather those that come first: the best known of a story."""
    drawn = (int(count * rng.random() ** 3) for _ in range(3 * wanted))
    return [other for other in dict.fromkeys(drawn) if other != number][:wanted]
