"""What doctor finds in the data folder: ledger, catalogue, backups and the note of commands."""

import os
import shlex
import shutil
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

import pytest

from bot.features.qotd import NO_ATTACH
from bot.ops import data_folder
from bot.ops.check_result import CheckResult, Level
from bot.ops.data_folder import Fresh
from bot.settings import Settings
from lore.catalogue.database import Catalogue
from lore.curation.quota import Quota
from lore.ledger.errors import LedgerMissingError
from lore.ledger.migrations import migrations_in
from lore.ledger.sqlite import migrate as migrating
from lore.ledger.sqlite.backup import back_up
from lore.ledger.sqlite.database import open_store
from lore.ledger.sqlite.migrate import migrate
from lore.ledger.sqlite.schema import MIGRATIONS
from lore.ledger.verbs.continuity import SqlContinuity
from lore.ledger.verbs.ledger import ledger_in
from lore.qotd.timetable import QotdConfig, Timetable, zone

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def parts(catalogue: Catalogue) -> Fresh:
    return Fresh("abc", catalogue)


@pytest.fixture
async def ledger(settings: Settings) -> Path:
    async with open_store(settings.ledger):
        pass
    return settings.ledger


def check(settings: Settings, parts: Fresh | None, part: str) -> CheckResult:
    """Return what doctor says of one part."""
    [finding] = [one for one in data_folder.look(settings, NOON, parts) if one.part == part]
    return finding


def backed_up(settings: Settings, days: int) -> Path:
    backup = settings.backups.file(NOON - timedelta(days=days))
    back_up(settings.ledger, backup)
    return backup


