"""`lorebot site`: the pack as a static site."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from bot import settings as settings_
from bot.ops.doctor import fault_of_fonts
from bot.ops.output import progress_bar, say
from bot.ops.pack_folder import pack_folder
from bot.settings import Settings
from lore.catalogue import database
from lore.errors import LoreError
from lore.pack import reader
from lore.pack.model import SERVER, PackInfo, Tiers
from lore.pictures.service import missing_packages
from lore.text.wording import counted, did_you_mean, listed


class SiteError(LoreError):
    """The site that is asked for cannot be made."""


def site(
    folder: Annotated[Path, typer.Argument(help="Empty, not there yet, or a site of ours.")],
    pack: Annotated[Path | None, typer.Option("--pack", help="Folder of the pack.")] = None,
    tiers: Annotated[
        str | None,
        typer.Option("--tiers", help="Tiers to tell of, with commas; else LORE_SITE_TIERS."),
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", help="Where it will stand; else LORE_SITE.")
    ] = None,
    drawn: Annotated[
        bool, typer.Option("--pictures", help="Draw entries and quotes; links then unfurl so.")
    ] = False,
) -> None:
    """Write the pack as a static site: it is read offline, or put on any web server."""
    if find_spec("jinja2") is None:
        raise SiteError("lorebot site needs Jinja2: pip install 'lorebot[site]'")
    # Whoever runs the bot needs neither these nor Jinja2.
    from lore.site.folder import write_site
    from lore.site.pages import Site
    from lore.site.pictures import SitePictures

    settings = settings_.load(site=url, site_tiers=tiers)
    if drawn:
        _check_pictures(settings)
    read = reader.read(pack_folder(pack))
    if tiers is not None and settings.tiers_of_site is None:
        raise SiteError(f"Name a tier: {listed([tier.id for tier in read.info.tiers])}.")
    chosen = _chosen(settings.tiers_of_site, read.info)
    with TemporaryDirectory() as aside:
        file = Path(aside) / "catalogue.db"
        database.build(read, file)
        pictures = SitePictures(read.info, folder, settings.fonts) if drawn else None
        catalogue = database.load(file)
        pages = Site(catalogue, chosen, settings.site, pictures, pack_folder(pack)).makers
    with progress_bar("Writing") as progress:
        changed = write_site(folder, pages, progress)
    files = f"{counted(len(pages), 'file')} in {folder}, {changed:,} of them changed"
    say(f"{read.info.title}: {files}.")
    say(f"Open {(folder / 'index.html').resolve()}")


def _check_pictures(settings: Settings) -> None:
    """Raise SiteError if pictures cannot be drawn."""
    if missing := missing_packages():
        raise SiteError(f"Pictures need {listed(missing)}: pip install 'lorebot[pictures]'")
    if fault := fault_of_fonts(settings):
        raise SiteError(fault)


def _chosen(named: Tiers | None, info: PackInfo) -> Tiers:
    """Return the tiers that are named; SiteError if the pack has not all of them."""
    every = info.every_tier - {SERVER}
    if named is None:
        return every
    if unknown := sorted(named - every):
        wrong = listed([f"“{one}”" for one in unknown])
        raise SiteError(
            f"The pack has no tier {wrong}{did_you_mean(unknown[0], every) or '.'} Its tiers are "
            f"{listed([tier.id for tier in info.tiers])}."
        )
    return named
