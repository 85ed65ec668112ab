"""Doctor's checks of the PostgreSQL that keeps the ledger."""

from __future__ import annotations

from bot.ops.check_result import CheckResult, Level
from bot.ops.engine import ledger_to_read
from bot.settings import Settings
from lore.errors import LoreError
from lore.ledger.postgres.inspecting import server_state


async def ledger_server(settings: Settings) -> list[CheckResult]:
    """Check the server and the ledger there; nothing if the ledger is a file."""
    address = settings.ledger_address
    if address is None:
        return []
    try:
        async with ledger_to_read(settings) as database:
            state = await server_state(database)
    except LoreError as error:
        return [CheckResult("ledger", Level.FAULT, str(error))]
    found = [CheckResult("ledger", Level.GOOD, f"It is in PostgreSQL {state.version}, {address}.")]
    for setting in state.turned_off:
        message = f"The server may lose or damage the ledger in a power cut: set {setting} = on"
        found.append(CheckResult("ledger", Level.FAULT, f"{message} in postgresql.conf."))
    if state.spare < settings.ledger_connections:
        message = (
            f"The server takes {state.spare} more connections, and the bot may want "
            f"{settings.ledger_connections}: raise max_connections in postgresql.conf, or lower "
            "LORE_LEDGER_CONNECTIONS."
        )
        found.append(CheckResult("ledger", Level.WARNING, message))
    if settings.ledger.exists():
        message = (
            f"{settings.ledger} is still there, and what it holds is not used. Move it away, or "
            "leave LORE_LEDGER_URL out."
        )
        found.append(CheckResult("ledger", Level.WARNING, message))
    return found
