"""The quote of the day as a message, and everything that curators read about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import discord

from bot.layouts import quote
from bot.layouts.manner import Manner
from bot.layouts.page import Layout, pages
from bot.layouts.text import safe
from bot.layouts.tiers import barred, tier_label
from lore.answers import QuoteView
from lore.daily.choice import Choice, Why
from lore.daily.delivery import Delivery, State, Trouble
from lore.daily.schedule import Pause, Preview, Schedule
from lore.daily.timetable import GAP, GRACE, Slot, Timetable
from lore.wording import counted

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# Of Discord's 4,000 characters; what does not fit of a list is left out.
ROOM = 3600

PROMISE = "It comes within ten minutes of its hour."

TROUBLES = {
    Trouble.MISSED: "I was not online in time: a quote is made up for within "
    f"{GRACE.seconds // 3600} hours, and never after midnight. `/qotd now` posts it still.",
    Trouble.TOO_SOON: f"The last quote was less than {GAP.seconds // 3600} hours before.",
    Trouble.PAUSED: "Posting was paused or turned off.",
    Trouble.NO_QUOTE: "No quote fits: choose more tiers or another speaker with `/qotd set`.",
    Trouble.NO_ZONE: "Its time zone is not known any more. Choose another with `/qotd set`.",
    Trouble.NO_SERVER: "I am not in this server any more.",
    Trouble.NO_CHANNEL: "The channel is gone. Choose another with `/qotd set`.",
    Trouble.NO_VIEW: "I cannot see the channel. Allow me View Channel there.",
    Trouble.NO_SEND: "I may not write in the channel. Allow me Send Messages there.",
    Trouble.REFUSED: "Discord refused the quote, and another one too. AutoMod may be the reason.",
    Trouble.UNSEEN: "I was cut off while posting and may not read the channel's history, so I "
    "cannot know whether it was posted. Allow me Read Message History there. "
    "If it is not there, `/qotd now` posts it.",
}

STATES = {
    State.PLANNED: "about to be posted",
    State.SENDING: "being posted",
    State.SENT: "posted",
    State.SKIPPED: "skipped",
    State.BLOCKED: "not posted",
    State.UNVERIFIED: "perhaps posted",
}

HOW = {Why.QUEUED: "chosen by a curator", Why.DRAWN: "drawn by lot"}

OFF = "There will be no more quotes of the day. `/qotd set` begins anew."
# Shown as it is, so without marks around the command.
NOT_SET = "There is no quote of the day here. /qotd set begins one."


@dataclass(frozen=True, slots=True)
class Quotes:
    """The quotes that days name, by their ids, and how they are shown; some may be gone."""

    views: Mapping[str, QuoteView]
    manner: Manner

    def named(self, choice: Choice) -> str:
        """A quote by its id, and how it is known."""
        view = self.views.get(choice.key)
        if view is None:
            return f"`{choice.key}`"
        id = barred(f"`{choice.key}`", view.tier, self.manner)
        return f"{id} · {tier_label(view.tier, self.manner)}"

    def in_short(self, key: str) -> str:
        """The beginning of a quote, and who says it."""
        view = self.views.get(key)
        return quote.in_short(view, self.manner) if view else "*a quote that is gone*"


def marker(day: date) -> str:
    """The line that ends a day's post, by which it is found again in the history."""
    return f"-# Quote of the day · {day.isoformat()}"


def is_post(message: discord.Message, day: date) -> bool:
    """Whether a message of ours is that day's post."""
    return marker(day) in _texts(message.components)


def post(view: QuoteView, manner: Manner, day: date, role_id: int | None) -> Layout:
    """The day's post; only the role can be pinged by it."""
    heading = "## Quote of the day" + (f"\n<@&{role_id}>" if role_id else "")
    return quote.layout(view, manner, heading=heading, ending=marker(day))


def said(text: str) -> Layout:
    """A plain reply."""
    return Layout([text])


def warnings(trouble: Trouble | None, *, looks: bool, unheard: bool) -> list[str]:
    """What stands in the way, and what to do about it."""
    told = [TROUBLES[trouble]] if trouble else []
    if not looks:
        told.append(
            "I may not read the channel's history. Allow me Read Message History there: without it "
            "I leave a day out rather than risk posting twice when I am cut off while posting."
        )
    if unheard:
        told.append("The role will not be pinged: make it mentionable by everyone.")
    return told


def begun(schedule: Schedule, slots: Iterable[Slot], warned: Sequence[str]) -> Layout:
    """What was set, and the first dates that follow from it."""
    terms = schedule.terms
    told = [
        f"## Quote of the day\nIn <#{terms.channel_id}>, {_when(terms.table)}. {PROMISE}",
        "\n".join(("**The next ones**", *(f"- {moment(s.due, terms.table)}" for s in slots))),
    ]
    return Layout([*told, *(f"⚠ {warning}" for warning in warned)])


def status(
    schedule: Schedule, last: Delivery | None, warned: Sequence[str], today: date, quotes: Quotes
) -> Layout:
    """When the next quote comes, what became of the last, and why nothing comes."""
    terms = schedule.terms
    small = []
    if terms.role_id:
        small.append(f"pings <@&{terms.role_id}>")
    if terms.tiers is not None:
        small.append("tiers: " + ", ".join(tier.value for tier in terms.tiers))
    if terms.speaker:
        small.append(f"only words of {safe(terms.speaker)}")
    told = [
        f"## Quote of the day\nIn <#{terms.channel_id}>, {_when(terms.table)}."
        + (f"\n-# {' · '.join(small)}" if small else ""),
        f"**Next** {_next(schedule, today)}",
        f"**Last** {_line(last, terms.table, quotes)}" if last else "",
    ]
    return Layout([*told, *(f"⚠ {warning}" for warning in warned)])


