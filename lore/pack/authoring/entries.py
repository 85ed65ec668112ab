"""Begins entries and quotes: a file with the name, and all that the documents say of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import tomlkit
from tomlkit.items import AoT

from lore.errors import LoreError, PackError
from lore.pack.authoring import new_ids
from lore.pack.authoring.author_pack import AuthorPack
from lore.pack.authoring.concordance import (
    Mention,
    Mentions,
    Occurrence,
    cited,
    every_sentence,
    naming,
    nearly,
    standing,
)
from lore.pack.authoring.new_ids import IdError
from lore.pack.authoring.writing import refuse_if_there, toml_text, write_new
from lore.pack.fix import replace_text, text_in
from lore.pack.model import Cite, Event, Kind
from lore.pack.reader import FOLDERS
from lore.pack.schema import schemas
from lore.pack.words import find_whole, same_case
from lore.text.wording import counted, did_you_mean, listed

READY = (
    "# What the documents say. Take the # away from what you use, and say it in your own words.\n"
)
_FROM = re.compile(r"([\w.-]+):([1-9]\d{0,8})(?:-([1-9]\d{0,8}))?")
_LONGEST_QUOTE = 400
_LONGEST_NAME = 100
# Between the orders of two events, so that others can come between them.
_GAP = 10


class Begun(NamedTuple):
    """A new entry's file, how many sentences stand ready in it, and how many more there are."""

    path: Path
    ready: int
    more: int


class AuthorError(LoreError):
    """What an author asks for cannot be done; the sentence says what can."""


def new_entry(
    pack: AuthorPack, kind: Kind, name: str, aliases: Sequence[str] = (), id: str | None = None
) -> Begun:
    """Write the file of an entry, with the sentences that name it.

    IdError or NotWrittenError if it cannot be.
    """
    path, head = _begun(pack, kind, name, id)
    mentions = naming(pack.documents, (name, *aliases))
    write_new(path, f"{head}{_aliases(pack, aliases)}\n{READY}{_lead(mentions)}{_ready(mentions)}")
    return Begun(path, len(mentions.first), mentions.more)


def new_event(pack: AuthorPack, name: str, paragraphs: str | None, id: str | None = None) -> Begun:
    """Write the file of an event, with the sentences of some paragraphs, or those that name it."""
    path, head = _begun(pack, Kind.EVENT, name, id)
    if paragraphs is None:
        mentions, parts = naming(pack.documents, [name]), ""
    else:
        source, numbers = _paragraphs(pack, paragraphs)
        mentions = every_sentence(pack.documents[source], numbers)
        parts = "".join(_parts(pack, source, numbers))
    write_new(path, f"{head}{_order(pack)}\n{READY}{_outcome(mentions)}{_ready(mentions)}{parts}")
    return Begun(path, len(mentions.first), mentions.more)


def new_quote(
    pack: AuthorPack,
    words: str,
    speaker: str | None = None,
    at: str | None = None,
    speaker_name: str | None = None,
) -> tuple[Path, str]:
    """Add a quote to those of its source; return their file and the id that it has.

    Who says it is the id of an entry, or what somebody without one is called.
    """
    if speaker is not None and speaker_name is not None:
        raise AuthorError("Say --speaker ID, or --speaker-name NAME of who has no entry, not both.")
    if speaker is not None and speaker not in pack.reading.kinds:
        hint = did_you_mean(speaker, pack.reading.kinds)
        raise AuthorError(
            f"There is no entry {speaker}{hint}. Who has none is named: --speaker-name NAME"
        )
    occurrence = _only_occurrence(pack, words, at)
    source = occurrence.document.source.id
    for quote in pack.reading.quotes:
        if Cite(source, occurrence.paragraph, occurrence.words) in quote.it.spoken():
            raise AuthorError(f"{quote.where.file} has these words already, as {quote.it.id}.")
    taken = {quote.it.id for quote in pack.reading.quotes}
    try:
        id = new_ids.made_from(occurrence.words, "quote")
    except IdError:
        id = new_ids.made_from(f"{source} {occurrence.paragraph}", "quote")
    id = new_ids.numbered(id, taken)
    path = pack.reading.folder / "quotes" / f"{source}.toml"
    by = 'attribution = "unknown"'
    if speaker:
        by = f'speaker = "{speaker}"'
    elif speaker_name:
        by = f"speaker_name = {toml_text(speaker_name)}"
    _append_quote(pack, path, _quote(occurrence, id, by))
    return path, id


