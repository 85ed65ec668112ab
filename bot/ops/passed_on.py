"""What curators passed on to the author of the pack, as text and as JSON."""

from __future__ import annotations

from typing import Any

from lore.ids import bare
from lore.ledger.records import Report


def as_json(report: Report) -> dict[str, Any]:
    """Return a report as a JSON object: what is wrong, and where; not who told it."""
    about = report.about
    return {
        "pack": about.pack,
        about.form: bare(about.id),
        "name": about.name,
        "wrong": report.wrong,
        "sentence": about.sentence or None,
        "cites": [
            {
                "source": cite.source,
                "title": cite.title,
                "paragraph": cite.paragraph,
                "words": cite.words,
            }
            for cite in about.cites
        ],
        # As Discord writes ids, which are too large for the numbers of many readers.
        "server": str(report.guild_id),
        "report": report.number,
        "told_at": report.told_at.isoformat(),
        "passed_on_at": report.decided_at.isoformat() if report.decided_at else None,
    }


def as_text(report: Report) -> str:
    """Return a report as lines: its date and place, what is wrong, the sentence and its cites."""
    about = report.about
    date = (report.decided_at or report.told_at).date().isoformat()
    lines = [
        f"{date}  {about.form} {bare(about.id)} of {about.pack} (server {report.guild_id}, "
        f"report {report.number})",
        *(f"    {line}" for line in report.wrong.split("\n")),
        *(f"    > {line}" for line in about.sentence.split("\n") if line),
        *(f"    > {cite.source}:{cite.paragraph} {cite.words}" for cite in about.cites),
    ]
    return "\n".join(lines)
