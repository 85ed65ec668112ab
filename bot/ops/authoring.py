"""The tools of a pack's author on the command line: cite."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import lore
from bot import settings as settings_
from bot.ops.output import say
from bot.ops.running import REFUSED
from lore.errors import LoreError
from lore.text.wording import counted

PackOption = Annotated[Path | None, typer.Option("--pack", help="Folder of the pack.")]
DocumentsOption = Annotated[
    Path | None, typer.Option("--documents", help="Folder of the documents, if not as in the pack.")
]

# More places of the same words help nobody to choose.
_SHOWN = 20
_IN_THE_WHEEL = Path(lore.__file__).with_name("_pack")


class NotAnAuthorsPackError(LoreError):
    """There is no pack that could be worked on."""


def author_folder(given: Path | None) -> Path:
    """Return the folder of the pack to work on: the one given, LORE_PACK, or the current one."""
    folder = settings_.load(pack=given).pack
    if given is None and folder == settings_.SHIPPED_PACK:
        folder = Path()
        if not (folder / "pack.toml").is_file():
            raise NotAnAuthorsPackError(
                "Here is no pack.toml. Name your pack's folder with --pack DIR or LORE_PACK, go "
                "there, or begin one: lorebot new pack DIR --source FILE"
            )
    if folder.resolve() == _IN_THE_WHEEL.resolve():
        raise NotAnAuthorsPackError(
            f"{folder} is the pack that is installed with lorebot, and would be replaced with it. "
            "Copy it, and name the copy with --pack DIR."
        )
    return folder


def cite(
    words: Annotated[str, typer.Argument(help="What stands in a document, or nearly so.")],
    pack: PackOption = None,
    docs: DocumentsOption = None,
) -> None:
    """Say where words stand in the documents, each time as a cite ready to paste.

    It ends with 1 if they stand nowhere; then what is most like them is told.
    """
    # Only authors of packs need what these are made of.
    from lore.pack.authoring.author_pack import open_pack
    from lore.pack.authoring.concordance import find
    from lore.pack.authoring.writing import toml_text

    opened = open_pack(author_folder(pack), docs)
    for fault in opened.unread:
        say(str(fault), err=True)
    found = find(opened.documents, words)
    if found.is_near:
        nearest = "; this comes nearest:" if found.mentions else "."
        say(f"That stands in no document{nearest}", err=True)
    for mention in found.mentions[:_SHOWN]:
        say(f"{toml_text(str(mention.cite))}\n    {mention.sentence}")
    if (more := len(found.mentions) - _SHOWN) > 0:
        say(f"It stands in {counted(more, 'more place')}; more words tell them apart.", err=True)
    if found.is_near or opened.unread:
        raise typer.Exit(REFUSED)


def add_to(app: typer.Typer) -> None:
    """Add the tools to the command line."""
    app.command()(cite)
