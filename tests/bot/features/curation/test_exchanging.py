"""Export and import: a dry run first, then all or nothing; decompression bombs are refused."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.client import LoreBot
from bot.simulator.exchanges import Reply
from bot.simulator.reading import selects_of
from bot.simulator.server import Simulator
from bot.simulator.session import SimSession
from bot.simulator.user import Timeouts
from lore.curation.drafts import EntryDraft, OwnFact, OwnRelation, QuoteDraft
from lore.ledger.records import ServerEntry
from lore.pack.model import Kind

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[..., Awaitable[ServerEntry]]
Take = Callable[[bytes], Awaitable[Reply]]

BAR = EntryDraft(Kind.PLACE, "Zorblax Bar", "A bar at the harbour.", ("Quillon",), "Menu")


@pytest.fixture
def import_file(curate: Ask, tmp_path: Path) -> Take:
    """Return a function that attaches a file to `/entry import`."""

    async def import_file(content: bytes) -> Reply:
        file = tmp_path / "file.json"
        file.write_bytes(content)
        return await curate(f"/entry import {file}")

    return import_file


def file_of(reply: Reply, simulator: Simulator) -> bytes:
    """Return the first file of a reply."""
    return simulator.state.uploads.data(int(reply.shown["attachments"][0]["id"]))


def entries(*drafts: dict[str, Any]) -> bytes:
    return json.dumps(
        {"schema_version": 1, "entries": [{"draft": draft} for draft in drafts]}
    ).encode()


QUOTE = {"kind": "quote", "words": "Lanterns out!"}


async def test_export_is_a_private_file_with_ids_and_revisions(
    curate: Ask, publish: Publish, simulator: Simulator
) -> None:
    await publish(BAR)
    reply = await curate("/entry export")
    content = json.loads(file_of(reply, simulator))

    assert reply.ephemeral
    assert content["schema_version"] == 2
    assert [entry["id"] for entry in content["entries"]] == ["s.zorblax-bar"]
    assert content["entries"][0]["revisions"][0]["change"] == "added"


async def test_export_of_one_server_can_be_imported_by_another(
    curate: Ask, import_file: Take, publish: Publish, simulator: Simulator, session: SimSession
) -> None:
    await publish(BAR)
    await publish(QuoteDraft("Lanterns out!", "Quillon"))
    content = file_of(await curate("/entry export"), simulator)
    await session.play("in server 2")
    dry = await import_file(content)
    empty = await curate("/lore zorblax bar")
    done = await curate("press Import 2")

    assert dry.text.startswith("Nothing is changed yet")
    assert "To be added: 2\n- line 2: s.zorblax-bar Zorblax Bar\n- line 3: s2 “Lanterns" in dry.text
    assert empty.text.startswith("Nothing found")
    assert done.text == "Imported: 2 added, 0 changed."
    assert (await curate("/lore zorblax bar")).text.startswith("Zorblax Bar\n")


async def test_what_an_entry_has_beside_its_text_goes_with_it_into_another_server(
    curate: Ask, import_file: Take, publish: Publish, simulator: Simulator, session: SimSession
) -> None:
    facts, relations = (OwnFact("Keg", "Oak"),), (OwnRelation("owns", "ultron", inverse=True),)
    await publish(replace(BAR, facts=facts, relations=relations))
    content = file_of(await curate("/entry export"), simulator)
    await session.play("in server 2")
    await import_file(content)
    await curate("press Import 1")

    shown = (await curate("/lore zorblax bar")).text
    assert "Keg Oak" in shown
    assert "Owned by Ultron" in shown


async def test_import_leaves_existing_entries_alone(
    curate: Ask, import_file: Take, publish: Publish, simulator: Simulator
) -> None:
    await publish(BAR)
    dry = await import_file(file_of(await curate("/entry export"), simulator))

    assert "Unchanged: 1 here already, just so\nThere is nothing to import." in dry.text
    assert dry.buttons == []


async def test_fault_in_the_file_is_reported_with_its_line(import_file: Take) -> None:
    dry = await import_file(b'{"schema_version": 1, "entries": [\n{"draft": {"kind": "quote"}}\n]}')

    assert "Refused: 1\n- line 2: draft.words: is missing" in dry.text


async def test_note_for_an_unknown_entry_is_refused(import_file: Take) -> None:
    note = {"kind": "note", "about": "nobody-at-all", "text": "Hm."}
    dry = await import_file(entries(note))

    assert "line 1: draft.about: there is no entry nobody-at-all that a note could" in dry.text
    assert dry.buttons == []


async def test_changed_lore_shows_the_import_plan_again(
    curate: Ask, import_file: Take, publish: Publish
) -> None:
    await import_file(entries(QUOTE))
    await publish(BAR)
    again = await curate("press Import 1")

    assert again.text.startswith("⚠ The lore has changed meanwhile")
    assert (await curate("press Import 1")).text == "Imported: 1 added, 0 changed."


async def test_import_is_applied_once(
    curate: Ask, import_file: Take, lore_bot: LoreBot, guild_id: int, session: SimSession
) -> None:
    await import_file(entries(QUOTE))
    message = next(session.user.seen())
    plan = dict(message.payload)
    await curate("press Import 1")
    message.payload = plan

    assert "I no longer have this file" in (await curate("press Import 1")).text
    assert len((await lore_bot.services.ledger.entries.server_lore(guild_id)).entries) == 1


def edited(content: bytes) -> bytes:
    """Return an export in which each text was changed by hand and the history dropped."""
    file = json.loads(content)
    for entry in file["entries"]:
        entry["draft"]["text"] += " Edited."
        del entry["revisions"]
    return json.dumps(file).encode()


async def test_import_can_be_undone_from_the_answer_and_from_the_log(
    curate: Ask, import_file: Take, session: SimSession
) -> None:
    await curate("/settings")
    await curate("choose #lore")
    await import_file(entries(QUOTE, QUOTE | {"words": "Quillons up!"}))
    done = await curate("press Import 2")
    undone = await curate("press Undo this import")
    await session.play("in #lore")
    again = await curate("press Undo this import")
    history = await curate("/entry history s1")

    assert done.buttons == ["Undo this import"]
    assert undone.text == "The import is undone: 2 removed, 0 as before."
    assert again.text == "There is nothing left to undo: 2 undone already."
    assert "Revision 2 · import undone · " in history.text
    assert (await curate("/quote text:lanterns out")).text.startswith("Nothing found")


async def test_conflicts_can_be_kept_or_replaced_singly_and_together(
    curate: Ask, import_file: Take, publish: Publish, simulator: Simulator, lore_bot: LoreBot
) -> None:
    for number in range(30):
        await publish(EntryDraft(Kind.PLACE, f"Place {number}", "A place."))
    dry = await import_file(edited(file_of(await curate("/entry export"), simulator)))
    [select] = selects_of(dry.shown)
    one = await curate("choose s.place-1 · Place 1")
    all_ = await curate("press Replace all")
    more = await curate("press More conflicts")
    none = await curate("press Keep all")
    await curate("press Replace all")
    done = await curate("press Import 30")

    assert "Conflicts: 30 what has the same id here is different\n30 stay" in dry.text
    assert dry.buttons == ["Replace all", "Keep all", "More conflicts"]
    assert len(select["options"]) == 25
    assert (
        select["options"][0]["description"]
        == "text: “A place.” here, “A place. Edited.” in the file"
    )
    assert "29 stay as they are here, 1 are replaced" in one.text
    assert one.buttons[-1] == "Import 1"
    assert "0 stay as they are here, 30 are replaced" in all_.text
    assert len(selects_of(more.shown)[0]["options"]) == 5
    assert none.text.endswith("There is nothing to import.")
    assert done.text == "Imported: 0 added, 30 changed."
    history = await lore_bot.services.ledger.entries.history(
        simulator.state.server(1).id, "s.place-1"
    )
    assert [step.change for step in history] == ["added", "imported"]


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.usefixtures("lore_bot")
async def test_another_server_is_answered_during_many_large_imports(
    simulator: Simulator, tmp_path: Path
) -> None:
    big = [QUOTE | {"words": f"{number} " + "word " * 100} for number in range(1_700)]
    content = entries(*big)
    assert 900_000 < len(content) < 1_000_000
    file = tmp_path / "big.json"
    file.write_bytes(content)

    async def import_file() -> str:
        session = SimSession(simulator, Timeouts(deferred=200))
        await session.play("as curator")
        return (await session.play(f"/entry import {file}")).replies[0].text

    takes = asyncio.gather(*(import_file() for _ in range(12)))
    session = SimSession(simulator)
    await session.play("in server 2")
    answers = []
    while not takes.done():
        answers.append((await session.play("/bio tony stark")).replies[0].text)
    plans = await takes

    assert answers
    assert all(answer.startswith("Tony Stark\n") for answer in answers)
    assert all("To be added: 1700" in plan for plan in plans)


BOMBS = {
    "larger than 1 MB": b" " * 1_000_001,
    "10,000 levels deep": b"[" * 10_000 + b"]" * 10_000,
    "a key twice": b'{"schema_version": 1, "schema_version": 1, "entries": []}',
    "NaN": b'{"schema_version": NaN, "entries": []}',
    "NUL": b'{"schema_version": 1, "server": "\\u0000", "entries": []}',
    "half a character": b'{"schema_version": 1, "server": "\\ud800", "entries": []}',
    "no JSON": b"\x89PNG\r\n\x1a\n",
    "empty": b"",
}


@pytest.mark.parametrize("bomb", BOMBS)
async def test_decompression_bomb_is_refused_in_a_sentence(
    import_file: Take, lore_bot: LoreBot, guild_id: int, bomb: str
) -> None:
    reply = await import_file(BOMBS[bomb])

    assert reply.ephemeral
    assert reply.buttons == []
    assert reply.text.startswith(("This is ", "The file is", "Line 1: "))
    assert await lore_bot.services.ledger.entries.version(guild_id) == 0


async def test_file_over_the_size_limit_is_not_downloaded(
    import_file: Take, simulator: Simulator
) -> None:
    await import_file(BOMBS["larger than 1 MB"])

    assert not [sent for sent in simulator.requests if sent.path.startswith("/files/")]


async def test_quotes_of_another_bot_are_listed_imported_and_undone(
    curate: Ask, import_file: Take
) -> None:
    rows = [
        {"quote": f"Lantern {number}", "by": "Ada", "date": "2021-03-04"} for number in range(20)
    ]
    await import_file(json.dumps([rows[0]]).encode())
    await curate("press Import 1")
    faults = [{"quote": "", "by": f"Bo {number}"} for number in range(18)]
    dry = await import_file(json.dumps({"data": [*rows, rows[1], *faults]}).encode())
    added = await curate("press All to be added")
    later = await curate("press Next")
    await curate("press Back to the plan")
    known = await curate("press What is there already")
    await curate("press Back to the plan")
    refused = await curate("press All refused")
    await curate("press Back to the plan")
    done = await curate("press Import 19")
    shown = await curate("/quote text:lantern 7")
    undone = await curate("press Undo this import")

    assert (
        "Read as JSON, 39 items: “quote” as the words, “by” as the speaker, “date” as the date.\n"
        "This is what the file would do:\n"
        "To be added: 19\n- item 2: new “Lantern 1” — Ada, 2021-03-04\n" in dry.text
    )
    assert "Refused: 18\n- item 22: it has no words\n" in dry.text
    assert "Twice in the file: 1 taken once\nUnchanged: 1 here already" in dry.text
    assert added.text.endswith("- item 16: “Lantern 15” — Ada, 2021-03-04\nPage 1 of 2")
    assert later.text.startswith("What would be added\n- item 17: “Lantern 16”")
    assert "- item 1: “Lantern 0” — Ada, 2021-03-04 · here already\n" in known.text
    assert "- item 21: “Lantern 1” — Ada, 2021-03-04 · twice in the file" in known.text
    assert refused.text.count("it has no words") == 15
    assert done.text == "Imported: 19 added, 0 changed."
    assert "“Lantern 7”" in shown.text
    assert undone.text == "The import is undone: 19 removed, 0 as before."


async def test_what_finds_its_ids_taken_gets_others_and_its_relations_follow(
    curate: Ask, import_file: Take, publish: Publish, simulator: Simulator, session: SimSession
) -> None:
    mara = await publish(EntryDraft(Kind.CHARACTER, "Mara", "She keeps lanterns."))
    await publish(
        EntryDraft(
            Kind.CHARACTER, "Bo", "Her brother.", relations=(OwnRelation("sibling-of", mara.id),)
        )
    )
    await publish(QuoteDraft("Lanterns out!", "Bo"))
    content = file_of(await curate("/entry export"), simulator)
    content = content.replace(b'"s.mara"', b'"s4"')
    await session.play("in server 2")
    for number in range(4):
        await publish(EntryDraft(Kind.PLACE, f"Inn {number}", "An inn."))
    await publish(QuoteDraft("Something else."))

    dry = await import_file(content.replace(b'"s.bo"', b'"s.inn-0"'))
    assert "To be added: 3" in dry.text
    await curate("press Import 3")
    assert "Sibling of Mara" in (await curate("/lore bo")).text
    again = await import_file(content.replace(b'"s.bo"', b'"s.inn-0"'))
    assert "Unchanged: 3 here already" in again.text


async def test_a_file_whose_import_was_undone_is_imported_whole_again(
    curate: Ask, import_file: Take, publish: Publish, simulator: Simulator, session: SimSession
) -> None:
    await publish(BAR)
    await publish(QuoteDraft("Lanterns out!", "Quillon"))
    content = file_of(await curate("/entry export"), simulator)
    await session.play("in server 2")
    await import_file(content)
    await curate("press Import 2")
    await curate("press Undo this import")

    assert "To be changed: 2" in (await import_file(content)).text
    await curate("press Import 2")
    assert (await curate("/lore zorblax bar")).text.startswith("Zorblax Bar\n")


async def test_rows_written_by_hand_name_each_other_and_lead_nowhere_wrong(
    curate: Ask, import_file: Take
) -> None:
    event = {"kind": "event", "text": "It burnt."}
    rows = [
        event | {"name": "Wake", "after": "old-fire"},
        event | {"name": "Old Fire", "after": "ultron-awakens"},
        event | {"name": "Self", "after": "self"},
        event | {"name": "Lost", "after": "nowhere"},
        event | {"name": "Typed", "relations": [{"type": "bogus", "to": "ultron"}]},
        event | {"name": "Led", "relations": [{"type": "created", "to": "nobody"}]},
    ]
    dry = await import_file(json.dumps(rows).encode())

    assert "To be added: 2" in dry.text
    for reason in (
        "item 3: draft.after: an event does not come after itself",
        "item 4: draft.after: there is no event nowhere",
        "item 5: draft.relations: this story has no type of relation bogus",
        "item 6: draft.relations: there is no entry nobody",
    ):
        assert reason in dry.text
    await curate("press Import 2")
    assert "In the timeline after: Old Fire" in (await curate("/entry details entry:s.wake")).text
