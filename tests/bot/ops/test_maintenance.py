"""Backups, purges and other regular maintenance."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.ops.loops import Loops
from bot.ops.maintenance import Maintenance
from bot.ops.metrics import Metrics
from bot.ops.off_site import OffSite
from lore.curation.quota import Quota
from lore.ledger.sqlite.backup import restore
from lore.ledger.sqlite.backups import Backups
from lore.ledger.sqlite.database import open_store
from lore.ledger.unit import Database
from lore.ledger.verbs.ledger import ledger_in

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def maintenance(
    database: Database,
    now: datetime,
    every: timedelta = DAY,
    forget: Callable[[int], None] = lambda _: None,
    command: str = "",
    trusted: bool = True,
    seconds: float = 20,
) -> Maintenance:
    return Maintenance(
        *(database, ledger_in(database, Quota()).upkeep, lambda: now, every),
        keep=2,
        forget=forget,
        backups=Backups(database.path),
        off_site=OffSite(command, database.path.parent / "backup-sent", seconds),
        trusted=lambda: trusted,
        loops=Loops(Metrics()),
    )


def backup_count(ledger: Path) -> list[Path]:
    return Backups(ledger).dated(NOON + 400 * DAY)


async def test_backup_made_in_use_restores_what_was_written(tmp_path: Path) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        async with database.write() as tx:
            await tx.run("INSERT INTO guild (guild_id) VALUES (7)")
        await maintenance(database, NOON).do()
    restore(Backups(tmp_path / "ledger.db").file(NOON), tmp_path / "new.db")
    async with open_store(tmp_path / "new.db") as database, database.read() as tx:
        assert [row[0] for row in await tx.rows("SELECT guild_id FROM guild")] == [7]


async def test_year_of_maintenance_keeps_the_configured_number_of_backups(tmp_path: Path) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        for days in range(0, 365, 30):
            await maintenance(database, NOON + days * DAY).do()
    assert len(backup_count(tmp_path / "ledger.db")) == 2


async def test_no_interval_means_no_backup(tmp_path: Path) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        await maintenance(database, NOON, timedelta()).do()
    assert backup_count(tmp_path / "ledger.db") == []


async def test_servers_left_long_ago_are_purged(tmp_path: Path) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        upkeep = ledger_in(database, Quota()).upkeep
        await upkeep.guilds_left([7], NOON - 31 * DAY)
        await upkeep.guilds_left([8], NOON - 29 * DAY)
        forgotten: list[int] = []
        await maintenance(database, NOON, forget=forgotten.append).do()
        async with database.read() as tx:
            assert [row[0] for row in await tx.rows("SELECT guild_id FROM guild")] == [8]
        assert forgotten == [7]


async def test_a_failing_maintenance_task_is_logged_and_stops_no_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        async with database.write() as tx:
            await tx.rows("PRAGMA query_only = 1")
        await maintenance(database, NOON).do()
    assert "Storage is read-only" in caplog.text
    assert len(backup_count(tmp_path / "ledger.db")) == 1
    caplog.clear()


async def test_wrong_clock_purges_no_server(tmp_path: Path) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        upkeep = ledger_in(database, Quota()).upkeep
        await upkeep.guilds_left([7], NOON - 31 * DAY)
        await maintenance(database, NOON, trusted=False).do()
        async with database.read() as tx:
            assert await tx.rows("SELECT 1 FROM guild")


async def test_wrong_clock_makes_and_uploads_no_backup(tmp_path: Path) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        await maintenance(database, NOON, trusted=False).do()
        assert backup_count(database.path) == []
        await maintenance(database, NOON).do()
        await maintenance(database, NOON + DAY, command="true", trusted=False).do()
    assert not (tmp_path / "backup-sent").exists()


@pytest.mark.process
async def test_backup_dated_in_the_future_is_not_uploaded(tmp_path: Path) -> None:
    async with open_store(tmp_path / "ledger.db") as database:
        await database.back_up(Backups(database.path).file(NOON + DAY))
        await maintenance(database, NOON, command="true").do()
    sent = (tmp_path / "backup-sent").read_text()
    assert sent == f"{Backups(tmp_path / 'ledger.db').file(NOON).name}\n"


@pytest.mark.process
async def test_each_new_backup_is_passed_to_the_command_once(tmp_path: Path) -> None:
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    command = f"cp --target-directory '{elsewhere}'"
    async with open_store(tmp_path / "ledger.db") as database:
        for days in (0, 1):
            await maintenance(database, NOON + days * DAY, command=command).do()
        assert sorted(file.name for file in elsewhere.iterdir()) == [
            file.name for file in reversed(backup_count(database.path))
        ]
        for file in elsewhere.iterdir():
            file.unlink()
        await maintenance(database, NOON + DAY, command=command).do()
    assert not list(elsewhere.iterdir())


@pytest.mark.process
@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("sh -c 'echo no room >&2; exit 3'", r"it ended with 3 \(no room\)"),
        ("/nowhere/to/be/found", "No such file or directory"),
        ("sh -c 'unclosed", "No closing quotation"),
        ("sh -c 'exec sleep 60'", "it ran for more than 0 seconds"),
    ],
)
async def test_failed_upload_is_logged_and_retried_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, command: str, why: str
) -> None:
    ledger = tmp_path / "ledger.db"
    async with open_store(ledger) as database:
        failing = maintenance(database, NOON, command=command, seconds=0.3)
        await failing.do()
        await failing.do()
        assert re.search(why, failing.wrong() or "")
        assert len(re.findall(why, caplog.text)) == 1
        caplog.clear()
        await maintenance(database, NOON + 2 * timedelta(hours=1), command="true").do()
    assert (tmp_path / "backup-sent").read_text() == f"{backup_count(ledger)[0].name}\n"
