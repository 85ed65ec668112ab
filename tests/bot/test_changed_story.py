"""A ledger opened with another story's pack: data about the first story waits for its return."""

import hashlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from textwrap import dedent

import pytest

from bot.app import build_bot
from bot.cli import clock
from bot.client import LoreBot
from bot.settings import Settings
from bot.simulated import online
from bot.simulator.exchanges import Reply
from bot.simulator.interactions import InteractionKind
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from bot.simulator.user import Timeouts

pytestmark = pytest.mark.thorough

DOCUMENT = "Alice followed a white rabbit down a hole.\nUltron had tea with the Hatter.\n"
CHANGED = "The story has changed: this was about another one, and I tell of Wonderland now."
SET = "/qotd set channel:#quotes time:09:00 zone:Europe/Berlin"


Settled = Callable[[], Awaitable[None]]


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(dedent(text), encoding="utf-8")
    return folder


@pytest.fixture
def wonderland(tmp_path: Path) -> Path:
    """Write a pack of another story that shares an entry id with the first; return its folder."""
    files = {
        "pack.toml": f"""
            title = "Wonderland"
            id = "wonderland"
            version = "1"
            about = "A girl, a rabbit and a hole."
            tiers = {{ film = "Book" }}
            [[sources]]
            id = "book"
            title = "The book"
            file = "book.txt"
            tier = "film"
            sha256 = "{hashlib.sha256(DOCUMENT.encode()).hexdigest()}"
            paragraphs = 2
            """,
        "characters/alice.toml": """
            name = "Alice"
            former = ["girl"]
            [[text]]
            says = "Alice went after a rabbit."
            cites = ["book:1 followed a white rabbit"]
            """,
        "characters/ultron.toml": """
            name = "Ultron"
            [[text]]
            says = "Ultron drank tea."
            cites = ["book:2 had tea with"]
            """,
        "events/fall.toml": """
            name = "The Fall"
            order = 80
            [[text]]
            says = "Alice fell."
            cites = ["book:1 down a hole"]
            [[participants]]
            who = "alice"
            did = "Fell."
            cites = ["book:1 down a hole"]
            """,
        "events/tea.toml": """
            name = "The Tea"
            order = 90
            [[text]]
            says = "There was tea."
            cites = ["book:2 had tea with"]
            """,
        "quotes/book.toml": """
            [[quotes]]
            id = "down-a-hole"
            occasion = { says = "At the start.", cites = ["book:1 down a hole"] }
            event = "fall"
            lines = [{ words = "down a hole", paragraph = 1, speaker = "alice" }]
            """,
    }
    return write(tmp_path / "wonderland", files)


class Reader:
    """A person at a screen; channels keep their messages while bots come and go."""

    def __init__(self, simulator: Simulator) -> None:
        self._world = simulator.state
        self.session = SimSession(simulator, Timeouts(first=30.0, more=0.01))

    async def play(self, line: str) -> Reply:
        """Return the first reply to a line."""
        return (await self.session.play(line)).replies[0]

    async def press(self, custom_id: str, *values: str) -> str:
        """Return the answer to a press, or a choice, on a component posted long ago."""
        user = self.session.user
        menu = {"options": [{"label": one, "value": one} for one in values]}
        part = {"type": 3, **menu} if values else {"type": 2, "style": 2, "label": "Old"}
        body = {
            "components": [{"type": 1, "components": [part | {"custom_id": custom_id}]}],
            "flags": 1 << 15,
        }
        asked = {"id": "1", "type": 2, "user": user.person.payload()}
        extra = {"interaction_metadata": {**asked, "authorizing_integration_owners": {}}}
        message = self._world.post(user.place.channel, self._world.bot, body, extra=extra)
        data = {"custom_id": custom_id, "component_type": part["type"]}
        replies, _ = await user.act(
            InteractionKind.COMPONENT, data | ({"values": list(values)} if values else {}), message
        )
        return "\n".join(reply.text for reply in replies)


@pytest.fixture
def reader(simulator: Simulator) -> Reader:
    return Reader(simulator)


QotdStatus = Callable[[Path], AbstractAsyncContextManager[LoreBot]]


