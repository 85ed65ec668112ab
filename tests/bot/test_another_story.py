"""A pack of another story, three files long, served by the same bot."""

import hashlib
import random
from pathlib import Path

import pytest

from bot import settings as settings_
from bot.app import build_bot
from bot.cli import clock
from bot.simulated import on_stage

DOCUMENT = "Alice followed a white rabbit down a hole.\n"


@pytest.fixture
def wonderland(tmp_path: Path) -> Path:
    """Write the pack, and return its folder."""
    digest = hashlib.sha256(DOCUMENT.encode()).hexdigest()
    files = {
        "pack.toml": f"""
            title = "Wonderland"
            version = "1"
            about = "A girl, a rabbit and a hole."
            tiers = {{ film = "Book" }}
            [[sources]]
            id = "book"
            title = "The book"
            file = "book.txt"
            tier = "film"
            sha256 = "{digest}"
            paragraphs = 1
            """,
        "characters/alice.toml": """
            name = "Alice"
            [[text]]
            says = "Alice went after a rabbit."
            cites = ["book:1 followed a white rabbit"]
            """,
        "quotes/book.toml": """
            [[quotes]]
            id = "hole"
            occasion = { says = "At the start.", cites = ["book:1 down a hole"] }
            lines = [{ words = "down a hole", paragraph = 1, speaker = "alice" }]
            """,
    }
    for name, text in files.items():
        (tmp_path / "pack" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "pack" / name).write_text(text, encoding="utf-8")
    return tmp_path / "pack"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("/bio alise", "Alice went after a rabbit."),
        ("/bio alice", "Character · Book"),
        ("/quote", "down a hole"),
        ("/about", "Wonderland"),
        ("/timeline", "No event is told of here."),
    ],
)
async def test_bot_answers_from_another_story(
    wonderland: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, says: str
) -> None:
    monkeypatch.setenv("LORE_PACK", str(wonderland))
    settings = settings_.load(data_dir=tmp_path / "data")
    async with (
        build_bot(settings, random.Random(1), clock) as bot,
        on_stage(bot, clock) as session,
    ):
        turn = await session.play(line)

    assert says in turn.replies[0].text
