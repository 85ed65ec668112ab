"""Numbers of packs: given once, kept for good, not shared with other ledgers."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lore import ids
from lore.curation.drafts import NoteDraft
from lore.curation.quota import Quota
from lore.curation.reading import ImportFileError
from lore.ledger.migrations import migrations_in
from lore.ledger.port import Ledger
from lore.ledger.records import Actor, Plan
from lore.ledger.sqlite.database import open_store
from lore.ledger.sqlite.migrate import migrate
from lore.ledger.sqlite.schema import MIGRATIONS
from lore.ledger.verbs.ledger import ledger_in

GUILD, OTHER = 1, 2
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

Bys = Callable[..., Actor]


def accept_any_entry(_: str) -> bool:
    """Let a note be about any entry."""
    return True


async def exported(ledger: Ledger, guild_id: int = GUILD) -> dict[str, Any]:
    [content] = await ledger.exchange.export(guild_id, NOON)
    file: dict[str, Any] = json.loads(content)
    return file


async def planned(ledger: Ledger, file: dict[str, Any], guild_id: int = OTHER) -> Plan:
    return await ledger.exchange.plan_import(guild_id, json.dumps(file).encode(), accept_any_entry)


def note_targets(plan: Plan) -> list[str]:
    """Return the entries that the notes of a plan are about."""
    return [entry.draft.about for entry in plan.added if isinstance(entry.draft, NoteDraft)]


async def test_first_pack_has_number_1_and_others_follow(ledger: Ledger) -> None:
    numbers = [await ledger.packs.number(id) for id in ("avengers", "wonderland", "oz")]

    assert numbers == [1, 2, 3]


async def test_last_pack_number_is_given_once(tmp_path: Path) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        async with database.write() as tx:
            await tx.run("INSERT INTO pack (number, id) VALUES (9998, 'avengers')")
        packs = ledger_in(database, Quota()).packs

        assert [await packs.number(id) for id in ("oz", "oz", "avengers")] == [9999, 9999, 9998]


async def test_damaged_pack_number_does_not_use_up_the_numbers(
    tmp_path: Path,
) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        async with database.write() as tx:
            await tx.run("INSERT INTO pack (number, id) VALUES (9999, 'avengers')")

        assert await ledger_in(database, Quota()).packs.number("oz") == 1


async def test_pack_keeps_its_number_in_any_order_of_opening(tmp_path: Path) -> None:
    told: list[dict[str, int]] = []
    for order in (["avengers", "wonderland"], ["wonderland", "avengers"], ["wonderland"]):
        async with open_store(tmp_path / "ledger.db") as database:
            packs = ledger_in(database, Quota()).packs
            told.append({id: await packs.number(id) for id in order})

    assert told[0] == told[1] == {"avengers": 1, "wonderland": 2}
    assert told[2] == {"wonderland": 2}


async def test_current_pack_is_number_1_in_a_ledger_without_pack_numbers(
    tmp_path: Path,
) -> None:
    migrate(tmp_path / "ledger.db", migrations_in(MIGRATIONS)[:8])

    async with open_store(tmp_path / "ledger.db") as database:
        assert await ledger_in(database, Quota()).packs.number("avengers") == 1


async def test_export_names_stories_by_id_and_the_first_once(ledger: Ledger, by: Bys) -> None:
    for pack in ("avengers", "wonderland"):
        await ledger.packs.number(pack)
    for about in ("ultron", "2.alice"):
        await ledger.entries.publish(GUILD, NoteDraft(about, "Hm."), by())

    file = await exported(ledger)

    assert file["pack"] == "avengers"
    assert [one["draft"]["about"] for one in file["entries"]] == ["ultron", "wonderland.alice"]
    assert file["entries"][1]["revisions"][0]["draft"]["about"] == "wonderland.alice"
    assert note_targets(await planned(ledger, file)) == ["ultron", "2.alice"]
    assert len((await planned(ledger, file, GUILD)).unchanged) == 2


async def test_export_is_understood_by_a_ledger_with_another_first_story(
    ledger: Ledger, by: Bys, tmp_path: Path
) -> None:
    for pack in ("avengers", "wonderland"):
        await ledger.packs.number(pack)
    for about in ("ultron", "2.alice"):
        await ledger.entries.publish(GUILD, NoteDraft(about, "Hm."), by())
    file = await exported(ledger)

    async with open_store(tmp_path / "elsewhere.db") as database:
        elsewhere = ledger_in(database, Quota())
        for pack in ("wonderland", "avengers"):
            await elsewhere.packs.number(pack)
        plan = await planned(elsewhere, file)

    assert note_targets(plan) == ["2.ultron", "alice"]


async def test_longest_ids_can_be_exported_and_imported(ledger: Ledger, by: Bys) -> None:
    longest = "x" * ids.LONGEST_PACK
    for pack in ("avengers", longest):
        await ledger.packs.number(pack)
    await ledger.entries.publish(GUILD, NoteDraft(f"2.{'a' * 32}", "Hm."), by())

    assert note_targets(await planned(ledger, await exported(ledger))) == [f"2.{'a' * 32}"]


async def test_only_the_note_on_an_unknown_story_is_refused(
    ledger: Ledger, by: Bys, tmp_path: Path
) -> None:
    for pack in ("avengers", "wonderland"):
        await ledger.packs.number(pack)
    for about in ("ultron", "2.alice"):
        await ledger.entries.publish(GUILD, NoteDraft(about, "Hm."), by())
    file = await exported(ledger)

    async with open_store(tmp_path / "elsewhere.db") as database:
        elsewhere = ledger_in(database, Quota())
        await elsewhere.packs.number("wonderland")
        plan = await planned(elsewhere, file)

    assert note_targets(plan) == ["alice"]
    [refused] = plan.refused
    assert refused.reason == "draft.about: ultron is of the story avengers, which is not told here"


async def test_file_without_story_ids_belongs_to_the_first_story(ledger: Ledger) -> None:
    for pack in ("avengers", "wonderland"):
        await ledger.packs.number(pack)
    note = {"kind": "note", "about": "ultron", "text": "Hm."}

    plan = await planned(ledger, {"schema_version": 1, "entries": [{"draft": note}]})

    assert note_targets(plan) == ["ultron"]


@pytest.mark.parametrize("pack", [5, None, ["avengers"]])
async def test_file_with_an_invalid_pack_id_is_refused(ledger: Ledger, pack: object) -> None:
    with pytest.raises(ImportFileError, match="Its pack is not the id of one"):
        await planned(ledger, {"schema_version": 1, "pack": pack, "entries": []})
