"""What `lorebot shards` says: which processes act on the ledger, each for which shards."""

from __future__ import annotations

from collections.abc import Iterator

from bot.ops.engine import ledger_to_read
from bot.settings import Settings
from lore.ledger.own_shards import Fleet
from lore.ledger.postgres.address import PostgresAddress
from lore.ledger.postgres.fleet import FleetState, fleet_state
from lore.text.wording import counted, listed


async def shards(settings: Settings) -> list[str]:
    """Return the lines of the answer; a LoreError says why the ledger cannot tell."""
    address = settings.ledger_address
    if address is None:
        own = settings.own_shards()
        return [f"The ledger is a file, {settings.ledger}, so one process acts on it, for {own}."]
    async with ledger_to_read(settings) as database:
        return [*_lines(await fleet_state(database), address)]


def _lines(state: FleetState, address: PostgresAddress) -> Iterator[str]:
    yield f"{_figures(state.fleet)} on {address}."
    for number in range(state.fleet.processes):
        share = f"slot {number}, {state.fleet.shards_of(number)}"
        if held := state.held.get(number):
            until = f"until {held.until:%H:%M:%S} UTC, and longer for as long as it runs"
            yield f"{share}: {held.holder}, {until}."
        else:
            yield f"{share}: free. Its servers get no answers until a process takes it."
    yield f"Standing by: {listed(state.waiting) or 'nobody'}."


def _figures(fleet: Fleet) -> str:
    if fleet.processes == 1:
        return "One process acts"
    return f"{fleet.processes} processes share {counted(fleet.shards, 'shard')} out"
