"""The tour in Chromium: all of it is photographed, and nothing is missing on its pages."""

import io
import logging
from pathlib import Path

import discord
import pytest
from discord import ui
from PIL import Image

from bot import settings as settings_
from tests.browser import CHROMIUM, LAYOUT_FAULTS
from tests.photographs.__main__ import ROOT, photograph
from tests.photographs.browser_session import chromium, session

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="not installed: chromium"),
]


def width(file: Path) -> int:
    with Image.open(file) as picture:
        return picture.width


def test_tour_is_photographed_at_both_widths_without_a_fault(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    faults = photograph(tmp_path)
    widths = {file.stem: width(file) for file in tmp_path.iterdir()}

    assert faults == []
    assert len(widths) > 50
    assert max(wide for name, wide in widths.items() if name.endswith("phone")) <= 2 * 390
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == []


def lacking() -> ui.LayoutView:
    """Return a picture that nothing describes, one that is elsewhere, and labels without words."""
    view = ui.LayoutView(timeout=None)
    elsewhere = discord.MediaGalleryItem("https://example.org/elsewhere.png", description="Red")
    view.add_item(ui.MediaGallery(discord.MediaGalleryItem("attachment://red.png"), elsewhere))
    view.add_item(ui.ActionRow(ui.Button[ui.LayoutView](label="\u200b")))
    menu = ui.Select[ui.LayoutView](options=[discord.SelectOption(label="One")])
    return view.add_item(ui.ActionRow(menu))


async def test_what_a_layout_lacks_is_found_on_the_page(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(picture, "PNG")
    picture.seek(0)
    settings = settings_.load(data_dir=tmp_path, pack=ROOT / "seeds")
    async with chromium() as browser, session(settings, browser, tmp_path) as played:
        channel = played.bot.guilds[0].text_channels[0]
        await channel.send(view=lacking(), file=discord.File(picture, "red.png"))
        await played.preview.tell("It is posted.")
        await played.latest.get_by_text("It is posted.").wait_for()
        found = await played.page.evaluate(LAYOUT_FAULTS)
        await played.page.evaluate("() => { new Image().src = 'https://example.org/a.png'; }")

    kinds = sorted(fault.partition(": ")[0] for fault in found)
    assert kinds == ["a picture that is elsewhere", *["an empty label"] * 2, "no alt text"]
    assert played.faults == ["asked for https://example.org/a.png"]
