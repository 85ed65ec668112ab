"""The timeline as a message: one event in full, its neighbours by name, and buttons to page."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.page import Layout, Pager, button, remove_button, rows
from bot.core.rendering import Footnotes, RenderOptions, accent, known, named, tier_label, told
from bot.core.text import repeated, safe
from bot.features.lookup import jumps, year
from bot.features.lookup.ids import ShowPage
from bot.features.timeline.ids import event_shown
from lore.query.answers import CitedText, EntryView, EventPlace, EventYear, Ref, Timeline

# How many events are listed before and after the one that is shown in full.
NEIGHBOUR_COUNT = 3


def timeline_page(
    asked: Timeline, options: RenderOptions, order: int | None = None, remarks: Sequence[str] = ()
) -> Layout:
    """Return the timeline at the first event whose order is at least `order`, under the remarks."""
    title = "\n".join((_title(asked), *remarks))
    if not asked.events:
        hint = "Leave out the character or the place to see more."
        return Layout([f"{title}\nNo event is told of here.\n{hint}"])
    orders = [_order(event) for event in asked.events]
    at = next((i for i, one in enumerate(orders) if one >= (order or 0)), len(orders) - 1)
    footnotes = Footnotes(options.info)
    text = [title]
    text.append(
        "\n".join(
            _event_line(event, options) for event in asked.events[max(0, at - NEIGHBOUR_COUNT) : at]
        )
    )
    text.append(_event_block(asked.events[at], options, footnotes))
    text.append(
        "\n".join(
            _event_line(event, options) for event in asked.events[at + 1 : at + 1 + NEIGHBOUR_COUNT]
        )
    )
    text.append(f"-# Event {at + 1} of {len(orders)}{footnotes.listed(''.join(text))}")

    who = asked.character.id if asked.character else ""
    place = asked.place.id if asked.place else ""
    buttons = Pager(at, len(orders)).buttons(
        lambda there: event_shown(asked.events[there].ref, orders[there], who, place)
    )
    buttons.append(button("Open this event", ShowPage(0, asked.events[at].ref.id)))
    if not options.private:
        buttons.append(remove_button())
    nearby = ((event.ref, "Event") for event in asked.events[max(0, at - 12) : at + 13])
    colour = accent(asked.events[at].ref.tier, options.info)
    return Layout(text, [*jumps(options, nearby), *rows(buttons)], colour)


def taken_for(name: str, ref: Ref, options: RenderOptions) -> str:
    """Return a remark that a name was taken for an entry of another kind than its option's."""
    return f"-# “{repeated(name)}” is taken for {named(ref, options)} ({ref.kind.value})."


def undated(event: Ref, options: RenderOptions) -> str:
    """Return a remark that no source tells when the requested event happened."""
    return f"-# No source tells when {named(event, options)} happened, so it is not among these."


def not_in_timeline(event: Ref, options: RenderOptions) -> str:
    """Return a remark that the requested event is not in this timeline."""
    return f"-# {named(event, options)} is not among these; this is where it would stand."


def _title(asked: Timeline) -> str:
    of = [ref.name for ref in (asked.character, asked.place) if ref]
    return "## Timeline" + (f" · {safe(' · '.join(of))}" if of else "")


def _event_line(event: EntryView, options: RenderOptions) -> str:
    facts = [told(safe(event.ref.name), event.ref.tier, options, options.info.best_tier)]
    if event.happening and (when := event.happening.when):
        facts.append(told(year(when), when.tier, options, event.ref.tier))
    return f"- {' · '.join(facts)}"


def _event_block(event: EntryView, options: RenderOptions, footnotes: Footnotes) -> str:
    def cited(words: str, by: CitedText | EventYear | EventPlace) -> str:
        return known(words, by, options, event.ref.tier, footnotes)

    small = []
    if event.happening and (when := event.happening.when):
        small.append(cited(year(when), when))
    if event.happening and (where := event.happening.where):
        small.append(cited(where.place.name, where))
    small.append(tier_label(event.ref.tier, options))
    lines = [f"### {named(event.ref, options)}", f"-# {' · '.join(small)}"]
    return "\n".join([*lines, *(cited(one.says, one) for one in event.text[:2])])


def _order(event: EntryView) -> int:
    return (event.happening and event.happening.order) or 0
