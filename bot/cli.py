"""Lorebot: a Discord bot that answers from a curated, cited lore database."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from io import StringIO
from itertools import takewhile
from pathlib import Path
from shlex import quote
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from bot import settings as settings_
from bot.app import build_app, build_bot, pack_reloader, run_app
from bot.core.tokens import NO_FORM, application_of
from bot.ops import authoring, logs, running
from bot.ops import commands as cli
from bot.ops.check_result import open_to_others
from bot.ops.checking import check
from bot.ops.output import decodable, json_line, say, tolerate_any_encoding
from bot.ops.site import site
from bot.settings import Settings, SettingsError
from bot.simulator.lines import leaves
from lore.pack import schema

# A decorated traceback shows the values of variables, the token among them.
app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__
)

log = logging.getLogger(__name__)

PackOption = Annotated[Path | None, typer.Option("--pack", help="Folder of the pack.")]
DataOption = Annotated[Path | None, typer.Option("--data", help="Folder of ledger and catalogue.")]

# The exit code that shells give after Ctrl-C.
INTERRUPTED = 130

NO_TOKEN = (
    "No DISCORD_TOKEN is set, so this is a rehearsal: the same bot, on a stand-in for Discord on "
    "this machine.\nTo go online, put this line into .env in this folder:  "
    "DISCORD_TOKEN=your-bot-token\n"
)


def clock() -> datetime:
    """Return the time, aware and in UTC."""
    return datetime.now(UTC)  # noqa: TID251  # the composition root is where time comes in


def _show_version(wanted: bool) -> None:
    if wanted:
        say(f"lorebot {version('lorebot')}")
        raise typer.Exit


@app.callback()
def lorebot(
    show: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Say which it is."),
    ] = False,
) -> None:
    """Lorebot: a Discord bot that answers from a curated, cited lore database."""


@app.command()
def run(
    data: DataOption = None,
    pack: PackOption = None,
    new: Annotated[
        bool,
        typer.Option("--new", help="Begin with an empty ledger though there are backups."),
    ] = False,
) -> None:
    """Start the bot: online with DISCORD_TOKEN, otherwise as a rehearsal in this terminal."""
    settings = settings_.load(data_dir=data, pack=pack)
    if settings.token:
        token = settings.token.get_secret_value()
        if application_of(token) is None:
            raise SettingsError(f"DISCORD_TOKEN: {NO_FORM}")
        running.run(_online(settings, token, new))
    else:
        say(NO_TOKEN)
        asyncio.run(_rehearse(settings, new))


async def _online(settings: Settings, token: str, new: bool) -> None:
    logs.set_up(sys.stderr, settings.log_format, settings.log_level, *settings.secrets)
    log.info("settings from the environment and %s", settings_.origin())
    for file in filter(open_to_others, settings.secret_files()):
        log.warning("Other users of this machine may read %s: chmod 600 %s", file, quote(str(file)))
    async with run_app(settings, random.Random(), clock, new=new) as bot:
        running.settle()
        await running.online(bot, token)


async def _rehearse(settings: Settings, new: bool) -> None:
    # Imported here: a bot that is online does not need it, and saves eight megabytes.
    from rich.console import Console

    from bot.simulated import simulated_session
    from bot.simulator.terminal import converse

    settings = _for_scripts(settings)
    async with (
        build_bot(settings, random.Random(), clock, new=new) as bot,
        simulated_session(bot, clock) as session,
    ):
        # The parent process may have closed it.
        await converse(session, Console(), sys.stdin or StringIO())


@app.command()
def ask(
    lines: Annotated[list[str], typer.Argument(help="What a person would type or do.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one object a line.")] = False,
    data: DataOption = None,
    pack: PackOption = None,
) -> None:
    """Play lines against the bot in a rehearsal and print what it replies.

    It ends with 1 if a line could not be played or was not answered.
    """
    settings = settings_.load(data_dir=data, pack=pack)
    if not asyncio.run(_ask(settings, lines, as_json=as_json)):
        raise typer.Exit(running.REFUSED)


async def _ask(settings: Settings, lines: list[str], *, as_json: bool) -> bool:
    """Return whether every line was played and answered."""
    from rich.console import Console

    from bot.simulated import simulated_session
    from bot.simulator.drawing import draw_exchange

    console, played = Console(), True
    settings = _for_scripts(settings)
    async with (
        build_bot(settings, random.Random(), clock) as bot,
        simulated_session(bot, clock) as session,
    ):
        for line in takewhile(lambda line: not leaves(line), lines):
            turn = await session.play(decodable(line))
            played = played and all(reply.kind != "error" for reply in turn.replies)
            if as_json:
                say(json_line(turn.as_json()))
            else:
                draw_exchange(console, turn, session.names)
    return played


@app.command()
def preview(
    pack: PackOption = None,
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Reload the pack on save, and ask the last line again."),
    ] = False,
    port: Annotated[int | None, typer.Option(help="Port on loopback.", min=1, max=65535)] = None,
) -> None:
    """Open the bot in a browser page on this machine, without an account, until Ctrl-C."""
    with TemporaryDirectory(prefix="lorebot-preview-") as data:
        settings = settings_.load(data_dir=Path(data), pack=pack)
        # What is tried on the page is no server's.
        settings = settings.model_copy(update={"ledger_url": None})
        asyncio.run(_preview(_for_scripts(settings), watch, port))


async def _preview(settings: Settings, watch: bool, port: int | None) -> None:
    from bot.preview import in_browser

    async with (
        build_app(settings, random.Random(), clock) as parts,
        in_browser(parts.bot, port) as page,
        asyncio.TaskGroup() as tasks,
    ):
        say(f"Open {page.url}\nWhoever has this address can use the page. Ctrl-C ends it.")
        if watch:
            watching = tasks.create_task(page.watch(settings.pack, pack_reloader(parts, settings)))
        await page.closed()
        if watch:
            watching.cancel()


def _for_scripts(settings: Settings) -> Settings:
    """Return the settings of a rehearsal for scripts: with high rate limits and no proxy."""
    fast = {"person_per_minute": 6000, "server_per_minute": 6000}
    return settings.model_copy(update={**fast, "https_proxy": None})


app.command()(check)
app.command()(site)


@app.command("schema")
def export_schema(
    folder: Annotated[
        Path | None, typer.Argument(help="Write one file for each kind of file there.")
    ] = None,
) -> None:
    """Print the JSON Schema of every kind of file in a pack, or write them into a folder."""
    if folder is None:
        say(json.dumps(schema.schemas(), indent=2))
    else:
        schema.write(folder)


authoring.add_to(app)
cli.add_to(app, clock)


def main() -> None:
    """Run the command line; every refusal is a sentence and an exit code."""
    tolerate_any_encoding()
    try:
        app()
    except Exception as error:
        known = running.ending(error)
        if known is None:
            raise
        sentence, code = known
        say(sentence, err=True)
        raise SystemExit(code) from None
    except KeyboardInterrupt:
        sys.stdout.flush()
        # A thread may still read from a pipe, and Python would wait for its next line.
        os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
