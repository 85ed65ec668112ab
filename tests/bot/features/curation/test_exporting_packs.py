"""What a server wrote leaves as a pack: it has no faults, and a bot answers from it."""

import io
import random
import zipfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import settings as settings_
from bot.app import build_bot
from bot.cli import clock
from bot.simulated import simulated_session
from bot.simulator.exchanges import Reply
from bot.simulator.server import Simulator
from lore.curation.as_pack import PackExportError, write_pack
from lore.curation.dialogues import DraftLine
from lore.curation.drafts import (
    Draft,
    EntryDraft,
    NoteDraft,
    OwnFact,
    OwnRelation,
    QuoteDraft,
    tidied,
)
from lore.curation.quota import Quota
from lore.ledger.records import ServerEntry
from lore.pack.check import check
from lore.pack.model import Kind

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[..., Awaitable[ServerEntry]]

NOW = datetime(2026, 11, 30, tzinfo=UTC)
ADA = EntryDraft(
    Kind.CHARACTER,
    "Ada Zorblax",
    "She keeps the **lanterns** of the harbour.\n\nAt night ||she steals|| she sleeps.",
    ("The Captain", "||The Thief||"),
    "https://discord.com/channels/1/2/3",
    facts=(OwnFact("Home", "Zorblax Bar ||cellar||"), OwnFact("Creed", "Lanterns " * 30)),
)
SAID = QuoteDraft("Lanterns out!", "The Captain", "Bo", "At the harbour", "", date="2021-03-04")


