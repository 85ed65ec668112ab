import os
import shlex
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from bot.ops import data_folder
from bot.ops.check_result import CheckResult, Level
from bot.ops.data_folder import Fresh
from bot.settings import Settings
from lore.catalogue.database import Catalogue
from lore.ledger.errors import LedgerMissingError
from lore.ledger.sqlite import migrate as migrating
from lore.ledger.sqlite.backup import back_up
from lore.ledger.sqlite.continuity import SqliteContinuity
from lore.ledger.sqlite.database import open_store
from lore.ledger.sqlite.migrate import migrate
from lore.ledger.sqlite.schema import MIGRATIONS, migrations_in

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def fresh(catalogue: Catalogue) -> Fresh:
    return Fresh("abc", catalogue)


@pytest.fixture
async def ledger(settings: Settings) -> Path:
    async with open_store(settings.ledger):
        pass
    return settings.ledger


def found(settings: Settings, fresh: Fresh | None, part: str) -> CheckResult:
    """What the check-up says of one part."""
    [finding] = [one for one in data_folder.look(settings, NOON, fresh) if one.part == part]
    return finding


def backed_up(settings: Settings, days: int) -> Path:
    backup = settings.backups.file(NOON - timedelta(days=days))
    back_up(settings.ledger, backup)
    return backup


