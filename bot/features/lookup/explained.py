"""How the matcher sees a question, for curators who wonder about an answer."""

from __future__ import annotations

from bot.core.page import Layout
from bot.core.text import repeated, safe
from lore.query.answers import Choice, Explained
from lore.search.names import Verdict


def explained_page(asked: Explained) -> Layout:
    """Return a page that explains to curators how the matcher understood a query."""
    outcome = {
        Verdict.SURE: "The first is answered.",
        Verdict.PLAUSIBLE: "The asker is asked which was meant.",
        Verdict.NONE: "Nothing is answered.",
    }[asked.verdict]
    lines = (
        f"{number}. **{safe(choice.ref.title)}** {_why(choice)}"
        for number, choice in enumerate(asked.candidates, 1)
    )
    heading = f"## How “{repeated(asked.query)}” is understood\n{outcome}"
    return Layout([heading, "\n".join(lines)])


def _why(choice: Choice) -> str:
    if choice.match is None:
        return ""
    match = choice.match
    fixed = "".join(f", {safe(typed)} → {safe(meant)}" for typed, meant in match.corrections)
    by = f"“{safe(match.name.text)}”, {match.match_type.name.lower()}{fixed}"
    return f"{match.score:g} of 100, by {by}"
