"""Records in the ledger's rows, and statements shared by several operations."""

import json
import math
import re
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from itertools import count, islice
from typing import Literal

from pydantic import TypeAdapter

from lore.curation.drafts import FORMS, editable, from_json, to_json
from lore.curation.own_ids import OwnSlugs
from lore.ids import is_of_server, of_server
from lore.ledger.port import NoSuchEntryError
from lore.ledger.records import (
    Actor,
    Change,
    GuildSettings,
    Problem,
    Report,
    Reported,
    ReportState,
    Revision,
    ServerEntry,
    Suggestion,
    SuggestionState,
    TypedForm,
    Unanswered,
)
from lore.ledger.row import StoredRow
from lore.ledger.unit import Transaction

SETTINGS = TypeAdapter(GuildSettings)
REPORTED = TypeAdapter(Reported)

ENTRIES = """
    SELECT entry.guild_id, entry.number, entry.slug, entry.written_by, first.made_at AS written_at,
           revision.revision, revision.live, revision.draft, revision.made_by, revision.made_at
    FROM entry
    JOIN revision USING (guild_id, number)
    JOIN revision AS first USING (guild_id, number)
    WHERE entry.guild_id = :guild_id AND first.revision = 1
"""


HEADS = """
    SELECT entry.*,
           (SELECT count(*) FROM revision WHERE revision.guild_id = entry.guild_id
            AND revision.number = entry.number AND revision.revision = entry.head) AS heads,
           (SELECT count(*) FROM revision WHERE revision.guild_id = entry.guild_id
            AND revision.number = entry.number AND revision.revision = 1) AS firsts
    FROM entry
"""

SUGGESTIONS = """
    SELECT suggestion.*, slug FROM suggestion
    LEFT JOIN entry ON (entry.guild_id, entry.number) = (suggestion.guild_id, suggestion.entry)
"""

# The numbers that are taken: suggestions and reports, which wait in one queue, share theirs.
_TAKEN = {
    "entry": "SELECT guild_id, abs(number) AS number FROM entry",
    "suggestion": "SELECT guild_id, number FROM suggestion "
    "UNION ALL SELECT guild_id, number FROM report",
}

# The last number that an entry can be known by.
LAST_NUMBER = 999_999_999

# The last version of a server's lore.
LAST_VERSION = 10**12


def seconds(at: datetime) -> int:
    """Return a time as stored in the ledger, in seconds since 1970."""
    return math.floor(at.timestamp())


def moment(seconds: int) -> datetime:
    """Return the time of stored seconds."""
    return datetime.fromtimestamp(seconds, UTC)


def moment_if_any(seconds: int | None) -> datetime | None:
    """Return the time of stored seconds; None for None."""
    return None if seconds is None else moment(seconds)


def entry_id(row: StoredRow) -> str:
    """Return the id of an entry, by its number and slug in a row."""
    id = of_server(row["number"], row["slug"])
    if (row["slug"] is None) != (row["number"] > 0) or not is_of_server(id):
        raise ValueError("an entry has a slug or a number above 0")
    return id


def number_in(id: str) -> int | None:
    """Return the number in an id such as s12; None in one that is made from a name."""
    found = re.fullmatch(r"s([1-9][0-9]{0,8})", id, re.ASCII)
    return int(found[1]) if found else None


async def entry_number(tx: Transaction, guild_id: int, id: str) -> int:
    """Return the number of the entry with that id; NoSuchEntryError if there is none."""
    id = id.strip().lower()
    if number := number_in(id):
        return number
    row = await tx.row(
        "SELECT number FROM entry WHERE guild_id = ? AND slug = ?",
        (guild_id, id.removeprefix("s.")),
    )
    if row is None or not is_of_server(id):
        raise NoSuchEntryError(f"This server has no entry {id[:30]}.")
    return int(row["number"])


async def slugs(tx: Transaction, guild_id: int) -> OwnSlugs:
    """Return what makes slugs that no entry of the server has."""
    found = await tx.rows(
        "SELECT slug FROM entry WHERE guild_id = ? AND slug IS NOT NULL", (guild_id,)
    )
    return OwnSlugs(row["slug"] for row in found)


def complete_entry_number(row: StoredRow) -> int:
    """Return an entry's number from a row of HEADS, whose first and newest revision exist."""
    if row["form"] not in FORMS:
        raise ValueError("there is no such form")
    if row["heads"] != 1 or row["firsts"] != 1:
        raise LookupError("a revision is missing")
    entry_id(row)
    return int(row["number"])


