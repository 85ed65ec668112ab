"""A server's lore as a pack in a zip: the bot answers from it, and its words cite themselves."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from anyascii import anyascii

from lore import ids
from lore.curation.drafts import (
    AliasDraft,
    Draft,
    EntryDraft,
    HideDraft,
    NoteDraft,
    OwnFact,
    QuoteDraft,
)
from lore.errors import LoreError
from lore.ledger.records import ServerEntry
from lore.pack import published
from lore.pack.authoring.new_ids import IdError, made_from, numbered, shortened
from lore.pack.authoring.sources import DOCUMENTS, source_table
from lore.pack.authoring.writing import toml_text
from lore.pack.check import check
from lore.pack.fix import write_licences
from lore.pack.model import (
    LONGEST_ID,
    OWN,
    Kind,
    PackInfo,
    RelationType,
    Source,
    is_cite,
    licence_of,
)
from lore.pack.reader import PACK_FILE, reading
from lore.text.characters import is_blank, visible
from lore.text.markup import HIDDEN_WORDS, without_markup, without_spoilers
from lore.text.wording import counted, dated

# A message of the bot's may have ten megabytes.
MAX_ZIP = 8_000_000

# What the licence of somebody's own words is called.
OWN_WORK = licence_of(OWN).name

_SOURCE, _TIER = "server", "told"
_LABEL = "This server says"
_SENTENCE, _SPOKEN, _LINE, _LINES = 600, 400, 100, 6
_CITED = range(6, 1, -1)
_CITED_LETTERS = (12, 8, 6, 4)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s|(?<=[。！？।])")
_MESSAGE = re.compile(r"discord(?:app)?\.com/channels/", re.IGNORECASE)
_PACK = """\
title = {title}
id = {id}
version = "1"
about = {about}
documents = "{documents}"
relation_types = [
{types}]

[[tiers]]
id = "{tier}"
label = {label}

"""
_README = """\
# {title}

What a server has written, as a pack for lorebot. It cites its words, in `documents/server.txt`.

    lorebot check --pack .
    lorebot run --pack .

"""


class PackExportError(LoreError):
    """A server's lore makes no pack; the text says why."""


@dataclass(frozen=True, slots=True)
class ServerPack:
    """A pack in a zip, what is in it, and what of the server's lore is not, and why."""

    content: bytes
    licence: str
    entries: int
    quotes: int
    left_out: tuple[str, ...]


def write_pack(
    server: str, lore: Iterable[ServerEntry], licence: str, story: PackInfo | None = None
) -> ServerPack:
    """Return a server's live lore as a pack under a licence, which may be none.

    Of the story that the server adds to, the types of relations are taken over.

    PackExportError if there is nothing in it.
    """
    writer = PackWriter(story)
    writer.add(sorted((one for one in lore if one.live), key=lambda one: one.number))
    if not writer.files:
        raise PackExportError("This server has no entries or quotes of its own to make a pack of.")
    title = _line(server) or "Lore of a server"
    with TemporaryDirectory() as folder:
        _lay_out(Path(folder), title, writer, licence)
        if faults := check(Path(folder)).faults:
            raise PackExportError(f"The pack would have a fault: {faults[0]}")
        content = _zipped(Path(folder), ids.slug(anyascii(title)) or "pack")
    if len(content) > MAX_ZIP:
        raise PackExportError("The pack is larger than the 8 MB that fit into a message.")
    return ServerPack(
        content, licence_of(licence).name, writer.entries, writer.quotes, tuple(writer.left_out())
    )


