from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.operation.backups import backup_file, is_due, kept, rotate
from bot.operation.chores import Chores
from lore.ledger.backup import restore
from lore.ledger.quota import Quota
from lore.ledger.sqlite import sqlite_ledger
from lore.ledger.store import Store, open_store

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def backed_up(ledger: Path, *moments: datetime) -> None:
    for moment in moments:
        file = backup_file(ledger, moment)
        file.parent.mkdir(exist_ok=True)
        file.touch()


def test_without_a_backup_one_is_due(tmp_path: Path) -> None:
    assert is_due(tmp_path / "ledger.db", DAY, NOON)


@pytest.mark.parametrize(("age", "due"), [(DAY, True), (DAY - timedelta(seconds=1), False)])
def test_the_next_backup_is_due_after_its_time(tmp_path: Path, age: timedelta, due: bool) -> None:
    backed_up(tmp_path / "ledger.db", NOON - age)
    assert is_due(tmp_path / "ledger.db", DAY, NOON) is due


def test_a_backup_of_a_wrong_clock_holds_none_up(tmp_path: Path) -> None:
    backed_up(tmp_path / "ledger.db", NOON + 400 * DAY)
    assert is_due(tmp_path / "ledger.db", DAY, NOON)


def test_the_newest_are_kept_and_other_files_left_alone(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    backed_up(ledger, *(NOON - n * DAY for n in range(5)))
    other = tmp_path / "backups" / "ledger-schema-1.db"
    other.touch()
    rotate(ledger, keep=2)
    assert kept(ledger) == [backup_file(ledger, NOON - DAY), backup_file(ledger, NOON)]
    assert other.exists()


def chores(
    store: Store,
    now: datetime,
    every: timedelta = DAY,
    forget: Callable[[int], None] = lambda _: None,
) -> Chores:
    upkeep = sqlite_ledger(store, Quota()).upkeep
    return Chores(store, upkeep, lambda: now, every, keep=2, forget=forget)


async def test_a_backup_made_in_use_restores_what_was_written(tmp_path: Path) -> None:
    async with open_store(tmp_path / "ledger.db") as store:
        async with store.write() as tx:
            await tx.run("INSERT INTO guild (guild_id) VALUES (7)")
        await chores(store, NOON).do()
    restore(backup_file(tmp_path / "ledger.db", NOON), tmp_path / "new.db")
    async with open_store(tmp_path / "new.db") as store, store.read() as tx:
        assert [row[0] for row in await tx.rows("SELECT guild_id FROM guild")] == [7]


async def test_a_year_of_chores_leaves_as_many_backups_as_are_kept(tmp_path: Path) -> None:
    async with open_store(tmp_path / "ledger.db") as store:
        for days in range(0, 365, 30):
            await chores(store, NOON + days * DAY).do()
    assert len(kept(tmp_path / "ledger.db")) == 2


async def test_no_interval_means_no_backup(tmp_path: Path) -> None:
    async with open_store(tmp_path / "ledger.db") as store:
        await chores(store, NOON, timedelta()).do()
    assert kept(tmp_path / "ledger.db") == []


async def test_servers_left_long_ago_are_purged(tmp_path: Path) -> None:
    async with open_store(tmp_path / "ledger.db") as store:
        upkeep = sqlite_ledger(store, Quota()).upkeep
        await upkeep.guilds_left([7], NOON - 31 * DAY)
        await upkeep.guilds_left([8], NOON - 29 * DAY)
        forgotten: list[int] = []
        await chores(store, NOON, forget=forgotten.append).do()
        async with store.read() as tx:
            assert [row[0] for row in await tx.rows("SELECT guild_id FROM guild")] == [8]
        assert forgotten == [7]


async def test_a_chore_that_fails_is_logged_and_keeps_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_store(tmp_path / "ledger.db") as store:
        async with store.write() as tx:
            await tx.rows("PRAGMA query_only = 1")
        await chores(store, NOON).do()
    assert "Storage is read-only" in caplog.text
    assert len(kept(tmp_path / "ledger.db")) == 1
    caplog.clear()
