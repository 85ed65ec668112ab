"""What a server hides: kept like its own entries, counted by itself, also in an older ledger."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from lore.curation.drafts import EntryDraft, HideDraft, NoteDraft, QuoteDraft
from lore.curation.quota import Quota, QuotaError
from lore.ledger.migrations import migrations_in
from lore.ledger.port import Ledger
from lore.ledger.records import Actor, Plan
from lore.ledger.sqlite.database import open_store
from lore.ledger.sqlite.migrate import migrate
from lore.ledger.sqlite.schema import MIGRATIONS
from lore.ledger.verbs.ledger import ledger_in
from lore.pack.model import Kind

HERE, ELSEWHERE = 1, 2


def accept_any_entry(_: str) -> bool:
    return True


async def planned(ledger: Ledger, guild_id: int, *entries: object) -> Plan:
    content = json.dumps({"schema_version": 1, "entries": entries}, indent=1).encode()
    return await ledger.exchange.plan_import(guild_id, content, accept_any_entry)


async def test_ledger_from_before_servers_hid_anything_keeps_what_it_has_and_hides(
    tmp_path: Path, by: Callable[..., Actor]
) -> None:
    path, ours = tmp_path / "ledger.db", migrations_in(MIGRATIONS)
    before = next(n for n, one in enumerate(ours) if "'hide'" in one.sql)
    migrate(path, ours[:before])
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO guild (guild_id, version, next_entry) VALUES (1, 4, 2)")
        db.execute("INSERT INTO entry VALUES (1, 1, 'note', 1, 1, 4, 7)")
        draft = '{"about": "thor", "text": "Loud.", "source": "", "kind": "note"}'
        db.execute("INSERT INTO revision VALUES (1, 1, 1, 'added', 1, ?, NULL, 7, 0)", (draft,))
    async with open_store(path) as database:
        ledger = ledger_in(database, Quota())
        hide = await ledger.entries.publish(HERE, HideDraft("thor", "Thor"), by())
        lore = await ledger.entries.server_lore(HERE)
        with closing(sqlite3.connect(path)) as db:
            broken = db.execute("PRAGMA foreign_key_check").fetchall()

    assert [one.draft for one in lore.entries] == [NoteDraft("thor", "Loud."), hide.draft]
    assert (hide.id, broken) == ("s2", [])


async def test_hidden_things_have_a_limit_of_their_own(
    tmp_path: Path, by: Callable[..., Actor]
) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        ledger = ledger_in(database, Quota(entries=1, quotes=1, hidden=1))
        await ledger.entries.publish(HERE, HideDraft("thor", "Thor"), by())
        await ledger.entries.publish(HERE, EntryDraft(Kind.PLACE, "Bar", "A bar."), by())
        await ledger.entries.publish(HERE, QuoteDraft("Out!"), by())
        with pytest.raises(QuotaError, match="This server has 1 hidden entry or quote, as many as"):
            await ledger.entries.publish(HERE, HideDraft("loki", "Loki"), by())
        with pytest.raises(QuotaError, match="have 2 hidden entries and quotes; 1 is as"):
            await planned(ledger, HERE, {"draft": {"kind": "hide", "about": "hulk", "name": "H"}})


async def test_hidden_things_go_out_and_in_with_a_file(
    ledger: Ledger, by: Callable[..., Actor]
) -> None:
    at = by().at
    await ledger.entries.publish(HERE, HideDraft("out", "Out!", of="quote"), by())
    [content] = await ledger.exchange.export(HERE, at)
    plan = await ledger.exchange.plan_import(ELSEWHERE, content, accept_any_entry)
    await ledger.exchange.apply_import(ELSEWHERE, content, plan.version, by(), accept_any_entry)

    [there] = (await ledger.entries.server_lore(ELSEWHERE)).entries
    assert there.draft == HideDraft("out", "Out!", of="quote")


async def test_file_hides_nothing_twice_and_nothing_that_the_story_lacks(
    ledger: Ledger, by: Callable[..., Actor]
) -> None:
    await ledger.entries.publish(HERE, HideDraft("thor", "Thor"), by())
    hide = {"kind": "hide", "about": "thor", "name": "The god"}
    plan = await planned(
        ledger, HERE, {"draft": hide}, {"draft": hide | {"of": "quote"}},
        {"draft": hide | {"about": "hulk"}}, {"draft": hide | {"about": "hulk", "name": "Green"}},
    )  # fmt: skip
    content = json.dumps({"schema_version": 1, "entries": [{"draft": hide | {"of": "quote"}}]})
    [refused] = (
        await ledger.exchange.plan_import(ELSEWHERE, content.encode(), "thor".__eq__)
    ).refused

    assert [one.draft for one in plan.added] == [
        HideDraft("thor", "The god", of="quote"),
        HideDraft("hulk", "The god"),
    ]
    assert [one.reason for one in plan.refused] == [
        f"draft.about: {id} is hidden already" for id in ("thor", "hulk")
    ]
    assert refused.reason == "draft.about: there is no quote thor to hide"
