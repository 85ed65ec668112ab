"""The operator's commands: invite, doctor, backup, restore, move-ledger, purge, shards, …"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from bot import settings as settings_
from bot.app import build_bot
from bot.core.connection.clock_check import ask_discord_time
from bot.core.connection.proxies import DIRECT
from bot.core.tokens import application_of
from bot.ops import doctor as check_up
from bot.ops import passed_on
from bot.ops.check_result import CheckResult, Level
from bot.ops.data_folder import Fresh
from bot.ops.engine import ledger_file, ledger_to_read, open_ledger, postgres_processes
from bot.ops.invite import link
from bot.ops.ledger_server import ledger_server
from bot.ops.moving import moved, restore_in_server
from bot.ops.off_site import OffSite
from bot.ops.output import json_line, progress_bar, say
from bot.ops.reload import ask_all_for_reload, ask_for_reload
from bot.ops.running import REFUSED
from bot.ops.shards import shards
from bot.settings import Settings, SettingsError
from lore.catalogue.database import load
from lore.errors import LoreError
from lore.ledger.errors import BackupError
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.records import Report
from lore.ledger.sqlite import backup as copies
from lore.ledger.verbs.ledger import ledger_in
from lore.text.wording import counted

DataOption = Annotated[Path | None, typer.Option("--data", help="Folder of ledger and catalogue.")]


def _named(file: str) -> Path:
    """Return a file's path; BackupError for a folder, which typer's path does not tell apart."""
    if file.endswith(("/", os.sep)):
        raise BackupError(f"{file} is a folder. Name a file in it that is not there yet.")
    return Path(file)


class OperatorCommands:
    """The operator's commands, with the clock that they are given."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def invite(
        self,
        application: Annotated[
            int | None, typer.Option(help="The application's id, if not that of the token.")
        ] = None,
    ) -> None:
        """Print the link with which a server's admin adds the bot."""
        say(link(application or _application(settings_.load())))

    def doctor(self, data: DataOption = None) -> None:
        """Check everything the bot needs, and say what to do about what is not well."""
        findings = asyncio.run(_examined(*settings_.examined(data_dir=data), self._clock))
        for finding in findings:
            say(f"{finding.level:8} {finding.part}: {finding.sentence}")
        levels = [finding.level for finding in findings]
        faults = counted(levels.count(Level.FAULT), "fault")
        say(f"{faults}, {counted(levels.count(Level.WARNING), 'warning')}.")
        if Level.FAULT in levels:
            raise typer.Exit(1)

    def backup(
        self,
        file: Annotated[
            Path | None, typer.Argument(help="Else a new one with the others.", parser=_named)
        ] = None,
        data: DataOption = None,
    ) -> None:
        """Write a verified copy of the ledger, whether or not the bot is running."""
        settings = settings_.load(data_dir=data)
        _require_ledger(settings, self._clock())
        if file and os.path.lexists(file):
            raise BackupError(f"{file} is there already. Name a file that is not there yet.")
        if file and not file.absolute().parent.is_dir():
            # Creating a misspelt folder would hide the backup.
            raise BackupError(f"There is no folder {file.absolute().parent}. Make it first.")
        target = file or settings.backups.file(self._clock())
        if settings.ledger_address:
            asyncio.run(_backed_up(settings, target))
        else:
            copies.back_up(settings.ledger, target)
        say(f"Backed up to {target.absolute()}, and verified.")
        off_site = OffSite(settings.backup_command, settings.sent_off)
        if off_site.wanted and not file:
            asyncio.run(off_site.send(target))
            say("LORE_BACKUP_COMMAND took it.")

    def restore(
        self, file: Annotated[Path, typer.Argument(help="A backup.")], data: DataOption = None
    ) -> None:
        """Put a backup in place of the ledger, while the bot is stopped."""
        settings = settings_.load(data_dir=data)
        address = settings.ledger_address
        if address:
            aside = asyncio.run(restore_in_server(settings, address, file))
        else:
            aside = copies.restore(file, settings.ledger)
        before = f" What stood there before is now {aside}." if aside else ""
        say(f"Restored {address or settings.ledger.absolute()} from {file}.{before}")

    def move_ledger(
        self,
        to: Annotated[
            str | None,
            typer.Option(
                "--to",
                help="postgresql://…, or a file. Without it, from the file to LORE_LEDGER_URL.",
            ),
        ] = None,
        data: DataOption = None,
    ) -> None:
        """Move the ledger from its file to PostgreSQL, or back, while the bot is stopped."""
        settings = settings_.load(data_dir=data)
        try:
            with progress_bar("Moving") as progress:
                sentence = asyncio.run(moved(settings, to, self._clock(), progress))
        except KeyboardInterrupt:
            say("Nothing was moved. The same command begins anew.", err=True)
            raise
        say(sentence)

    def purge(self, data: DataOption = None) -> None:
        """Delete all of the servers left 30 days ago; the running bot does so by itself."""
        settings = settings_.load(data_dir=data)
        gone = asyncio.run(_purged(settings, self._clock()))
        say(f"Deleted all of {counted(len(gone), 'server')}.")

    def reports(
        self,
        since: Annotated[
            datetime | None,
            typer.Option(
                formats=["%Y-%m-%d"], help="Only what was passed on since that date, UTC."
            ),
        ] = None,
        as_json: Annotated[bool, typer.Option("--json", help="Print one object a line.")] = False,
        data: DataOption = None,
    ) -> None:
        """List what curators passed on to the author of the pack, whether or not the bot runs."""
        settings = settings_.load(data_dir=data)
        _require_ledger(settings, self._clock())
        found = asyncio.run(_passed_on(settings, since.replace(tzinfo=UTC) if since else None))
        for report in found:
            say(json_line(passed_on.as_json(report)) if as_json else passed_on.as_text(report))
        if not found and not as_json:
            say("Nothing was passed on.")

    def shards(self, data: DataOption = None) -> None:
        """List the processes that act on the ledger, each with its shards, and who stands by."""
        for line in asyncio.run(shards(settings_.load(data_dir=data))):
            say(line)

    def reload(self, data: DataOption = None) -> None:
        """Have the running bot read its pack anew; with faults in it, it keeps the old one."""
        settings = settings_.load(data_dir=data)
        if settings.ledger_address:
            code = asyncio.run(_reloaded(settings.ledger_address))
        else:
            report = asyncio.run(ask_for_reload(settings.ledger, settings.reload_report))
            say(report.said, err=bool(report.code))
            code = report.code
        if code:
            raise typer.Exit(code)


