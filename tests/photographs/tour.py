"""The tour that is photographed: what members and curators meet first, and pages of the site."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Settings
from tests.photographs import site
from tests.photographs.browser_session import BrowserSession, chromium, session

# What a server might add of its own.
OWN = {
    "Name": "Mara Voss",
    "Aliases": "Agent Voss",
    "Text": "A S.H.I.E.L.D. agent of **our campaign**, who kept the case of the scepter after the "
    "raid.\n\nShe owes Helen Cho a favor, and has told nobody why.",
    "Source": "Our campaign, session 3",
}
SUGGESTED = {
    "Name": "Café Novi",
    "Text": "The café below the church of Novi Grad, where our heroes met before the evacuation.",
    "Source": "Our campaign, session 5",
}


async def photographed(settings: Settings, folder: Path) -> list[str]:
    """Photograph the whole tour into a folder, and return what is wrong with it."""
    async with chromium() as browser:
        async with session(settings, browser, folder) as played:
            await answers(played)
            await pictures(played)
            await curation(played)
        site.write(settings.pack, settings.data_dir / "site")
        return played.faults + await site.photograph(settings.data_dir / "site", browser, folder)


async def answers(session: BrowserSession) -> None:
    """Look at what members ask for."""
    await session.ask("bio", name="raina")
    await session.photograph("bio")
    await session.press("Sources")
    await session.photograph("sources")
    await session.ask("event", name="raid-on-sokovia")
    await session.photograph("event")
    await session.ask("quote", text="peace in my tiem")
    await session.photograph("quote")
    await session.ask("lore", name="ultron")
    await session.press("Sources differ")
    await session.photograph("differ")
    await session.ask("lore", name="who killed quicksilver")
    await session.photograph("question")
    await session.ask("timeline")
    await session.photograph("timeline")
    await session.ask("search", words="artificial intelligence")
    await session.photograph("search")
    await session.ask("bio", name="maximof")
    await session.photograph("did-you-mean")


async def pictures(session: BrowserSession) -> None:
    """Have one of each kind of picture drawn."""
    await session.ask("quote", id="peace-in-my-time")
    await session.press("Picture")
    await session.photograph("picture-of-a-quote")
    await session.ask("bio", name="ultron")
    await session.press("Picture")
    await session.photograph("picture-of-relations")
    await session.ask("timeline")
    await session.press("Picture")
    await session.photograph("picture-of-the-timeline")


async def curation(session: BrowserSession) -> None:
    """Add an entry, decide what members suggest, settle what is posted each day."""
    curator = session.preview.curator
    await session.watch("asker")
    await session.open_form("suggest", "Place")
    await session.fill(**SUGGESTED)
    await session.press("Send")
    await session.watch("curator")
    await session.ask("entry queue", person=curator)
    await session.photograph("queue")
    await session.open_form("entry add", "Character")
    await session.photograph("entry-form")
    await session.fill(**OWN)
    await session.photograph("preview-of-a-draft")
    await session.ask("settings", person=curator)
    await session.photograph("settings")
    await session.ask(
        "qotd set",
        person=curator,
        channel=session.preview.channel,
        time="09:00",
        zone="Europe/Berlin",
        picture=True,
    )
    await session.photograph("qotd-set")
    await session.ask("qotd status", person=curator)
    await session.photograph("qotd-status")
    await session.ask("qotd now", person=curator)
    await session.photograph("qotd")
