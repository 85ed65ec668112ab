"""What curators read about the quotes to come: when, which, and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.core.page import Layout, button, pages, rows
from bot.core.rendering import RenderOptions, named, tier_label, unknown_tiers
from bot.core.text import repeated, safe
from bot.features.qotd.days import HOW, NamedQuotes, line, moment
from bot.features.qotd.ids import QueueQuote, UndoChange
from bot.features.qotd.troubles import PING_ROLE_GONE, SELF_PAUSED, date_of, told
from bot.features.quotes import in_short
from lore.ids import bare
from lore.qotd.delivery import Delivery, FailureReason
from lore.qotd.picking import Preview, QuotePick, Reason
from lore.qotd.timetable import GAP, Outlook, Pause, Schedule, Shift, Slot, Timetable
from lore.query.answers import QuoteChoices, QuoteView, Ref
from lore.text.wording import counted, listed

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# Of Discord's 4,000 characters; what does not fit of a list is left out.
ROOM = 3400

# So many quotes to choose from have room with their buttons.
CHOICES = 5

PROMISE = "It comes within ten minutes of its hour."

OFF = "There will be no more quotes of the day. `/qotd set` begins anew."
UNDONE = "It stands again as it did before."
SPEAKER_ELSEWHERE = (
    "The story has changed: the speaker that was chosen is of another one. Choose another with "
    "`/qotd set`, or take the choice back there."
)
# Shown as it is, so without marks around the command.
NOT_SET = "There is no quote of the day here. /qotd set begins one."


@dataclass(frozen=True, slots=True)
class StatusView:
    """A server's schedule, when its next quotes come, and whose words alone they are to be."""

    schedule: Schedule
    outlook: Outlook
    speaker: Ref | None
    options: RenderOptions
    role_lost: bool = False

    @property
    def table(self) -> Timetable:
        """When they come."""
        return self.schedule.config.table


def warnings(
    failure: FailureReason | None, *, looks: bool, unheard: bool, role_lost: bool
) -> list[str]:
    """What stands in the way, and what to do about it."""
    said = [told(failure)] if failure else []
    if not looks:
        said.append(
            "I may not read the channel's history. Allow me Read Message History there: without it "
            "I leave a day out rather than risk posting twice when I am cut off while posting."
        )
    if role_lost:
        said.append(PING_ROLE_GONE)
    if unheard:
        said.append("The role will not be pinged: make it mentionable by everyone.")
    return said


def begun(stand: StatusView, warned: Sequence[str]) -> Layout:
    """What is set now, and the first dates that follow."""
    turns = (f"- {moment(turn.due, stand.table.zone)}" for turn in stand.outlook.turns)
    blocks = [
        f"## Quote of the day\n{summary(stand)} {PROMISE}\n-# {_choice_of(stand)}",
        "\n".join(("**The next ones**", *turns, *_shifted(stand))),
    ]
    return Layout([*blocks, *_warned(stand, warned)])


def summary(stand: StatusView) -> str:
    """Where and when it comes, in a sentence."""
    table = stand.table
    if len(table.days) == len(DAYS):
        days = "every day"
    else:
        days = "every " + listed([DAYS[day] for day in sorted(table.days)])
    channel = f"<#{stand.schedule.config.channel_id}>"
    return f"In {channel}, {days} at {table.at:%H:%M}, {table.zone.key}."


def _choice_of(stand: StatusView) -> str:
    """Whom it pings, and which quotes it is drawn from."""
    config = stand.schedule.config
    pings = config.role_id and not stand.role_lost
    small = [f"Pings <@&{config.role_id}>" if pings else "Pings nobody"]
    if config.tiers is None and not config.speaker:
        small.append("any quote that is shown here")
    if config.tiers is not None:
        tiers = stand.options.info.ranked(config.tiers)
        small.append("only " + listed([tier_label(tier, stand.options) for tier in tiers]))
    if config.speaker:
        speaker = stand.speaker
        name = named(speaker, stand.options) if speaker else safe(bare(config.speaker))
        small.append(f"only quotes of {name}")
    return " · ".join(small)


def _warned(stand: StatusView, warned: Sequence[str]) -> Iterator[str]:
    """What stands in the way, and what of the choice means nothing in this story."""
    unknown = unknown_tiers(stand.schedule.config.tiers, stand.options.info)
    yield from (f"⚠ {warning}" for warning in (*warned, unknown) if warning)


def undoable(layout: Layout, change_id: int) -> Layout:
    """The layout with a button that takes back what the interaction of that id changed."""
    for row in rows([button("Undo", UndoChange(change_id))]):
        layout.add_item(row)
    return layout


def status(
    stand: StatusView,
    last: Delivery | None,
    warned: Sequence[str],
    today: date,
    quotes: NamedQuotes,
    done: str = "",
) -> Layout:
    """When the next quote comes, what became of the last, why none comes; `done` was just done."""
    blocks = [
        f"✓ {done}" if done else "",
        f"## Quote of the day\n{summary(stand)}\n-# {_choice_of(stand)}",
        "\n".join((f"**Next** {_next(stand, today)}", *_shifted(stand))),
        f"**Last** {line(last, quotes, today)}" if last else "",
    ]
    return Layout([*blocks, *_warned(stand, warned)])


