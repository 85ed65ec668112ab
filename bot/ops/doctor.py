"""Doctor: checks everything that the bot needs, and says what to do."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from shlex import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from discord.http import Route
from yarl import URL

from bot.core.connection.clock_check import ASK_SECONDS, LIMIT
from bot.core.connection.http import CUT_OFF, GARBLED
from bot.core.connection.proxies import DIRECT, Proxies, asking
from bot.core.tokens import NO_FORM, application_of
from bot.ops import data_folder
from bot.ops.check_result import CheckResult, Level, open_to_others
from bot.ops.data_folder import Fresh
from bot.settings import Settings, origin
from lore.errors import PackError
from lore.pack import reader as read
from lore.pictures.fonts import font_files, font_folders
from lore.pictures.service import missing_packages
from lore.text.wording import counted, listed

UNREACHED = (
    "Discord could not be reached to compare it with. The bot has to reach discord.com, port 443."
)

_MEGABYTE = 1024 * 1024
_TIGHT = 500 * _MEGABYTE
_FULL = 50 * _MEGABYTE

# From sqlite.org/wal.html: two connections that write and checkpoint at once may damage the file.
_WAL_RESET_FIXED = (3, 51, 3)
_WAL_RESET_BACKPORT = (3, 50, 7)


@dataclass(frozen=True, slots=True)
class Application:
    """The application that a token belongs to, as Discord says."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class TokenRefused:
    """Discord does not know the token."""


def settings_valid(wrong: Sequence[str]) -> Iterator[CheckResult]:
    """Check the settings; the other checks continue with defaults for invalid ones."""
    for fault in wrong:
        yield CheckResult(
            "settings", Level.FAULT, f"Correct this in .env or the environment: {fault}"
        )
    if not wrong:
        message = f"All of them can be used, from the environment and {origin()}."
        yield CheckResult("settings", Level.GOOD, message)


def token(settings: Settings, owner: Application | TokenRefused | None) -> CheckResult:
    """Check the token; `owner` is Discord's answer, None if it could not be asked."""
    if settings.token is None:
        if settings.token_file:
            message = "None could be read from the file that DISCORD_TOKEN_FILE names."
            return CheckResult("token", Level.FAULT, message)
        message = "There is none, so the bot only rehearses. Put it into .env as DISCORD_TOKEN."
        return CheckResult("token", Level.WARNING, message)
    if application_of(settings.token.get_secret_value()) is None:
        return CheckResult("token", Level.FAULT, NO_FORM)
    match owner:
        case Application(id, name):
            return CheckResult("token", Level.GOOD, f"Discord knows it: {name}, application {id}.")
        case TokenRefused():
            message = (
                "Discord refuses it. Reset it on the page Bot of your application, and put the new "
                "one where the old one is."
            )
            return CheckResult("token", Level.FAULT, message)
    message = "It has the form of one, but Discord could not be asked whether it takes it."
    return CheckResult("token", Level.WARNING, message)


def modes(settings: Settings) -> Iterator[CheckResult]:
    """Check that other users of this machine cannot read the token."""
    for file in settings.secret_files():
        if open_to_others(file):
            message = f"Other users may read it. Close it with: chmod 600 {quote(str(file))}"
            yield CheckResult(str(file), Level.FAULT, message)
        else:
            yield CheckResult(str(file), Level.GOOD, "Only its owner can read it.")


def sqlite(number: tuple[int, ...]) -> CheckResult:
    """Check that this SQLite is free of the WAL-reset bug."""
    name = ".".join(map(str, number))
    safe = number >= _WAL_RESET_FIXED or _WAL_RESET_BACKPORT <= number < (3, 51)
    if safe:
        return CheckResult("sqlite", Level.GOOD, f"{name}, free of the WAL-reset bug.")
    message = (
        f"{name} has the WAL-reset bug (fixed in 3.51.3 and 3.50.7). The bot is safe from it, as "
        "it writes through one connection only; do not write to the ledger by other means. To be "
        "rid of it, run the bot with a Python that brings a newer SQLite, as those do that uv "
        "installs: uv python install 3.13"
    )
    return CheckResult("sqlite", Level.WARNING, message)


def space(settings: Settings) -> CheckResult:
    """Check the free space of the disk."""
    return room(shutil.disk_usage(settings.standing()).free)


def room(free: int) -> CheckResult:
    """Check a number of free bytes."""
    message = f"{free // _MEGABYTE:,} MB are free."
    if free >= _TIGHT:
        return CheckResult("disk", Level.GOOD, message)
    level = Level.WARNING if free >= _FULL else Level.FAULT
    return CheckResult("disk", level, f"{message} Make room, or move the data (LORE_DATA_DIR).")