class PackWriter:
    """The files of a pack, the paragraphs that they cite, and what is left out."""

    def __init__(self, story: PackInfo | None) -> None:
        self.types: dict[str, RelationType] = {}
        self.files: dict[str, str] = {}
        self.ids: list[str] = []
        self.paragraphs: list[str] = []
        self.entries = self.quotes = 0
        self._left: Counter[str] = Counter()
        self._taken: set[str] = set()
        self._called: dict[str, set[str]] = {}
        self._story = story
        self._own: dict[str, tuple[str, EntryDraft]] = {}
        self._relations: dict[str, list[str]] = {}

    def add(self, lore: Sequence[ServerEntry]) -> None:
        """Add entries and quotes; notes are on entries of another pack."""
        drafts = [(one, self._unhidden(one.draft)) for one in lore]
        self._own = {
            one.id: (self._id(draft.name, draft.kind, one), draft)
            for one, draft in drafts
            if isinstance(draft, EntryDraft)
        }
        for id, draft in self._own.values():
            for name in (draft.name, *draft.aliases):
                self._called.setdefault(name.casefold(), set()).add(id)
        for written in dict.fromkeys(self._related()):
            self._relate(*written)
        for id, draft in self._own.values():
            self._entry(id, draft)
        quotes = [
            self._quote(self._id(draft.words, "quote", one), draft)
            for one, draft in drafts
            if isinstance(draft, QuoteDraft) and not self._hides(draft)
        ]
        if quotes:
            self.files[f"quotes/{_SOURCE}.toml"] = "\n".join(quotes)
        self.entries, self.quotes = len(self._own), len(quotes)
        self._left["notes"] = sum(isinstance(draft, NoteDraft) for _, draft in drafts)
        over = sum(isinstance(draft, HideDraft | AliasDraft) for _, draft in drafts)
        self._left["over the pack"] = over

    def _unhidden(self, draft: Draft) -> Draft:
        """Return an entry without what is behind bars; what is no entry as it is."""
        if not isinstance(draft, EntryDraft):
            return draft
        facts = (OwnFact(*map(without_spoilers, (one.label, one.value))) for one in draft.facts)
        shown = replace(
            draft,
            name=without_spoilers(draft.name),
            text=without_spoilers(draft.text),
            aliases=tuple(one for one in draft.aliases if one == without_spoilers(one)),
            facts=tuple(facts),
        )
        self._left["hidden"] += shown != draft
        return shown

    def left_out(self) -> Iterator[str]:
        """Tell what of the lore is not in the pack, and why."""
        if count := self._left["notes"]:
            yield f"{counted(count, 'note')}: they are about entries of another story"
        if count := self._left["over the pack"]:
            what = counted(count, "alias or hidden thing", "aliases and hidden things")
            yield f"{what}: they are of entries of another story"
        if count := self._left["hidden"]:
            entries = counted(count, "entry", "entries")
            yield f"what is behind bars in {entries}: a pack hides nothing"
        if count := self._left["relations"]:
            relations = counted(count, "relation")
            yield f"{relations}: to an entry of the story, or of a type that the story lacks"
        if count := self._left["places in time"]:
            yield f"after which event of the story {counted(count, 'event')} came"
        if count := self._left["hidden quotes"]:
            yield f"{counted(count, 'quote')} with words behind bars"
        if count := self._left["addresses"]:
            yield f"{counted(count, 'address', 'addresses')} of messages in Discord"
        if count := self._left["images"]:
            yield f"that {counted(count, 'quote')} came with an image"

    def _id(self, name: str, kind: str, entry: ServerEntry) -> str:
        try:
            id = made_from(" ".join(name.split()[:8]), kind)
        except IdError:
            id = f"{kind}-{entry.number}"
        if id in self._taken:
            number = f"-{entry.number}"
            id = f"{shortened(id, LONGEST_ID - len(number))}{number}"
        id = numbered(id, self._taken)
        self._taken.add(id)
        return id

    def _related(self) -> Iterator[tuple[str, RelationType, str]]:
        """Yield relations between entries of the server: from which, of what type, to which."""
        for server_id, (_, draft) in self._own.items():
            for one in draft.relations:
                type = self._story.find_relation_type(one.type) if self._story else None
                if type is None or one.to not in self._own or one.to == server_id:
                    self._left["relations"] += 1
                elif one.inverse:
                    yield one.to, type, server_id
                else:
                    yield server_id, type, one.to

    def _relate(self, begin: str, type: RelationType, end: str) -> None:
        """Write a relation, and put it into the document."""
        self.types[type.id] = type
        (id, draft), (to, other) = self._own[begin], self._own[end]
        cites = self._cites(f"{draft.name} · {type.label}: {other.name}")
        keys = (f"type = {toml_text(type.id)}", f"to = {toml_text(to)}", cites)
        self._relations.setdefault(id, []).append("\n".join(("\n[[relations]]", *keys)))

    def _after(self, draft: EntryDraft) -> list[str]:
        """Return the key that says after which event of the server an event came."""
        id, earlier = self._own.get(draft.after, ("", draft))
        if id and earlier is not draft and earlier.kind is draft.kind is Kind.EVENT:
            return [f"after = [{toml_text(id)}]"]
        self._left["places in time"] += bool(draft.after)
        return []

    def _entry(self, id: str, draft: EntryDraft) -> None:
        parts = [f"name = {toml_text(draft.name)}", *self._after(draft)]
        parts += self._aliases(draft)
        text = without_markup(draft.text)
        for number, paragraph in enumerate(text.splitlines()):
            for place, says in enumerate(_sentences(paragraph)):
                new = number > 0 and place == 0
                parts.append("\n[[text]]\n" + self._statement(says, new=new, separator="\n"))
        parts += map(self._fact, draft.facts)
        parts += self._relations.get(id, [])
        self._name_source(draft.name, draft.source)
        self.files[f"{Kind(draft.kind)}s/{id}.toml"] = "\n".join(parts) + "\n"
        self.ids.append(f"{published.ENTRY} {id}")

    def _aliases(self, draft: EntryDraft) -> Iterator[str]:
        """Yield the keys of the other names of an entry, and put them into the document.

        A name that makes no cite is found, but not shown.
        """
        shown, found_by = list[str](), list[str]()
        for alias in draft.aliases:
            called = f"called {alias}"
            if is_cite(_SOURCE, called):
                self.paragraphs.append(f"{draft.name}, also {called}")
                cite = toml_text(f"{_SOURCE}:{len(self.paragraphs)} {called}")
                shown.append(f"{{ name = {toml_text(alias)}, cites = [{cite}] }}")
            else:
                found_by.append(toml_text(alias))
        for key, some in (("aliases", shown), ("found_by", found_by)):
            if some:
                yield f"{key} = [{', '.join(some)}]"

    def _quote(self, id: str, draft: QuoteDraft) -> str:
        lines = [
            self._spoken(words, line.speaker)
            for line in draft.lines
            for words in _spoken(without_markup(line.words))
        ]
        # A pack's quote has only so many; what is said after that is a quote of its own.
        lines, later = lines[:_LINES], lines[_LINES:]
        parts = ["[[quotes]]", f"id = {toml_text(id)}", f"lines = [{', '.join(lines)}]"]
        to = self._called.get(draft.listener.casefold(), set())
        listener = "" if len(to) == 1 else draft.listener
        parts += [f"to = {list(to)}".replace("'", '"')] if len(to) == 1 else []
        day = f"on {dated(date.fromisoformat(draft.date))}" if draft.date else ""
        told = [without_markup(draft.occasion), listener and f"to {listener}", day]
        if occasion := " ".join(", ".join(filter(None, told)).split()):
            occasion = occasion[:1].upper() + occasion[1:]
            parts.append(f"occasion = {{ {self._statement(occasion, separator=', ')} }}")
        self._left["images"] += draft.image
        self._name_source(draft.words, draft.source)
        self.ids.append(f"{published.QUOTE} {id}")
        return "\n".join(parts) + "\n" + "".join(self._further(id, later))

    def _further(self, id: str, lines: Sequence[str]) -> Iterator[str]:
        """Yield quotes of the lines for which the quote with that id has no room."""
        for first in range(0, len(lines), _LINES):
            further = numbered(id, self._taken)
            self._taken.add(further)
            self.ids.append(f"{published.QUOTE} {further}")
            some = ", ".join(lines[first : first + _LINES])
            yield f"\n[[quotes]]\nid = {toml_text(further)}\nlines = [{some}]\n"

    def _spoken(self, words: str, speaker: str) -> str:
        """Return a line of a quote, and put it into the document."""
        self.paragraphs.append(f"{speaker}: {words}" if speaker else words)
        known = self._called.get(speaker.casefold(), set())
        whose = 'attribution = "unknown"'
        if len(known) == 1:
            whose = f"speaker = {toml_text(*known)}"
        elif speaker:
            whose = f"speaker_name = {toml_text(speaker)}"
        return f"{{ words = {toml_text(words)}, paragraph = {len(self.paragraphs)}, {whose} }}"

    def _fact(self, fact: OwnFact) -> str:
        """Return a fact; one that is longer than a pack's is a sentence."""
        said = f"{fact.label}: {fact.value}"
        if len(fact.value) > _LINE:
            return "\n[[text]]\n" + self._statement(said, separator="\n")
        keys = (f"label = {toml_text(fact.label)}", f"value = {toml_text(fact.value)}")
        return "\n".join(("\n[[facts]]", *keys, self._cites(said)))

    def _statement(self, says: str, *, new: bool = False, separator: str) -> str:
        """Return a statement, and put it into the document, which it cites."""
        keys = [f"says = {toml_text(says)}", self._cites(says)]
        keys += ["new_paragraph = true"] if new else []
        return separator.join(keys)

    def _cites(self, says: str) -> str:
        """Put what is said into the document, and return the cite of it."""
        words = _cited(says)
        self.paragraphs.append(says if words else f"{_LABEL}: {says}")
        return f"cites = [{toml_text(f'{_SOURCE}:{len(self.paragraphs)} {words or _LABEL}')}]"

    def _name_source(self, of: str, source: str) -> None:
        """Put into the document what a curator named as the source, but for messages here."""
        if _MESSAGE.search(source):
            self._left["addresses"] += 1
        elif source:
            title = " ".join(without_markup(of).split())[:_LINE]
            self.paragraphs.append(f"The source of “{title}”: {' '.join(source.split())}")

    def _hides(self, draft: QuoteDraft) -> bool:
        """Return whether a quote has words behind bars, so that it would be none without them."""
        hides = HIDDEN_WORDS in without_markup(draft.spoken)
        self._left["hidden quotes"] += hides
        return hides


