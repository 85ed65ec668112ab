"""The pages of `/qotd queued`: what is queued for a daily post, and one of it to move."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import discord

from bot.core.limits import CHOICE_TEXT
from bot.core.page import Layout, Pager, Row, Select, button, rows
from bot.core.text import cut
from bot.features.qotd.ids import (
    ChangeQueue,
    ChooseQueued,
    EmptyQueue,
    ListQueue,
    unless_first,
)
from bot.features.qotd.views import NamedQuotes, date_of
from lore.qotd.picking import QueuedPick
from lore.qotd.timetable import Schedule
from lore.text.wording import counted

PER_PAGE = 10

NOTHING = "Nothing is queued. `/qotd queue` gives a date a quote of your choice."


def queue_page(
    schedule: Schedule, queue: Sequence[QueuedPick], quotes: NamedQuotes, pager: Pager
) -> Layout:
    """Return a page of what is queued, each to be chosen in a menu."""
    small = f"-# In <#{schedule.config.channel_id}>, {schedule.config.table.at:%H:%M}"
    if not queue:
        return Layout([f"## What is queued\n{small}", NOTHING])
    post, shown = unless_first(schedule.number), pager.shown(queue)
    lines = "\n".join(_line(one, schedule, quotes) for one in shown)
    turns = pager.buttons(lambda page: ListQueue(page, post))
    empty = button("Take all out", EmptyQueue(post))
    count = f"-# {pager} · {counted(len(queue), 'date')}"
    buttons = rows([*turns, empty])
    menu = _menu(shown, post)
    return Layout([f"## What is queued\n{small}", lines, count], [menu, *buttons])


def _line(one: QueuedPick, schedule: Schedule, quotes: NamedQuotes) -> str:
    line = f"- **{date_of(one.day)}** {quotes.summary(one.key)}"
    comes = one.day.weekday() in schedule.config.table.days
    return line if comes else f"{line}\n  ⚠ No post comes on that day of the week."


def _menu(shown: Sequence[QueuedPick], post: int | None) -> Row:
    options = [
        discord.SelectOption(label=cut(date_of(one.day), CHOICE_TEXT), value=str(one.mark))
        for one in shown
    ]
    menu: Select = discord.ui.Select(
        custom_id=str(ChooseQueued(post)), placeholder="Move or take out …", options=options
    )
    return discord.ui.ActionRow(menu)


def chosen_page(
    schedule: Schedule, queue: Sequence[QueuedPick], place: int, quotes: NamedQuotes
) -> Layout:
    """Return a page with what is queued at a place, and what can be done with it."""
    one = queue[place]
    return Layout([_line(one, schedule, quotes)], rows(_buttons(schedule, queue, place)))


def _buttons(
    schedule: Schedule, queue: Sequence[QueuedPick], place: int
) -> Iterator[discord.ui.Button[discord.ui.LayoutView]]:
    """Yield what moves it to its neighbours' dates, takes it out, and goes back."""
    mark, post = queue[place].mark, unless_first(schedule.number)
    if place:
        before = date_of(queue[place - 1].day)
        yield button(f"Swap with {before}", ChangeQueue("earlier", mark, post))
    if place + 1 < len(queue):
        after = date_of(queue[place + 1].day)
        yield button(f"Swap with {after}", ChangeQueue("later", mark, post))
    yield button("Take out", ChangeQueue("out", mark, post))
    yield button("Back", ListQueue(place // PER_PAGE, post))