def unpacked(content: bytes, folder: Path) -> Path:
    """Unpack a pack, and return its folder."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        file.extractall(folder)
    [there] = folder.iterdir()
    return there


async def test_bot_answers_from_the_pack_that_a_server_exported(
    curate: Ask,
    publish: Publish,
    simulator: Simulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bar = EntryDraft(Kind.PLACE, "Zorblax Bar", "A bar at the harbour.")
    closing = EntryDraft(Kind.EVENT, "The Closing", "The harbour is closed.", after="s.the-opening")
    related = (OwnRelation("seen-at", "s.zorblax-bar"), OwnRelation("friend-of", "ultron"))
    opening = EntryDraft(Kind.EVENT, "The Opening", "The harbour is opened.")
    talk = QuoteDraft("Who lit it?", "The Captain", more=(DraftLine("Nobody lit it.", "Bo"),))
    for draft in (replace(ADA, relations=related), bar, opening, closing, SAID, talk):
        await publish(draft)
    for draft in (QuoteDraft("||All hidden||"), NoteDraft("ultron", "We met him.")):
        await publish(draft)
    reply = await curate('/entry export as:pack licence:"CC BY 4.0"')
    content = simulator.state.uploads.data(int(reply.shown["attachments"][0]["id"]))
    pack = unpacked(content, tmp_path / "unpacked")
    monkeypatch.setenv("LORE_PACK", str(pack))
    settings = settings_.load(data_dir=tmp_path / "other")
    asked = (
        "/bio the captain",
        "/quote id:lanterns-out",
        "/about",
        "/bio ada zorblax",
        "/event the closing",
        "/quote text:nobody lit it",
    )
    async with (
        build_bot(settings, random.Random(1), clock) as bot,
        simulated_session(bot, clock) as session,
    ):
        answers = [(await session.play(line)).replies[0].text for line in asked]

    assert reply.ephemeral
    assert reply.text.startswith("A pack of 4 entries and 2 quotes, under CC BY 4.0. Unpack it")
    assert "left out: 1 note: they are about entries of another story" in reply.text
    assert (
        "left out: 1 relation: to an entry of the story, or of a type that the story lacks"
        in reply.text
    )
    assert "left out: what is behind bars in 1 entry: a pack hides nothing" in reply.text
    assert "left out: 1 quote with words behind bars" in reply.text
    assert "left out: 1 address of messages in Discord" in reply.text
    assert check(pack).faults == ()
    assert "She keeps the lanterns of the harbour." in answers[0]
    assert answers[0].startswith("Ada Zorblax\nThe Captain · Character")
    assert "Home Zorblax Bar [spoiler]" in answers[0]
    assert not any(one in "".join(answers) for one in ("steals", "Thief", "cellar"))
    assert "Lanterns out!" in answers[1]
    assert "— Ada Zorblax\nAt the harbour, to Bo, on 4 March 2021" in answers[1]
    assert "CC BY 4.0" in answers[2]
    assert "Seen at Zorblax Bar" in answers[3]
    assert "The harbour is closed." in answers[4]
    assert "“Who lit it? / Nobody lit it.” — Ada Zorblax and Bo" in answers[5]
    assert 'after = ["the-opening"]' in (pack / "events" / "the-closing.toml").read_text()


def entry(number: int, draft: Draft) -> ServerEntry:
    """Return an entry of a server, as it is kept after it was typed."""
    draft = tidied(draft, Quota())
    return ServerEntry(1, f"s{number}", 1, draft, True, 4242424242, NOW, 4242424242, NOW)


HOSTILE: tuple[Draft, ...] = (
    EntryDraft(Kind.CHARACTER, "Ada", "1"),
    EntryDraft(Kind.CHARACTER, "Ada", "She is another."),
    EntryDraft(Kind.PLACE, "🎉 7", "🎉 🎉 a party"),
    EntryDraft(Kind.PLACE, "…7", "… ok"),
    EntryDraft(Kind.EVENT, "محمد", "قال السلام عليكم."),
    EntryDraft(Kind.TOPIC, "花火", "昨日、東京で大きな花火大会が開かれた。"),
    EntryDraft(Kind.TOPIC, "s12", "x" * 4_000),
    EntryDraft(Kind.FACTION, "con", "word " * 790),
    EntryDraft(
        Kind.WORK, 'a"b\\c = ]', "[says] \"hi\" \\ {from} # 'x' = '''\n- a\n- b", ("Ada", '"')
    ),
    QuoteDraft("\n".join("abcdefgh"), "Ada", "Ada"),
    QuoteDraft("y" * 1_000, 'A "sailor" \\'),
    QuoteDraft("word\n" * 190, source="A log"),
    QuoteDraft("One.\nTwo.\nThree.\nFour.", "Bo", more=(DraftLine("a\nb\nc\nd", "Ada"),)),
)


@pytest.mark.parametrize("licence", ["", "own", "CC BY-SA 4.0"])
def test_pack_of_hostile_lore_has_no_faults(licence: str, tmp_path: Path) -> None:
    lore = [entry(number, draft) for number, draft in enumerate(HOSTILE, 1)]
    written = write_pack("🎉 \u202eevil ' \" \\", lore, licence)
    folder = unpacked(written.content, tmp_path)
    texts = [path.read_text() for path in folder.rglob("*") if path.is_file()]

    assert check(folder).faults == ()
    assert check(folder).remarks == ()
    assert (written.entries, written.quotes) == (9, 4)
    assert not any("4242424242" in text or "\u202e" in text for text in texts)


@pytest.mark.slow
def test_pack_of_a_thousand_entries_of_one_name_has_no_faults(tmp_path: Path) -> None:
    lore = [entry(n, EntryDraft(Kind.TOPIC, "Same", f"Entry {n} tells.")) for n in range(1, 1_001)]
    folder = unpacked(write_pack("Many", lore, "").content, tmp_path)

    assert check(folder).faults == ()
    assert len(list((folder / "topics").iterdir())) == 1_000


def test_server_without_lore_of_its_own_gets_no_pack() -> None:
    with pytest.raises(PackExportError, match="no entries or quotes of its own"):
        write_pack("Empty", [entry(1, NoteDraft("ultron", "Hm."))], "own")
