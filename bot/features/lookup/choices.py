"""What the asker reads when a name was not surely found."""

from __future__ import annotations

from bot.core.buttons import Button, Meant, ask, button, rows
from bot.core.page import Layout
from bot.core.render_options import Manner
from bot.core.text import repeated, safe
from bot.core.tiers import LABEL, barred, kind_and_tier, label, named
from lore.query.answers import Choice, DidYouMean, Explained, NoQuote, Removed, Unknown
from lore.search.names import Verdict


def did_you_mean(asked: DidYouMean, manner: Manner, meant: Meant = ask) -> Layout:
    """The entries that may have been meant, as buttons that answer what was asked."""
    heading = f"## Did you mean …\n-# You asked for “{repeated(asked.query)}”"
    more = ""
    if asked.more:
        more = f"-# and {asked.more} more: type more of the name, or pick it from the list there."
    return _offer(heading, asked.choices, manner, meant, more)


def unknown(asked: Unknown, manner: Manner, meant: Meant = ask) -> Layout:
    """Nothing found: the question again, and what to do next."""
    heading, said = "## Nothing found", repeated(asked.query)
    if said and asked.speaking:
        heading += f"\nNobody called “{said}” speaks in a quote."
    elif said:
        heading += f"\nThere is no entry for “{said}”."
    listed = "pick a name from the list that opens as you type"
    if asked.speaking:
        heading += f"\nCheck the spelling, or {listed}."
    else:
        heading += f"\nCheck the spelling, {listed}, or try `/search` for words inside the entries."
    if asked.closest:
        heading += "\nThe closest names are:"
    return _offer(heading, asked.closest, manner, meant)


def explained(asked: Explained) -> Layout:
    """How the matcher sees a question, for curators who wonder about an answer."""
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
    by = f"“{safe(match.name.text)}”, {match.how.name.lower()}{fixed}"
    return f"{match.score:g} of 100, by {by}"


def no_quote(asked: NoQuote) -> Layout:
    """No such quote, or nobody quoted by that name."""
    if asked.speaker:
        return Layout(
            [f"## No quotes\n{safe(asked.speaker.name)} has an entry but is quoted nowhere here."]
        )
    query = repeated(asked.query)
    said = f"There is no quote “{query}”." if query else "There are no quotes."
    return Layout([f"## Nothing found\n{said}\n`/quote` on its own draws one by chance."])


def removed(asked: Removed) -> Layout:
    """It was there once."""
    return Layout([f"## Removed\n{safe(asked.id)} has been removed by this server's curators."])


def _offer(
    heading: str, choices: tuple[Choice, ...], manner: Manner, meant: Meant, more: str = ""
) -> Layout:
    numbered = any(choice.ref.tier in manner.veiled for choice in choices)
    lines, buttons = list[str](), list[Button]()
    for number, choice in enumerate(choices, 1):
        ref = choice.ref
        told = f"**{named(ref, manner)}** {_alias(choice, manner)}· {kind_and_tier(ref, manner)}"
        lines.append(f"{f'{number}.' if numbered else '-'} {told}")
        # What stands on a button instead of a veiled name, several may share.
        start = f"{number}. " if numbered else ""
        words = start + label(ref, manner, LABEL - len(start))
        buttons.append(button(words, meant(manner.private, ref.id)))
    return Layout([heading, "\n".join(lines), more], rows(buttons))


def _alias(choice: Choice, manner: Manner) -> str:
    if choice.match is None or choice.match.name.text == choice.ref.name:
        return ""
    return f"({barred(safe(choice.match.name.text), choice.ref.tier, manner)}) "
