"""The preview of the bot in Chromium, played and photographed: a message or a form at a time."""

from __future__ import annotations

import random
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from playwright.async_api import Browser, Locator, Page, async_playwright
from simcord import MemberActor

from bot.app import build_app
from bot.client import LoreBot
from bot.preview import BrowserPreview, in_browser
from bot.settings import Settings
from tests.browser import CHROMIUM, DESK, LAYOUT_FAULTS, OPTIONS, PHONE, SEEN_BY, is_local

# Each picture is taken at both, with room for the longest message.
WIDTHS = {"desktop": DESK["width"], "phone": PHONE["width"]}
HEIGHT = 2600

# Two dots of the picture for each of the page, for screens of today.
SCALE = 2

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

# It does nothing, and fills the window but for the list at its side.
READY = """() => {
    const page = window.simcordPreview, shown = document.getElementById("preview-app");
    const fills = shown.getBoundingClientRect().width > innerWidth * 0.7;
    return page?.ready && !page.pendingAction && shown.ariaBusy !== "true" && fills;
}"""

SETTLED = """before => {
    const page = window.simcordPreview, last = page.lastAction;
    return last && last.requestId !== before && last.settlement === "settled";
}"""

# What is photographed, with a little around it. A message is as wide as the page, its parts are
# not.
CLIP = """shown => {
    const edge = 12, box = shown.getBoundingClientRect();
    const parts = [...shown.querySelectorAll(
        ".message-components > *, .message-header > *, .component-row > *, .message-content > *"
    )].map(one => one.getBoundingClientRect().right);
    const right = Math.min(innerWidth, parts.length ? Math.max(...parts) + edge : box.right + edge);
    const x = Math.max(0, parts.length ? box.x : box.x - edge), y = Math.max(0, box.y - edge);
    return {x, y, width: right - x, height: Math.min(innerHeight, box.bottom + edge) - y};
}"""

# What stands at the edge of a message, and is not of it.
BARE = """bare => ["#channel-composer", ".message-context-actions"].forEach(edge => {
    document.querySelectorAll(edge).forEach(one => {
        one.style.visibility = bare ? "hidden" : "";
    });
})"""


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start the browser."""
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)


@asynccontextmanager
async def session(
    settings: Settings, browser: Browser, folder: Path
) -> AsyncIterator[BrowserSession]:
    """Run the bot on its page; whatever is drawn by lot or told of time is always the same."""
    begun = NOON - timedelta(seconds=monotonic())
    async with (
        build_app(
            settings, random.Random(7), lambda: begun + timedelta(seconds=monotonic())
        ) as app,
        in_browser(app.bot) as preview,
    ):
        page = await browser.new_page(device_scale_factor=SCALE, reduced_motion="reduce")
        yield await BrowserSession(app.bot, preview, page, folder).opened()


class BrowserSession:
    """Plays on the page and photographs it; `faults` are what its pictures must not show."""

    def __init__(self, bot: LoreBot, preview: BrowserPreview, page: Page, folder: Path) -> None:
        self.bot = bot
        self.preview = preview
        self.page = page
        self.faults: list[str] = []
        self._folder = folder

    async def opened(self) -> BrowserSession:
        """Open the page as wide as on a desktop."""
        self.page.on("request", lambda asked: self._note_request(asked.url))
        await self.page.goto(self.preview.url)
        await self._resize(WIDTHS["desktop"])
        return self

    @property
    def latest(self) -> Locator:
        """Return the latest message of the channel."""
        return self.page.locator("article.channel-message").last

    @property
    def form(self) -> Locator:
        """Return the form that is open."""
        return self.page.get_by_role("dialog")

    async def ask(self, command: str, *, person: MemberActor | None = None, **options: Any) -> None:
        """Use a command as the asker, or as somebody else."""
        sent = self.page.locator("article.channel-message")
        before = await sent.count()
        await self.preview.ask(person or self.preview.asker, command, **options)
        await sent.nth(before).wait_for()

    async def press(self, label: str) -> None:
        """Press a button of the latest message, and wait for all that follows."""
        # What is in brackets behind it is a number of things.
        named = re.compile(rf"^{re.escape(label)}( \(\d+\))?$")
        await self._act(self.latest.get_by_role("button", name=named))

    async def choose(self, menu: str, option: str) -> None:
        """Choose from a menu of the latest message."""
        await self.latest.get_by_role("combobox", name=menu).click()
        await self._act(self.page.get_by_role("option", name=option))

    async def fill(self, **fields: str) -> None:
        """Fill in the form that is open, and send it."""
        for label, text in fields.items():
            await self.form.get_by_label(label).first.fill(text)
        await self._act(self.form.get_by_role("button", name="Submit"))

    async def open_form(self, command: str, option: str) -> None:
        """Type a command that opens a form, and choose its option."""
        await self.page.locator("#channel-composer-input").fill("")
        await self.page.keyboard.type(f"/{command}")
        await self.page.locator(".command-entry").first.click()
        await self.page.locator(".command-suggestion", has_text=option).click()
        await self._act(self.page.locator("#send-message"))

    async def watch(self, viewer: str) -> None:
        """Look at the channel as the asker or the curator does."""
        [chosen] = await self.page.get_by_label("Viewing as").select_option(label=viewer)
        await self.page.wait_for_function(SEEN_BY, arg=chosen)

    async def photograph(self, name: str) -> None:
        """Photograph the form that is open, or else the latest message, at both widths."""
        is_form = await self.form.count() > 0
        await self.page.mouse.move(0, 0)  # what it is over looks otherwise
        await self.page.wait_for_function("() => [...document.images].every(one => one.complete)")
        self.faults += [f"{name}: {fault}" for fault in await self.page.evaluate(LAYOUT_FAULTS)]
        for place, width in WIDTHS.items():
            await self._resize(width)
            await self.page.evaluate(BARE, True)
            shown = self.form if is_form else self.latest
            await shown.scroll_into_view_if_needed()
            await self.page.screenshot(
                path=self._folder / f"{name}-{place}.png",
                clip=await shown.evaluate(CLIP),
                animations="disabled",
            )
        await self.page.evaluate(BARE, False)
        await self._resize(WIDTHS["desktop"])

    async def _act(self, control: Locator) -> None:
        before = await self.page.evaluate("() => window.simcordPreview.lastAction?.requestId")
        await control.click()
        await self.page.wait_for_function(SETTLED, arg=before)
        await self._ready()

    async def _ready(self) -> None:
        await self.page.wait_for_function(READY)

    async def _resize(self, width: int) -> None:
        await self.page.set_viewport_size({"width": width, "height": HEIGHT})
        await self._ready()

    def _note_request(self, address: str) -> None:
        if not is_local(address):
            self.faults.append(f"asked for {address}")