def _sentences(paragraph: str) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(paragraph):
        yield from _pieces(sentence, _SENTENCE)


def _spoken(words: str) -> list[str]:
    """Return the lines of a quote, joined where a pack's quote has not so many."""
    lines = [line for line in words.splitlines() if not is_blank(line)]
    joined = lines if len(lines) <= _LINES else [words]
    return [piece for line in joined for piece in _pieces(line, _SPOKEN)]


def _pieces(text: str, longest: int) -> Iterator[str]:
    """Yield a text in parts that are not too long, cut between words where that can be."""
    text, start = " ".join(text.split()), 0
    while start < len(text):
        end = start + longest
        blank = text.rfind(" ", start + 1, end + 1) if end < len(text) else -1
        end = blank if blank > 0 else end
        if not is_blank(piece := text[start:end].strip()):
            yield piece
        start = end


def _cited(says: str) -> str:
    """Return the first words of a sentence that make a cite; empty if it has too few."""
    words = says.split(" ")
    tries = [" ".join(words[:count]) for count in _CITED if count <= len(words)]
    tries += [says[:count] for count in _CITED_LETTERS if len(words) == 1]
    return next((one for one in tries if is_cite(_SOURCE, one)), "")


def _line(text: str) -> str:
    text = " ".join(visible(text).split())[:_LINE].strip()
    return "" if is_blank(text) else text