def harm(file: Path) -> None:
    """Overwrite all but the first page."""
    data = bytearray(file.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    file.write_bytes(data)


def test_a_file_in_the_data_folders_place_is_a_fault(settings: Settings, fresh: Fresh) -> None:
    taken = settings.model_copy(update={"data_dir": Path("/dev/null")})
    [finding] = data_folder.look(taken, NOON, fresh)
    assert finding.level is Level.FAULT
    assert "/dev/null is not a folder. Name another" in finding.sentence


def test_a_data_folder_open_to_others_is_told(settings: Settings, fresh: Fresh) -> None:
    settings.data_dir.chmod(0o755)
    assert f"chmod 700 {settings.data_dir}" in found(settings, fresh, "data").sentence


def test_a_data_folder_of_another_user_is_told(settings: Settings, fresh: Fresh) -> None:
    if os.geteuid():
        pytest.skip("only root can hand a folder over")
    settings.data_dir.chmod(0o700)
    os.chown(settings.data_dir, 12345, -1)
    assert "another user (id 12345)" in found(settings, fresh, "data").sentence


def test_where_there_is_nothing_yet_nothing_is_wrong(settings: Settings, fresh: Fresh) -> None:
    new = settings.model_copy(update={"data_dir": settings.data_dir / "new"})
    assert {finding.level for finding in data_folder.look(new, NOON, fresh)} == {Level.GOOD}


async def test_a_ledger_in_use_names_its_process(settings: Settings, fresh: Fresh) -> None:
    async with open_store(settings.ledger):
        in_use = found(settings, fresh, "ledger")
    assert f"Process {os.getpid()} is running on it" in in_use.sentence


@pytest.mark.usefixtures("ledger")
def test_a_ledger_at_rest_is_whole(settings: Settings, fresh: Fresh) -> None:
    finding = found(settings, fresh, "ledger")
    assert finding.level is Level.GOOD
    assert "No bot is running" in finding.sentence


def test_a_damaged_ledger_names_the_way_back(
    settings: Settings, fresh: Fresh, ledger: Path
) -> None:
    backup = backed_up(settings, days=0)
    harm(ledger)
    finding = found(settings, fresh, "ledger")
    assert finding.level is Level.FAULT
    assert finding.sentence.endswith(f"lorebot restore {backup} --data {settings.data_dir}")


async def test_commands_to_paste_quote_what_a_path_holds(
    settings: Settings, fresh: Fresh, tmp_path: Path
) -> None:
    folder = tmp_path / "my 'data'; $x"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    odd = settings.model_copy(update={"data_dir": folder})
    async with open_store(odd.ledger):
        pass
    backup = backed_up(odd, days=0)

    def pasted(part: str) -> list[str]:
        return shlex.split(found(odd, fresh, part).sentence.rpartition(": ")[2])

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


def test_an_index_that_lacks_a_row_is_damage(
    settings: Settings, fresh: Fresh, ledger: Path
) -> None:
    with closing(sqlite3.connect(ledger, isolation_level=None)) as db:
        db.executescript("""
            CREATE TABLE guest (name TEXT);
            INSERT INTO guest VALUES ('thor');
            CREATE INDEX guests ON guest (name) WHERE name = 'loki';
            PRAGMA writable_schema = 1;
            UPDATE sqlite_schema SET sql = 'CREATE INDEX guests ON guest (name)'
            WHERE name = 'guests';
        """)
    assert found(settings, fresh, "ledger").level is Level.FAULT


@pytest.mark.parametrize("content", [None, b""])
def test_a_lost_ledger_names_the_way_back(
    settings: Settings, fresh: Fresh, ledger: Path, content: bytes | None
) -> None:
    backup = backed_up(settings, days=0)
    ledger.unlink()
    if content is not None:
        ledger.write_bytes(content)
    finding = found(settings, fresh, "ledger")
    assert finding.level is not Level.GOOD
    assert f"lorebot restore {backup}" in finding.sentence


def test_a_ledger_of_a_newer_version_is_a_fault(
    settings: Settings, fresh: Fresh, ledger: Path
) -> None:
    with closing(sqlite3.connect(ledger)) as db:
        db.execute("PRAGMA user_version = 1000")
    finding = found(settings, fresh, "ledger")
    assert (finding.level, "Update the program" in finding.sentence) == (Level.FAULT, True)


def test_a_catalogue_of_this_pack_is_whole(settings: Settings, fresh: Fresh) -> None:
    assert found(settings, fresh, "catalogue").level is Level.GOOD


def test_a_damaged_catalogue_is_built_anew(settings: Settings, fresh: Fresh) -> None:
    harm(settings.catalogue)
    finding = found(settings, fresh, "catalogue")
    assert finding.level is Level.WARNING
    assert "next start builds it anew" in finding.sentence


def test_a_catalogue_of_another_pack_is_built_anew(settings: Settings, fresh: Fresh) -> None:
    other = replace(fresh, catalogue=replace(fresh.catalogue, digest="another"))
    assert found(settings, other, "catalogue").level is Level.WARNING


@pytest.mark.parametrize(("days", "level"), [(1, Level.GOOD), (3, Level.WARNING)])
def test_an_old_backup_is_told(
    settings: Settings, fresh: Fresh, ledger: Path, days: int, level: Level
) -> None:
    assert ledger.exists()
    backed_up(settings, days)
    assert found(settings, fresh, "backups").level is level


async def test_a_backup_that_a_wrong_clock_dated_once_is_told_and_not_counted(
    settings: Settings, fresh: Fresh, ledger: Path
) -> None:
    ahead = backed_up(settings, days=1)
    async with open_store(ledger) as database:
        await SqliteContinuity(database).sign(NOON, timedelta())
    backed_up(settings, days=2)
    finding = found(settings, fresh, "backups")

    assert finding.level is Level.WARNING
    assert f"{ahead}: dated by a wrong clock" in finding.sentence
    assert "The newest is of 2026-11-19 12:00 UTC." in finding.sentence


@pytest.mark.usefixtures("ledger")
def test_a_backup_dated_in_the_future_is_told_and_not_counted(
    settings: Settings, fresh: Fresh
) -> None:
    ahead = backed_up(settings, days=-400)
    ours = backed_up(settings, days=1)
    finding = found(settings, fresh, "backups")
    assert finding.level is Level.WARNING
    assert f"{ahead}: dated in the future" in finding.sentence
    assert "The newest is of 2026-11-20 12:00 UTC." in finding.sentence
    sending = settings.model_copy(update={"backup_command": "true"})
    assert f"the newest backup, {ours.name};" in found(sending, fresh, "off site").sentence
    ours.write_bytes(b"")
    both = found(settings, fresh, "backups").sentence
    assert f"{ahead}: dated in the future" in both
    assert str(ours) in both


def test_without_a_ledger_backups_are_not_called_nothing(
    settings: Settings, fresh: Fresh, ledger: Path
) -> None:
    backed_up(settings, days=0)
    ledger.unlink()
    finding = found(settings, fresh, "backups")
    assert finding == CheckResult(
        "backups", Level.WARNING, "There is no ledger to back up, only backups of one."
    )
    assert found(settings, fresh, "off site").level is Level.WARNING


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\0" + b"x" * 5000])
def test_junk_is_no_backup(settings: Settings, fresh: Fresh, ledger: Path, content: bytes) -> None:
    assert ledger.exists()
    junk = settings.backups.file(NOON)
    junk.parent.mkdir()
    junk.write_bytes(content)
    finding = found(settings, fresh, "backups")
    assert finding.level is Level.FAULT
    assert str(junk) in finding.sentence
    assert finding.sentence.endswith(". Make one with: lorebot backup")

    backed_up(settings, days=1)
    finding = found(settings, fresh, "backups")
    assert finding.level is Level.WARNING
    assert "The newest that can be restored is of 2026-11-20 12:00 UTC." in finding.sentence


def test_a_backup_of_another_version_cannot_be_restored(
    settings: Settings, fresh: Fresh, ledger: Path
) -> None:
    assert ledger.exists()
    backup = backed_up(settings, days=0)
    with closing(sqlite3.connect(backup, isolation_level=None)) as db:
        db.execute("PRAGMA user_version = 1000")
    assert found(settings, fresh, "backups").level is Level.FAULT


@pytest.mark.usefixtures("ledger")
def test_backups_on_the_ledgers_own_disk_are_told(settings: Settings, fresh: Fresh) -> None:
    assert found(settings, fresh, "off site").level is Level.GOOD
    backup = backed_up(settings, 1)
    assert "are on the same disk as the ledger" in found(settings, fresh, "off site").sentence
    sending = settings.model_copy(update={"backup_command": "true"})
    assert "has not taken the newest" in found(sending, fresh, "off site").sentence
    settings.sent_off.write_text(f"{backup.name}\n")
    assert found(sending, fresh, "off site").level is Level.GOOD


def test_backups_on_another_disk_are_well(settings: Settings, fresh: Fresh, ledger: Path) -> None:
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == ledger.stat().st_dev:
        pytest.skip("there is no other disk")
    with TemporaryDirectory(dir=shared) as folder:
        elsewhere = settings.model_copy(update={"backup_dir": Path(folder)})
        backed_up(elsewhere, 1)
        assert found(elsewhere, fresh, "off site").level is Level.GOOD


@pytest.mark.parametrize(("sent", "level"), [("abc", Level.GOOD), ("xyz", Level.WARNING)])
def test_commands_of_another_version_are_told(
    settings: Settings, fresh: Fresh, sent: str, level: Level
) -> None:
    settings.synced.write_text(f"1 {sent}")
    assert found(settings, fresh, "commands").level is level


@pytest.mark.parametrize(("application", "level"), [(1, Level.GOOD), (2, Level.WARNING)])
def test_commands_sent_for_another_application_are_told(
    settings: Settings, fresh: Fresh, application: int, level: Level
) -> None:
    settings.synced.write_text("1 abc")
    findings = data_folder.look(settings, NOON, fresh, application)
    [finding] = [one for one in findings if one.part == "commands"]
    assert finding.level is level


def test_a_damaged_note_of_the_commands_is_told(settings: Settings, fresh: Fresh) -> None:
    settings.synced.write_bytes(b"\xff\x00")
    assert found(settings, fresh, "commands").level is Level.WARNING


@pytest.mark.usefixtures("ledger")
def test_without_a_sound_pack_the_rest_is_looked_at(settings: Settings) -> None:
    settings.synced.write_text("1 abc")
    levels = {one.part: one.level for one in data_folder.look(settings, NOON, None)}
    assert levels["ledger"] is levels["catalogue"] is Level.GOOD
    assert levels["commands"] is Level.WARNING


def test_what_cannot_be_read_is_a_fault_and_keeps_nothing_else(
    settings: Settings, fresh: Fresh
) -> None:
    settings.synced.mkdir()
    levels = {one.part: one.level for one in data_folder.look(settings, NOON, fresh)}
    assert levels["commands"] is Level.FAULT
    assert levels["ledger"] is Level.GOOD


@pytest.mark.parametrize("schema", range(1, len(migrations_in(MIGRATIONS))))
def test_a_ledger_of_an_older_schema_is_whole(
    settings: Settings, fresh: Fresh, schema: int
) -> None:
    known = migrations_in(MIGRATIONS)
    migrate(settings.ledger, known[:schema])
    with closing(sqlite3.connect(settings.ledger)) as db, db:
        db.execute(
            "INSERT INTO unanswered (guild_id, question, times, last_asked_at)"
            " VALUES (7, 'who', 1, 0)"
        )
    finding = found(settings, fresh, "ledger")
    assert finding.level is Level.GOOD
    said = f"schema {schema} of {len(known)}, brought up to date at the next start"
    assert said in finding.sentence


def test_a_disk_without_room_for_bringing_the_ledger_up_to_date_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(settings.ledger, migrations_in(MIGRATIONS)[:-1])
    disk = shutil.disk_usage(settings.data_dir)._replace(free=9_999)
    monkeypatch.setattr(migrating, "disk_usage", lambda _: disk)
    finding = found(settings, None, "ledger")

    assert finding.level is Level.FAULT
    assert "has to be brought up to date. For this 1 MB have to be free" in finding.sentence


def test_rows_that_cannot_be_read_are_named(settings: Settings, fresh: Fresh, ledger: Path) -> None:
    with closing(sqlite3.connect(ledger)) as db:
        db.execute("INSERT INTO guild (guild_id, settings) VALUES (7, 'junk')")
        db.execute("INSERT INTO draft VALUES (7, 8, 'form:add:quote:0', 'secret', 9, 0)")
        db.commit()
    finding = found(settings, fresh, "ledger")
    assert finding.level is Level.FAULT
    assert "table guild, guild_id 7" in finding.sentence
    assert "table draft, guild_id 7, token 8" in finding.sentence
    assert "secret" not in finding.sentence


@pytest.mark.usefixtures("ledger")
def test_where_no_backup_can_be_kept_the_reason_is_told(settings: Settings, tmp_path: Path) -> None:
    beside = settings.data_dir / "backups"
    beside.touch()
    lost = tmp_path / "link"
    lost.symlink_to(tmp_path / "gone")

    for folder, why in (
        (None, f"{beside} is not a folder"),
        (lost, f"{lost} is not a folder"),
        (tmp_path / "disk" / "backups", f"There is no folder {tmp_path / 'disk'}"),
    ):
        finding = found(settings.model_copy(update={"backup_dir": folder}), None, "backups")
        assert finding.level is Level.FAULT
        assert finding.sentence == (
            f"{why}, so nothing can be backed up. Mend that, or set LORE_BACKUP_DIR."
        )
