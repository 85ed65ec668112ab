"""An entry as a message: article, facts, relations, differing accounts, sources; in pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.core.answering import answer_blocks
from bot.core.page import Button, Layout, Pager, Row, button, pages, remove_button, rows
from bot.core.rendering import (
    Footnotes,
    RenderOptions,
    accent,
    kind_and_tier,
    known,
    mark,
    named,
    told,
)
from bot.core.text import prose, safe
from bot.features.lookup.ids import ShowAccounts, ShowPage
from bot.features.lookup.menus import jumps
from bot.features.quotes.ids import ListQuotesOf
from bot.features.timeline.ids import event_shown
from lore.pack.model import Kind, Tier
from lore.query.answers import (
    CitedText,
    DifferenceView,
    EntryView,
    EventPlace,
    EventYear,
    Found,
    Link,
    Note,
    Ref,
)
from lore.search.names import Match

# Up to so many differences are all shown on an entry's page.
MAX_DIFFERENCES = 3


def entry_page(found: Found, options: RenderOptions, page: int = 0) -> Layout:
    """Return a page of an entry, counted from 0; a number too high gives the last page."""
    text, pager = blocks(found, options, page)
    colour = accent(found.view.ref.tier, options.info)
    return Layout(text, _rows(found.view, options, pager), colour).written()


def blocks(found: Found, options: RenderOptions, page: int) -> tuple[list[str], Pager]:
    """Return the text blocks of a page and the pager that stands at it."""
    footnotes = Footnotes(options.info)
    split = pages([block for block in _Blocks(found.view, options, footnotes) if block])
    pager = Pager(page, len(split))
    answer = found.answer if pager.page == 0 else None
    answered = answer_blocks(answer, options, found.view.ref.tier) if answer else ()
    return footnotes.below([*answered, _heading(found, options), *split[pager.page]]), pager


def differences(view: EntryView, options: RenderOptions, footnotes: Footnotes) -> list[str]:
    """Return a block for each difference about an entry, with its accounts."""
    return list(map(_Blocks(view, options, footnotes).difference, view.disagreements))


def _heading(found: Found, options: RenderOptions) -> str:
    view = found.view
    lines = [f"## {safe(view.ref.name)}", f"-# {kind_and_tier(view.ref, options)}"]
    if view.kind_inferred:
        lines.append(f"-# What it is, is inferred: {safe(view.kind_inferred)}")
    if found.aside:
        lines.append(
            f"-# You asked for {with_article(found.aside)}; this is {with_article(view.ref.kind)}."
        )
    if found.match and (how := how_found(found.match, view)):
        lines.append(f"-# {how}")
    return "\n".join(lines)


def with_article(kind: Kind) -> str:
    """Return the name of a kind with its article."""
    return f"{'an' if kind.value[0] in 'aeiou' else 'a'} {kind.value}"


def year(when: EventYear) -> str:
    """Return the year of an event as its source gives it."""
    return f"by {when.year}" if when.by else str(when.year)


def how_found(match: Match, view: EntryView) -> str:
    """Return why a name found this entry; empty if the entry has that name."""
    reasons = []
    name = match.name.text
    roles = [safe(credit.role) for credit in view.credits if credit.told.says == name]
    if roles:
        reasons.append(f"Found by the credit “{roles[0]} {safe(name)}”")
    elif name != view.ref.name:
        # An alias is what a source or a server calls it; people type other names as well.
        is_alias = any(alias.says == name for alias in view.aliases)
        reasons.append(f"Found by the {'alias' if is_alias else 'name'} {safe(name)}")
    if match.corrections:
        fixed = ", ".join(f"{safe(typed)} → {safe(meant)}" for typed, meant in match.corrections)
        reasons.append(f"Spelling corrected: {fixed}")
    return " · ".join(reasons)


def note_block(note: Note) -> str:
    """Return a server's note under an entry of the pack."""
    source = f"\n-# {prose(note.origin.source)}" if note.origin.source else ""
    id = f" ({note.id})" if note.id else ""
    return f"**Note of this server**{id}: {prose(note.text)}{source}"


def _as_written(one: CitedText) -> str:
    """Return a server's text with its curator's markup."""
    return prose(one.says)


def _shown_differences(view: EntryView) -> tuple[DifferenceView, ...]:
    """Return the differences shown on the entry: all if they are few, otherwise only its own.

    Differences that merely concern the entry would bury the others.
    """
    if len(view.disagreements) <= MAX_DIFFERENCES:
        return view.disagreements
    return tuple(one for one in view.disagreements if one.at == view.ref)


