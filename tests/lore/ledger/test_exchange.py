import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lore.ledger.drafts import EntryDraft, NoteDraft, QuoteDraft
from lore.ledger.port import Ledger
from lore.ledger.quota import Quota, QuotaError
from lore.ledger.reading import MAX_BYTES, ImportFileError
from lore.ledger.records import By, Change, Imported, Plan, Revision
from lore.ledger.sqlite import sqlite_ledger
from lore.ledger.store import Store
from lore.model import Kind

GUILD, OTHER = 1, 2
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
COOK = EntryDraft(Kind.CHARACTER, "Maren Holt", "She cooks.", ("the cook",), "our game")
BAKER = EntryDraft(Kind.CHARACTER, "Maren Holt", "She bakes.")
QUOTE = QuoteDraft("Soup first.", speaker="Maren Holt")
NOTE = NoteDraft("ultron", "In our game he was a toaster.")

Bys = Callable[..., By]


async def fill(ledger: Ledger, by: Bys) -> None:
    for draft in (COOK, QUOTE, NOTE):
        await ledger.entries.publish(GUILD, draft, by())
    await ledger.entries.edit(GUILD, "s1", BAKER, 1, by())
    await ledger.entries.remove(GUILD, "s2", by())


async def exported(ledger: Ledger, guild_id: int = GUILD) -> bytes:
    [content] = await ledger.exchange.export(guild_id, NOON)
    return content


async def imported(ledger: Ledger, guild_id: int, content: bytes, by: By) -> Imported | Plan:
    plan = await ledger.exchange.plan_import(guild_id, content, anything)
    return await ledger.exchange.apply_import(guild_id, content, plan.version, by, anything)


def anything(_: str) -> bool:
    """A note may be on whatever it says."""
    return True


