"""The tour that is photographed: what members and curators meet first, and pages of the site."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Settings
from tests.photographs import site
from tests.photographs.stage import Stage, chromium, stage

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
        async with stage(settings, browser, folder) as played:
            await answers(played)
            await pictures(played)
            await curation(played)
        site.write(settings.pack, settings.data_dir / "site")
        return played.faults + await site.photograph(settings.data_dir / "site", browser, folder)


async def answers(stage: Stage) -> None:
    """Look at what members ask for."""
    await stage.ask("bio", name="raina")
    await stage.photograph("bio")
    await stage.press("Sources")
    await stage.photograph("sources")
    await stage.ask("event", name="raid-on-sokovia")
    await stage.photograph("event")
    await stage.ask("quote", text="peace in my tiem")
    await stage.photograph("quote")
    await stage.ask("lore", name="ultron")
    await stage.press("Sources differ")
    await stage.photograph("differ")
    await stage.ask("lore", name="who killed quicksilver")
    await stage.photograph("question")
    await stage.ask("timeline")
    await stage.photograph("timeline")
    await stage.ask("search", words="artificial intelligence")
    await stage.photograph("search")
    await stage.ask("bio", name="maximof")
    await stage.photograph("did-you-mean")


async def pictures(stage: Stage) -> None:
    """Have one of each kind of picture drawn."""
    await stage.ask("quote", id="peace-in-my-time")
    await stage.press("Picture")
    await stage.photograph("picture-of-a-quote")
    await stage.ask("bio", name="ultron")
    await stage.press("Picture")
    await stage.photograph("picture-of-relations")
    await stage.ask("timeline")
    await stage.press("Picture")
    await stage.photograph("picture-of-the-timeline")


async def curation(stage: Stage) -> None:
    """Add an entry, decide what members suggest, settle what is posted each day."""
    curator = stage.preview.curator
    await stage.watch("asker")
    await stage.open_form("suggest", "Place")
    await stage.fill(**SUGGESTED)
    await stage.press("Send")
    await stage.watch("curator")
    await stage.ask("entry queue", person=curator)
    await stage.photograph("queue")
    await stage.open_form("entry add", "Character")
    await stage.photograph("entry-form")
    await stage.fill(**OWN)
    await stage.photograph("preview-of-a-draft")
    await stage.ask("settings", person=curator)
    await stage.photograph("settings")
    await stage.ask(
        "qotd set",
        person=curator,
        channel=stage.preview.channel,
        time="09:00",
        zone="Europe/Berlin",
        picture=True,
    )
    await stage.photograph("qotd-set")
    await stage.ask("qotd status", person=curator)
    await stage.photograph("qotd-status")
    await stage.ask("qotd now", person=curator)
    await stage.photograph("qotd")