class _Blocks:
    """The text blocks of one entry, in reading order."""

    def __init__(self, view: EntryView, options: RenderOptions, footnotes: Footnotes) -> None:
        self._view = view
        self._options = options
        self._footnotes = footnotes

    def __iter__(self) -> Iterator[str]:
        view = self._view
        yield from self._article()
        yield from self._event()
        yield "\n".join(self._facts())
        yield "\n".join(self._relations())
        here = _shown_differences(view)
        yield from map(self.difference, here)
        if elsewhere := view.disagreements[len(here) :]:
            label = "Accounts also differ on" if here else "Accounts differ on"
            yield f"**{label}** {' · '.join(map(self._difference_label, elsewhere))}"
        yield from map(note_block, view.notes)
        if origin := view.origin:
            id, source = view.ref.id, prose(origin.source)
            # A draft has neither an id nor a revision yet.
            added = f"Added by this server as {id}, revision {origin.revision}" if id else ""
            small = " · ".join(filter(None, (added, source and f"Source: {source}")))
            yield small and f"-# {small}"

    def _article(self) -> Iterator[str]:
        """Yield the article, a block for each paragraph, and each section under its heading."""
        written = self._cited if self._view.origin is None else _as_written
        section, paragraph = "", list[str]()
        for one in self._view.text:
            if one.new_paragraph or one.section != section:
                yield " ".join(paragraph)
                paragraph = []
            if one.section and one.section != section:
                paragraph.append(f"### {safe(one.section)}\n{written(one)}")
            else:
                paragraph.append(written(one))
            section = one.section
        yield " ".join(paragraph)

    def _named(self, ref: Ref) -> str:
        return told(safe(ref.name), ref.tier, self._options, self._view.ref.tier)

    def _known(self, words: str, by: CitedText | EventYear | EventPlace | Link) -> str:
        return known(words, by, self._options, self._view.ref.tier, self._footnotes)

    def _tier(self, one: DifferenceView) -> Tier:
        """Return the tier of a difference, which takes two accounts: the second best of theirs."""
        return self._options.info.ranked(account.tier for account in one.accounts)[1]

    def _cited(self, one: CitedText) -> str:
        return self._known(f"“{one.says}”" if one.verbatim else one.says, one)

    def _facts(self) -> Iterator[str]:
        view = self._view
        if view.aliases:
            yield f"**Also called** {', '.join(map(self._cited, view.aliases))}"
        labelled: dict[str, list[str]] = {}
        for fact in view.facts:
            labelled.setdefault(fact.label, []).append(self._cited(fact.told))
        for credit in view.credits:
            labelled.setdefault(credit.role, []).append(self._cited(credit.told))
        yield from (f"**{safe(label)}** {', '.join(told)}" for label, told in labelled.items())
        if view.status:
            yield f"**At the end** {self._cited(view.status)}"
        if view.first_event and view.last_event:
            yield f"**First event** {self._named(view.first_event)}"
            yield f"**Last event** {self._named(view.last_event)}"
        if view.namesakes:
            own = (safe(ref.title) for ref in view.namesakes)
            yield f"**Added here under this name** {', '.join(own)}"

    def _event(self) -> Iterator[str]:
        event = self._view.happening
        if event is None:
            return
        facts = []
        if when := event.when:
            facts.append(f"**Year** {self._known(year(when), when)}")
        if where := event.where:
            facts.append(f"**Place** {self._known(where.place.name, where)}")
        if event.part_of:
            facts.append(f"**Part of** {self._named(event.part_of)}")
        yield " · ".join(facts)
        if event.deeds:
            deeds = (
                f"- **{named(deed.who, self._options)}** {self._cited(deed.told)}"
                for deed in event.deeds
            )
            yield "\n".join(("### Who took part", *deeds))
        if event.outcome:
            yield f"**Outcome** {self._cited(event.outcome)}"
        if event.parts:
            yield f"**It comprises** {', '.join(map(self._named, event.parts))}"
        sides = [("Previous event", event.previous), ("Next event", event.next)]
        yield " · ".join(f"**{side}** {self._named(ref)}" for side, ref in sides if ref)

    def _relations(self) -> Iterator[str]:
        by_label: dict[str, list[str]] = {}
        for link in self._view.links:
            name = self._known(link.other.name, link)
            if link.inferred:
                name += f" *(inferred: {safe(link.inferred)})*"
            by_label.setdefault(link.label, []).append(name)
        yield from (f"**{safe(label)}** {', '.join(names)}" for label, names in by_label.items())

    def _difference_label(self, one: DifferenceView) -> str:
        return safe(one.about) + mark(self._tier(one), self._options, self._view.ref.tier)

    def difference(self, one: DifferenceView) -> str:
        """Return a block on a difference: one sentence, then each account."""
        differs = told(safe(one.differs), self._tier(one), self._options, self._view.ref.tier)
        accounts = (f"> {self._cited(account)}" for account in one.accounts)
        return "\n".join((f"### Accounts differ: {safe(one.about)}", differs, *accounts))


def _rows(view: EntryView, options: RenderOptions, pager: Pager) -> Iterator[Row]:
    yield from jumps(options, _neighbours(view))
    buttons, id = list[Button](), view.ref.id
    if pager.count > 1:
        on = f"Next page ({pager.page + 1} of {pager.count})"
        buttons += pager.buttons(lambda there: ShowPage(there, id), "Back", on, always=True)
    if len(view.disagreements) > len(_shown_differences(view)):
        label = f"Accounts differ ({len(view.disagreements)})"
        buttons.append(button(label, ShowAccounts(0, id)))
    if view.quotes:
        buttons.append(button("Quotes", ListQuotesOf(id)))
    if view.happening and view.happening.order is not None:
        buttons.append(button("Timeline", event_shown(view.ref, view.happening.order)))
    if not options.private:
        buttons.append(remove_button())
    yield from rows(buttons)


def _neighbours(view: EntryView) -> Iterable[tuple[Ref, str]]:
    """Yield the entries that this one leads to, each with its relation to this one."""
    if event := view.happening:
        near = [
            (event.previous, "Previous event"),
            (event.next, "Next event"),
            (event.part_of, "Part of"),
            (event.where and event.where.place, "Place"),
        ]
        yield from ((ref, tie) for ref, tie in near if ref)
        yield from ((deed.who, "Took part") for deed in event.deeds)
        yield from ((part, "Comprised") for part in event.parts)
    yield from ((link.other, link.label) for link in view.links)
    yield from ((ref, "Added here under this name") for ref in view.namesakes)
    for ref, tie in ((view.first_event, "First event"), (view.last_event, "Last event")):
        if ref:
            yield ref, tie
