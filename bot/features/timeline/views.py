"""The timeline as a message: a line for each event, with what came of it, in pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.core.page import Block, Divider, Layout, Pager, remove_button, rows
from bot.core.rendering import (
    RenderOptions,
    accent,
    attributions,
    cited_places,
    named,
    told,
)
from bot.core.text import prose, repeated, safe
from bot.features.lookup import jumps
from bot.features.pictures import timeline_picture
from bot.features.timeline.ids import ShowEvent, event_shown
from lore.pack.model import SERVER
from lore.query.answers import EntryView, Position, Ref, Timeline
from lore.query.arrangement import START, by_whole, came_of, next_step, position, steps, year

# How many events are on a page.
PER_PAGE = 8

# How many of the events whose time is not told are named.
UNDATED = 12

# How much is shown of what a server tells of its own event.
OWN = 160


def timeline_page(
    asked: Timeline,
    options: RenderOptions,
    start: Position | None = None,
    remarks: Sequence[str] = (),
) -> Layout:
    """Return the page with the first event at `start` or later, under the remarks."""
    title = "\n".join((_title(asked), *remarks))
    events = steps(asked.events)
    if not events:
        hint = "Leave out the character or the place to see more."
        return Layout([f"{title}\nNo event is told of here.\n{hint}"])
    at = next_step(events, start or START)
    pager = Pager(at // PER_PAGE, len(events), PER_PAGE)
    shown = list(map(asked.view, pager.shown(events)))
    numbers = f"-# Events {pager.first + 1} to {pager.first + len(shown)} of {len(events)}"
    text: list[Block] = [f"{title}\n{numbers}", Divider.GAP]
    asked_number = at + 1 if position(events[at]) == start else 0
    text += _lines(shown, pager.first + 1, asked_number, options)
    text += [Divider.LINE, "\n".join(f"-# {line}" for line in _small_print(asked, shown, options))]

    who = asked.character.id if asked.character else ""
    place = asked.place.id if asked.place else ""

    def turned_to(page: int) -> ShowEvent:
        first = page * PER_PAGE
        return event_shown(events[first].ref, position(events[first]), who, place)

    buttons = pager.buttons(turned_to, "← Earlier", "Later →")
    first = at if asked_number else pager.first
    begins = events[first]
    buttons += timeline_picture(
        asked, begins.ref, position(begins), options, ringed=bool(asked_number)
    )
    if not options.private:
        buttons.append(remove_button())
    tiers = {event.ref.tier for event in shown}
    colour = accent(shown[0].ref.tier, options.info) if len(tiers) == 1 else None
    refs = ((event.ref, "Event") for event in shown)
    return Layout(text, [*jumps(options, refs), *rows(buttons)], colour)


def taken_for(name: str, ref: Ref, options: RenderOptions) -> str:
    """Return a remark that a name was taken for an entry of another kind than its option's."""
    return f"-# “{repeated(name)}” is taken for {named(ref, options)} ({ref.kind.value})."


def undated(event: Ref, options: RenderOptions) -> str:
    """Return a remark that it is not told when the requested event happened."""
    teller = "This server has not told" if event.tier == SERVER else "No source tells"
    return f"-# {teller} when {named(event, options)} happened, so it is not among these."


def not_in_timeline(event: Ref, options: RenderOptions) -> str:
    """Return a remark that the requested event is not in this timeline."""
    return f"-# {named(event, options)} is not among these."


def _title(asked: Timeline) -> str:
    of = [ref.name for ref in (asked.character, asked.place) if ref]
    return "## Timeline" + (f" · {safe(' · '.join(of))}" if of else "")


def _lines(
    events: Sequence[EntryView], number: int, asked: int, options: RenderOptions
) -> Iterator[Block]:
    """Yield a line for each event, numbered from `number` on, under what it is a part of."""
    for whole, again, parts in by_whole(events):
        lines = [_heading(whole, options, again=again)] if whole else []
        numbered = enumerate(parts, number)
        lines += [_line(event, at, options, is_asked=at == asked) for at, event in numbered]
        number += len(parts)
        yield "\n".join(lines)
        yield Divider.GAP


def _heading(whole: Ref, options: RenderOptions, *, again: bool) -> str:
    """Return what stands above the parts of an event, in small where it goes on after another."""
    name = named(whole, options)
    return f"-# {name}, continued" if again else f"**{name}**"


def _line(event: EntryView, number: int, options: RenderOptions, *, is_asked: bool) -> str:
    tier = event.ref.tier
    name = told(safe(event.ref.name), tier, options, options.info.best_tier)
    parts = [f"**{number} {name}**" if is_asked else f"**{number}** {name}"]
    if event.happening and (when := event.happening.when):
        parts.append(f"({told(year(when), when.tier, options, tier)})")
    outcome = came_of(event)
    if event.origin:
        # A server's text has its curator's markup, and may be a whole story.
        return f"{' '.join(parts)} — {prose(outcome.says, length=OWN).replace(chr(10), ' ')}"
    return f"{' '.join(parts)} — {told(safe(outcome.says), outcome.tier, options, tier)}"


def _small_print(
    asked: Timeline, shown: Sequence[EntryView], options: RenderOptions
) -> Iterator[str]:
    if asked.undated:
        names = [named(ref, options) for ref in asked.undated[:UNDATED]]
        more = len(asked.undated) - len(names)
        and_more = f" and {more:,} more" if more else ""
        yield f"Time not told: {', '.join(names)}{and_more}"
    cites = [cite for event in shown for cite in came_of(event).cites]
    if cites:
        yield f"Sources: {cited_places(cites, options.info)}"
    yield from attributions(cites, options.info)
