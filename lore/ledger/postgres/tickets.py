"""Lets the shards of all processes identify one after the other, as Discord demands."""

from lore.ledger.postgres.fleet import NOW
from lore.ledger.unit import Transaction

# In seconds; Discord takes one shard of a bucket in five, counted from when it arrives there.
GAP = 5.5

# Who would wait longer waits for a clock: a server that took over may have one that is behind.
LONGEST = 600.0

_TICKET = f"""
    INSERT INTO identify (bucket, free_at) VALUES (:bucket, {NOW} + :gap)
    ON CONFLICT (bucket) DO UPDATE SET free_at = :gap + CASE
        WHEN identify.free_at BETWEEN {NOW} AND {NOW} + :longest THEN identify.free_at
        ELSE {NOW}
    END
    RETURNING free_at - :gap - {NOW} AS seconds
"""


async def ticket(tx: Transaction, bucket: int, longer: float) -> float:
    """Return in how many seconds a shard of this bucket may identify; others wait longer."""
    values = {"bucket": bucket, "gap": GAP + longer, "longest": LONGEST}
    [row] = await tx.rows(_TICKET, values)
    return max(0.0, float(row["seconds"]))