def preview(stand: StatusView, days: Sequence[Preview], quotes: NamedQuotes, today: date) -> Layout:
    """The days to come, each with its quote and why it is that one."""
    if not days:
        return Layout([f"**Next** {_next(stand, today)}"])
    blocks = [
        f"**{moment(day.slot.due, stand.table.zone)}**\n{_chosen(day.choice, quotes)}"
        + (f"\n{quotes.unmet(day.unmet)}" if day.unmet else "")
        for day in days
    ]
    shown = pages(blocks, ROOM)[0]
    left = len(blocks) - len(shown)
    more = f"-# and {counted(left, 'more day')}, for which there is no room" if left else ""
    return Layout(["## The next quotes", *shown, more, "\n".join(_shifted(stand))])


def skipped(before: QuoteView | None, day: Preview, quotes: NamedQuotes) -> Layout:
    """Which quote was set aside, and which comes instead."""
    on = date_of(day.slot.day)
    if before is None or day.choice is None:
        return Layout([f"There is no quote for {on} that could be skipped."])
    aside = in_short(before, quotes.options)
    if day.choice.key == before.id:
        return Layout([f"No other quote fits, so {on} keeps its own:\n{aside}"])
    return Layout(
        [
            f"**Set aside on {on}, to come another time**\n{aside}",
            f"**Comes instead**\n{_chosen(day.choice, quotes)}",
            "-# `/qotd preview` shows the days after it.",
        ]
    )


def queued(turn: Slot | None, view: QuoteView, zone: ZoneInfo, options: RenderOptions) -> Layout:
    """What a date will have; without a turn it is today, whose hour is over."""
    words = in_short(view, options)
    if turn is None:
        return Layout(
            [f"Today's hour is over, so only `/qotd now` brings this quote today:\n{words}"]
        )
    return Layout([f"On {moment(turn.due, zone)} comes:\n{words}"])


def which(answer: QuoteChoices, day: date, options: RenderOptions) -> Layout:
    """The quotes that half-remembered words may be of, each with a button that queues it."""
    asked = f"-# You asked for “{repeated(answer.query)}”"
    shown = answer.quotes[:CHOICES]
    lines = [
        f"**{number}** {in_short(view, options)} · {tier_label(view.tier, options)}"
        for number, view in enumerate(shown, 1)
    ]
    buttons = (
        button(f"Queue {number}", QueueQuote(day, view.id)) for number, view in enumerate(shown, 1)
    )
    heading = f"## Which of these shall come on {date_of(day)}?\n{asked}"
    left = len(answer.quotes) - len(shown)
    more = f"-# and {left} more: give more of its words, or its id." if left else ""
    return Layout([heading, *lines, more], rows(buttons))


def paused(schedule: Schedule) -> str:
    """Until when nothing is posted by itself; nothing if it is not paused."""
    if schedule.pause is Pause.FAILING:
        return SELF_PAUSED
    if schedule.pause and schedule.paused_until:
        return f"Paused until {date_of(schedule.paused_until)}. `/qotd resume` goes on sooner."
    return "Paused. `/qotd resume` goes on." if schedule.pause else ""


def why(choice: QuotePick) -> str:
    """Why a day to come gets its quote."""
    if choice.why is Reason.QUEUED:
        return HOW[Reason.QUEUED]
    others = choice.unshown - 1
    after = f"{counted(others, 'other')} still to come" if others else "it is the last to come"
    return f"{HOW[Reason.DRAWN]}; {after} before any repeats"


def _next(stand: StatusView, today: date) -> str:
    if not stand.outlook.turns:
        return f"none: {paused(stand.schedule)}"
    pause = stand.schedule.paused_until
    until = f", paused until {date_of(pause)}" if pause and pause > today else ""
    return moment(stand.outlook.turns[0].due, stand.table.zone) + until


def _shifted(stand: StatusView) -> Iterable[str]:
    return (f"-# {_shift(shift, stand.table)}" for shift in stand.outlook.shifts)


def _shift(shift: Shift, table: Timetable) -> str:
    """Why a day's quote does not come at its hour."""
    day = date_of(shift.slot.day)
    if shift.taken:
        return f"{day} has had its turn already."
    hours = f"{GAP.seconds // 3600} hours"
    if shift.turn is None:
        return f"{day} is left out: its hour is less than {hours} after the last quote."
    later = shift.turn.due.astimezone(table.zone)
    return (
        f"{day} comes at {later:%H:%M} instead of {table.at:%H:%M}, {hours} after the last quote."
    )


def _chosen(choice: QuotePick | None, quotes: NamedQuotes) -> str:
    if choice is None:
        return "*No quote fits*"
    return f"{quotes.in_short(choice.key)}\n-# {quotes.named(choice)} · {why(choice)}"