def _inline(type: RelationType) -> str:
    """Return a type of relations as pack.toml has it."""
    keys = type.model_dump(exclude_defaults=True, exclude_none=True).items()
    return f"{{ {', '.join(f'{key} = {_value(value)}' for key, value in keys)} }}"


def _value(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(toml_text, value))}]"
    return toml_text(value) if isinstance(value, str) else str(value)


def _lay_out(folder: Path, title: str, writer: PackWriter, licence: str) -> None:
    """Write the files of a pack into an empty folder."""
    document = "".join(f"{one}\n" for one in writer.paragraphs).encode()
    source = Source(
        id=_SOURCE,
        title=_line(f"Lore of {title}"),
        file=f"{_SOURCE}.txt",
        tier=_TIER,
        sha256=hashlib.sha256(document).hexdigest(),
        paragraphs=len(writer.paragraphs),
        licence=licence or None,
        collection=None,
    )
    head = _PACK.format(
        title=toml_text(title),
        id=toml_text(ids.made_from(anyascii(title) or title)),
        about=toml_text(f"What the server {title} has written."),
        documents=DOCUMENTS,
        tier=_TIER,
        label=toml_text("As the server tells it"),
        types="".join(f"    {_inline(one)},\n" for one in writer.types.values()),
    )
    left = "".join(f"- left out: {one}\n" for one in writer.left_out())
    (folder / PACK_FILE).write_text(head + source_table(source), "utf-8", newline="\n")
    if licence:
        # Before there are entries, as it reads the pack.
        write_licences(reading(folder), lambda _: None)
    files = {
        published.FILE: published.HEAD + "".join(f"{id}\n" for id in sorted(writer.ids)),
        "README.md": _README.format(title=title) + left,
        **writer.files,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    (folder / DOCUMENTS).mkdir()
    (folder / DOCUMENTS / source.file).write_bytes(document)


def _zipped(folder: Path, name: str) -> bytes:
    """Return a folder as a zip that holds it under that name."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                file.write(path, f"{name}/{path.relative_to(folder).as_posix()}")
    return content.getvalue()
