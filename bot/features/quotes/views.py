"""Quotes as messages: the words, speaker, listener and occasion, and the sources."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from bot.core.page import Block, Button, Divider, Layout, Pager, button, remove_button, rows
from bot.core.rendering import (
    RenderOptions,
    accent,
    attributions,
    barred,
    cited_places,
    label,
    on_the_web,
    tier_label,
    tier_name,
    told,
)
from bot.core.text import ALL, NONE, cut, flat, prose, repeated, safe
from bot.features.lookup.ids import ShowEntry
from bot.features.pictures import quote_picture
from bot.features.quotes.ids import (
    ListQuotesOf,
    ShowQuote,
    ShowQuoteSources,
    quotes_by,
    quotes_like,
)
from bot.features.reports.ids import AskWhatIsWrong
from lore.ids import bare
from lore.query.answers import NoQuote, QuoteChoices, QuoteView, Ref
from lore.query.arrangement import how_inferred, how_known, said_when, speakers, turns
from lore.site import addresses
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
    more: Sequence[Button] = (),
) -> Layout:
    """Return a page with one quote; `notice` stands above the box, `heading` and `ending` in it.

    `more` are buttons to more than the quote.
    """
    text = [heading, *blocks(quote, options), ending]
    buttons = [*more, *_buttons(quote, options)]
    return Layout(text, rows(buttons), accent(quote.tier, options.info), notice)


def blocks(quote: QuoteView, options: RenderOptions) -> list[Block]:
    """Return a quote as blocks: its words, whose they are and when, and where it stands."""

    def hidden(words: str) -> str:
        return barred(words, quote.tier, options)

    said = list(turns(quote))
    alone = len(said) == 1
    spoken = "\n".join(_line(*turn, _styles(quote), alone=alone) for turn in said)
    # Bars around a block quote would show its sign; each line has bars of its own.
    lines = (f"> {hidden(line) if line else ''}" for line in spoken.split("\n"))
    inferred = safe(how_known(quote))
    whose = f"— {hidden(_speakers(quote))}" + (f" ({inferred})" if inferred else "")
    when = said_when(quote)
    if occasion := quote.occasion:
        own = quote.origin is not None
        by_source = told(safe(occasion.says), occasion.tier, options, quote.tier)
        when += f"{' · ' if when else ''}{prose(occasion.says) if own else by_source}"
    whose += f"\n{when}" if when else ""
    small = [tier_label(quote.tier, options), cited_places(quote.cites, options.info)]
    if quote.origin is None:
        small.append(on_the_web(addresses.quote_page(quote.id), quote.tier, options))
    else:
        # A draft has no id yet.
        small.append(f"Quote {quote.id}" if quote.id else "")
        small.append(f"Source: {prose(quote.origin.source)}" if quote.origin.source else "")
    licensed = attributions(quote.cites, options.info)
    ending = (" · ".join(filter(None, small)), *licensed)
    return ["\n".join(lines), whose, Divider.LINE, "\n".join(f"-# {line}" for line in ending)]


def sources_page(quote: QuoteView, options: RenderOptions) -> Layout:
    """Return where a quote stands, line by line, and from what its speakers are inferred."""

    def hidden(words: str) -> str:
        return barred(words, quote.tier, options)

    text = [f"## Sources of this quote\n-# {tier_label(quote.tier, options)}"]
    if quote.id:
        # The id of a quote is made of its words.
        text[0] += f" · Quote {hidden(bare(quote.id))}"
    lines = (
        f"{hidden(f'“{safe(cite.words)}”')}\n-# {cited_places([cite], options.info)}"
        for cite in quote.cites
    )
    text.append("\n".join(lines))
    text += [hidden(safe(remark)) for remark in how_inferred(quote)]
    # Of a quote that a server added nobody knows what its source tells.
    if quote.origin is None and not all(line.speaker for line in quote.lines):
        text.append("The source does not tell who says this.")
    if origin := quote.origin:
        text.append(f"This server added it, in revision {origin.revision}.")
        text.append(f"Source: {prose(origin.source)}" if origin.source else "No source is given.")
    text.append("\n".join(f"-# {line}" for line in attributions(quote.cites, options.info)))
    return Layout(text, rows(_report_button(quote, options)))


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
    known = speakers(quote.lines)
    names = [f"**{safe(name)}**" for name in known]
    if not all(line.speaker for line in quote.lines):
        names.append("an unnamed speaker")
    to = [safe(name) for name in quote.to if name not in known]
    return listed(names) + (f", to {listed(to)}" if to else "")


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


def all_quotes_button(speaker: str, number: int) -> list[Button]:
    """Return a button to all quotes of a speaker, if there are several."""
    id = quotes_by(None, speaker)
    return [button(f"All {number} quotes", id)] if id and number > 1 else []


def quotes_by_page(
    who: Ref, quotes: Sequence[QuoteView], options: RenderOptions, page: int
) -> Layout:
    """Return a page, counted from 0, of the quotes of a speaker."""
    pager = Pager(page, len(quotes), PER_PAGE)
    name = barred(safe(who.name), who.tier, options)
    heading = f"## Quotes of {name}\n-# {pager}, {counted(len(quotes), 'quote')}"
    turns = pager.buttons(lambda there: quotes_by(there, who.id))
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


def _line(speaker: str | None, said: str, styles: Collection[Style], *, alone: bool) -> str:
    words = prose(said, styles=styles, then="”")
    # A quotation mark before its first item would break a list.
    if not words.startswith("- "):
        words = f"“{words}”"
    return words if alone else f"**{safe(speaker or 'Unnamed speaker')}** {words}"


def _buttons(quote: QuoteView, options: RenderOptions) -> list[Button]:
    refs = {line.ref.id: line.ref for line in quote.lines if line.ref}
    if quote.event:
        refs[quote.event.id] = quote.event
    shown = [button(label(ref, options), ShowEntry(ref.id)) for ref in refs.values()]
    if quote.id:
        shown.append(button("Sources", ShowQuoteSources(quote.id)))
    shown += quote_picture(quote, options)
    shown += _report_button(quote, options)
    return shown if options.private else [*shown, remove_button()]


def _report_button(quote: QuoteView, options: RenderOptions) -> list[Button]:
    if not (quote.id and options.takes_reports):
        return []
    return [button("Something wrong?", AskWhatIsWrong("quote", quote.id))]
