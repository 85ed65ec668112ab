"""What the asker reads if a name was not found for certain."""

from __future__ import annotations

from bot.core.answering import passage_block
from bot.core.ids import Meant
from bot.core.limits import BUTTON_LABEL
from bot.core.page import Button, Layout, button, rows
from bot.core.rendering import RenderOptions, barred, kind_and_tier, label, named
from bot.core.text import repeated, safe
from lore.query.answers import Choice, DidYouMean, Removed, Unknown


def not_found(
    answer: DidYouMean | Unknown | Removed, options: RenderOptions, meant: Meant
) -> Layout:
    """Return the page for a lookup without a certain match; `meant` asks for the chosen entry."""
    match answer:
        case DidYouMean():
            return did_you_mean(answer, options, meant)
        case Unknown():
            return unknown(answer, options, meant)
        case Removed():
            return removed(answer)


def did_you_mean(asked: DidYouMean, options: RenderOptions, meant: Meant) -> Layout:
    """Return the entries that may have been meant, as buttons that ask again with them."""
    heading = f"## Did you mean …\n-# You asked for “{repeated(asked.query)}”"
    more = ""
    if asked.more:
        more = f"-# and {asked.more} more: type more of the name, or pick it from the list there."
    return _offer(heading, asked.choices, options, meant, more)


def unknown(asked: Unknown, options: RenderOptions, meant: Meant) -> Layout:
    """Return a page that says that nothing was found, and what to do next."""
    if asked.passages:
        return _closest(asked, options, meant)
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
    return _offer(heading, asked.closest, options, meant)


def _closest(asked: Unknown, options: RenderOptions, meant: Meant) -> Layout:
    """Return the passages that come nearest to a question, called what they are."""
    heading = (
        "## Closest passages\n"
        f"-# Nothing answers “{repeated(asked.query)}” for certain; this comes nearest:"
    )
    passages = (passage_block(one, options) for one in asked.passages)
    refs = dict.fromkeys([*(one.at for one in asked.passages), *(it.ref for it in asked.closest)])
    buttons = (button(label(ref, options), meant(options.private, ref.id)) for ref in refs)
    return Layout([heading, *passages], rows(buttons))


def removed(asked: Removed) -> Layout:
    """Return a page that says that an entry was removed."""
    return Layout([f"## Removed\n{safe(asked.id)} has been removed by this server's curators."])


def _offer(
    heading: str, choices: tuple[Choice, ...], options: RenderOptions, meant: Meant, more: str = ""
) -> Layout:
    numbered = any(choice.ref.tier in options.spoilered for choice in choices)
    lines, buttons = list[str](), list[Button]()
    for number, choice in enumerate(choices, 1):
        ref = choice.ref
        told = f"**{named(ref, options)}** {_alias(choice, options)}· {kind_and_tier(ref, options)}"
        lines.append(f"{f'{number}.' if numbered else '-'} {told}")
        # Several buttons may show the same words in place of a spoilered name.
        start = f"{number}. " if numbered else ""
        words = start + label(ref, options, BUTTON_LABEL - len(start))
        buttons.append(button(words, meant(options.private, ref.id)))
    return Layout([heading, "\n".join(lines), more], rows(buttons))


def _alias(choice: Choice, options: RenderOptions) -> str:
    if choice.match is None or choice.match.name.text == choice.ref.name:
        return ""
    return f"({barred(safe(choice.match.name.text), choice.ref.tier, options)}) "