def server_entry(row: StoredRow) -> ServerEntry:
    """Return the entry in a row of ENTRIES."""
    return ServerEntry(
        guild_id=row["guild_id"],
        id=of_server(row["number"], row["slug"]),
        revision=row["revision"],
        draft=from_json(row["draft"]),
        live=bool(row["live"]),
        written_by=row["written_by"],
        written_at=moment(row["written_at"]),
        edited_by=row["made_by"],
        edited_at=moment(row["made_at"]),
        number=abs(row["number"]),
    )


def revision(row: StoredRow) -> Revision:
    """Return the record in a row of revision."""
    return Revision(
        number=row["revision"],
        change=Change(row["change"]),
        live=bool(row["live"]),
        draft=from_json(row["draft"]),
        made_by=row["made_by"],
        made_at=moment(row["made_at"]),
        back_to=row["back_to"],
    )


def suggestion(row: StoredRow) -> Suggestion:
    """Return the record in a row of suggestion."""
    return Suggestion(
        guild_id=row["guild_id"],
        number=row["number"],
        draft=editable(from_json(row["draft"])),
        state=SuggestionState(row["state"]),
        suggested_by=row["suggested_by"],
        suggested_at=moment(row["suggested_at"]),
        decided_by=row["decided_by"],
        decided_at=moment_if_any(row["decided_at"]),
        reason=row["reason"],
        entry_id=None if row["entry"] is None else of_server(row["entry"], row["slug"]),
        revision=row["revision"],
    )


def report(row: StoredRow) -> Report:
    """Return the record in a row of report."""
    return Report(
        guild_id=row["guild_id"],
        number=row["number"],
        about=REPORTED.validate_json(row["about"]),
        wrong=row["wrong"],
        state=ReportState(row["state"]),
        told_by=row["told_by"],
        told_at=moment(row["told_at"]),
        decided_by=row["decided_by"],
        decided_at=moment_if_any(row["decided_at"]),
        answer=row["answer"],
    )


def _texts(typed: object) -> dict[str, str]:
    # Not by pydantic, which does not take half a character.
    if not isinstance(typed, dict) or not set(map(type, typed.values())) <= {str}:
        raise ValueError("these are no texts")
    return typed


def problem(row: StoredRow) -> Problem:
    """Return the record in a row of problem."""
    return Problem(row["code"], row["subject_id"], moment(row["since"]))


def unanswered(row: StoredRow) -> Unanswered:
    """Return the record in a row of unanswered."""
    typed = row["typed"] or row["question"]
    return Unanswered(typed, row["times"], moment(row["last_asked_at"]), row["kind"])


def settings(row: StoredRow) -> GuildSettings:
    """Return the settings in a row of guild."""
    return SETTINGS.validate_json(row["settings"])


def typed_form(row: StoredRow) -> TypedForm:
    """Return the record in a row of draft."""
    return TypedForm(
        guild_id=row["guild_id"],
        token=row["token"],
        person_id=row["typed_by"],
        form=row["form"],
        typed=_texts(json.loads(row["typed"])),
        typed_at=moment(row["typed_at"]),
        channel=row["channel"],
        messages=tuple(map(int, json.loads(row["messages"] or "[]"))),
    )


async def current(tx: Transaction, guild_id: int, number: int) -> ServerEntry:
    """Return the entry as it is now; NoSuchEntryError if there never was one."""
    row = await tx.row(
        f"{ENTRIES} AND entry.number = :number AND revision.revision = entry.head",
        {"guild_id": guild_id, "number": number},
    )
    if row is None:
        if kept := await tx.row(f"{HEADS} WHERE (guild_id, number) = (?, ?)", (guild_id, number)):
            tx.read("entry", complete_entry_number, kept)
        raise NoSuchEntryError(f"This server has no entry s{number}.")
    return tx.read("revision", server_entry, row)


async def at_revision(tx: Transaction, guild_id: int, number: int, revision: int) -> ServerEntry:
    """Return the entry as it was at a revision."""
    row = await tx.row(
        f"{ENTRIES} AND entry.number = :number AND revision.revision = :revision",
        {"guild_id": guild_id, "number": number, "revision": revision},
    )
    if row is None:
        now = await current(tx, guild_id, number)
        raise NoSuchEntryError(f"{now.id} has no revision {revision}.")
    return tx.read("revision", server_entry, row)


async def version(tx: Transaction, guild_id: int) -> int:
    """Return the version of the server's lore; 0 if it never had any."""
    row = await tx.row("SELECT version FROM guild WHERE guild_id = ?", (guild_id,))
    return row["version"] if row else 0