def harm(file: Path) -> None:
    """Overwrite all but the first page of a file."""
    data = bytearray(file.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    file.write_bytes(data)


def test_file_in_place_of_the_data_folder_is_a_fault(settings: Settings, parts: Fresh) -> None:
    taken = settings.model_copy(update={"data_dir": Path("/dev/null")})
    [finding] = data_folder.look(taken, NOON, parts)
    assert finding.level is Level.FAULT
    assert "/dev/null is not a folder. Name another" in finding.sentence


def test_data_folder_readable_by_others_is_reported(settings: Settings, parts: Fresh) -> None:
    settings.data_dir.chmod(0o755)
    assert f"chmod 700 {settings.data_dir}" in check(settings, parts, "data").sentence


def test_data_folder_of_another_user_is_reported(settings: Settings, parts: Fresh) -> None:
    if os.geteuid():
        pytest.skip("only root can hand a folder over")
    settings.data_dir.chmod(0o700)
    os.chown(settings.data_dir, 12345, -1)
    assert "another user (id 12345)" in check(settings, parts, "data").sentence


def test_empty_data_folder_has_no_fault(settings: Settings, parts: Fresh) -> None:
    new = settings.model_copy(update={"data_dir": settings.data_dir / "new"})
    assert {finding.level for finding in data_folder.look(new, NOON, parts)} == {Level.GOOD}


async def test_ledger_in_use_names_its_process(settings: Settings, parts: Fresh) -> None:
    async with open_store(settings.ledger):
        in_use = check(settings, parts, "ledger")
    assert f"Process {os.getpid()} is running on it" in in_use.sentence


@pytest.mark.usefixtures("ledger")
def test_unused_ledger_is_reported_whole(settings: Settings, parts: Fresh) -> None:
    finding = check(settings, parts, "ledger")
    assert finding.level is Level.GOOD
    assert "No bot is running" in finding.sentence


def test_damaged_ledger_is_reported_with_the_restore_command(
    settings: Settings, parts: Fresh, ledger: Path
) -> None:
    backup = backed_up(settings, days=0)
    harm(ledger)
    finding = check(settings, parts, "ledger")
    assert finding.level is Level.FAULT
    assert finding.sentence.endswith(f"lorebot restore {backup} --data {settings.data_dir}")


async def test_suggested_commands_quote_their_paths(
    settings: Settings, parts: Fresh, tmp_path: Path
) -> None:
    folder = tmp_path / "my 'data'; $x"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    odd = settings.model_copy(update={"data_dir": folder})
    async with open_store(odd.ledger):
        pass
    backup = backed_up(odd, days=0)

    def pasted(part: str) -> list[str]:
        return shlex.split(check(odd, parts, part).sentence.rpartition(": ")[2])

    restoring = ["lorebot", "restore", str(backup), "--data", str(folder)]
    assert pasted("data") == ["chmod", "700", str(folder)]
    harm(odd.ledger)
    assert pasted("ledger") == restoring
    odd.ledger.unlink()
    assert pasted("ledger") == restoring
    with pytest.raises(LedgerMissingError) as refusal:
        async with open_store(odd.ledger):
            pass
    commands = [shlex.split(line.rpartition(": ")[2]) for line in str(refusal.value).splitlines()]
    assert commands == [restoring, ["lorebot", "run", "--new", "--data", str(folder)]]


def test_index_without_a_row_is_damage(settings: Settings, parts: Fresh, ledger: Path) -> None:
    with closing(sqlite3.connect(ledger, isolation_level=None)) as db:
        db.executescript("""
            CREATE TABLE guest (name TEXT);
            INSERT INTO guest VALUES ('thor');
            CREATE INDEX guests ON guest (name) WHERE name = 'loki';
            PRAGMA writable_schema = 1;
            UPDATE sqlite_schema SET sql = 'CREATE INDEX guests ON guest (name)'
            WHERE name = 'guests';
        """)
    assert check(settings, parts, "ledger").level is Level.FAULT


@pytest.mark.parametrize("content", [None, b""])
def test_lost_ledger_is_reported_with_the_restore_command(
    settings: Settings, parts: Fresh, ledger: Path, content: bytes | None
) -> None:
    backup = backed_up(settings, days=0)
    ledger.unlink()
    if content is not None:
        ledger.write_bytes(content)
    finding = check(settings, parts, "ledger")
    assert finding.level is not Level.GOOD
    assert f"lorebot restore {backup}" in finding.sentence


def test_ledger_of_a_newer_version_is_a_fault(
    settings: Settings, parts: Fresh, ledger: Path
) -> None:
    with closing(sqlite3.connect(ledger)) as db:
        db.execute("PRAGMA user_version = 1000")
    finding = check(settings, parts, "ledger")
    assert (finding.level, "Update the program" in finding.sentence) == (Level.FAULT, True)


def test_catalogue_of_this_pack_is_whole(settings: Settings, parts: Fresh) -> None:
    assert check(settings, parts, "catalogue").level is Level.GOOD


def test_damaged_catalogue_will_be_rebuilt(settings: Settings, parts: Fresh) -> None:
    harm(settings.catalogue)
    finding = check(settings, parts, "catalogue")
    assert finding.level is Level.WARNING
    assert "next start builds it anew" in finding.sentence
    assert settings.catalogue.exists()


def test_catalogue_of_another_pack_will_be_rebuilt(settings: Settings, parts: Fresh) -> None:
    other = replace(parts, catalogue=replace(parts.catalogue, digest="another"))
    assert check(settings, other, "catalogue").level is Level.WARNING


@pytest.mark.parametrize(("days", "level"), [(1, Level.GOOD), (3, Level.WARNING)])
def test_old_backup_is_reported(
    settings: Settings, parts: Fresh, ledger: Path, days: int, level: Level
) -> None:
    assert ledger.exists()
    backed_up(settings, days)
    assert check(settings, parts, "backups").level is level


async def test_backup_once_dated_by_a_wrong_clock_is_reported_and_not_counted(
    settings: Settings, parts: Fresh, ledger: Path
) -> None:
    ahead = backed_up(settings, days=1)
    async with open_store(ledger) as database:
        await SqlContinuity(database).sign(NOON, timedelta())
    backed_up(settings, days=2)
    finding = check(settings, parts, "backups")

    assert finding.level is Level.WARNING
    assert f"{ahead}: dated by a wrong clock" in finding.sentence
    assert "The newest is of 2026-11-19 12:00 UTC." in finding.sentence


@pytest.mark.usefixtures("ledger")
def test_backup_dated_in_the_future_is_reported_and_not_counted(
    settings: Settings, parts: Fresh
) -> None:
    ahead = backed_up(settings, days=-400)
    ours = backed_up(settings, days=1)
    finding = check(settings, parts, "backups")
    assert finding.level is Level.WARNING
    assert f"{ahead}: dated in the future" in finding.sentence
    assert "The newest is of 2026-11-20 12:00 UTC." in finding.sentence
    sending = settings.model_copy(update={"backup_command": "true"})
    assert f"the newest backup, {ours.name};" in check(sending, parts, "off site").sentence
    ours.write_bytes(b"")
    both = check(settings, parts, "backups").sentence
    assert f"{ahead}: dated in the future" in both
    assert str(ours) in both


def test_backups_without_a_ledger_are_reported(
    settings: Settings, parts: Fresh, ledger: Path
) -> None:
    backed_up(settings, days=0)
    ledger.unlink()
    finding = check(settings, parts, "backups")
    assert finding == CheckResult(
        "backups", Level.WARNING, "There is no ledger to back up, only backups of one."
    )
    assert check(settings, parts, "off site").level is Level.WARNING


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + b"x" * 5000])
def test_junk_file_is_not_a_backup(
    settings: Settings, parts: Fresh, ledger: Path, content: bytes
) -> None:
    assert ledger.exists()
    junk = settings.backups.file(NOON)
    junk.parent.mkdir()
    junk.write_bytes(content)
    finding = check(settings, parts, "backups")
    assert finding.level is Level.FAULT
    assert str(junk) in finding.sentence
    assert finding.sentence.endswith(". Make one with: lorebot backup")

    backed_up(settings, days=1)
    finding = check(settings, parts, "backups")
    assert finding.level is Level.WARNING
    assert "The newest that can be restored is of 2026-11-20 12:00 UTC." in finding.sentence


