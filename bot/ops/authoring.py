"""The tools of a pack's author on the command line: cite, new, source."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.ops.output import say
from bot.ops.pack_folder import author_folder
from bot.ops.running import REFUSED
from lore.errors import PackError
from lore.pack.model import Kind
from lore.text.wording import counted

if TYPE_CHECKING:
    from lore.pack.authoring.author_pack import AuthorPack
    from lore.pack.authoring.entries import Begun
    from lore.pack.documents import Document

PackOption = Annotated[Path | None, typer.Option("--pack", help="Folder of the pack.")]
DocumentsOption = Annotated[
    Path | None, typer.Option("--documents", help="Folder of the documents, if not as in the pack.")
]

# More places with the same words would not help to choose.
_SHOWN = 20


def cite(
    words: Annotated[str, typer.Argument(help="What stands in a document, or nearly so.")],
    pack: PackOption = None,
    docs: DocumentsOption = None,
) -> None:
    """Say where words stand in the documents, each time as a cite ready to paste.

    It ends with 1 if they stand nowhere; then what is most like them is told.
    """
    # Only authors of packs need these imports.
    from lore.pack.authoring.author_pack import open_pack
    from lore.pack.authoring.concordance import cited, nearly, standing
    from lore.pack.authoring.writing import toml_text

    opened = open_pack(author_folder(pack), docs)
    for fault in opened.unread:
        say(str(fault), err=True)
    occurrences = standing(opened.documents, words)
    is_there = bool(occurrences)
    if not is_there:
        occurrences = nearly(opened.documents, words)
        say(
            f"That stands in no document{'; this comes nearest:' if occurrences else '.'}", err=True
        )
    for mention in cited(occurrences[:_SHOWN]):
        say(f"{toml_text(str(mention.cite))}\n    {mention.sentence}")
    if (more := len(occurrences) - _SHOWN) > 0:
        say(f"It stands in {counted(more, 'more place')}; more words tell them apart.", err=True)
    if not is_there or opened.unread:
        raise typer.Exit(REFUSED)


NameArgument = Annotated[str, typer.Argument(help="As a reader would write it.")]
IdOption = Annotated[str | None, typer.Option("--id", help="Its id, if not made of the name.")]

WrappedOption = Annotated[
    bool, typer.Option("--wrapped", help="Blank lines part the paragraphs, not line ends.")
]


def _author_pack(pack: Path | None, docs: Path | None) -> AuthorPack:
    """Return the pack to add a file to; PackError if not all documents can be read."""
    from lore.pack.authoring.author_pack import open_pack

    opened = open_pack(author_folder(pack), docs)
    if opened.unread:
        raise PackError(opened.unread)
    return opened


def _entry_command(kind: Kind) -> Callable[..., None]:
    def new(
        name: NameArgument,
        alias: Annotated[
            list[str] | None, typer.Option("--alias", help="Another name; may be repeated.")
        ] = None,
        id: IdOption = None,
        pack: PackOption = None,
        docs: DocumentsOption = None,
    ) -> None:
        from lore.pack.authoring.entries import new_entry

        _tell(new_entry(_author_pack(pack, docs), kind, name, alias or (), id))

    new.__doc__ = f"Begin an entry in {kind}s/, with every sentence that names it."
    return new


def new_event(
    name: NameArgument,
    paragraphs: Annotated[
        str | None, typer.Option("--from", help="The paragraphs that tell of it: plot:12-13")
    ] = None,
    id: IdOption = None,
    pack: PackOption = None,
    docs: DocumentsOption = None,
) -> None:
    """Begin an event, with each sentence that tells of it, and who is named there."""
    from lore.pack.authoring import entries

    _tell(entries.new_event(_author_pack(pack, docs), name, paragraphs, id))


def new_quote(
    words: Annotated[str, typer.Argument(help="As they stand in a document.")],
    speaker: Annotated[
        str | None, typer.Option(help="The id of who says them; else that is unknown.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--speaker-name", help="Who says them, if they have no entry.")
    ] = None,
    at: Annotated[
        str | None, typer.Option("--at", help="The paragraph, if there are several: plot:12")
    ] = None,
    pack: PackOption = None,
    docs: DocumentsOption = None,
) -> None:
    """Add a quote to those of its document, exactly as it stands there."""
    from lore.pack.authoring import entries

    path, id = entries.new_quote(_author_pack(pack, docs), words, speaker, at, name)
    say(f"{path}: the quote {id}")


def new_pack(
    folder: Annotated[Path, typer.Argument(help="Where it is made; not there yet.")],
    source: Annotated[
        list[Path], typer.Option(help="A document: a text in UTF-8. May be repeated.")
    ],
    licence: Annotated[
        list[str] | None,
        typer.Option(help="Of the documents: one for all, or one for each in their order."),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Of the story; else as the folder.")] = None,
    about: Annotated[str | None, typer.Option(help="What it is, in a sentence.")] = None,
    wrapped: WrappedOption = False,
) -> None:
    """Make a pack of documents: its files, templates to copy, and a check for GitHub."""
    from lore.pack.authoring.entries import AuthorError
    from lore.pack.authoring.layout import new_pack
    from lore.pack.authoring.sources import NewSource

    licences = licence or [_licence(None)]
    if len(licences) == 1:
        licences *= len(source)
    if len(licences) != len(source):
        raise AuthorError("Say --licence once for all documents, or once for each, in their order.")
    sources = [
        NewSource(file, one, is_wrapped=wrapped) for file, one in zip(source, licences, strict=True)
    ]
    made = new_pack(folder, sources, title, about)
    for one in made.info.sources:
        _tell_source(made.documents[one.id])
    say(
        f"{folder} holds {made.info.title}, with no faults and nothing in it yet. Go there, and "
        'begin: lorebot new character "Name"'
    )


def _tell_source(document: Document) -> None:
    """Say how many paragraphs a document has, and if its lines do not seem to be paragraphs."""
    from lore.pack.documents import breaks_off

    source = document.source
    say(f"{source.id}: {source.file}, {counted(source.paragraphs, 'paragraph')}.")
    if breaks_off(document):
        say(
            f"Many of its lines end within a sentence. If blank lines part its paragraphs, write "
            f'paragraphs_by = "blank line" below id = "{source.id}" in pack.toml, and lorebot '
            "check --fix counts them anew."
        )


def _tell(begun: Begun) -> None:
    if begun.more:
        say(
            f"{begun.path}: with the first {counted(begun.ready, 'sentence')} ready to be used, "
            f"and {begun.more:,} more in the documents, where lorebot cite 'words' finds them."
        )
    elif begun.ready:
        say(f"{begun.path}: with {counted(begun.ready, 'sentence')} ready to be used.")
    else:
        say(f"{begun.path}: no sentence has this name; lorebot cite 'words' finds others.")


def source_add(
    file: Annotated[Path, typer.Argument(help="The document: a text in UTF-8.")],
    licence: Annotated[
        str | None, typer.Option(help='Under which it is published: "CC BY-SA 3.0", PD, own.')
    ] = None,
    title: Annotated[str | None, typer.Option(help="As it is named under answers.")] = None,
    tier: Annotated[str | None, typer.Option(help="How well it is known.")] = None,
    url: Annotated[str | None, typer.Option(help="Where it can be read.")] = None,
    revision: Annotated[str | None, typer.Option(help="Which version of it this is.")] = None,
    id: IdOption = None,
    wrapped: WrappedOption = False,
    pack: PackOption = None,
) -> None:
    """Add a document: copy it into the pack, and list it in pack.toml."""
    from lore.pack.authoring.sources import NewSource, add_source
    from lore.pack.documents import read_document
    from lore.pack.reader import reading

    folder = author_folder(pack)
    said = NewSource(file, _licence(licence), title, tier, url, revision, id=id, is_wrapped=wrapped)
    source = add_source(reading(folder), said)
    _tell_source(read_document(source, file))


def _licence(given: str | None) -> str:
    """Return the licence of a document; ask for it if it is not given."""
    from lore.pack.authoring.entries import AuthorError
    from lore.pack.authoring.sources import ASK_FOR_LICENCE

    if given is None and sys.stdin is not None and sys.stdin.isatty():
        given = typer.prompt("Under which licence is it published (CC BY-SA 3.0, PD, own …)?")
    if not given:
        raise AuthorError(ASK_FOR_LICENCE)
    return given


def source_update(pack: PackOption = None, docs: DocumentsOption = None) -> None:
    """Follow documents that were changed: move cites with their words, and write new hashes.

    It ends with 1 if there are cites that it could not move, and lists them.
    """
    from lore.pack.authoring.sources import update_sources

    update = update_sources(_author_pack(pack, docs))
    for file, count in Counter(change.file for change in update.changes).items():
        say(f"changed {file} in {counted(count, 'place')}")
    for fault in update.left:
        say(f"not changed: {fault}", err=True)
    if not update.changes and not update.left:
        say("No document was changed.")
    if update.left:
        raise typer.Exit(REFUSED)


def add_to(app: typer.Typer) -> None:
    """Add the tools to the command line."""
    app.command()(cite)
    new = typer.Typer(no_args_is_help=True, help="Begin a pack, an entry or a quote.")
    for kind in Kind:
        if kind is not Kind.EVENT:
            new.command(kind.value)(_entry_command(kind))
    new.command("event")(new_event)
    new.command("quote")(new_quote)
    new.command("pack")(new_pack)
    app.add_typer(new, name="new")
    source = typer.Typer(no_args_is_help=True, help="Add documents, or follow their changes.")
    source.command("add")(source_add)
    source.command("update")(source_update)
    app.add_typer(source, name="source")