def _begun(pack: AuthorPack, kind: Kind, name: str, id: str | None) -> tuple[Path, str]:
    """Return the path of a new entry, and how its file begins."""
    name = " ".join(name.split())
    wanted = id or new_ids.made_from(name, kind)
    if new_ids.made_from(wanted, kind) != wanted:
        raise IdError(f"{wanted} is no id. One is {new_ids.made_from(wanted, kind)}")
    _refuse_if_taken(pack, wanted)
    if len(name) > _LONGEST_NAME:
        raise AuthorError(f"A name has {_LONGEST_NAME} characters at most; this has {len(name):,}.")
    path = pack.reading.folder / _folder(kind) / f"{wanted}.toml"
    refuse_if_there(path)
    schema = "event" if kind is Kind.EVENT else "entry"
    _lay_out_schema(pack.reading.folder, schema)
    return path, f"#:schema ../schema/{schema}.json\nname = {toml_text(name)}\n"


def _folder(kind: Kind) -> str:
    return next(folder for folder, one in FOLDERS.items() if one is kind)


def _refuse_if_taken(pack: AuthorPack, id: str) -> None:
    kinds = pack.reading.kinds
    former = {old: entry.it.id for entry in pack.reading.entries for old in entry.it.former}
    if id not in kinds and id not in former:
        return
    other = new_ids.numbered(id, {*kinds, *former})
    whose = f"{_folder(kinds[id])}/{id}.toml has it" if id in kinds else f"{former[id]} had it"
    raise IdError(f"The id {id} is taken: {whose}. If this is another one: --id {other}")


def _lay_out_schema(folder: Path, name: str) -> None:
    """Write the schema that a file names where the pack has none yet."""
    path = folder / "schema" / f"{name}.json"
    if not path.exists():
        write_new(path, json.dumps(schemas()[name], indent=2) + "\n")


def _aliases(pack: AuthorPack, aliases: Sequence[str]) -> str:
    """Return aliases with a cite that they stand in; what stands in none is only searched."""
    known, others = [], []
    for alias in map(" ".join, map(str.split, aliases)):
        cite = next(
            (
                mention.cite
                for mention in naming(pack.documents, [alias]).first
                if find_whole(alias.casefold(), mention.cite.words.casefold()) >= 0
            ),
            None,
        )
        if cite:
            written = f"cites = [{toml_text(str(cite))}]"
            known.append(f"    {{ name = {toml_text(alias)}, {written} }},\n")
        else:
            others.append(toml_text(alias))
    text = f"aliases = [\n{''.join(known)}]\n" if known else ""
    return text + (f"found_by = [{', '.join(others)}]\n" if others else "")


def _order(pack: AuthorPack) -> str:
    """Return where an event may stand in the story, for its author to say."""
    events = (entry.it for entry in pack.reading.entries if isinstance(entry.it, Event))
    order, last = max(((e.order, e.name) for e in events if e.order), default=(0, ""))
    after = f"  # after {_on_one_line(last)}" if last else ""
    return f"# order = {order + _GAP}{after}\n"


def _paragraphs(pack: AuthorPack, written: str) -> tuple[str, range]:
    """Return the source and paragraphs that `plot:12-13` names."""
    parts = _FROM.fullmatch(written)
    if parts is None:
        raise AuthorError(f"“{written}” names no paragraphs; write plot:12 or plot:12-13")
    source, first, last = parts[1], int(parts[2]), int(parts[3] or parts[2])
    if source not in pack.documents:
        raise AuthorError(f"There is no source {source}{did_you_mean(source, pack.documents)}")
    count = len(pack.documents[source].paragraphs)
    if not first <= last <= count:
        has = counted(count, "paragraph")
        raise AuthorError(f"“{written}” names no paragraphs: {source} has {has}.")
    return source, range(first, last + 1)