def test_backup_of_another_version_is_reported_as_not_restorable(
    settings: Settings, parts: Fresh, ledger: Path
) -> None:
    assert ledger.exists()
    backup = backed_up(settings, days=0)
    with closing(sqlite3.connect(backup, isolation_level=None)) as db:
        db.execute("PRAGMA user_version = 1000")
    assert check(settings, parts, "backups").level is Level.FAULT


@pytest.mark.usefixtures("ledger")
def test_backups_on_the_ledgers_own_disk_are_reported(settings: Settings, parts: Fresh) -> None:
    assert check(settings, parts, "off site").level is Level.GOOD
    backup = backed_up(settings, 1)
    assert "are on the same disk as the ledger" in check(settings, parts, "off site").sentence
    sending = settings.model_copy(update={"backup_command": "true"})
    assert "has not taken the newest" in check(sending, parts, "off site").sentence
    settings.sent_off.write_text(f"{backup.name}\n")
    assert check(sending, parts, "off site").level is Level.GOOD


def test_backups_on_another_disk_are_fine(settings: Settings, parts: Fresh, ledger: Path) -> None:
    # One of them is where the folders of tests are.
    folders = [folder for folder in (Path("/dev/shm"), Path(gettempdir())) if folder.is_dir()]
    others = [folder for folder in folders if folder.stat().st_dev != ledger.stat().st_dev]
    if not others:
        pytest.skip("there is no other disk")
    with TemporaryDirectory(dir=others[0]) as folder:
        elsewhere = settings.model_copy(update={"backup_dir": Path(folder)})
        backed_up(elsewhere, 1)
        assert check(elsewhere, parts, "off site").level is Level.GOOD


@pytest.mark.parametrize(("sent", "level"), [("abc", Level.GOOD), ("xyz", Level.WARNING)])
def test_commands_of_another_version_are_reported(
    settings: Settings, parts: Fresh, sent: str, level: Level
) -> None:
    settings.synced.write_text(f"1 {sent}")
    assert check(settings, parts, "commands").level is level


@pytest.mark.parametrize(("application", "level"), [(1, Level.GOOD), (2, Level.WARNING)])
def test_commands_of_another_application_are_reported(
    settings: Settings, parts: Fresh, application: int, level: Level
) -> None:
    settings.synced.write_text("1 abc")
    findings = data_folder.look(settings, NOON, parts, application)
    [finding] = [one for one in findings if one.part == "commands"]
    assert finding.level is level


def test_damaged_note_of_synced_commands_is_reported(settings: Settings, parts: Fresh) -> None:
    settings.synced.write_bytes(b"\xff\x00")
    assert check(settings, parts, "commands").level is Level.WARNING


