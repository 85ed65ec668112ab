import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lore.curation.drafts import EntryDraft, to_json
from lore.curation.quota import Quota
from lore.ledger.port import Ledger
from lore.ledger.records import Actor, GuildSettings, Reported, ReportState, TypedForm
from lore.ledger.sqlite.database import open_store
from lore.ledger.unit import Database
from lore.ledger.verbs.ledger import ledger_in
from lore.pack.model import Kind
from tests.postgres import only_sqlite

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PERSON = 223456789012345678
TYPED = TypedForm(1, 1, PERSON, "form:add:quote:0", {"words": f"Hello <@{PERSON}>"}, NOON)
REPORTED = Reported("entry", "ultron", "Ultron", "film", "a-story")
COOK = EntryDraft(Kind.CHARACTER, "Maren Holt", f"Played by <@{PERSON}>, <@!{PERSON}>.")

Bys = Callable[..., Actor]


async def fill(ledger: Ledger, by: Bys, guild_id: int) -> None:
    """Leave a trace of PERSON wherever the ledger may keep one."""
    await ledger.entries.publish(guild_id, COOK, by(PERSON))
    await ledger.suggestions.suggest(guild_id, COOK, by(PERSON))
    await ledger.suggestions.reject(guild_id, 1, f"Ask <@{PERSON}>", by(PERSON))
    await ledger.reports.tell(guild_id, REPORTED, f"Ask <@{PERSON}>", by(PERSON))
    await ledger.reports.decide(guild_id, 2, ReportState.PASSED_ON, by(PERSON))
    await ledger.drafts.keep(replace(TYPED, guild_id=guild_id))
    await ledger.drafts.keep(replace(TYPED, guild_id=guild_id, token=2, person_id=11))
    await ledger.settings.change(guild_id, by(PERSON), private=True)
    await ledger.problems.report(guild_id, "log channel missing", 5, NOON)
    await ledger.questions.count(guild_id, "gandalf", NOON)


async def test_server_is_purged_30_days_after_the_bot_left(
    ledger: Ledger, database: Database, by: Bys
) -> None:
    for guild_id in (1, 2):
        await fill(ledger, by, guild_id)
    await ledger.upkeep.guilds_left([1], NOON)
    assert await ledger.upkeep.guilds() == {2}
    assert await ledger.upkeep.purge(NOON + timedelta(days=30, seconds=-1)) == ()
    assert await ledger.upkeep.purge(NOON + timedelta(days=30)) == (1,)
    assert (await ledger.entries.server_lore(1)).entries == ()
    assert len((await ledger.entries.server_lore(2)).entries) == 1
    async with database.read() as tx:
        tables = [column.table for column in await tx.columns() if column.name == "guild_id"]
        left = [await tx.rows(f"SELECT * FROM {table} WHERE guild_id = 1") for table in tables]
    assert len(tables) >= 7
    assert not any(left)


async def test_clock_that_is_behind_purges_no_server_too_soon(ledger: Ledger, by: Bys) -> None:
    await fill(ledger, by, 1)
    await ledger.continuity.sign(NOON, timedelta())
    await ledger.upkeep.guilds_left([1], datetime(1970, 1, 1, tzinfo=UTC))
    assert await ledger.upkeep.purge(NOON + timedelta(days=29)) == ()
    assert await ledger.upkeep.purge(NOON + timedelta(days=30)) == (1,)


async def test_server_that_invites_the_bot_again_keeps_its_lore(ledger: Ledger, by: Bys) -> None:
    await fill(ledger, by, 1)
    await ledger.upkeep.guilds_left([1], NOON)
    await ledger.upkeep.guilds_joined([1, 7])
    assert await ledger.upkeep.purge(NOON + timedelta(days=90)) == ()
    assert len((await ledger.entries.server_lore(1)).entries) == 1


async def test_second_departure_does_not_restart_the_30_days(ledger: Ledger) -> None:
    await ledger.upkeep.guilds_left([1], NOON)
    await ledger.upkeep.guilds_left([1], NOON + timedelta(days=20))
    assert await ledger.upkeep.purge(NOON + timedelta(days=30)) == (1,)


async def test_audit_rows_are_kept_for_30_days_beside_the_history(
    ledger: Ledger, database: Database, by: Bys
) -> None:
    await fill(ledger, by, 1)
    await ledger.upkeep.purge(NOON + timedelta(days=30))
    async with database.read() as tx:
        assert await tx.rows("SELECT * FROM action") == []
    assert len(await ledger.entries.history(1, "s.maren-holt")) == 1