def _parts(pack: AuthorPack, source: str, numbers: range) -> Iterator[str]:
    """Return where it may have been and who may have taken part: the entries named there."""
    here = " ".join(same_case(pack.documents[source].paragraph(number)) for number in numbers)
    for entry in (written.it for written in pack.reading.entries):
        names = [entry.name, *(alias.name for alias in entry.aliases)]
        names = [name for name in names if find_whole(same_case(name), here) >= 0]
        found = naming(pack.documents, names, {source: numbers}).first if names else ()
        if not found:
            continue
        if entry.kind is Kind.PLACE:
            yield _commented(f'[where]\nplace = "{entry.id}"', found[0])
        elif entry.kind is not Kind.EVENT:
            yield _commented(f'[[participants]]\nwho = "{entry.id}"\ndid = ""', found[0])


def _lead(mentions: Mentions) -> str:
    """Return who or what an entry is, which the first sentence is most likely to tell."""
    return _commented('[lead]\nsays = ""', mentions.first[0]) if mentions.first else ""


def _outcome(mentions: Mentions) -> str:
    """Return what came of an event, which the last sentence is most likely to tell."""
    if not mentions.first or mentions.more:
        return ""
    return _commented('[outcome]\nsays = ""', mentions.first[-1])


def _ready(mentions: Mentions) -> str:
    """Return sentences as comments ready to be used, and how many more there are."""
    text = "".join(map(_statement, mentions.first))
    if mentions.more:
        text += f"\n# There are {counted(mentions.more, 'more sentence')}: lorebot cite 'words'\n"
    return text


def _statement(mention: Mention) -> str:
    return _commented('[[text]]\nsays = ""', mention)


def _commented(table: str, mention: Mention) -> str:
    """Return a table ready to be used: after its last key, the sentence that it is made of."""
    cite = mention.cite
    where = f"{cite.source}:{cite.paragraph}: {toml_text(mention.sentence)}"
    lines = f"{table}  # {where}\ncites = [{toml_text(str(cite))}]"
    return "\n" + "".join(f"# {line}\n" for line in lines.split("\n"))


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def _only_occurrence(pack: AuthorPack, words: str, at: str | None) -> Occurrence:
    """Return the one place where the words of a quote stand."""
    occurrences = standing(pack.documents, words)
    if at is not None:
        source, numbers = _paragraphs(pack, at)
        occurrences = [
            s for s in occurrences if s.document.source.id == source and s.paragraph in numbers
        ]
    if not occurrences:
        near = [str(mention.cite) for mention in cited(nearly(pack.documents, words))]
        hint = f" This comes nearest: {listed(near)}" if near else ""
        raise AuthorError(
            f"“{_on_one_line(words)}” stands in no document{(at and ' there') or ''}.{hint}"
        )
    if len(occurrences) > 1:
        places = [
            f"{occurrence.document.source.id}:{occurrence.paragraph}" for occurrence in occurrences
        ]
        raise AuthorError(f"The words stand in {listed(places)}. Say which it is: --at {places[0]}")
    if len(occurrences[0].words) > _LONGEST_QUOTE:
        raise AuthorError(
            f"A line of a quote has {_LONGEST_QUOTE} characters at most; "
            f"this has {len(occurrences[0].words):,}."
        )
    return occurrences[0]


def _quote(occurrence: Occurrence, id: str, by: str) -> str:
    said = f"words = {toml_text(occurrence.words)}, paragraph = {occurrence.paragraph}"
    text = f'[[quotes]]\nid = "{id}"\nlines = [{{ {said}, {by} }}]\n'
    for mention in cited([occurrence]):
        cite = toml_text(str(mention.cite))
        text += f'# occasion = {{ says = "", cites = [{cite}] }}'
        text += f"  # {toml_text(mention.sentence)}\n"
    return text


def _append_quote(pack: AuthorPack, path: Path, quote: str) -> None:
    """Write a quote below the others of its file, or into a new one."""
    if not path.exists():
        _lay_out_schema(pack.reading.folder, "quotes")
        write_new(path, f"#:schema ../schema/quotes.json\n{quote}")
        return
    name = f"quotes/{path.name}"
    file = pack.reading.files.get(name)
    if file is None or file.faults:
        raise PackError([one for one in pack.reading.faults() if one.file == name])
    text = text_in(path)
    if not isinstance(tomlkit.parse(text).get("quotes", AoT([])), AoT):
        raise AuthorError(f"{name} has its quotes between [ and ]; write each as [[quotes]] first.")
    end = "\r\n" if "\r\n" in text else "\n"
    replace_text(path, text.rstrip() + (end * 2 + quote).replace("\n", end))