@pytest.fixture
def bot_with_pack(settings: Settings, simulator: Simulator, settled: Settled) -> QotdStatus:
    """Return a context that brings a bot online with a pack, always on the same data folder."""

    @asynccontextmanager
    async def bot_with_pack(pack: Path) -> AsyncIterator[LoreBot]:
        chosen = settings.model_copy(update={"pack": pack})
        async with build_bot(chosen, random.Random(1), clock) as bot, online(bot, simulator):
            yield bot
            await settled()

    return bot_with_pack


async def test_button_works_again_when_its_story_is_back(
    bot_with_pack: QotdStatus, reader: Reader, seeds: Path, wonderland: Path
) -> None:
    async with bot_with_pack(seeds):
        first = await reader.play("/bio ultron")
    async with bot_with_pack(wonderland):
        between = await reader.play("press More")
    async with bot_with_pack(seeds):
        again = await reader.play("press More")

    assert first.text.startswith("Ultron")
    assert (between.text, between.ephemeral) == (CHANGED, True)
    assert again.text.startswith("Ultron\n")


OLD_BUTTONS = [
    "go:0:ultron",
    "accounts:0:ultron",
    "quotes:ultron",
    "quotes:ultron:1",
    "show:ultron",
    "quote:0:peace-in-my-time",
    "ask:0:ultron",
    "said:0:ultron:",
    "walk:0:wanda-maximoff::",
    "walk:0:ultron:the big hall:",
    "timeline:80::",
    "timeline:80:ultron:",
]


async def test_every_old_button_says_that_the_story_has_changed(
    bot_with_pack: QotdStatus, reader: Reader, seeds: Path, wonderland: Path
) -> None:
    async with bot_with_pack(seeds):
        before = {custom_id: await reader.press(custom_id) for custom_id in OLD_BUTTONS}
    async with bot_with_pack(wonderland):
        after = {custom_id: await reader.press(custom_id) for custom_id in OLD_BUTTONS}

    assert [custom_id for custom_id, said in before.items() if CHANGED in said] == []
    assert after == dict.fromkeys(OLD_BUTTONS, CHANGED)


async def test_old_menu_says_that_the_story_has_changed(
    bot_with_pack: QotdStatus, reader: Reader, seeds: Path, wonderland: Path
) -> None:
    async with bot_with_pack(seeds):
        pass
    async with bot_with_pack(wonderland):
        assert await reader.press("jump:0", "ultron") == CHANGED


# What is asked of another story, a button under it, and what that shows.
OWN_BUTTONS = [
    ("/bio alice", "timeline:2.80:2.alice:", "Alice fell."),
    ("/timeline", "go:0:2.fall", "Alice fell."),
    ("/quote text:down a hole", "show:2.alice", "Alice went after a rabbit."),
    ("/quote id:down-a-hole", "show:2.fall", "Alice fell."),
    ("/bio girl", "go:0:2.girl", "Alice went after a rabbit."),
]


async def test_another_story_has_buttons_of_its_own(
    bot_with_pack: QotdStatus, reader: Reader, seeds: Path, wonderland: Path
) -> None:
    async with bot_with_pack(seeds):
        pass
    async with bot_with_pack(wonderland):
        for line, custom_id, says in OWN_BUTTONS:
            # Nobody has to read the number of a story.
            assert "2." not in (await reader.play(line)).text
            assert says in await reader.press(custom_id)
    async with bot_with_pack(seeds):
        rested = [await reader.press(custom_id) for _, custom_id, _ in OWN_BUTTONS]

    assert rested == [CHANGED.replace("Wonderland", "Avengers: Age of Ultron")] * len(OWN_BUTTONS)


async def test_first_story_is_the_one_that_the_ledger_was_created_with(
    bot_with_pack: QotdStatus, reader: Reader, seeds: Path, wonderland: Path
) -> None:
    async with bot_with_pack(wonderland):
        assert "Alice went after" in await reader.press("show:alice")
    async with bot_with_pack(seeds):
        assert "Ultron" in await reader.press("show:2.ultron")
    async with bot_with_pack(wonderland):
        assert "Alice went after" in await reader.press("show:alice")