async def test_erased_person_is_nowhere_in_the_file(tmp_path: Path, by: Bys) -> None:
    path = tmp_path / "ledger.db"
    async with open_store(path) as database:
        ledger = ledger_in(database, Quota())
        await fill(ledger, by, 1)
        assert await ledger.upkeep.forget_person(PERSON) > 0
        assert await ledger.upkeep.person_data(PERSON) == ()
        assert (await ledger.entries.entry(1, "s.maren-holt")).written_by is None
        assert (await ledger.settings.of(1)) == GuildSettings(private=True)
        assert await ledger.drafts.find(1, 1, NOON) is None
        others = await ledger.drafts.find(1, 2, NOON)
        assert others == replace(TYPED, token=2, person_id=11, typed={"words": "Hello @someone"})
    with closing(sqlite3.connect(path)) as db:
        assert not [line for line in db.iterdump() if str(PERSON) in line]
    content = path.read_bytes()
    assert str(PERSON).encode() not in content
    assert PERSON.to_bytes(8, "big") not in content


async def test_erasing_one_person_leaves_the_others(ledger: Ledger, by: Bys) -> None:
    await fill(ledger, by, 1)
    await ledger.entries.publish(1, COOK, by(11))
    await ledger.upkeep.forget_person(PERSON)
    assert (await ledger.entries.entry(1, "s.maren-holt-2")).written_by == 11


async def test_erasure_notifies_caches_of_server_lore(ledger: Ledger, by: Bys) -> None:
    await fill(ledger, by, 1)
    before = await ledger.entries.version(1)
    await ledger.upkeep.forget_person(PERSON)
    [entry] = (await ledger.entries.server_lore(1, since=before)).entries
    assert entry == await ledger.entries.entry(1, "s.maren-holt")


async def test_erasing_a_short_id_does_not_change_other_texts(ledger: Ledger, by: Bys) -> None:
    year = EntryDraft(Kind.EVENT, "The fall of 2015", "It fell in 2015.")
    await ledger.entries.publish(1, year, by(2015))
    await ledger.upkeep.forget_person(2015)
    assert (await ledger.entries.entry(1, "s.the-fall-of-2015")).draft == year


async def test_person_is_shown_their_rows_and_nobody_elses_id(ledger: Ledger, by: Bys) -> None:
    await fill(ledger, by, 1)
    await ledger.suggestions.suggest(1, COOK, by(PERSON, NOON + timedelta(days=2)))
    await ledger.suggestions.approve(1, 3, by(11))
    data = await ledger.upkeep.person_data(PERSON)
    tables = {"action", "draft", "entry", "report", "revision", "suggestion"}
    assert {row["table"] for row in data} == tables
    assert not [row for row in data if 11 in row.values()]
    assert [row.get("typed_by") for row in data if row["table"] == "draft"] == [PERSON, None]
    assert json.dumps(data)


async def test_person_mentioned_in_an_old_text_is_shown_it_and_can_be_erased(
    ledger: Ledger, database: Database, by: Bys
) -> None:
    named = EntryDraft(Kind.CHARACTER, "Zorblax", f"A friend of <@{PERSON}>.")
    await ledger.entries.publish(1, named, by(11))
    async with database.write() as tx:
        # As texts were kept before they had words for ids.
        await tx.run("UPDATE revision SET draft = ?", (to_json(named),))
    shown = await ledger.upkeep.person_data(PERSON)
    assert {row["table"] for row in shown} == {"revision"}
    assert await ledger.upkeep.forget_person(PERSON) == len(shown)
    draft = (await ledger.entries.entry(1, "s.zorblax")).draft
    assert draft == EntryDraft(Kind.CHARACTER, "Zorblax", "A friend of @someone.")


async def test_every_row_belongs_to_a_server(database: Database) -> None:
    async with database.read() as tx:
        columns = await tx.columns()
    of_servers = {column.table for column in columns if column.name == "guild_id"}
    others = {column.table for column in columns} - of_servers
    assert others == {"continuity", "lineage", "migration", "pack"}


@only_sqlite
async def test_every_column_with_a_person_is_nullable(database: Database) -> None:
    async with database.read() as tx:
        stuck = await tx.rows(
            "SELECT t.name, c.name FROM pragma_table_list t, pragma_table_info(t.name) c "
            "WHERE c.name LIKE '%\\_by' ESCAPE '\\' AND (c.\"notnull\" OR c.pk)"
        )
    assert stuck == []
