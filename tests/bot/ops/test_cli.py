"""The operator's commands as they are typed."""

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.settings import Settings
from lore.curation.quota import Quota
from lore.ledger.errors import LedgerInUseError
from lore.ledger.records import Actor, Reported, ReportedCite, ReportState
from lore.ledger.sqlite.database import open_store
from lore.ledger.sqlite.lock import only_process
from lore.ledger.verbs.ledger import ledger_in
from tests.ports import free_port

Lorebot = Callable[..., Result]

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def lorebot(settings: Settings) -> Lorebot:
    """Run a command on the test's data folder."""

    def lorebot(*line: object) -> Result:
        data = ("--data", settings.data_dir) if line[0] != "invite" else ()
        return CliRunner().invoke(app, [str(word) for word in (*line, *data)])

    return lorebot


@pytest.fixture
async def ledger(settings: Settings) -> Path:
    async with open_store(settings.ledger) as database, database.write() as tx:
        await tx.run("INSERT INTO guild (guild_id) VALUES (7)")
    return settings.ledger


def guilds(file: Path) -> list[int]:
    with closing(sqlite3.connect(file)) as db:
        return [row[0] for row in db.execute("SELECT guild_id FROM guild")]


def test_invite_prints_the_applications_link(lorebot: Lorebot) -> None:
    assert "client_id=42" in lorebot("invite", "--application", 42).output


def test_invite_without_a_token_explains_how_to_name_the_application(lorebot: Lorebot) -> None:
    assert "lorebot invite --application ID" in str(lorebot("invite").exception)


def test_backup_holds_the_ledgers_data(lorebot: Lorebot, ledger: Path) -> None:
    assert lorebot("backup", ledger.parent / "copy.db").exit_code == 0
    assert guilds(ledger.parent / "copy.db") == [7]


def test_backup_needs_no_name(lorebot: Lorebot, ledger: Path) -> None:
    lorebot("backup")
    [backup] = (ledger.parent / "backups").iterdir()
    assert guilds(backup) == [7]