def zones() -> CheckResult:
    """Check that time zones are known."""
    try:
        ZoneInfo("America/New_York")
        return CheckResult("zones", Level.GOOD, f"Known as of tzdata {version('tzdata')}.")
    except (ZoneInfoNotFoundError, PackageNotFoundError):
        message = "Time zones are not installed. Install this version's requirements.lock again."
        return CheckResult("zones", Level.FAULT, message)


def fault_of_fonts(settings: Settings) -> str:
    """Return what is wrong with the operator's own fonts; empty if nothing is."""
    if settings.fonts is None or any(font_files([settings.fonts])):
        return ""
    return f"LORE_FONTS names {settings.fonts}, which is no folder with fonts."


def pictures(settings: Settings) -> CheckResult:
    """Check that pictures can be drawn, with the operator's own fonts if there are to be some."""
    if missing := missing_packages():
        message = (
            f"None are offered, as {listed(missing)} {'is' if len(missing) == 1 else 'are'} not "
            "installed. Install this version's requirements.lock, or lorebot[pictures]."
        )
        return CheckResult("pictures", Level.WARNING, message)
    if fault := fault_of_fonts(settings):
        return CheckResult("pictures", Level.FAULT, fault)
    fonts = counted(len([*font_files(font_folders(settings.fonts))]), "font")
    return CheckResult("pictures", Level.GOOD, f"They are drawn with {fonts}.")


def pack(settings: Settings) -> CheckResult:
    """Check that the pack can be used."""
    try:
        whole = read.read(settings.pack)
    except PackError as error:
        faults = counted(len(error.faults), "fault")
        wrong = f"It has {faults}, which lorebot check lists." if error.faults else str(error)
    except OSError as error:
        wrong = f"{error.filename} cannot be read: {error.strerror}."
    else:
        entries = counted(len(whole.entries), "entry", "entries")
        return CheckResult("pack", Level.GOOD, f"{whole.info.title}: {entries}.")
    message = f"{wrong} Mend the pack, or name another with LORE_PACK."
    return CheckResult("pack", Level.FAULT, message)


async def owner_of(token: str, proxies: Proxies = DIRECT) -> Application | TokenRefused | None:
    """Return whose token it is, as Discord says; None if it cannot be asked."""
    address = f"{Route.BASE}/oauth2/applications/@me"
    try:
        async with (
            asking(proxies, ASK_SECONDS) as session,
            session.get(address, headers={"Authorization": f"Bot {token}"}) as answer,
        ):
            body = await answer.json()
            if answer.status == 401 and isinstance(body, dict):
                return TokenRefused()
            answer.raise_for_status()
            return Application(int(body["id"]), str(body["name"]))
    # An answer from anything but Discord is not a refusal.
    except (*CUT_OFF, *GARBLED):
        return None


def proxy(proxies: Proxies, reached: bool) -> Iterator[CheckResult]:
    """Check the way to Discord if a proxy is set."""
    if proxies.https is None:
        return
    if not proxies.leads_to(URL(Route.BASE)):
        message = "NO_PROXY exempts Discord from it, so the bot goes there directly."
        yield CheckResult("proxy", Level.GOOD, message)
    elif reached:
        yield CheckResult("proxy", Level.GOOD, f"Discord is reached through {proxies.shown}.")
    else:
        message = (
            f"Discord could not be reached through {proxies.shown}. Correct HTTPS_PROXY, or name "
            "what needs no proxy in NO_PROXY."
        )
        yield CheckResult("proxy", Level.WARNING, message)


def clock(now: datetime, theirs: datetime | None) -> CheckResult:
    """Check this machine's clock against Discord's time, None if that is unknown."""
    if theirs is None:
        return CheckResult("clock", Level.WARNING, UNREACHED)
    away = abs(now - theirs)
    if away <= LIMIT:
        return CheckResult("clock", Level.GOOD, "It agrees with Discord's.")
    message = f"It is {away} off, so no quote of the day is posted. Set it, best by NTP."
    return CheckResult("clock", Level.FAULT, message)


def look(
    settings: Settings,
    wrong: Sequence[str],
    now: datetime,
    fresh: Fresh | None,
    owner: Application | TokenRefused | None,
) -> Iterator[CheckResult]:
    """Yield all results but the clock's; `wrong` are faults of the settings, `owner` is known."""
    yield from settings_valid(wrong)
    yield token(settings, owner)
    yield from modes(settings)
    yield sqlite(sqlite3.sqlite_version_info)
    yield space(settings)
    yield zones()
    yield pictures(settings)
    yield pack(settings)
    application = owner.id if isinstance(owner, Application) else None
    yield from data_folder.look(settings, now, fresh, application)