async def test_note_is_shown_only_with_its_story(
    bot_with_pack: QotdStatus, reader: Reader, seeds: Path, wonderland: Path
) -> None:
    async with bot_with_pack(seeds):
        await reader.session.play("as curator")
        await reader.play("/entry annotate ultron")
        await reader.play("fill Note=toaster")
        await reader.play("press Publish")
        shown = await reader.play("/search toaster")
    async with bot_with_pack(wonderland):
        elsewhere = await reader.play("/bio ultron")
        listed = await reader.play("/entry list")
        edited = await reader.play("/entry edit s1")
    async with bot_with_pack(seeds):
        again = await reader.play("/search toaster")

    assert "toaster" in shown.text
    assert "drank tea" in elsewhere.text
    assert "toaster" not in elsewhere.text
    assert "Note on ultron of another story" in listed.text
    assert edited.text == CHANGED
    assert "toaster" in again.text


async def test_import_of_a_note_says_that_the_story_has_changed(
    bot_with_pack: QotdStatus, reader: Reader, seeds: Path, wonderland: Path
) -> None:
    async with bot_with_pack(seeds) as bot:
        await reader.session.play("as curator")
        await reader.play("/entry annotate ultron")
        await reader.play("fill Note=toaster")
        await reader.play("press Publish")
        server = bot.guilds[0].id
        [file] = await bot.services.ledger.exchange.export(server, clock())
    async with bot_with_pack(wonderland) as bot:
        here = await bot.services.curation.plan_import(server, file)
        elsewhere = await bot.services.curation.plan_import(server + 1, file)

    assert (len(here.unchanged), here.refused) == (1, ())
    assert [refused.reason for refused in elsewhere.refused] == [f"draft.about: {CHANGED}"]


async def test_draft_of_a_note_waits_for_its_story(
    bot_with_pack: QotdStatus, reader: Reader, seeds: Path, wonderland: Path
) -> None:
    async with bot_with_pack(seeds):
        await reader.session.play("as curator")
        await reader.play("/entry annotate ultron")
        await reader.play("fill Note=toaster")
    async with bot_with_pack(wonderland):
        refused = await reader.play("press Publish")
    async with bot_with_pack(seeds):
        published = await reader.play("press Publish")

    assert refused.text == CHANGED
    assert published.text.startswith("Published")


async def test_quote_of_the_day_continues_with_the_current_story(
    bot_with_pack: QotdStatus, reader: Reader, seeds: Path, wonderland: Path
) -> None:
    async with bot_with_pack(seeds):
        await reader.session.play("as curator")
        await reader.play(f"{SET} speaker:ultron")
        await reader.play("/qotd queue quote:peace-in-my-time date:tomorrow")
        await reader.play("/qotd now")
    async with bot_with_pack(wonderland):
        status = await reader.play("/qotd status")
        set_anew = await reader.play("/qotd set clear:speaker")
        coming = await reader.play("/qotd preview")
        button = await reader.press("qotd:queue:2099-01-01:peace-in-my-time")

    assert "The story has changed: the speaker" in status.text
    assert "of another story" in status.text
    assert "down a hole" in coming.text
    assert "The quote that was queued, peace-in-my-time, is of another story" in coming.text
    assert "any quote" in set_anew.text
    assert button == CHANGED


def rename_alice(wonderland: Path) -> None:
    (wonderland / "characters/alice.toml").rename(wonderland / "characters/liddell.toml")
    for file in wonderland.rglob("*.toml"):
        text = file.read_text(encoding="utf-8").replace('"alice"', '"liddell"')
        file.write_text(text.replace('["girl"]', '["girl", "alice"]'), encoding="utf-8")


async def test_renamed_entry_keeps_its_buttons_notes_and_old_id(
    bot_with_pack: QotdStatus, reader: Reader, wonderland: Path
) -> None:
    async with bot_with_pack(wonderland):
        await reader.session.play("as curator")
        await reader.play("/entry annotate alice")
        await reader.play("fill Note=Curious!")
        await reader.play("press Publish")
    rename_alice(wonderland)
    async with bot_with_pack(wonderland):
        pressed = await reader.press("show:alice")
        quotes = await reader.press("quotes:alice")
        events = await reader.press("timeline:0:alice:")
        asked = await reader.play("/lore alice")
        found = await reader.play("/search curious")

    assert "Alice went after" in pressed
    assert "Note of this server (s1): Curious!" in pressed
    assert "down a hole" in quotes
    assert "Alice fell." in events
    assert "Curious!" in asked.text
    assert "Curious!" in found.text