@pytest.mark.process
def test_backup_goes_to_the_configured_folder_and_command(
    lorebot: Lorebot, ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LORE_BACKUP_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("LORE_BACKUP_COMMAND", f"cp -t {tmp_path}")
    result = lorebot("backup")
    assert "LORE_BACKUP_COMMAND took it" in result.output
    [backup] = (tmp_path / "elsewhere").iterdir()
    assert guilds(backup) == guilds(tmp_path / backup.name) == [7]
    assert not (ledger.parent / "backups").exists()


@pytest.mark.parametrize("folder", ["backups", "elsewhere"])
def test_lost_ledger_is_not_replaced_by_an_empty_one(
    lorebot: Lorebot,
    settings: Settings,
    ledger: Path,
    folder: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LORE_BACKUP_DIR", str(settings.data_dir / folder))
    lorebot("backup")
    [backup] = (settings.data_dir / folder).iterdir()
    ledger.unlink()
    for line in (["run"], ["ask", "/about"], ["purge"], ["backup"]):
        refused = str(lorebot(*line).exception)
        assert f"lorebot restore {backup} --data {settings.data_dir}" in refused
        assert "lorebot run --new" in refused
        assert not ledger.exists()
    assert f"lorebot restore {backup}" in lorebot("doctor").output


def test_new_ledger_is_created_on_request(lorebot: Lorebot, ledger: Path) -> None:
    lorebot("backup")
    ledger.unlink()
    assert lorebot("run", "--new").exit_code == 0
    assert guilds(ledger) == []


def test_backup_never_overwrites_a_file(lorebot: Lorebot, ledger: Path) -> None:
    copy = ledger.parent / "copy.db"
    copy.write_text("precious")
    result = lorebot("backup", copy)
    assert str(result.exception) == f"{copy} is there already. Name a file that is not there yet."
    assert copy.read_text() == "precious"


def test_backup_into_a_missing_folder_is_refused(lorebot: Lorebot, ledger: Path) -> None:
    missing = ledger.parent / "bakcups"
    result = lorebot("backup", missing / "copy.db")
    assert str(result.exception) == f"There is no folder {missing}. Make it first."
    assert not missing.exists()


@pytest.mark.parametrize("there", [False, True])
def test_backup_to_the_name_of_a_folder_is_refused(
    lorebot: Lorebot, ledger: Path, there: bool
) -> None:
    folder = ledger.parent / "disk"
    if there:
        folder.mkdir()
    result = lorebot("backup", f"{folder}/")
    said = f"{folder}/ is a folder. Name a file in it that is not there yet."
    assert str(result.exception) == said
    assert folder.exists() is there


@pytest.mark.usefixtures("ledger")
def test_paths_are_printed_whole(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(settings.data_dir.parent)
    run = CliRunner().invoke
    assert f"no .env in {Path.cwd()}." in run(app, ["doctor"]).output
    Path(".env").touch(mode=0o600)
    said = run(app, ["doctor"]).output
    assert f"settings: All of them can be used, from the environment and {Path.cwd()}/.env." in said
    assert f"chmod 700 {settings.data_dir}" in said
    settings.data_dir.chmod(0o700)
    assert f"data: It is {settings.data_dir}." in run(app, ["doctor"]).output
    assert f"Backed up to {settings.data_dir}/backups/" in run(app, ["backup"]).output


def test_no_site_is_written_with_pictures_of_fonts_that_are_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LORE_FONTS", str(tmp_path))
    result = CliRunner().invoke(app, ["site", "--pictures", str(tmp_path / "site")])

    assert str(result.exception) == f"LORE_FONTS names {tmp_path}, which is no folder with fonts."
    assert not (tmp_path / "site").exists()


def test_restore_installs_the_backup_and_keeps_the_old_ledger(
    lorebot: Lorebot, ledger: Path
) -> None:
    lorebot("backup", ledger.parent / "copy.db")
    with closing(sqlite3.connect(ledger, isolation_level=None)) as db:
        db.execute("INSERT INTO guild (guild_id) VALUES (8)")
    aside = ledger.with_name("ledger.db.replaced")
    assert str(aside) in lorebot("restore", ledger.parent / "copy.db").output
    assert guilds(ledger) == [7]
    assert guilds(aside) == [7, 8]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no ledger: it is empty, or of something else."),
        (b"SQLite format 3\0" + b"x" * 5000, "is damaged, or is no database."),
        (b"not a database", "is damaged, or is no database."),
    ],
)
def test_restore_refuses_a_damaged_backup(
    lorebot: Lorebot, ledger: Path, content: bytes, said: str
) -> None:
    broken = ledger.parent / "broken.db"
    broken.write_bytes(content)
    assert str(lorebot("restore", broken).exception) == f"{broken} {said}"
    assert guilds(ledger) == [7]


@pytest.mark.parametrize("verb", ["restore", "purge"])
def test_a_command_that_needs_the_ledger_is_refused_while_it_is_in_use(
    lorebot: Lorebot, settings: Settings, ledger: Path, verb: str
) -> None:
    lorebot("backup", ledger.parent / "copy.db")
    with only_process(settings.ledger):
        result = lorebot(verb, *([ledger.parent / "copy.db"] if verb == "restore" else []))
    assert isinstance(result.exception, LedgerInUseError)


def test_backup_without_a_ledger_is_refused(lorebot: Lorebot) -> None:
    assert "There is no ledger" in str(lorebot("backup").exception)


def test_doctor_exits_with_1_only_on_a_fault(lorebot: Lorebot, ledger: Path) -> None:
    assert lorebot("doctor").exit_code == 0
    ledger.write_bytes(b"not a database")
    assert lorebot("doctor").exit_code == 1


def test_doctor_counts_its_findings(lorebot: Lorebot, settings: Settings) -> None:
    settings.data_dir.chmod(0o700)
    last = lorebot("doctor").output.splitlines()[-1]
    assert re.fullmatch(r"0 faults, [123] warnings?\.", last)


def test_doctor_continues_after_an_invalid_setting(
    lorebot: Lorebot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LORE_LOG_LEVEL", "loud")
    result = lorebot("doctor")
    assert result.exit_code == 1
    assert "LORE_LOG_LEVEL: 'loud' is none of DEBUG, INFO, WARNING or ERROR\n" in result.output
    assert "\nok       catalogue: Whole, and of this pack.\n" in result.output


def test_doctor_leaves_nothing_in_the_data_folder(lorebot: Lorebot, settings: Settings) -> None:
    before = sorted(settings.data_dir.iterdir())
    lorebot("doctor")
    assert sorted(settings.data_dir.iterdir()) == before


def test_doctor_compares_the_clock_with_discords(lorebot: Lorebot) -> None:
    assert "clock: Discord could not be reached" in lorebot("doctor").output


@pytest.fixture
async def passed_on(settings: Settings) -> Path:
    """Leave a report in the ledger that was passed on at noon, and one that waits."""
    cite = ReportedCite("000", "Synopsis", 5, "the last of his bodies")
    about = Reported("entry", "ultron", "Ultron", "film", "a-story", "He fell.", "film", (cite,))
    async with open_store(settings.ledger) as database:
        reports = ledger_in(database, Quota()).reports
        for number, wrong in enumerate(("He\nflew.", "He walks."), 1):
            await reports.tell(7, about, wrong, Actor(number, 21, NOON))
        await reports.decide(7, 1, ReportState.PASSED_ON, Actor(9, 11, NOON))
    return settings.ledger


def test_reports_lists_what_was_passed_on_while_the_bot_runs(
    lorebot: Lorebot, passed_on: Path
) -> None:
    with only_process(passed_on):
        result = lorebot("reports")

    assert result.output.splitlines() == [
        "2026-11-30  entry ultron of a-story (server 7, report 1)",
        "    He",
        "    flew.",
        "    > He fell.",
        "    > 000:5 the last of his bodies",
    ]


@pytest.mark.usefixtures("passed_on")
def test_reports_prints_one_json_object_a_line_without_who_told(lorebot: Lorebot) -> None:
    [line] = lorebot("reports", "--json", "--since", "2026-11-30").output.splitlines()

    assert json.loads(line) == {
        "pack": "a-story",
        "entry": "ultron",
        "name": "Ultron",
        "wrong": "He\nflew.",
        "sentence": "He fell.",
        "cites": [
            {
                "source": "000",
                "title": "Synopsis",
                "paragraph": 5,
                "words": "the last of his bodies",
            }
        ],
        "server": "7",
        "report": 1,
        "told_at": "2026-11-30T12:00:00+00:00",
        "passed_on_at": "2026-11-30T12:00:00+00:00",
    }


@pytest.mark.usefixtures("passed_on")
def test_reports_since_a_later_date_are_none(lorebot: Lorebot) -> None:
    assert lorebot("reports", "--since", "2026-12-01").output == "Nothing was passed on.\n"
    assert lorebot("reports", "--since", "2026-12-01", "--json").output == ""


def test_reports_of_a_ledger_that_an_older_version_left_wait_for_a_start(
    lorebot: Lorebot, passed_on: Path
) -> None:
    with closing(sqlite3.connect(passed_on, isolation_level=None)) as db:
        db.executescript("DELETE FROM migration WHERE version > 9; PRAGMA user_version = 9")
    result = lorebot("reports")

    assert str(result.exception).endswith("The next start of the bot brings it up to date.")


def test_shards_of_a_ledger_in_a_file_are_one_processs(
    lorebot: Lorebot, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = f"The ledger is a file, {settings.ledger}, so one process acts on it, for"
    assert lorebot("shards").output.replace("\n", " ").strip() == f"{said} all shards."
    monkeypatch.setenv("LORE_SHARD_COUNT", "4")
    monkeypatch.setenv("LORE_SHARD_IDS", "2,3")
    assert lorebot("shards").output.replace("\n", " ").strip() == f"{said} shards 2 to 3 of 4."


def test_shards_of_a_server_that_is_away_are_told_without_its_password(
    lorebot: Lorebot, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"postgresql://lorebot:sesame@127.0.0.1:{free_port()}/lorebot"
    monkeypatch.setenv("LORE_LEDGER_URL", url)
    said = str(lorebot("shards").exception)
    assert "cannot be reached: nothing listens there" in said
    assert "sesame" not in said


def test_every_verb_is_a_command() -> None:
    click = typer.main.get_command(app)
    verbs = {"run", "ask", "check", "invite", "doctor", "backup", "restore", "purge"}
    verbs |= {"reports", "reload", "shards"}
    assert verbs <= set(click.commands)