def altered(content: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The file with its first entry changed by hand."""
    file = json.loads(content)
    change(file["entries"][0])
    return json.dumps(file, indent=1).encode()


def file_of(*entries: object, **header: object) -> bytes:
    lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
    start = json.dumps({"schema_version": 1} | header)[:-1]
    return f'{start}, "entries": [\n{lines}\n]}}'.encode()


def riding(entry: dict[str, Any]) -> None:
    entry["draft"]["text"] = "She rides."


HELLO = {"kind": "quote", "words": "Hello."}
MILL = {"kind": "place", "name": "The Mill", "text": "It grinds."}


async def test_an_empty_server_exports_an_empty_file(ledger: Ledger) -> None:
    assert json.loads(await exported(ledger)) == {
        "schema_version": 1,
        "server": "1",
        "exported_at": "2026-11-21T12:00:00+00:00",
        "entries": [],
    }


async def test_an_export_imported_where_it_came_from_changes_nothing(
    ledger: Ledger, by: Bys
) -> None:
    await fill(ledger, by)
    before = await exported(ledger)
    assert await imported(ledger, GUILD, before, by()) == Imported(0, 0)
    assert await exported(ledger) == before


async def test_an_export_brings_ids_and_history_to_another_server(ledger: Ledger, by: Bys) -> None:
    await fill(ledger, by)
    assert await imported(ledger, OTHER, await exported(ledger), by(77, LATER)) == Imported(3, 0)
    ours, theirs = [await ledger.entries.server_lore(guild) for guild in (GUILD, OTHER)]
    assert [(e.id, e.draft) for e in theirs.entries] == [(e.id, e.draft) for e in ours.entries]
    assert theirs.removed == ours.removed == {"s2"}
    assert await ledger.entries.history(OTHER, "s1") == (
        Revision(1, Change.ADDED, True, COOK, None, NOON),
        Revision(2, Change.EDITED, True, BAKER, None, NOON),
        Revision(3, Change.IMPORTED, True, BAKER, 77, LATER),
    )
    assert (await ledger.entries.publish(OTHER, BAKER, by())).id == "s4"


async def test_an_edit_made_in_the_file_is_taken_over(ledger: Ledger, by: Bys) -> None:
    await fill(ledger, by)
    content = altered(await exported(ledger), riding)
    [change] = (await ledger.exchange.plan_import(GUILD, content, anything)).changed
    assert change.id == "s1"
    assert await imported(ledger, GUILD, content, by()) == Imported(0, 1)
    now = await ledger.entries.entry(GUILD, "s1")
    assert (now.revision, now.draft.text) == (3, "She rides.")  # type: ignore[union-attr]


async def test_what_was_edited_here_since_the_export_is_not_overwritten(
    ledger: Ledger, by: Bys
) -> None:
    await fill(ledger, by)
    content = altered(await exported(ledger), riding)
    now = await ledger.entries.edit(GUILD, "s1", COOK, 2, by())
    [conflict] = (await ledger.exchange.plan_import(GUILD, content, anything)).conflicting
    assert conflict.id == "s1"
    assert await imported(ledger, GUILD, content, by()) == Imported(0, 0)
    assert await ledger.entries.entry(GUILD, "s1") == now


async def test_an_entry_of_another_server_never_replaces_one_of_the_same_id(
    ledger: Ledger, by: Bys
) -> None:
    await fill(ledger, by)
    kept = await ledger.entries.publish(OTHER, NOTE, by())
    plan = await ledger.exchange.plan_import(OTHER, await exported(ledger), anything)
    assert [entry.id for entry in plan.conflicting] == ["s1"]
    await imported(ledger, OTHER, await exported(ledger), by())
    assert await ledger.entries.entry(OTHER, "s1") == kept


async def test_a_file_from_a_later_state_catches_up(ledger: Ledger, by: Bys) -> None:
    await ledger.entries.publish(GUILD, COOK, by())
    await ledger.entries.publish(OTHER, COOK, by())
    await ledger.entries.edit(GUILD, "s1", BAKER, 1, by())
    assert await imported(ledger, OTHER, await exported(ledger), by()) == Imported(0, 1)
    assert (await ledger.entries.entry(OTHER, "s1")).draft == BAKER


async def test_entries_written_by_hand_get_new_ids_and_are_added_once(
    ledger: Ledger, by: Bys
) -> None:
    await fill(ledger, by)
    content = file_of({"draft": MILL}, {"draft": HELLO}, {"draft": MILL})
    assert await imported(ledger, GUILD, content, by()) == Imported(2, 0)
    assert await imported(ledger, GUILD, content, by()) == Imported(0, 0)
    added = [entry.id for entry in (await ledger.entries.server_lore(GUILD)).entries]
    assert added == ["s1", "s3", "s4", "s5"]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (7, "is not a table"),
        ({}, "draft: is missing"),
        ({"draft": MILL, "shoe": 1}, "shoe: means nothing here"),
        ({"draft": MILL | {"shoe": 1}}, "draft.shoe: means nothing here"),
        ({"draft": MILL | {"kind": "shoe"}}, "draft.kind: 'shoe' is none of character"),
        ({"draft": {"kind": "place", "name": "Mill"}}, "draft.text: is missing"),
        ({"draft": MILL | {"name": "x" * 101}}, "Name: 101 characters"),
        ({"draft": MILL | {"name": 5}}, "draft.name: 5 is not text"),
        ({"draft": MILL, "id": "ultron"}, "an id is s and a number"),
        ({"draft": MILL, "id": "s1234567890"}, "an id is s and a number"),
        ({"draft": MILL, "revisions": [{"number": 1}]}, "revisions.0.change: is missing"),
    ],
)
async def test_an_entry_that_cannot_be_kept_is_refused_with_its_line_and_not_the_others(
    ledger: Ledger, by: Bys, entry: object, reason: str
) -> None:
    content = file_of({"draft": MILL}, entry)
    plan = await ledger.exchange.plan_import(GUILD, content, anything)
    [refused] = plan.refused
    assert refused.line == 3
    assert reason in refused.reason
    assert await imported(ledger, GUILD, content, by()) == Imported(1, 0)


async def test_a_note_on_what_is_not_there_is_refused_in_the_order_of_the_file(
    ledger: Ledger,
) -> None:
    notes = [{"draft": {"kind": "note", "about": id, "text": "Hm."}} for id in ("nobody", "ultron")]
    content = file_of(notes[0], {"draft": MILL, "shoe": 1}, notes[1])
    plan = await ledger.exchange.plan_import(GUILD, content, "ultron".__eq__)
    assert [entry.line for entry in plan.added] == [4]
    assert [(refused.line, refused.reason) for refused in plan.refused] == [
        (2, "draft.about: there is no entry nobody that a note could be on"),
        (3, "shoe: means nothing here"),
    ]


async def test_a_note_whose_entry_is_there_no_more_is_no_obstacle_where_it_is_already(
    ledger: Ledger, by: Bys
) -> None:
    await ledger.entries.publish(GUILD, NOTE, by())
    plan = await ledger.exchange.plan_import(GUILD, await exported(ledger), lambda _: False)
    assert ([entry.id for entry in plan.unchanged], plan.refused) == (["s1"], ())


REVISION = {"change": "added", "at": "2026-01-01T00:00:00Z", "draft": MILL}


@pytest.mark.parametrize(
    ("revisions", "reason"),
    [
        ([REVISION | {"number": 2}, REVISION | {"number": 1}], "not in the order"),
        ([REVISION | {"number": 1, "draft": {"kind": "quote", "words": "Hi"}}], "another form"),
        ([REVISION | {"number": 1, "at": "2026-01-01T00:00:00"}], "is not a time such as"),
        ([REVISION | {"number": 1, "at": "9999-12-31T23:59:59-12:00"}], "below 3000"),
        ([REVISION | {"number": 1, "draft": MILL | {"text": "x" * 4001}}], "4,001 characters"),
    ],
)
async def test_a_history_that_makes_no_sense_is_refused(
    ledger: Ledger, revisions: list[object], reason: str
) -> None:
    content = file_of({"id": "s1", "draft": MILL, "revisions": revisions})
    [refused] = (await ledger.exchange.plan_import(GUILD, content, anything)).refused
    assert reason in refused.reason


async def test_an_id_that_stands_twice_is_taken_once(ledger: Ledger) -> None:
    content = file_of(*[{"id": "s1", "draft": MILL}] * 2)
    plan = await ledger.exchange.plan_import(GUILD, content, anything)
    assert [entry.line for entry in plan.added] == [2]
    assert [(refused.line, refused.reason) for refused in plan.refused] == [
        (3, "The id s1 stands twice in this file.")
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"[]", "names no schema_version"),
        (b"{}", "names no schema_version"),
        (file_of(schema_version=7), "schema version 7; only version 1"),
        (b'{"schema_version": 1}', "no list of entries"),
        (b'{"schema_version": 1, "entries": {}}', "no list of entries"),
        (file_of(shoe=1), "means nothing here: shoe"),
        (file_of(server=[1, 2])[:-1], "not JSON"),
    ],
)
async def test_a_file_that_is_no_export_is_refused_whole(
    ledger: Ledger, content: bytes, sentence: str
) -> None:
    with pytest.raises(ImportFileError, match=sentence):
        await ledger.exchange.plan_import(GUILD, content, anything)


async def test_what_the_plan_said_is_done_or_planned_anew(ledger: Ledger, by: Bys) -> None:
    content = file_of({"draft": MILL})
    plan = await ledger.exchange.plan_import(GUILD, content, anything)
    await ledger.entries.publish(GUILD, COOK, by())
    new_plan = await ledger.exchange.apply_import(GUILD, content, plan.version, by(), anything)
    assert new_plan == await ledger.exchange.plan_import(GUILD, content, anything)
    assert len((await ledger.entries.server_lore(GUILD)).entries) == 1


async def test_an_import_that_comes_twice_is_done_once(ledger: Ledger, by: Bys) -> None:
    content, who = file_of({"draft": MILL}), by()
    first = await ledger.exchange.apply_import(GUILD, content, 0, who, anything)
    await ledger.entries.remove(GUILD, "s1", by())
    assert (
        await ledger.exchange.apply_import(GUILD, content, 0, who, anything)
        == first
        == Imported(1, 0)
    )
    assert (await ledger.entries.server_lore(GUILD)).entries == ()


async def test_a_file_that_would_fill_the_server_too_much_is_refused_at_the_dry_run(
    ledger: Ledger,
) -> None:
    content = file_of(*[{"draft": MILL | {"name": f"Mill {n}"}} for n in range(5)])
    with pytest.raises(QuotaError, match="5 entries of its own; 4 is as many"):
        await ledger.exchange.plan_import(GUILD, content, anything)


async def test_a_large_server_is_exported_in_files_that_can_be_imported(
    store: Store, by: Bys
) -> None:
    ledger = sqlite_ledger(store, Quota())
    drafts = [MILL | {"name": f"Mill {n}", "text": "é" * 4000} for n in range(90)]
    for half in (drafts[:45], drafts[45:]):
        await imported(ledger, GUILD, file_of(*[{"draft": draft} for draft in half]), by())
    files = await ledger.exchange.export(GUILD, NOON)
    assert len(files) > 1
    assert max(map(len, files)) <= MAX_BYTES
    for content in files:
        await imported(ledger, OTHER, content, by())
    ours, theirs = [await ledger.entries.server_lore(guild) for guild in (GUILD, OTHER)]
    assert [(e.id, e.draft) for e in theirs.entries] == [(e.id, e.draft) for e in ours.entries]


async def test_an_entry_with_a_very_long_history_leaves_the_oldest_behind(
    store: Store, by: Bys
) -> None:
    ledger = sqlite_ledger(store, Quota())
    texts = ["é" * 3990 + str(n) for n in range(130)]
    await ledger.entries.publish(GUILD, NoteDraft("ultron", texts[0]), by())
    for revision, text in enumerate(texts[1:], 1):
        await ledger.entries.edit(GUILD, "s1", NoteDraft("ultron", text), revision, by())
    content = await exported(ledger)
    assert await imported(ledger, GUILD, content, by()) == Imported(0, 0)
    assert await imported(ledger, OTHER, content, by()) == Imported(1, 0)
    history = await ledger.entries.history(OTHER, "s1")
    assert [revision.number for revision in history] == list(range(1, len(history) + 1))
    assert 60 < len(history) < 130
