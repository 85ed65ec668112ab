"""Export of a server's lore into a file, and import from one."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lore.curation.drafts import EntryDraft, HideDraft, NoteDraft, QuoteDraft
from lore.curation.quota import Quota
from lore.curation.reading import MAX_BYTES
from lore.ledger.port import Ledger
from lore.ledger.records import Actor, Change, Imported, Plan, Revision
from lore.ledger.unit import Database
from lore.ledger.verbs.ledger import ledger_in
from lore.pack.model import Kind

GUILD, OTHER = 1, 2
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
COOK = EntryDraft(Kind.CHARACTER, "Maren Holt", "She cooks.", ("the cook",), "our game")
BAKER = EntryDraft(Kind.CHARACTER, "Maren Holt", "She bakes.")
RIDER = EntryDraft(Kind.CHARACTER, "Maren Holt", "She rides.")
QUOTE = QuoteDraft("Soup first.", speaker="Maren Holt")
NOTE = NoteDraft("ultron", "In our game he was a toaster.")
HELLO = {"kind": "quote", "words": "Hello."}
MILL = {"kind": "place", "name": "The Mill", "text": "It grinds."}

Bys = Callable[..., Actor]


async def fill(ledger: Ledger, by: Bys) -> None:
    for draft in (COOK, QUOTE, NOTE):
        await ledger.entries.publish(GUILD, draft, by())
    await ledger.entries.edit(GUILD, "s.maren-holt", BAKER, 1, by())
    await ledger.entries.remove(GUILD, "s2", by())


async def exported(ledger: Ledger, guild_id: int = GUILD) -> bytes:
    [content] = await ledger.exchange.export(guild_id, NOON)
    return content


async def imported(
    ledger: Ledger, guild_id: int, content: bytes, by: Actor, replacing: Sequence[str] = ()
) -> Imported | Plan:
    plan = await ledger.exchange.plan_import(guild_id, content, accept_any_entry, replacing)
    return await ledger.exchange.apply_import(
        guild_id, content, plan.version, by, accept_any_entry, replacing
    )


def accept_any_entry(_: str) -> bool:
    """Let a note be about any entry."""
    return True


def altered(content: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """Return the file with its first entry changed by hand."""
    file = json.loads(content)
    change(file["entries"][0])
    return json.dumps(file, indent=1).encode()


def riding(entry: dict[str, Any]) -> None:
    entry["draft"]["text"] = "She rides."


def handwritten_file(*drafts: dict[str, str]) -> bytes:
    """Return a file that somebody wrote by hand."""
    file = {"schema_version": 1, "entries": [{"draft": draft} for draft in drafts]}
    return json.dumps(file, ensure_ascii=False).encode()


async def test_empty_server_exports_an_empty_file(ledger: Ledger) -> None:
    assert json.loads(await exported(ledger)) == {
        "schema_version": 2,
        "server": "1",
        "exported_at": "2026-11-21T12:00:00+00:00",
        "entries": [],
    }


async def test_import_of_the_servers_own_export_changes_nothing(ledger: Ledger, by: Bys) -> None:
    await fill(ledger, by)
    before = await exported(ledger)
    assert await imported(ledger, GUILD, before, by()) == Imported(0, 0)
    assert await exported(ledger) == before


async def test_import_brings_ids_and_history_to_another_server(ledger: Ledger, by: Bys) -> None:
    await fill(ledger, by)
    assert await imported(ledger, OTHER, await exported(ledger), by(77, LATER)) == Imported(3, 0)
    ours, theirs = [await ledger.entries.server_lore(guild) for guild in (GUILD, OTHER)]
    assert {e.id: e.draft for e in theirs.entries} == {e.id: e.draft for e in ours.entries}
    assert theirs.removed == ours.removed == ("s2",)
    assert await ledger.entries.history(OTHER, "s.maren-holt") == (
        Revision(1, Change.ADDED, True, COOK, None, NOON),
        Revision(2, Change.EDITED, True, BAKER, None, NOON),
        Revision(3, Change.IMPORTED, True, BAKER, 77, LATER),
    )
    assert (await ledger.entries.publish(OTHER, BAKER, by())).id == "s.maren-holt-2"


def retired(entry: dict[str, Any]) -> None:
    entry["live"] = False


@pytest.mark.parametrize("edit", [riding, retired])
async def test_an_edit_made_in_the_file_is_taken_over_only_if_it_is_chosen(
    ledger: Ledger, by: Bys, edit: Callable[[dict[str, Any]], None]
) -> None:
    await fill(ledger, by)
    content = altered(await exported(ledger), edit)
    plan = await ledger.exchange.plan_import(GUILD, content, accept_any_entry)
    assert (plan.changed, [one.id for one in plan.conflicting]) == ((), ["s.maren-holt"])

    assert await imported(ledger, GUILD, content, by()) == Imported(0, 0)
    assert await imported(ledger, GUILD, content, by(), ["s.maren-holt"]) == Imported(0, 1)
    now = await ledger.entries.entry(GUILD, "s.maren-holt")
    [entry, *_] = json.loads(content)["entries"]
    assert (now.revision, now.live, now.draft.text) == (  # type: ignore[union-attr]
        3,
        entry["live"],
        entry["draft"]["text"],
    )


async def test_import_does_not_overwrite_edits_since_the_export(ledger: Ledger, by: Bys) -> None:
    await fill(ledger, by)
    content = altered(await exported(ledger), riding)
    now = await ledger.entries.edit(GUILD, "s.maren-holt", COOK, 2, by())
    [conflict] = (await ledger.exchange.plan_import(GUILD, content, accept_any_entry)).conflicting
    assert conflict.id == "s.maren-holt"
    assert await imported(ledger, GUILD, content, by()) == Imported(0, 0)
    assert await ledger.entries.entry(GUILD, "s.maren-holt") == now


async def test_another_servers_entry_never_replaces_one_with_the_same_id(
    ledger: Ledger, by: Bys
) -> None:
    await fill(ledger, by)
    kept = await ledger.entries.publish(OTHER, RIDER, by())
    plan = await ledger.exchange.plan_import(OTHER, await exported(ledger), accept_any_entry)
    assert [entry.id for entry in plan.conflicting] == ["s.maren-holt"]
    await imported(ledger, OTHER, await exported(ledger), by())
    assert await ledger.entries.entry(OTHER, "s.maren-holt") == kept


async def test_what_was_shown_again_and_hidden_once_more_is_imported_hidden(
    ledger: Ledger, by: Bys
) -> None:
    first = await ledger.entries.publish(GUILD, HideDraft("thor", "Thor"), by())
    await ledger.entries.remove(GUILD, first.id, by())
    again = await ledger.entries.publish(GUILD, HideDraft("thor", "Thor"), by())

    content = await exported(ledger)
    plan = await ledger.exchange.plan_import(OTHER, content, accept_any_entry)
    await imported(ledger, OTHER, content, by())

    assert plan.refused == ()
    assert [one.id for one in (await ledger.entries.server_lore(OTHER)).entries] == [again.id]


async def test_entry_of_one_name_that_two_servers_wrote_is_the_same_in_both(
    ledger: Ledger, by: Bys
) -> None:
    await ledger.entries.publish(GUILD, COOK, by())
    kept = await ledger.entries.publish(OTHER, RIDER, by(at=LATER))

    plan = await ledger.exchange.plan_import(OTHER, await exported(ledger), accept_any_entry)

    assert ([one.id for one in plan.conflicting], plan.added) == ([kept.id], ())


async def test_import_of_a_later_export_adds_its_revisions(ledger: Ledger, by: Bys) -> None:
    await ledger.entries.publish(GUILD, COOK, by())
    await ledger.entries.publish(OTHER, COOK, by())
    await ledger.entries.edit(GUILD, "s.maren-holt", BAKER, 1, by())
    assert await imported(ledger, OTHER, await exported(ledger), by()) == Imported(0, 1)
    assert (await ledger.entries.entry(OTHER, "s.maren-holt")).draft == BAKER


async def test_handwritten_entries_get_new_ids_and_are_added_once(ledger: Ledger, by: Bys) -> None:
    await fill(ledger, by)
    content = handwritten_file(MILL, HELLO, MILL)
    assert await imported(ledger, GUILD, content, by()) == Imported(2, 0)
    assert await imported(ledger, GUILD, content, by()) == Imported(0, 0)
    added = [entry.id for entry in (await ledger.entries.server_lore(GUILD)).entries]
    assert added == ["s.maren-holt", "s3", "s.the-mill", "s5"]


async def test_existing_note_about_a_missing_entry_does_not_stop_an_import(
    ledger: Ledger, by: Bys
) -> None:
    await ledger.entries.publish(GUILD, NOTE, by())
    plan = await ledger.exchange.plan_import(GUILD, await exported(ledger), lambda _: False)
    assert ([entry.id for entry in plan.unchanged], plan.refused) == (["s1"], ())


async def test_import_is_applied_as_planned_or_planned_again(ledger: Ledger, by: Bys) -> None:
    content = handwritten_file(MILL)
    plan = await ledger.exchange.plan_import(GUILD, content, accept_any_entry)
    await ledger.entries.publish(GUILD, COOK, by())
    new_plan = await ledger.exchange.apply_import(
        GUILD, content, plan.version, by(), accept_any_entry
    )
    assert new_plan == await ledger.exchange.plan_import(GUILD, content, accept_any_entry)
    assert len((await ledger.entries.server_lore(GUILD)).entries) == 1


async def test_repeated_import_is_applied_once(ledger: Ledger, by: Bys) -> None:
    content, who = handwritten_file(MILL), by()
    first = await ledger.exchange.apply_import(GUILD, content, 0, who, accept_any_entry)
    await ledger.entries.remove(GUILD, "s.the-mill", by())
    assert (
        await ledger.exchange.apply_import(GUILD, content, 0, who, accept_any_entry)
        == first
        == Imported(1, 0)
    )
    assert (await ledger.entries.server_lore(GUILD)).entries == ()


async def test_large_server_is_exported_in_several_importable_files(
    database: Database, by: Bys
) -> None:
    ledger = ledger_in(database, Quota())
    drafts = [MILL | {"name": f"Mill {n}", "text": "é" * 4000} for n in range(90)]
    for half in (drafts[:45], drafts[45:]):
        await imported(ledger, GUILD, handwritten_file(*half), by())
    files = await ledger.exchange.export(GUILD, NOON)
    assert len(files) > 1
    assert max(map(len, files)) <= MAX_BYTES
    for content in files:
        await imported(ledger, OTHER, content, by())
    ours, theirs = [await ledger.entries.server_lore(guild) for guild in (GUILD, OTHER)]
    assert {e.id: e.draft for e in theirs.entries} == {e.id: e.draft for e in ours.entries}


async def test_export_of_a_very_long_history_omits_the_oldest_revisions(
    database: Database, by: Bys
) -> None:
    ledger = ledger_in(database, Quota())
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
