"""An entry as a message: in five seconds who or what it is, then its story; in pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.core.answering import answer_blocks
from bot.core.limits import BUTTON_LABEL, BUTTONS_IN_ROW
from bot.core.page import (
    Block,
    Button,
    Divider,
    Layout,
    Pager,
    Row,
    button,
    pages,
    remove_button,
    rows,
)
from bot.core.rendering import (
    Footnotes,
    RenderOptions,
    accent,
    attributions,
    kind_and_tier,
    label,
    named,
    on_the_web,
    told,
)
from bot.core.text import repeated, safe, safe_but_hiding
from bot.features.lookup.ids import ShowAccounts, ShowEntry, ShowPage, ShowSources
from bot.features.lookup.menus import entry_menu
from bot.features.lookup.text import EntryText, namesake
from bot.features.pictures import entry_picture
from bot.features.quotes.ids import ListQuotesOf
from bot.features.timeline.ids import event_shown
from lore.pack.model import Kind
from lore.query.answers import EntryView, Found, Ref
from lore.query.arrangement import appearances, by_kind, statements
from lore.search.names import Match
from lore.site import addresses
from lore.text.markup import without_spoilers


def entry_page(found: Found, options: RenderOptions, page: int = 0, menu: int = 0) -> Layout:
    """Return a page of an entry, counted from 0; a number too high gives the last page.

    `menu` is the part of its menu that is shown, counted likewise.
    """
    colour = accent(found.view.ref.tier, options.info)
    if not page and (found.answer or (options.short and _has_more(found.view, options))):
        return Layout(_in_short(found, options), _short_rows(found, options), colour).written()
    text, pager = blocks(found, options, page)
    return Layout(text, _rows(found.view, options, pager, menu), colour).written()


def blocks(found: Found, options: RenderOptions, page: int) -> tuple[list[Block], Pager]:
    """Return the text blocks of a page and the pager that stands at it."""
    footnotes = Footnotes(options.info)
    entry = EntryText(found.view, options, footnotes)
    more = [block for block in entry.more() if block]
    split = [*pages(filter(None, entry.first())), *(pages(more) if more else [])]
    pager = Pager(page, len(split))
    shown = split[pager.page]
    small = [*entry.small_print()] if not pager.page else []
    small.append(_source_line(found.view, footnotes.explained(_text(shown)), options))
    ending = _small_print((*small, *_licensed(found.view, options)))
    heading = _heading(found, options, entry)
    return [heading, Divider.GAP, *shown, Divider.LINE, ending], pager


def short_page(
    view: EntryView, options: RenderOptions, *, heading: str, ending: str, notice: str
) -> Layout:
    """Return an entry in short for readers who have not asked for it; the whole is a button away.

    `notice` stands above the box, `heading` and `ending` in it.
    """
    footnotes = Footnotes(options.info)
    entry = EntryText(view, options, footnotes)
    small = (kind_and_tier(view.ref, options), *_when_and_where(view, options))
    short = [*entry.in_short()]
    explained = _source_line(view, footnotes.explained(_text(short)), options)
    # Whoever reads it has not asked for this name.
    title = f"## {named(view.ref, options)}\n-# {' · '.join(small)}"
    last = _small_print((explained, *_licensed(view, options)))
    blocks = [heading, title, *short, Divider.LINE, last, ending]
    whole = button("The whole entry", ShowEntry(view.ref.id))
    options = replace(options, private=True)
    kept, _ = _in_a_row([whole], view, options, entry_picture(view, options))
    return Layout(blocks, rows(kept), accent(view.ref.tier, options.info), notice)


def _in_short(found: Found, options: RenderOptions) -> Iterator[Block]:
    """Yield an entry in short, below the answer to a question if one was asked."""
    if found.answer:
        yield from answer_blocks(found.answer, options, found.view.ref.tier)
        yield f"-# You asked “{repeated(found.answer.question)}”"
    footnotes = Footnotes(options.info)
    entry = EntryText(found.view, options, footnotes)
    yield Divider.LINE
    yield _heading(found, options, entry)
    yield Divider.GAP
    yield from (short := [*entry.in_short()])
    yield Divider.LINE
    explained = _source_line(found.view, footnotes.explained(_text(short)), options)
    yield _small_print((*entry.small_print(), explained, *_licensed(found.view, options)))


def _has_more(view: EntryView, options: RenderOptions) -> bool:
    """Tell whether the whole entry says more than it does in short."""
    entry = EntryText(view, options, Footnotes(options.info))
    return _text((*entry.first(), *entry.more())) != _text(entry.in_short())


def _text(blocks: Iterable[Block]) -> str:
    return "".join(block for block in blocks if isinstance(block, str))


def _small_print(lines: Iterable[str]) -> str:
    return "\n".join(f"-# {line}" for line in lines if line)


def _source_line(view: EntryView, explained: str, options: RenderOptions) -> str:
    """Return what the marks stand for, and a link to the page of an entry of the pack."""
    page = addresses.entry_page(view.ref.id)
    link = "" if view.origin else on_the_web(page, view.ref.tier, options)
    return " · ".join(filter(None, (explained, link)))


def _licensed(view: EntryView, options: RenderOptions) -> Iterator[str]:
    """Yield a line for each source of an entry that has to be credited to somebody."""
    return attributions((cite for one in statements(view) for cite in one.cites), options.info)


def _heading(found: Found, options: RenderOptions, entry: EntryText) -> str:
    view = found.view
    kind = kind_and_tier(view.ref, options)
    if view.kind_inferred:
        kind = f"{kind} (inferred)"
    small = [*entry.other_names(), kind, *_when_and_where(view, options)]
    name = safe_but_hiding(view.written) if view.written else safe(view.ref.name)
    lines = [f"## {name}", f"-# {' · '.join(small)}", *how_asked(found)]
    return "\n".join(lines)


def how_asked(found: Found) -> list[str]:
    """Return the lines of the heading that tell how an entry was asked for."""
    lines = []
    if found.aside:
        kinds = with_article(found.aside), with_article(found.view.ref.kind)
        lines.append(f"-# You asked for {kinds[0]}; this is {kinds[1]}.")
    if found.match and (how := how_found(found.match, found.view)):
        lines.append(f"-# {how}")
    return lines


def _when_and_where(view: EntryView, options: RenderOptions) -> Iterator[str]:
    """Yield where an event took place, and what it is a part of."""
    if (event := view.happening) is None:
        return
    if where := event.where:
        yield told(safe(where.place.name), where.tier, options, view.ref.tier)
    if event.part_of:
        yield f"part of {named(event.part_of, options)}"
    if event.position is None:
        yield "time not told"


def with_article(kind: Kind) -> str:
    """Return the name of a kind with its article."""
    return f"{'an' if kind.value[0] in 'aeiou' else 'a'} {kind.value}"


def how_found(match: Match, view: EntryView) -> str:
    """Return why a name found this entry; empty if the entry has that name."""
    reasons = []
    name = match.name.text
    roles = [safe(credit.role) for credit in view.credits if credit.told.says == name]
    if roles:
        reasons.append(f"Found by the credit “{roles[0]} {safe(name)}”")
    elif name != view.ref.name:
        # An alias is what a source or a server calls it; people type other names as well.
        is_alias = name in (without_spoilers(alias.says) for alias in view.aliases)
        is_here = not is_alias and name in map(without_spoilers, view.called_here)
        what, of = "alias" if is_alias or is_here else "name", " of this server" if is_here else ""
        reasons.append(f"Found by the {what} {safe(name)}{of}")
    if match.corrections:
        fixed = ", ".join(f"{safe(typed)} → {safe(meant)}" for typed, meant in match.corrections)
        reasons.append(f"Spelling corrected: {fixed}")
    return " · ".join(reasons)


def _rows(view: EntryView, options: RenderOptions, pager: Pager, menu: int) -> Iterator[Row]:
    id = view.ref.id
    turns = pager.buttons(lambda there: ShowPage(there, id), "Back", _on(pager))
    kept, others = _in_a_row(turns, view, options, _picture_beside(view, options))
    yield from entry_menu(options, _neighbours(view), ShowPage(pager.page, id, menu=menu), others)
    yield from rows(_way(view, options))
    yield from rows(kept)


def _short_rows(found: Found, options: RenderOptions) -> Iterator[Row]:
    yield from rows(_way(found.view, options))
    more = button("More", ShowPage(0, found.view.ref.id))
    # What has no room here, the whole entry has.
    kept, _ = _in_a_row([more], found.view, options, _picture_beside(found.view, options))
    yield from rows(kept)


def _in_a_row(
    turns: Sequence[Button],
    view: EntryView,
    options: RenderOptions,
    pictures: Iterable[Button],
) -> tuple[list[Button], list[Button]]:
    """Return the buttons of one row, and those that have no room in it, the least used first."""
    id = view.ref.id
    contradicting, details = by_kind(view)
    needed, more = [*turns, button("Sources", ShowSources(id))], list[Button]()
    if contradicting:
        needed.append(button(f"Sources differ ({len(contradicting)})", ShowAccounts(0, id)))
    elif details:
        more.append(button(f"In more detail ({len(details)})", ShowAccounts(0, id)))
    if view.quotes:
        more.append(button("Quotes", ListQuotesOf(id)))
    more += pictures
    last = [] if options.private else [remove_button()]
    over = max(0, len(needed) + len(more) + len(last) - BUTTONS_IN_ROW)
    return [*needed, *more[over:], *last], more[:over]


def _picture_beside(view: EntryView, options: RenderOptions) -> Iterator[Button]:
    """Yield the button of a picture, unless it stands where a way leads through the story."""
    if view.happening is None or view.happening.position is None:
        yield from entry_picture(view, options)


def _on(pager: Pager) -> str:
    return f"Next page ({pager.page + 1} of {pager.count})" if pager.page else "More"


def _way(view: EntryView, options: RenderOptions) -> Iterator[Button]:
    """Yield the buttons of an event that lead through the story."""
    if (event := view.happening) is None:
        return
    room = BUTTON_LABEL - len("← ")
    if event.previous:
        words = label(event.previous, options, room)
        yield button(f"← {words}", ShowPage(0, event.previous.id, options.short or None))
    if event.next:
        words = label(event.next, options, room)
        yield button(f"{words} →", ShowPage(0, event.next.id, options.short or None))
    if event.position is not None:
        yield button("Timeline", event_shown(view.ref, event.position))
        yield from entry_picture(view, options)


def _neighbours(view: EntryView) -> Iterable[tuple[Ref, str]]:
    """Yield the entries that this one leads to, each with its relation to this one."""
    yield from ((ref, namesake(ref)) for ref in view.namesakes)
    if event := view.happening:
        near = [
            (event.previous, "Previous event"),
            (event.next, "Next event"),
            (event.part_of, "Part of"),
            (event.where and event.where.place, "Place"),
        ]
        yield from ((ref, tie) for ref, tie in near if ref)
        yield from ((deed.who, "Took part") for deed in event.deeds)
        yield from ((part, "Includes") for part in event.parts)
    yield from ((link.other, link.label) for link in view.links)
    yield from ((ref, tie) for tie, ref in appearances(view))