async def add_revisions(
    tx: Transaction, guild_id: int, revisions: Iterable[tuple[int, Revision]]
) -> None:
    """Store revisions, each with the number of its entry."""
    await tx.run_many(
        """
        INSERT INTO revision (guild_id, number, revision, change, live, draft, back_to,
                              made_by, made_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [
            (
                *(guild_id, number, made.number, made.change, made.live, to_json(made.draft)),
                *(made.back_to, made.made_by, seconds(made.made_at)),
            )
            for number, made in revisions
        ],
    )


async def next_version(tx: Transaction, guild_id: int) -> int:
    """Increment the version of the server's lore; after the last one it starts again."""
    await tx.run(
        "UPDATE guild SET version = CASE WHEN version > 0 THEN version % ? ELSE 0 END + 1 "
        "WHERE guild_id = ?",
        (LAST_VERSION, guild_id),
    )
    return await version(tx, guild_id)


async def next_numbers(
    tx: Transaction,
    guild_id: int,
    counter: Literal["entry", "suggestion"],
    wanted: int = 1,
    given: Collection[int] = (),
) -> list[int]:
    """Return numbers that the server does not use and that are not `given`.

    The counter may be too low, as in a damaged row; at its end, the lowest free numbers are taken.
    """
    [row] = await tx.rows(
        f"SELECT next_{counter} AS next, (SELECT max(number) FROM ({_TAKEN[counter]}) AS taken "
        "WHERE taken.guild_id = guild.guild_id) AS last FROM guild WHERE guild_id = ?",
        (guild_id,),
    )
    first = max(1, row["next"], max((row["last"] or 0, *given)) + 1)
    # One more than wanted: the counter keeps it for the next time.
    numbers = list(range(first, first + wanted + 1))
    if numbers[-1] > LAST_NUMBER:
        found = await tx.rows(
            f"SELECT number FROM ({_TAKEN[counter]}) AS taken WHERE guild_id = ?", (guild_id,)
        )
        taken = {*given, *(row["number"] for row in found)}
        numbers = list(islice((number for number in count(1) if number not in taken), wanted + 1))
    await tx.run(
        f"UPDATE guild SET next_{counter} = ? WHERE guild_id = ?", (numbers.pop(), guild_id)
    )
    return numbers


async def heads_of(tx: Transaction, guild_id: int, number: int | None = None) -> dict[int, int]:
    """Return the newest revision of each entry of the server, or of one."""
    # Read from the revisions themselves, since a new one needs a number that is not taken.
    found = await tx.rows(
        "SELECT number, (SELECT coalesce(max(revision), 0) FROM revision "
        "WHERE (guild_id, number) = (entry.guild_id, entry.number) AND revision < :last) AS head "
        "FROM entry WHERE guild_id = :guild_id "
        "AND (CAST(:number AS BIGINT) IS NULL OR number = :number)",
        {"guild_id": guild_id, "number": number, "last": LAST_NUMBER},
    )
    return {row["number"]: row["head"] for row in found}


async def ensure_guild(tx: Transaction, guild_id: int) -> None:
    """Insert the server's row, which holds its counters."""
    await tx.run("INSERT INTO guild (guild_id) VALUES (?) ON CONFLICT DO NOTHING", (guild_id,))


async def done_before(tx: Transaction, guild_id: int, verb: str, by: Actor) -> StoredRow | None:
    """Return what this interaction changed when it first came; None if it is new."""
    return await tx.row(
        "SELECT guild_id, interaction_id, number, revision, detail FROM action "
        "WHERE guild_id = ? AND interaction_id = ? AND verb = ?",
        (guild_id, by.interaction_id, verb),
    )


async def note_done(
    tx: Transaction,
    guild_id: int,
    verb: str,
    by: Actor,
    *,
    number: int | None = None,
    revision: int | None = None,
    detail: str | None = None,
) -> None:
    """Remember what an interaction changed, and delete a draft of that number."""
    await tx.run(
        """
        INSERT INTO action (guild_id, interaction_id, verb, number, revision, detail,
                            done_by, done_at)
        VALUES (:guild_id, :interaction_id, :verb, :number, :revision, :detail,
                :done_by, :done_at)
        """,
        {
            **{"guild_id": guild_id, "interaction_id": by.interaction_id, "verb": verb},
            **{"number": number, "revision": revision, "detail": detail},
            **{"done_by": by.person_id, "done_at": seconds(by.at)},
        },
    )
    await tx.run(
        "DELETE FROM draft WHERE guild_id = ? AND token = ?", (guild_id, by.interaction_id)
    )
