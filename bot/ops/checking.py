"""`lorebot check`: what is wrong in a pack, for people, editors and CI."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.ops.output import json_line, progress_bar, say
from bot.ops.pack_folder import pack_folder
from bot.ops.running import BROKEN_PACK, REFUSED
from lore.errors import LoreError, PackError, PackFault
from lore.pack.check import Checked
from lore.pack.check import check as checked
from lore.text.wording import counted, listed

Documents = Annotated[
    Path | None, typer.Option("--documents", help="Folder of the documents to compare with.")
]
Coverage = Annotated[
    bool, typer.Option("--coverage", help="List what of the documents is left out.")
]
Fix = Annotated[
    bool, typer.Option("--fix", help="Write what is certain into the files, and check again.")
]
NonCommercial = Annotated[
    bool, typer.Option("--non-commercial", help="Take what may not be used to earn money.")
]


def check(
    pack: Annotated[Path | None, typer.Option("--pack", help="Folder of the pack.")] = None,
    docs: Documents = None,
    cover: Coverage = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one object.")] = False,
    fix: Fix = False,
    unsold: NonCommercial = False,
) -> None:
    """Check the pack in one pass: every fault with file and line, and what would mend it.

    Cites and quotes are compared with the documents in --documents, or where pack.toml says.
    """
    folder = pack_folder(pack)
    changes: list[PackFault] = []
    try:
        with progress_bar("Checking", hidden=as_json) as progress:
            mended = changes.append if fix else None
            how = {"covered": cover, "non_commercial": unsold, "progress": progress}
            found = _checked(folder, docs, mended, **how)
    except LoreError as error:
        if as_json:
            say(json_line(_as_json(None, [PackFault("pack.toml", 1, str(error))], changes)))
        raise
    finally:
        for change in () if as_json else changes:
            say(f"mended {change}")
    if cover and not found.compared:
        raise typer.BadParameter("--coverage needs --documents DIR to compare with")
    if as_json:
        say(json_line(_as_json(found, found.faults, changes)))
    else:
        _tell(found)
    _exit(found)


def _exit(found: Checked) -> None:
    """Exit with the code for the result of a check."""
    if found.faults or found.left_out:
        only_unread = len(found.unread) == len(found.faults) > 0
        raise typer.Exit(REFUSED if only_unread else BROKEN_PACK)


def _checked(
    folder: Path, docs: Path | None, mended: Callable[[PackFault], None] | None, **how: Any
) -> Checked:
    """Check a pack; `mended` is told of what was mended before, None if nothing shall be."""
    if mended is None:
        return checked(folder, docs, **how)
    # Only authors of packs need these imports.
    from lore.pack.fix import fix

    return fix(folder, docs, mended, **how)


def _tell(found: Checked) -> None:
    for line in (*found.remarks, *found.left_out):
        say(str(line), err=True)
    if found.faults:
        say(str(PackError(found.faults)), err=True)
        if found.changed:
            files = listed([source.file for source in found.changed])
            say(f"lorebot source update first: it moves the cites of {files}.", err=True)
    elif found.reading.info and not found.left_out:
        entries = counted(len(found.reading.entries), "entry", "entries")
        held = f"{entries}, {counted(len(found.reading.quotes), 'quote')}"
        say(f"{found.reading.info.title}: {held}, no faults.")
        if not found.compared:
            say("Cites were not compared with the documents: --documents DIR does that.")


def _as_json(
    found: Checked | None, faults: Iterable[PackFault], changes: Iterable[PackFault]
) -> dict[str, Any]:
    """Return what editors and CI read: keys may be added to it, but none removed."""
    reading = found.reading if found else None
    return {
        "title": reading.info.title if reading and reading.info else None,
        "entries": len(reading.entries) if reading else 0,
        "quotes": len(reading.quotes) if reading else 0,
        "compared": bool(found and found.compared),
        "faults": [asdict(fault) for fault in faults],
        "remarks": [asdict(remark) for remark in found.remarks] if found else [],
        "changes": [asdict(change) for change in changes],
        "left_out": [asdict(span) for span in found.left_out] if found else [],
    }
