"""The numbers of packs."""

import logging
import re
from collections.abc import Iterable

from lore.ledger.errors import StorageError
from lore.ledger.row import StoredRow
from lore.ledger.unit import Database, Transaction

log = logging.getLogger(__name__)

# With this number, two ids and an order still fit in a button's custom_id.
_LAST = 9999


class SqlPacks:
    """Implements `port.Packs`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def number(self, pack_id: str) -> int:
        async with self._database.read() as tx:
            known = await numbers(tx)
        if pack_id in known:
            return known[pack_id]
        try:
            return await self._given(pack_id)
        except StorageError as error:
            # Questions can still be answered; the next start gives the same number.
            log.warning("the number of %s is not kept: %s", pack_id, error)
            return max(known.values(), default=0) + 1

    async def _given(self, pack_id: str) -> int:
        async with self._database.write() as tx:
            [row] = await tx.rows(
                "INSERT INTO pack (number, id) SELECT coalesce(max(number), 0) + 1, ? FROM pack "
                "WHERE number BETWEEN 1 AND ? RETURNING number",
                (pack_id, _LAST - 1),
            )
            return int(row["number"])


async def numbers(tx: Transaction) -> dict[str, int]:
    """Return the number of each pack that the ledger knows, by the pack's id."""
    found: Iterable[StoredRow] = await tx.rows("SELECT * FROM pack ORDER BY number")
    return dict(tx.readable("pack", pack, found))


def pack(row: StoredRow) -> tuple[str, int]:
    """Return the id and number in a row of pack."""
    if not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", row["id"]) or not 1 <= row["number"] <= _LAST:
        raise ValueError("this is no id and number of a pack")
    return row["id"], row["number"]
