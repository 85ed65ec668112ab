"""Undoing an import is one change with a history, and loses no later change."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from lore.curation.drafts import Draft, EntryDraft, QuoteDraft
from lore.curation.quota import QuotaError
from lore.ledger.port import Ledger, StateError
from lore.ledger.records import Actor, Change, Imported, Undone
from lore.pack.model import Kind

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MILL = EntryDraft(Kind.PLACE, "Mill", "It grinds.")
BARN = EntryDraft(Kind.PLACE, "Barn", "It stores.")

Bys = Callable[..., Actor]


def accept_any_entry(_: str) -> bool:
    return True


def edited(content: bytes, **texts: str) -> bytes:
    """Return an export with other texts, by the names in their ids, and without its history."""
    file = json.loads(content)
    for entry in file["entries"]:
        entry["draft"]["text"] = texts.get(entry["id"][2:], entry["draft"]["text"])
        entry["revisions"] = []
    return json.dumps(file).encode()


def file_of(*drafts: dict[str, Any]) -> bytes:
    file = {"schema_version": 1, "entries": [{"draft": draft} for draft in drafts]}
    return json.dumps(file).encode()


async def import_file(ledger: Ledger, content: bytes, by: Actor, *replacing: str) -> Imported:
    version = await ledger.entries.version(1)
    done = await ledger.exchange.apply_import(1, content, version, by, accept_any_entry, replacing)
    assert isinstance(done, Imported)
    return done


async def drafts(ledger: Ledger) -> list[Draft]:
    return [entry.draft for entry in (await ledger.entries.server_lore(1)).entries]


async def test_undo_removes_added_entries_and_restores_changed_ones(
    ledger: Ledger, by: Bys
) -> None:
    await ledger.entries.publish(1, MILL, by())
    [export] = await ledger.exchange.export(1, NOON)
    file = json.loads(edited(export, mill="It grinds no more."))
    file["entries"].append({"draft": {"kind": "quote", "words": "Hm."}})
    act = by()
    done = await import_file(ledger, json.dumps(file).encode(), act, "s.mill")
    version = await ledger.entries.version(1)
    back = by()

    assert done == Imported(1, 1)
    assert await ledger.exchange.undo_import(1, act.interaction_id, back) == Undone(1, 1, 0)
    assert await drafts(ledger) == [MILL]
    assert await ledger.entries.version(1) == version + 1
    history = await ledger.entries.history(1, "s.mill")
    assert [(one.change, one.back_to) for one in history][-2:] == [
        (Change.IMPORTED, None),
        (Change.UNDONE, 1),
    ]
    assert (await ledger.entries.history(1, "s2"))[-1].change is Change.UNDONE
    assert await ledger.exchange.undo_import(1, act.interaction_id, back) == Undone(1, 1, 0)
    assert await ledger.exchange.undo_import(1, act.interaction_id, by()) == Undone(0, 0, 0, 2)
    changed = await ledger.entries.server_lore(1, since=version)
    assert [entry.id for entry in changed.entries] == ["s.mill"]
    assert changed.removed == ("s2",)


async def test_undo_leaves_later_changes_alone(ledger: Ledger, by: Bys) -> None:
    act = by()
    await import_file(ledger, file_of(vars_of(MILL), vars_of(BARN)), act)
    since = EntryDraft(Kind.PLACE, "Mill", "It was mended.")
    await ledger.entries.edit(1, "s.mill", since, 1, by())

    assert await ledger.exchange.undo_import(1, act.interaction_id, by()) == Undone(1, 0, 1)
    assert await drafts(ledger) == [since]
    assert await ledger.exchange.undo_import(1, act.interaction_id, by()) == Undone(0, 0, 1, 1)


async def test_what_came_back_after_an_undo_is_no_longer_undone(ledger: Ledger, by: Bys) -> None:
    act = by()
    await import_file(ledger, file_of(vars_of(MILL), vars_of(BARN)), act)
    await ledger.exchange.undo_import(1, act.interaction_id, by())
    await ledger.entries.restore(1, "s.mill", by())

    assert await ledger.exchange.undo_import(1, act.interaction_id, by()) == Undone(0, 0, 1, 1)


def vars_of(draft: EntryDraft) -> dict[str, Any]:
    return {"kind": draft.kind, "name": draft.name, "text": draft.text}


async def test_undo_reverts_removals_and_restorations(ledger: Ledger, by: Bys) -> None:
    await ledger.entries.publish(1, MILL, by())
    await ledger.entries.publish(1, BARN, by())
    [export] = await ledger.exchange.export(1, NOON)
    file = json.loads(export)
    file["entries"][0]["live"] = False
    await ledger.entries.remove(1, "s.barn", by())
    act = by()
    await import_file(ledger, json.dumps(file).encode(), act, "s.mill", "s.barn")
    assert await drafts(ledger) == [BARN]

    await ledger.exchange.undo_import(1, act.interaction_id, by())
    assert await drafts(ledger) == [MILL]


async def test_undo_affects_only_that_servers_import(ledger: Ledger, by: Bys) -> None:
    act = by()
    await import_file(ledger, file_of(vars_of(MILL)), act)
    with pytest.raises(StateError, match="30 days"):
        await ledger.exchange.undo_import(2, act.interaction_id, by())
    assert await drafts(ledger) == [MILL]


async def test_undo_never_exceeds_the_servers_limit(ledger: Ledger, by: Bys) -> None:
    for _ in range(2):
        await ledger.entries.publish(1, QuoteDraft("Hm."), by())
    [export] = await ledger.exchange.export(1, NOON)
    file = json.loads(export)
    file["entries"][0]["live"] = False
    act = by()
    await import_file(ledger, json.dumps(file).encode(), act, "s1")
    await ledger.entries.publish(1, QuoteDraft("Another."), by())
    with pytest.raises(QuotaError, match="3 quotes"):
        await ledger.exchange.undo_import(1, act.interaction_id, by())
    assert len(await drafts(ledger)) == 2


async def test_only_chosen_conflicts_are_replaced_as_new_revisions(ledger: Ledger, by: Bys) -> None:
    await ledger.entries.publish(1, MILL, by())
    await ledger.entries.publish(1, BARN, by())
    [export] = await ledger.exchange.export(1, NOON)
    content = edited(export, mill="It is new.", barn="It is new, too.")
    plan = await ledger.exchange.plan_import(1, content, accept_any_entry)
    done = await import_file(ledger, content, by(), "s.barn", "s99")

    assert [one.id for one in plan.conflicting] == ["s.mill", "s.barn"]
    assert done == Imported(0, 1)
    assert [draft.text for draft in await drafts(ledger)] == ["It grinds.", "It is new, too."]  # type: ignore[union-attr]
    assert [one.number for one in await ledger.entries.history(1, "s.barn")] == [1, 2]


async def test_entry_of_another_kind_is_never_replaced(ledger: Ledger, by: Bys) -> None:
    await ledger.entries.publish(1, MILL, by())
    quote = {"id": "s.mill", "draft": {"kind": "quote", "words": "Hm."}}
    content = json.dumps({"schema_version": 1, "entries": [quote]}).encode()

    assert await import_file(ledger, content, by(), "s.mill") == Imported(1, 0)
    assert await drafts(ledger) == [MILL, QuoteDraft("Hm.")]
