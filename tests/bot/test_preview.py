"""The bot on a page in a browser."""

import asyncio
import random
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.app import App, build_app, pack_reloader
from bot.cli import clock
from bot.preview import LIMITS, BrowserPreview, NoPreviewError, in_browser
from bot.settings import Settings
from bot.simulator.reading import text_of
from tests.bot.test_another_story import STORY
from tests.waiting import eventually


@pytest.fixture
def own_pack(tmp_path: Path) -> Path:
    """Return a pack in a folder where it can be changed."""
    return Path(shutil.copytree(STORY, tmp_path / "pack"))


@pytest.fixture
async def app(settings: Settings, own_pack: Path) -> AsyncIterator[App]:
    at_pack = settings.model_copy(update={"pack": own_pack})
    async with build_app(at_pack, random.Random(7), clock) as app:
        yield app


@pytest.fixture
async def page(app: App) -> AsyncIterator[BrowserPreview]:
    async with in_browser(app.bot) as page:
        yield page


def latest(page: BrowserPreview) -> str:
    """Return the text of the latest message in the channel."""
    message = page.channel.last_message
    assert message
    components = [component.to_dict() for component in message.components]
    return message.content or text_of({"components": components}, lambda _: None)


async def test_page_says_its_limits_and_needs_its_key(page: BrowserPreview) -> None:
    assert page.url.startswith("http://127.0.0.1:")
    assert len(page.url.partition("#")[2]) > 40
    assert latest(page) == LIMITS


@pytest.mark.usefixtures("page")
async def test_bot_has_its_name_on_the_page(app: App) -> None:
    assert app.bot.user
    assert app.bot.user.name == "Lorebot"


async def test_saved_pack_is_asked_again_and_its_faults_are_shown(
    page: BrowserPreview, app: App, settings: Settings, own_pack: Path
) -> None:
    await page.asker.slash(page.channel, "bio", name="erlang")
    settings = settings.model_copy(update={"pack": own_pack})
    watching = asyncio.create_task(page.watch(own_pack, pack_reloader(app, settings)))
    await asyncio.sleep(0)  # it looks first at how the pack is now
    file = own_pack / "characters" / "erlang.toml"
    good = file.read_text(encoding="utf-8")
    file.write_text(good.replace("who met Monkey", "who once met Monkey"), encoding="utf-8")
    await eventually(lambda: "who once met Monkey" in latest(page))
    file.write_text(good.replace("[lead]", "[led]"), encoding="utf-8")
    await eventually(lambda: "characters/erlang.toml" in latest(page))
    watching.cancel()

    assert "The bot goes on with the pack that it had." in latest(page)


async def test_port_that_is_taken_is_a_sentence(app: App) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(NoPreviewError, match=f"could not bind port {port}"):
            async with in_browser(app.bot, port):
                pass
