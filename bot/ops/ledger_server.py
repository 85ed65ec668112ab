"""Doctor's checks of the PostgreSQL that keeps the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bot.core.connection.clock_check import LIMIT
from bot.ops.check_result import CheckResult, Level
from bot.ops.engine import ledger_to_read, postgres_processes
from bot.settings import Settings
from lore.errors import LoreError
from lore.ledger.errors import AnnouncementsLostError
from lore.ledger.postgres.fleet import FleetState, fleet_state
from lore.ledger.postgres.inspecting import ServerState, server_state
from lore.ledger.sqlite.inspecting import servers_in
from lore.text.wording import counted, listed


async def ledger_server(settings: Settings, clock: Callable[[], datetime]) -> list[CheckResult]:
    """Check the server and the ledger there; nothing if the ledger is a file."""
    address = settings.ledger_address
    if address is None:
        return []
    try:
        async with ledger_to_read(settings) as database:
            state = await server_state(database)
            away = clock() - state.now
            arrives = await postgres_processes().announcements_arrive(address, database.announce)
            fleet = await fleet_state(database)
    except LoreError as error:
        return [CheckResult("ledger", Level.FAULT, str(error))]
    sentence = f"It is in PostgreSQL {state.version}, {address}. {_acting(fleet)}"
    found = [CheckResult("ledger", Level.GOOD, sentence)]
    found += _empty(fleet)
    found += _risks(state, away)
    if not arrives:
        found.append(CheckResult("ledger", Level.FAULT, str(AnnouncementsLostError(str(address)))))
    if state.spare < settings.ledger_connections:
        message = (
            f"The server takes {state.spare} more connections, and the bot may want "
            f"{settings.ledger_connections}: raise max_connections in postgresql.conf, or lower "
            "LORE_LEDGER_CONNECTIONS."
        )
        found.append(CheckResult("ledger", Level.WARNING, message))
    return [*found, *_forgotten(settings.ledger)]


def _forgotten(file: Path) -> Iterator[CheckResult]:
    """Check that no lore waits in a file that nobody opens any more."""
    if servers := servers_in(file):
        message = (
            f"{file} is still there with the lore and settings of {counted(servers, 'server')}, "
            "and is not used. Take them along while the bot is stopped, to a database that holds "
            "nothing yet: lorebot move-ledger. Or move the file away."
        )
        yield CheckResult("ledger", Level.WARNING, message)


def _acting(state: FleetState) -> str:
    """Return which processes act on the ledger, and how many would take over."""
    if not state.held:
        return "No bot is running on it."
    holders = listed([one.holder for one in state.held.values()])
    acting = f"{holders[:1].upper()}{holders[1:]} {'acts' if len(state.held) == 1 else 'act'} on it"
    return f"{acting}; {counted(len(state.waiting), 'other')} would take over."


def _empty(state: FleetState) -> Iterator[CheckResult]:
    """Check that no slot is free while others are held."""
    free = [n for n in range(state.fleet.processes) if n not in state.held]
    if state.held and free:
        shares = listed([str(state.fleet.shards_of(number)) for number in free])
        message = (
            f"{len(free)} of {state.fleet.processes} slots are free, so nobody answers the servers "
            f"of {shares}: start as many processes as LORE_PROCESSES says. lorebot shards names "
            "those that run."
        )
        yield CheckResult("ledger", Level.FAULT, message)


def _risks(state: ServerState, away: timedelta) -> Iterator[CheckResult]:
    """Check what would damage the ledger or let it fall behind; the clocks are so far apart."""
    for setting in state.turned_off:
        message = f"The server may lose or damage the ledger in a power cut: set {setting} = on"
        yield CheckResult("ledger", Level.FAULT, f"{message} in postgresql.conf.")
    if state.copied_later:
        message = (
            "Standbys get only afterwards what is written. If one takes over, the last changes may "
            "be missing there. The bot looks in the channels for what it has posted since; what "
            "servers changed is lost. Name one in synchronous_standby_names."
        )
        yield CheckResult("ledger", Level.WARNING, message)
    if abs(away) > LIMIT:
        apart = timedelta(seconds=round(abs(away).total_seconds()))
        message = (
            f"The server's clock and this machine's are {apart} apart, so its logs, and a "
            "restore to a time, mean another time. Set both, best by NTP."
        )
        yield CheckResult("ledger", Level.WARNING, message)