def add_to(app: typer.Typer, clock: Callable[[], datetime]) -> None:
    """Add the verbs to the command line."""
    verbs = OperatorCommands(clock)
    for verb in (
        *(verbs.invite, verbs.doctor, verbs.backup, verbs.restore, verbs.move_ledger),
        *(verbs.purge, verbs.reports, verbs.shards, verbs.reload),
    ):
        app.command()(verb)


def _application(settings: Settings) -> int:
    token = settings.token.get_secret_value() if settings.token else ""
    application = application_of(token)
    if application is None:
        raise SettingsError(
            "There is no token to know the application by. Give its id, from the page General "
            "Information of your application: lorebot invite --application ID"
        )
    return application


async def _examined(
    settings: Settings, wrong: list[str], clock: Callable[[], datetime]
) -> list[CheckResult]:
    proxies = DIRECT
    try:
        proxies = settings.proxies
    except SettingsError as error:
        wrong = [*wrong, str(error)]
    theirs = await ask_discord_time(proxies)
    token = settings.token.get_secret_value() if settings.token else ""
    # Text without a token's form is not sent.
    owner = await check_up.owner_of(token, proxies) if application_of(token) else None
    fresh = await _fresh(settings, clock)
    findings = check_up.look(settings, wrong, clock(), fresh, owner)
    way = check_up.proxy(proxies, theirs is not None)
    server = await ledger_server(settings, clock)
    return [*findings, *server, *way, check_up.clock(clock(), theirs)]


async def _fresh(settings: Settings, clock: Callable[[], datetime]) -> Fresh | None:
    """Return what this version makes of the pack; None if the pack cannot be used."""
    with TemporaryDirectory() as folder:
        aside = settings.model_copy(
            update={
                **{"data_dir": Path(folder), "backup_dir": None},
                **{"https_proxy": None, "ledger_url": None},
            }
        )
        try:
            # Only a complete bot knows its commands; the real ledger may be in use.
            async with build_bot(aside, random.Random(), clock) as bot:
                return Fresh(bot.digest(), load(aside.catalogue))
        except (LoreError, OSError):
            return None


def _require_ledger(settings: Settings, now: datetime) -> None:
    """Raise a LoreError if there is no file to read; a server is asked when it is opened."""
    if not settings.ledger_address:
        ledger_file(settings, now)


async def _backed_up(settings: Settings, target: Path) -> None:
    async with ledger_to_read(settings) as database:
        await database.back_up(target)


async def _purged(settings: Settings, now: datetime) -> tuple[int, ...]:
    _require_ledger(settings, now)
    async with open_ledger(settings, now) as database:
        return await ledger_in(database, settings_.QUOTA).upkeep.purge(now)


async def _reloaded(address: PostgresAddress) -> int:
    """Have every process on the ledger reload, and print what each says; return the exit code."""
    codes, digests = set[int](), set[str]()
    async with postgres_processes().asking(address) as asked:
        async for name, reply in ask_all_for_reload(asked):
            pack = f" (pack {reply.digest[:12]})" if reply.digest else ""
            say(f"{name}: {reply.said}{pack}", err=bool(reply.code))
            codes.add(reply.code)
            digests |= {reply.digest} - {""}
    if len(digests) > 1:
        say("They answer from different packs. Give all of them the same files.", err=True)
        codes.add(REFUSED)
    return max(codes)


async def _passed_on(settings: Settings, since: datetime | None) -> tuple[Report, ...]:
    async with ledger_to_read(settings) as database:
        return await ledger_in(database, settings_.QUOTA).reports.passed_on(since)
