"""Lays out the folder of a new pack: all that it needs, checked, with templates to copy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from anyascii import anyascii

from lore import ids
from lore.errors import PackError
from lore.pack import published, schema
from lore.pack.authoring.author_pack import AuthorPack, open_pack
from lore.pack.authoring.concordance import every_sentence
from lore.pack.authoring.entries import AuthorError
from lore.pack.authoring.sources import DOCUMENTS, NewSource, source_of, source_table
from lore.pack.authoring.writing import NotWrittenError, toml_text
from lore.pack.check import check
from lore.pack.fix import write_licences
from lore.pack.model import Kind, Source
from lore.pack.reader import FOLDERS, PACK_FILE, reading
from lore.text.wording import listed

_TIER = "story"
_RELATION_TYPES = Path(__file__).with_name("relation_types.toml")
_PACK = """\
#:schema schema/pack.json
title = {title}
id = {id}  # stays as it is, whatever the title becomes
version = "1"
about = {about}
documents = "{documents}"

# Each relation is written once, where it is read as `label`; the other end shows `inverse`.
# `asked` has the words by which people ask for it.
{relation_types}

# How something is known, from the best known to the least.
[[tiers]]
id = "{tier}"
label = "The story"
"""
_ENTRY = """\
#:schema ../schema/{schema}.json
# Copy this to {folder}/ID.toml, or have it begun with all that the documents say:
# lorebot new {kind} "Name"
name = "As a reader would write it"
found_by = ["What else people may type"]
{more}
# [lead]
# says = "Who or what it is, in one phrase."
# cites = [{cite}]

[[text]]
says = "One sentence in your own words."
cites = [{cite}]

# [status]
# says = "What has become of it at the end."
# cites = [{cite}]

# [[relations]]
# type = "member-of"
# to = "the-id-of-another-entry"
# cites = [{cite}]
"""
_OF_AN_EVENT = """\
order = 10  # its place in the story; left out, it stays off the timeline

# [outcome]
# says = "What was otherwise afterwards."
# cites = [{cite}]

# [where]
# place = "the-id-of-a-place"
# cites = [{cite}]

# [[participants]]
# who = "the-id-of-an-entry"
# did = "What they did there."
# cites = [{cite}]
"""
_QUOTES = """\
#:schema ../schema/quotes.json
# Copy this to quotes/{source}.toml, for what is quoted from {source}; or have it written:
# lorebot new quote 'words'
[[quotes]]
id = "an-id-of-its-own"
lines = [{{ words = {words}, paragraph = {paragraph}, attribution = "unknown" }}]
"""
_WORKFLOW = """\
name: check
on: [push, pull_request]
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      # In the settings of the repository, LOREBOT is what pip installs lorebot from.
      - run: pip install "${{ vars.LOREBOT || 'lorebot' }}"
      - run: lorebot check --pack .
"""
_IGNORED = ".env\ndata/\n.*.new\n"


def new_pack(
    folder: Path,
    sources: Sequence[NewSource],
    title: str | None = None,
    about: str | None = None,
) -> AuthorPack:
    """Make the folder of a pack that has these documents, whole or not at all.

    AuthorError where a document cannot be used, NotWrittenError where the folder cannot be made.
    """
    if os.path.lexists(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise NotWrittenError(f"{folder} is there already; name a folder that is not there yet.")
    part = folder.absolute().with_name(f".{folder.absolute().name}.{os.getpid()}.new")
    try:
        part.mkdir(parents=True)
        _lay_out(part, sources, title or _title(folder), about)
        if faults := check(part).faults:
            raise PackError(faults)
        with suppress(FileNotFoundError):
            folder.rmdir()
        part.rename(folder)
    except OSError as error:
        raise NotWrittenError(
            f"{folder} cannot be made: {error.strerror}. Nothing was written; see that this user "
            f"may write in {part.parent}."
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return open_pack(folder)


def _title(folder: Path) -> str:
    words = folder.absolute().name.replace("-", " ").replace("_", " ").split()
    return " ".join(word[:1].upper() + word[1:] for word in words)


def _lay_out(part: Path, new: Sequence[NewSource], title: str, about: str | None) -> None:
    sources: list[Source] = []
    for one in new:
        source = source_of(one, one.tier or _TIER, [other.id for other in sources])
        if source.file in [other.file for other in sources]:
            raise AuthorError(f"Two documents are called {source.file}; rename one of them.")
        sources.append(source)
    (part / DOCUMENTS).mkdir()
    for one in new:
        shutil.copyfile(one.file, part / DOCUMENTS / one.file.name)
    told_by = listed([source.title for source in sources])
    text = _PACK.format(
        title=toml_text(title),
        id=toml_text(ids.made_from(anyascii(title))),
        about=toml_text(about or f"{title}, as told in {told_by}."),
        documents=DOCUMENTS,
        relation_types=_relation_types(),
        tier=_TIER,
    )
    (part / PACK_FILE).write_text("\n".join((text, *map(source_table, sources))), "utf-8")
    write_licences(reading(part), lambda _: None)
    schema.write(part / "schema")
    (part / published.FILE).write_text(published.HEAD, "utf-8")
    (part / ".gitignore").write_text(_IGNORED, "utf-8")
    workflow = part / ".github/workflows/check.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(_WORKFLOW, "utf-8")
    _lay_out_templates(part)


def _relation_types() -> str:
    """Return the relation types that a new pack begins with, without the comment above them."""
    return _RELATION_TYPES.read_text("utf-8").partition("\n")[2].strip()


def _lay_out_templates(part: Path) -> None:
    """Write an example for each kind of file, which is no part of the pack until it is copied."""
    documents = open_pack(part).documents.values()
    sentences = (
        mention
        for document in documents
        for number in range(1, len(document.paragraphs) + 1)
        for mention in every_sentence(document, [number]).first
    )
    mention = next(sentences, None)
    if mention is None:
        raise AuthorError("No document has a sentence of two words, so nothing can be cited.")
    cite = toml_text(str(mention.cite))
    (part / "templates").mkdir()
    for folder, kind in FOLDERS.items():
        is_event = kind is Kind.EVENT
        text = _ENTRY.format(
            schema="event" if is_event else "entry",
            folder=folder,
            kind=kind,
            more=_OF_AN_EVENT.format(cite=cite) if is_event else "",
            cite=cite,
        )
        (part / f"templates/{kind}.toml.example").write_text(text, "utf-8")
    words = toml_text(mention.cite.words)
    text = _QUOTES.format(source=mention.cite.source, words=words, paragraph=mention.cite.paragraph)
    (part / "templates/quotes.toml.example").write_text(text, "utf-8")
