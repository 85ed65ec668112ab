"""What became of each day's quote, why it was not posted, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.core.page import Layout, button, rows
from bot.core.rendering import RenderOptions, barred, tier_label
from bot.features.qotd.ids import ShowPastDays
from bot.features.qotd.troubles import TROUBLES, date_of, remedy, told
from bot.features.quotes import in_short
from lore.ids import bare
from lore.qotd.delivery import Delivery, State
from lore.qotd.picking import QuotePick, Reason
from lore.query.answers import QuoteView
from lore.text.wording import counted

# Days on a page of the history.
PER_PAGE = 7

STATES = {
    State.PLANNED: "about to be posted",
    State.SENDING: "being posted",
    State.SENT: "posted",
    State.SKIPPED: "skipped",
    State.BLOCKED: "not posted",
    State.UNVERIFIED: "perhaps posted",
}

HOW = {Reason.QUEUED: "chosen by a curator", Reason.DRAWN: "drawn by lot"}


@dataclass(frozen=True, slots=True)
class NamedQuotes:
    """The quotes that days name, by their ids, and how they are shown.

    Some may be gone; those that are `elsewhere` are of another story.
    """

    views: Mapping[str, QuoteView]
    options: RenderOptions
    elsewhere: frozenset[str] = frozenset()

    def named(self, choice: QuotePick) -> str:
        """A quote by its id, and how it is known."""
        view = self.views.get(choice.key)
        if view is None:
            of_another = " of another story" if choice.key in self.elsewhere else ""
            return f"`{bare(choice.key)}`{of_another}"
        id = barred(f"`{bare(choice.key)}`", view.tier, self.options)
        return f"{id} · {tier_label(view.tier, self.options)}"

    def unmet(self, key: str) -> str:
        """Why a quote that was queued does not come."""
        why = "of another story" if key in self.elsewhere else "not shown here any more"
        return f"-# The quote that was queued, `{bare(key)}`, is {why}."

    def in_short(self, key: str) -> str:
        """The beginning of a quote, and who says it."""
        view = self.views.get(key)
        return in_short(view, self.options) if view else "*a quote that is gone*"


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """An instant by a server's clock, and how far off it is wherever one reads it."""
    local = instant.astimezone(zone)
    return f"{date_of(local.date())}, {local:%H:%M} ({_stamp(instant, 'R')})"


def line(delivery: Delivery, quotes: NamedQuotes, today: date | None) -> str:
    """What became of a day; for today's, what can still be done about it."""
    said = f"{date_of(delivery.day)}: **{STATES[delivery.state]}**"
    if sent := delivery.sent_at:
        local = f" at {sent.astimezone(delivery.zone):%H:%M}" if delivery.zone else ""
        said += f"{local} ({_stamp(sent, 'f')})"
    if delivery.message_id:
        place = f"{delivery.guild_id}/{delivery.channel_id}/{delivery.message_id}"
        said += f" · [to the post](https://discord.com/channels/{place})"
    if delivery.choice:
        said += f" · {quotes.named(delivery.choice)} · {HOW[delivery.choice.why]}"
    if delivery.failure is None:
        return said
    if delivery.day != today:
        return f"{said}\n  {TROUBLES[delivery.failure]}"
    return f"{said}\n  {told(delivery.failure)} {remedy(delivery.failure)}"


def history(
    deliveries: Sequence[Delivery], quotes: NamedQuotes, today: date | None, page: int, days: int
) -> Layout:
    """A page, counted from 0, of what became of `days` days, the newest first."""
    if not deliveries:
        return Layout(["No quote has been due here yet."])
    lines = (f"- {line(delivery, quotes, today)}" for delivery in deliveries)
    count = -(-days // PER_PAGE)
    small = f"-# Page {page + 1} of {count}, {counted(days, 'day')}"
    turns = [
        button(label, ShowPastDays(there))
        for label, there in (("Newer", page - 1), ("Older", page + 1))
        if 0 <= there < count
    ]
    return Layout(["## The last quotes", "\n".join(lines), small], rows(turns))


def outcome(delivery: Delivery, quotes: NamedQuotes, *, before: bool, paused: str) -> Layout:
    """What became of posting at once; `before` if it had been posted already."""
    if before:
        heading = "Today's quote has been posted already, so I posted no second one."
    elif delivery.state is State.SENT:
        heading = "Posted today's quote; its hour brings no second one."
    elif delivery.state in (State.PLANNED, State.SENDING):
        heading = "Today's quote is on its way: `/qotd status` tells when it is there."
    else:
        heading = "I could not post today's quote."
    return Layout([heading, line(delivery, quotes, delivery.day), paused])


def _stamp(instant: datetime, style: str) -> str:
    return f"<t:{int(instant.timestamp())}:{style}>"
