"""A pack drawn from a wiki: what is taken over or inferred says so, and authors are credited."""

import random
from pathlib import Path

import pytest

from bot import settings as settings_
from bot.app import build_bot
from bot.cli import clock
from bot.settings import Settings
from bot.simulated import simulated_session
from bot.simulator.exchanges import Reply

PACK = """
title = "Wonderland"
id = "wonderland"
version = "1"
about = "A girl, a rabbit and a hole."
relation_types = [{ id = "follows", label = "Follows", inverse = "Followed by" }]
[[tiers]]
id = "wiki"
label = "Wiki"
"""

SOURCE = """
[[sources]]
id = "{id}"
title = "{title}"
file = "{id}.txt"
tier = "wiki"
sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
paragraphs = 9
url = "https://alice.example/wiki/{id}_(book)"
revision = 1004
licence = "CC BY-SA 3.0"
collection = "Alice Wiki"
"""

ALICE = """
name = "Alice"
kind_inferred = "Template: Infobox character."
lead = { says = "Alice is a girl.", cites = ["alice:1 is a girl"] }

[[text]]
says = "She follows a rabbit."
cites = ["alice:2 follows a rabbit"]
verbatim = true

[[text]]
says = "Her sister reads."
cites = ["alice:3 her sister reads"]
section = "Family"

[[facts]]
label = "Species"
value = "Human"
cites = ["alice:4 Species: Human being"]

[[relations]]
type = "follows"
to = "rabbit"
cites = ["alice:2 follows a rabbit"]
inferred = "The field Follows."
"""

RABBIT = """
name = "White Rabbit"
[[text]]
says = "It is late."
cites = ["rabbit:1 it is late"]
"""

FALL = """
name = "The Fall"
[[text]]
says = "She falls."
cites = ["alice:5 she falls down"]
"""

QUOTE = """
[[quotes]]
id = "late"
lines = [{ words = "I am late!", paragraph = 2, speaker_name = "A voice" }]
"""


@pytest.fixture
def wiki(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return the settings of a bot with such a pack: many pages, a few of another collection."""
    many = "".join(
        SOURCE.format(id=f"other{n}", title=f"Other {n}").replace("Alice Wiki", f"Wiki {n}")
        for n in range(25)
    )
    alice = SOURCE.format(id="alice", title="Alice") + SOURCE.format(id="rabbit", title="Rabbit")
    files = {
        "pack.toml": PACK + alice + many,
        "characters/alice.toml": ALICE,
        "topics/rabbit.toml": RABBIT,
        "events/fall.toml": FALL,
        "quotes/rabbit.toml": QUOTE,
    }
    for name, text in files.items():
        (tmp_path / "pack" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "pack" / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv("LORE_PACK", str(tmp_path / "pack"))
    return settings_.load(data_dir=tmp_path / "data")


async def played(settings: Settings, *lines: str) -> Reply:
    """Play lines; return what the last is answered."""
    async with (
        build_bot(settings, random.Random(1), clock) as bot,
        simulated_session(bot, clock) as session,
    ):
        for line in lines:
            turn = await session.play(line)
    return turn.replies[0]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/bio alice", "Character · Wiki (inferred)"),
        ("/bio alice", "Alice is a girl."),
        ("/bio alice", "“She follows a rabbit.”"),
        ("/bio alice", "Family\nHer sister reads."),
        ("/bio alice", "Species Human"),
        ("/bio alice", "Follows White Rabbit (inferred)"),
        ("/bio alice", "“Alice”, Alice Wiki, CC BY-SA 3.0, revision 1004"),
        ("/lore rabbit kind:Topic", "White Rabbit\nTopic · Wiki"),
        ("/quote text:I am late", "I am late!"),
        ("/quote", "“Rabbit”, Alice Wiki, CC BY-SA 3.0, revision 1004"),
        ("/search human", "Alice · Species: Human"),
        ("/event fall", "She falls."),
        ("/timeline event:the fall", "No event is told of here."),
        ("/about", "Alice Wiki 2 sources · Wiki · CC BY-SA 3.0"),
        ("/about", "Page 1 of 2"),
    ],
)
async def test_text_from_a_wiki_is_shown_as_such(wiki: Settings, line: str, says: str) -> None:
    assert says in (await played(wiki, line)).text


async def test_sources_say_from_what_something_is_inferred(wiki: Settings) -> None:
    text = (await played(wiki, "/bio alice", "press Sources")).text

    assert "What it is, is inferred: Template: Infobox character." in text
    assert "Follows White Rabbit\nInferred: The field Follows." in text


async def test_a_licensed_source_is_linked_with_its_licence(wiki: Settings) -> None:
    shown = str((await played(wiki, "/bio alice")).shown)

    assert "[“Alice”](<https://alice.example/wiki/alice_%28book%29>)" in shown
    assert "[CC BY-SA 3.0](<https://creativecommons.org/licenses/by-sa/3.0/>)" in shown


async def test_all_sources_are_named_on_pages(wiki: Settings) -> None:
    page = await played(wiki, "/about", "press Next")

    assert "Wiki 24" in page.text
    assert "Page 2 of 2" in page.text
