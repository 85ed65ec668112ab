"""Quotes as messages: the words, speaker, listener and occasion, and the sources."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from bot.core.page import Button, Layout, Pager, button, remove_button, rows
from bot.core.rendering import (
    Footnotes,
    RenderOptions,
    accent,
    barred,
    known,
    label,
    tier_label,
    tier_name,
)
from bot.core.text import ALL, NONE, cut, flat, prose, repeated, safe
from bot.features.lookup.ids import ShowEntry
from bot.features.quotes.ids import ListQuotesOf, ShowQuote, quotes_like
from lore.ids import bare
from lore.pack.model import Attribution
from lore.query.answers import NoQuote, QuoteChoices, QuoteView, SpokenLine
from lore.text.markup import Style, without_markup
from lore.text.wording import counted, listed

# How many quotes of a list have room with their buttons.
PER_PAGE = 5

# A remark on words that were given beside an id.
WORDS_IGNORED = "-# It was found by its id; the words were not looked for."

# How many characters of each quote a list shows.
SUMMARY_LENGTH = 200


def quote_page(
    quote: QuoteView,
    options: RenderOptions,
    *,
    heading: str = "",
    ending: str = "",
    notice: str = "",
) -> Layout:
    """Return a page with one quote; `notice` stands above the box, `heading` and `ending` in it."""
    text = [heading, *blocks(quote, options), ending]
    return Layout(text, rows(_buttons(quote, options)), accent(quote.tier, options.info), notice)


def blocks(quote: QuoteView, options: RenderOptions) -> list[str]:
    """Return the text of a quote as blocks, from its words to its sources."""
    footnotes = Footnotes(options.info)

    def hidden(words: str) -> str:
        return barred(words, quote.tier, options)

    alone = len(quote.lines) == 1
    spoken = "\n".join(_line(line, _styles(quote), alone=alone) for line in quote.lines)
    mark = footnotes.mark(quote.cites)
    # Bars around a block quote would show its sign; each line has bars of its own.
    lines = (f"> {hidden(line) if line else ''}" for line in spoken.split("\n"))
    text = ["\n".join(lines), f"— {hidden(_speakers(quote))}{mark}"]
    if occasion := quote.occasion:
        own = quote.origin is not None
        text_of_occasion = known(occasion.says, occasion, options, quote.tier, footnotes)
        text.append(prose(occasion.says) if own else text_of_occasion)
    text += [f"-# {hidden(safe(remark))}" for remark in dict.fromkeys(_attribution(quote))]
    small = [tier_label(quote.tier, options)]
    if quote.id:
        # The id of a quote is made of its words.
        small.append(f"Quote {hidden(bare(quote.id))}")
    if quote.origin and quote.origin.source:
        small.append(f"Source: {prose(quote.origin.source)}")
    text.append(f"-# {' · '.join(small)}{footnotes.listed(''.join(text))}")
    return text


def said_by_another(speaker: str) -> str:
    """Return a remark that another speaker than the one asked for says the words."""
    return f"-# “{repeated(speaker)}” does not say this; the words are of:"


def does_not_speak(speaker: str) -> str:
    """Return a remark that the speaker who was asked for does not speak in the quote."""
    return f"-# It was found by its id; “{repeated(speaker)}” does not speak in it."


def quote_summary(quote: QuoteView, options: RenderOptions, length: int = 150) -> str:
    """Return the beginning of a quote and its speakers, in one line."""
    spoken = "\n".join(line.words for line in quote.lines)
    written = prose(spoken, length=length, styles=_styles(quote), then="”")
    line = _in_a_line(written.split("\n"))
    words = barred(f"“{line}”", quote.tier, options)
    return f"{words} — {barred(_speakers(quote), quote.tier, options)}"


def one_line(quote: QuoteView) -> str:
    """Return the words of a quote in one line without markup, for a label."""
    said = "\n".join(without_markup(line.words) for line in quote.lines)
    return _in_a_line(flat(part) for part in said.split("\n"))


def _in_a_line(parts: Iterable[str]) -> str:
    return " / ".join(part for part in parts if part.strip())


def _speakers(quote: QuoteView) -> str:
    """Return who speaks and to whom, in one line."""
    known = dict.fromkeys(line.speaker for line in quote.lines if line.speaker)
    names = [f"**{safe(name)}**" for name in known]
    if not all(line.speaker for line in quote.lines):
        names.append("somebody unknown")
    to = [safe(name) for name in quote.to if name not in known]
    return listed(names) + (f" to {listed(to)}" if to else "")


def choices(answer: QuoteChoices, options: RenderOptions, page: int = 0) -> Layout:
    """Return a page, counted from 0, of the quotes that match the words asked for."""
    count = len(answer.quotes)
    pager = Pager(page, count, PER_PAGE)
    heading = "Which of these?" if count > 1 else "Is it this one?"
    lines = [f"## {heading}", f"-# You asked for “{repeated(answer.query)}”"]
    turns = pager.buttons(
        lambda there: quotes_like(options.private, there, answer.speaker, answer.query)
    )
    if turns:
        best = ", the best of more" if answer.left_out else ""
        lines.append(f"-# {pager}, {counted(count, 'quote')}{best}")
    elif pager.count > 1:
        lines.append(f"-# The first {PER_PAGE} of {count} quotes: ask with fewer words to see all.")
    return _listed("\n".join(lines), pager.shown(answer.quotes), options, turns)


def no_quote_page(asked: NoQuote) -> Layout:
    """Return a page that says that there is no such quote, or that the entry is not quoted."""
    if asked.speaker:
        return Layout(
            [f"## No quotes\n{safe(asked.speaker.name)} has an entry but is quoted nowhere here."]
        )
    query = repeated(asked.query)
    said = f"There is no quote “{query}”." if query else "There are no quotes."
    return Layout([f"## Nothing found\n{said}\n`/quote` on its own draws one by chance."])


def quotes_of_entry_page(
    id: str, quotes: Sequence[QuoteView], options: RenderOptions, page: int
) -> Layout:
    """Return a page, counted from 0, of the quotes of an entry."""
    pager = Pager(page, len(quotes), PER_PAGE)
    heading = f"## Quotes\n-# {pager}, {counted(len(quotes), 'quote')}"
    turns = pager.buttons(lambda there: ListQuotesOf(id, there))
    return _listed(heading, pager.shown(quotes), options, turns)


def _listed(
    heading: str,
    quotes: Sequence[QuoteView],
    options: RenderOptions,
    page_buttons: Sequence[Button] = (),
) -> Layout:
    """Return a page with summaries of quotes, each with a button that shows it whole."""
    text = [heading]
    buttons = list(page_buttons)
    for number, quote in enumerate(quotes, 1):
        tier = tier_label(quote.tier, options)
        text.append(f"**{number}** {quote_summary(quote, options, SUMMARY_LENGTH)} · {tier}")
        spoilered = quote.tier in options.spoilered
        words = tier_name(quote.tier, options.info) if spoilered else cut(one_line(quote), 60)
        buttons.append(button(f"{number}: {words}", ShowQuote(options.private, quote.id)))
    return Layout(text, rows(buttons))


def _styles(quote: QuoteView) -> Collection[Style]:
    """Return which markup is rendered: all in a server's quote, none in one from a source."""
    return NONE if quote.origin is None else ALL


def _line(line: SpokenLine, styles: Collection[Style], *, alone: bool) -> str:
    words = prose(line.words, styles=styles, then="”")
    # A quotation mark before its first item would break a list.
    if not words.startswith("- "):
        words = f"“{words}”"
    return words if alone else f"**{safe(line.speaker or 'Unknown')}** {words}"


def _attribution(quote: QuoteView) -> Sequence[str]:
    """Return remarks on speakers whom the source does not name."""
    said = [
        f"{line.speaker} is inferred as the speaker: {line.reason}"
        for line in quote.lines
        if line.attribution is Attribution.INFERRED
    ]
    unknown = any(line.attribution is Attribution.UNKNOWN for line in quote.lines)
    # Of a quote that a server added nobody knows what its source tells.
    if unknown and quote.origin is None:
        said.append("The source does not tell who says this.")
    return said


def _buttons(quote: QuoteView, options: RenderOptions) -> list[Button]:
    refs = {line.ref.id: line.ref for line in quote.lines if line.ref}
    if quote.event:
        refs[quote.event.id] = quote.event
    shown = [button(label(ref, options), ShowEntry(ref.id)) for ref in refs.values()]
    return shown if options.private else [*shown, remove_button()]
