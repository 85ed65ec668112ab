"""Reads every row of a ledger as the bot would, to list unreadable ones."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from lore.errors import LoreError
from lore.files import database_uri
from lore.ledger import lineage
from lore.ledger.row import StoredRow
from lore.ledger.sqlite.database import text
from lore.ledger.unreadable import FAULTS, Decode, decoded, named
from lore.ledger.verbs import (
    exchange,
    packs,
    qotd_deliveries,
    qotd_plans,
    qotd_schedules,
    qotd_steps,
    rows,
    settings,
)

# How many rows are named at most.
NAMED = 20


def _action(row: StoredRow) -> object:
    details: Mapping[str, Decode[object]] = {
        "import": exchange.imported,
        "undo import": exchange.undone,
        "settings": settings.changed,
    }
    decode = details.get(row["verb"])
    return decode(row) if decode else rows.moment(row["done_at"])


def _continuity(row: StoredRow) -> object:
    return qotd_deliveries.gap(row), rows.moment_if_any(row["alive_at"])


def _guild(row: StoredRow) -> object:
    if not all(
        1 <= row[name] <= rows.LAST_NUMBER + 1 for name in ("next_entry", "next_suggestion")
    ):
        raise ValueError("a counter is not in its range")
    if not 0 <= row["version"] <= rows.LAST_VERSION:
        raise ValueError("there is no such version")
    if row["taken"]:
        raise ValueError("a counter is behind")
    return rows.settings(row)


_GUILDS = """
    SELECT guild.*,
           EXISTS (SELECT 1 FROM entry
                   WHERE guild_id = guild.guild_id AND abs(number) = guild.next_entry)
           OR EXISTS (SELECT 1 FROM suggestion
                      WHERE (guild_id, number) = (guild.guild_id, guild.next_suggestion))
           OR EXISTS (SELECT 1 FROM report
                      WHERE (guild_id, number) = (guild.guild_id, guild.next_suggestion)) AS taken
    FROM guild
"""

_QUERIES = {"guild": _GUILDS, "entry": rows.HEADS, "suggestion": rows.SUGGESTIONS}

DECODERS: Mapping[str, Decode[object]] = {
    "guild": _guild,
    "entry": rows.complete_entry_number,
    "revision": rows.revision,
    "suggestion": rows.suggestion,
    "report": rows.report,
    "draft": rows.typed_form,
    "action": _action,
    "problem": rows.problem,
    "unanswered": rows.unanswered,
    "quote_schedule": qotd_schedules.schedule_in,
    "quote_delivery": qotd_deliveries.delivery_in,
    "quote_step": qotd_steps.step_in,
    "quote_wish": qotd_plans.wish_in,
    "quote_refused": qotd_plans.refused_in,
    "continuity": _continuity,
    "lineage": lineage.sign,
    "pack": packs.pack,
}


# Tables of the whole ledger rather than of a server; some are never empty.
_NEVER_EMPTY = frozenset({"continuity", "lineage"})
OF_LEDGER = _NEVER_EMPTY | {"pack"}


def unreadable(db: sqlite3.Connection) -> Iterator[str]:
    """Yield the unreadable rows, each by its table and key."""
    db.row_factory, db.text_factory = sqlite3.Row, text
    present = {row[0] for row in db.execute("SELECT name FROM sqlite_schema")}
    for table in present & DECODERS.keys():
        if table in _NEVER_EMPTY and not db.execute(f"SELECT 1 FROM {table}").fetchone():
            yield f"table {table}, whose row is gone"
        for row in db.execute(_QUERIES.get(table, f"SELECT * FROM {table}")):
            try:
                decoded(DECODERS[table], row)
            except (*FAULTS, LoreError):
                yield named(table, row)


def pictured_schedules(db: sqlite3.Connection) -> int:
    """Count the schedules whose posts come with a picture."""
    [count] = db.execute("SELECT count(*) FROM quote_schedule WHERE picture").fetchone()
    return int(count)


def servers_with(db: sqlite3.Connection, problem: str) -> int:
    """Count the servers with a problem whose code ends so."""
    counted = "SELECT count(DISTINCT guild_id) FROM problem WHERE code LIKE '%: ' || ?"
    [count] = db.execute(counted, (problem,)).fetchone()
    return int(count)


def servers_in(path: Path) -> int:
    """Count the servers of which a ledger file holds anything; 0 if there is none."""
    try:
        with closing(sqlite3.connect(database_uri(path, "ro"), uri=True)) as db:
            tables = db.execute(
                "SELECT tables.name FROM pragma_table_list AS tables, "
                "pragma_table_info(tables.name) AS columns WHERE columns.name = 'guild_id'"
            )
            every = " UNION ".join(f"SELECT guild_id FROM {table}" for (table,) in tables)
            return len(db.execute(every).fetchall()) if every else 0
    except (sqlite3.Error, OSError):
        return 0
