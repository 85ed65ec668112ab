"""Pages of the static site, photographed from the disk, in both its colours."""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Browser

from lore.catalogue import database
from lore.pack import reader
from lore.site.folder import write_site
from lore.site.pages import Site
from lore.site.pictures import SitePictures
from tests.browser import DESK, PHONE

PAGES = {
    "index": "index.html",
    "entry": "entry/ultron.html",
    "timeline": "timeline.html",
    "differences": "differences.html",
}
SIZES = {"desktop": DESK, "phone": PHONE}


def write(pack: Path, folder: Path) -> None:
    """Write the site of a pack, with pictures."""
    file = folder.with_suffix(".db")
    database.build(reader.read(pack), file)
    catalogue = database.load(file)
    pictures = SitePictures(catalogue.info, folder)
    write_site(folder, Site(catalogue, catalogue.info.every_tier, pictures=pictures).makers)


async def photograph(site: Path, browser: Browser, folder: Path) -> list[str]:
    """Photograph the pages, and return what is wrong with them."""
    faults: list[str] = []
    for place, size in SIZES.items():
        for colours in ("light", "dark"):
            page = await browser.new_page(viewport=size, color_scheme=colours, offline=True)
            page.on("console", lambda said: faults.append(said.text))
            page.on("requestfailed", lambda asked: faults.append(asked.url))
            for name, path in PAGES.items():
                await page.goto((site / path).as_uri())
                if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    faults.append(f"{path} is wider than {size['width']} pixels")
                await page.screenshot(
                    path=folder / f"site-{name}-{colours}-{place}.png", animations="disabled"
                )
            await page.close()
    return faults