def preview(schedule: Schedule, days: Sequence[Preview], quotes: Quotes) -> Layout:
    """The days to come, each with its quote and why it is that one."""
    lines = [
        f"**{moment(day.slot.due, schedule.terms.table)}**\n{_chosen(day.choice, quotes)}"
        for day in days
    ]
    if not lines:
        return said(f"**Next** {_next(schedule, date.min)}")
    return Layout(["## The next quotes", *pages(lines, ROOM)[0]])


def skipped(before: QuoteView | None, day: Preview, quotes: Quotes) -> Layout:
    """Which quote was set aside, and which comes instead."""
    on = _date(day.slot.day)
    if before is None or day.choice is None:
        return said(f"There is no quote for {on} that could be skipped.")
    aside = quote.in_short(before, quotes.manner)
    if day.choice.key == before.id:
        return said(f"No other quote fits, so {on} keeps its own:\n{aside}")
    return Layout(
        [
            f"**Set aside on {on}, to come another time**\n{aside}",
            f"**Comes instead**\n{_chosen(day.choice, quotes)}",
            "-# `/qotd preview` shows the days after it.",
        ]
    )


def history(table: Timetable | None, deliveries: Sequence[Delivery], quotes: Quotes) -> Layout:
    """What became of the last days, the newest first."""
    if not deliveries:
        return said("No quote has been due here yet.")
    lines = [f"- {_line(delivery, table, quotes)}" for delivery in deliveries]
    return Layout(["## The last quotes", "\n".join(pages(lines, ROOM)[0])])


def outcome(delivery: Delivery, table: Timetable, quotes: Quotes) -> Layout:
    """What became of posting at once."""
    return said(f"Today's quote, {_line(delivery, table, quotes)}")


def queued(day: date, view: QuoteView, manner: Manner) -> Layout:
    """What a date will have."""
    return said(f"**{_date(day)}**\n{quote.in_short(view, manner)}")


def blocked(delivery: Delivery, trouble: Trouble, *, paused: bool) -> Layout:
    """What curators are told when a quote could not be posted."""
    told = f"## No quote on {_date(delivery.day)}\n<#{delivery.channel_id}>: " + TROUBLES[trouble]
    ending = (
        "This was the third time in a row, so I have paused. `/qotd resume` goes on."
        if paused
        else "`/qotd now` posts today's once that is mended."
    )
    return Layout([told, ending])


def why(choice: Choice) -> str:
    """Why a day to come gets its quote."""
    if choice.why is Why.QUEUED:
        return HOW[Why.QUEUED]
    others = choice.unshown - 1
    after = f"{counted(others, 'other')} still to come" if others else "it is the last to come"
    return f"{HOW[Why.DRAWN]}; {after} before any repeats"


def moment(instant: datetime, table: Timetable) -> str:
    """An instant by the server's clock, and how far off it is wherever one reads it."""
    local = instant.astimezone(table.zone)
    return f"{_date(local.date())}, {local:%H:%M} ({_stamp(instant, 'R')})"


def _date(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def _when(table: Timetable) -> str:
    if len(table.days) == len(DAYS):
        days = "every day"
    else:
        days = "every " + ", ".join(DAYS[day] for day in sorted(table.days))
    return f"{days} at {table.at:%H:%M}, {table.zone.key}"


def _next(schedule: Schedule, today: date) -> str:
    table = schedule.terms.table
    if schedule.next_due is None or schedule.next_day is None:
        if schedule.pause is Pause.FAILING:
            return "none: I could not post three times in a row and paused. `/qotd resume` goes on."
        return "none: paused. `/qotd resume` goes on."
    pause = schedule.paused_until
    paused = f", paused until {_date(pause)}" if pause and pause > today else ""
    return moment(table.slot(schedule.next_day).due, table) + paused


def _line(delivery: Delivery, table: Timetable | None, quotes: Quotes) -> str:
    told = f"{_date(delivery.day)}: **{STATES[delivery.state]}**"
    if sent := delivery.sent_at:
        local = f" at {sent.astimezone(table.zone):%H:%M}" if table else ""
        told += f"{local} ({_stamp(sent, 'f')})"
    if delivery.message_id:
        place = f"{delivery.guild_id}/{delivery.channel_id}/{delivery.message_id}"
        told += f" · [to the post](https://discord.com/channels/{place})"
    if delivery.choice:
        told += f" · {quotes.named(delivery.choice)} · {HOW[delivery.choice.why]}"
    return told + (f"\n  {TROUBLES[delivery.trouble]}" if delivery.trouble else "")


def _chosen(choice: Choice | None, quotes: Quotes) -> str:
    if choice is None:
        return "*No quote fits*"
    return f"{quotes.in_short(choice.key)}\n-# {quotes.named(choice)} · {why(choice)}"


def _stamp(instant: datetime, style: str) -> str:
    return f"<t:{int(instant.timestamp())}:{style}>"


def _texts(components: Iterable[object]) -> Iterator[str]:
    for component in components:
        if isinstance(component, discord.TextDisplay):
            yield component.content
        yield from _texts(getattr(component, "children", ()))