@pytest.mark.usefixtures("ledger")
def test_remaining_checks_run_without_a_valid_pack(settings: Settings) -> None:
    settings.synced.write_text("1 abc")
    levels = {one.part: one.level for one in data_folder.look(settings, NOON, None)}
    assert levels["ledger"] is levels["catalogue"] is Level.GOOD
    assert levels["commands"] is Level.WARNING


def test_unreadable_file_is_a_fault_and_the_other_checks_run(
    settings: Settings, parts: Fresh
) -> None:
    settings.synced.mkdir()
    levels = {one.part: one.level for one in data_folder.look(settings, NOON, parts)}
    assert levels["commands"] is Level.FAULT
    assert levels["ledger"] is Level.GOOD


@pytest.mark.parametrize("schema", range(1, len(migrations_in(MIGRATIONS))))
def test_ledger_of_an_older_schema_is_whole(settings: Settings, parts: Fresh, schema: int) -> None:
    known = migrations_in(MIGRATIONS)
    migrate(settings.ledger, known[:schema])
    with closing(sqlite3.connect(settings.ledger)) as db, db:
        db.execute(
            "INSERT INTO unanswered (guild_id, question, times, last_asked_at)"
            " VALUES (7, 'who', 1, 0)"
        )
    finding = check(settings, parts, "ledger")
    assert finding.level is Level.GOOD
    said = f"schema {schema} of {len(known)}, brought up to date at the next start"
    assert said in finding.sentence


def test_too_little_disk_space_for_the_migration_is_reported(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(settings.ledger, migrations_in(MIGRATIONS)[:-1])
    disk = shutil.disk_usage(settings.data_dir)._replace(free=9_999)
    monkeypatch.setattr(migrating, "disk_usage", lambda _: disk)
    finding = check(settings, None, "ledger")

    assert finding.level is Level.FAULT
    assert "has to be brought up to date. For this 1 MB have to be free" in finding.sentence


def test_unreadable_rows_are_named(settings: Settings, parts: Fresh, ledger: Path) -> None:
    with closing(sqlite3.connect(ledger)) as db:
        db.execute("INSERT INTO guild (guild_id, settings) VALUES (7, 'junk')")
        db.execute(
            "INSERT INTO draft (guild_id, token, form, typed, typed_by, typed_at)"
            " VALUES (7, 8, 'form:add:quote:0', 'secret', 9, 0)"
        )
        db.commit()
    finding = check(settings, parts, "ledger")
    assert finding.level is Level.FAULT
    assert "table guild, guild_id 7" in finding.sentence
    assert "table draft, guild_id 7, token 8" in finding.sentence
    assert "secret" not in finding.sentence


@pytest.mark.usefixtures("ledger")
def test_doctor_says_why_no_backup_can_be_kept(settings: Settings, tmp_path: Path) -> None:
    beside = settings.data_dir / "backups"
    beside.touch()
    lost = tmp_path / "link"
    lost.symlink_to(tmp_path / "gone")

    for folder, why in (
        (None, f"{beside} is not a folder"),
        (lost, f"{lost} is not a folder"),
        (tmp_path / "disk" / "backups", f"There is no folder {tmp_path / 'disk'}"),
    ):
        finding = check(settings.model_copy(update={"backup_dir": folder}), None, "backups")
        assert finding.level is Level.FAULT
        assert finding.sentence == (
            f"{why}, so nothing can be backed up. Mend that, or set LORE_BACKUP_DIR."
        )


@pytest.mark.parametrize("are_drawn", [True, False])
async def test_doctor_tells_of_posts_that_lack_their_picture(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, are_drawn: bool
) -> None:
    assert check(settings, None, "posts").level is Level.GOOD
    config = QotdConfig(5, Timetable(zone("UTC"), time(9)), picture=True)
    async with open_store(settings.ledger) as database:
        kept = ledger_in(database, Quota())
        await kept.qotd.schedules.set(1, config, NOON)
        assert check(settings, None, "posts").level is Level.GOOD
        await kept.problems.report(1, f"qotd: {NO_ATTACH}", 5, NOON)
    if not are_drawn:
        monkeypatch.setitem(sys.modules, "typst", None)

    finding = check(settings, None, "posts")
    assert finding.level is Level.WARNING
    assert "In 1 server the quote of the day comes without its picture" in finding.sentence
    assert ("this bot draws none" in finding.sentence) is not are_drawn
