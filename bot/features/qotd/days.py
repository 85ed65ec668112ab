"""What became of each day's quote, why it was not posted, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.core.buttons import button, rows
from bot.core.page import Layout
from bot.core.render_options import Manner
from bot.core.text import safe
from bot.core.tiers import barred, tier_label
from bot.features.quotes import views as quote
from lore.ids import bare
from lore.qotd.delivery import Delivery, State, Trouble
from lore.qotd.picking import Choice, Why
from lore.qotd.timetable import GAP, GRACE, going_by
from lore.query.answers import QuoteView
from lore.text.wording import counted

# Days on a page of the history.
PER_PAGE = 7

# At the end of a problem's code: nothing more is posted until somebody asks for it.
PAUSED = ", paused"

TROUBLES = {
    Trouble.MISSED: "I was not online in time: a quote is made up for within "
    f"{GRACE.seconds // 3600} hours, and never after midnight.",
    Trouble.TOO_SOON: f"The last quote was less than {GAP.seconds // 3600} hours before.",
    Trouble.PAUSED: "Posting was paused or turned off.",
    Trouble.NO_QUOTE: "No quote fits.",
    Trouble.NO_ZONE: "The time zone that was set is not known any more.",
    Trouble.NO_SERVER: "I was not in this server.",
    Trouble.NO_CHANNEL: "The channel is gone.",
    Trouble.NO_VIEW: "I cannot see the channel.",
    Trouble.NO_SEND: "I may not write in the channel.",
    Trouble.REFUSED: "Discord refused the quote, and another one too.",
    Trouble.UNSEEN: "I was cut off while posting and may not read the channel's history, so I "
    "cannot know whether it was posted.",
}

REMEDIES = {
    Trouble.NO_QUOTE: "Choose more tiers or another speaker with `/qotd set`.",
    Trouble.NO_ZONE: "Choose another with `/qotd set`.",
    Trouble.NO_CHANNEL: "Choose another with `/qotd set`.",
    Trouble.NO_VIEW: "Allow me View Channel there.",
    Trouble.NO_SEND: "Allow me Send Messages there.",
    Trouble.REFUSED: "See in this server's AutoMod whether it forbids their words, or choose "
    "other quotes with `/qotd set`.",
    Trouble.UNSEEN: "Allow me Read Message History there.",
}

PING_ROLE_GONE = (
    "The role that the quote of the day pings is gone, so nobody is pinged. Choose another with "
    "`/qotd set`."
)

ZONE_OUTDATED = (
    "The quote of the day goes by the time zone “{zone}”, which is not offered any more: for a "
    "part of the year it may be an hour off the clocks around you. Choose a city, such as "
    "“{city}”, with `/qotd set zone:`."
)

STATES = {
    State.PLANNED: "about to be posted",
    State.SENDING: "being posted",
    State.SENT: "posted",
    State.SKIPPED: "skipped",
    State.BLOCKED: "not posted",
    State.UNVERIFIED: "perhaps posted",
}

HOW = {Why.QUEUED: "chosen by a curator", Why.DRAWN: "drawn by lot"}

SELF_PAUSED = "I could not post on three dates in a row and have paused. `/qotd resume` goes on."


@dataclass(frozen=True, slots=True)
class Quotes:
    """The quotes that days name, by their ids, and how they are shown.

    Some may be gone; those that are `elsewhere` are of another story.
    """

    views: Mapping[str, QuoteView]
    manner: Manner
    elsewhere: frozenset[str] = frozenset()

    def named(self, choice: Choice) -> str:
        """A quote by its id, and how it is known."""
        view = self.views.get(choice.key)
        if view is None:
            of_another = " of another story" if choice.key in self.elsewhere else ""
            return f"`{bare(choice.key)}`{of_another}"
        id = barred(f"`{bare(choice.key)}`", view.tier, self.manner)
        return f"{id} · {tier_label(view.tier, self.manner)}"

    def unmet(self, key: str) -> str:
        """Why a quote that was queued does not come."""
        why = "of another story" if key in self.elsewhere else "not shown here any more"
        return f"-# The quote that was queued, `{bare(key)}`, is {why}."

    def in_short(self, key: str) -> str:
        """The beginning of a quote, and who says it."""
        view = self.views.get(key)
        return quote.in_short(view, self.manner) if view else "*a quote that is gone*"


def date_of(day: date) -> str:
    """A date in words."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """An instant by a server's clock, and how far off it is wherever one reads it."""
    local = instant.astimezone(zone)
    return f"{date_of(local.date())}, {local:%H:%M} ({_stamp(instant, 'R')})"


def told(trouble: Trouble) -> str:
    """What went wrong, and what is to be done."""
    return " ".join(filter(None, (TROUBLES[trouble], REMEDIES.get(trouble))))


def line(delivery: Delivery, quotes: Quotes, today: date | None) -> str:
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
    if delivery.trouble is None:
        return said
    if delivery.day != today:
        return f"{said}\n  {TROUBLES[delivery.trouble]}"
    return f"{said}\n  {told(delivery.trouble)} {_still(delivery.trouble)}"


def history(
    deliveries: Sequence[Delivery], quotes: Quotes, today: date | None, page: int, days: int
) -> Layout:
    """A page, counted from 0, of what became of `days` days, the newest first."""
    if not deliveries:
        return Layout(["No quote has been due here yet."])
    lines = (f"- {line(delivery, quotes, today)}" for delivery in deliveries)
    count = -(-days // PER_PAGE)
    small = f"-# Page {page + 1} of {count}, {counted(days, 'day')}"
    turns = [
        button(label, f"qotd:history:{there}")
        for label, there in (("Newer", page - 1), ("Older", page + 1))
        if 0 <= there < count
    ]
    return Layout(["## The last quotes", "\n".join(lines), small], rows(turns))


def outcome(delivery: Delivery, quotes: Quotes, *, before: bool, paused: str) -> Layout:
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


def blocked(delivery: Delivery, trouble: Trouble, *, paused: bool) -> Layout:
    """What the log channel is told when a quote could not be posted."""
    perhaps = trouble is Trouble.UNSEEN
    heading = f"## {'Perhaps no' if perhaps else 'No'} quote on {date_of(delivery.day)}"
    said = f"{heading}\n<#{delivery.channel_id}>: {told(trouble)}"
    return Layout([said, SELF_PAUSED if paused else _still(trouble)])


def zone_outdated(zone: str) -> str:
    """What there is to mend of a zone that was chosen when it was still offered."""
    return ZONE_OUTDATED.format(zone=safe(zone), city=(*going_by(zone), "Europe/Berlin")[0])


def problem(detail: str, channel_id: int | None) -> str:
    """What a curator is told at the next command; nothing if it is not known what was meant."""
    trouble = detail.removesuffix(PAUSED)
    if trouble not in list(Trouble):
        return ""
    said = f"Quote of the day, <#{channel_id}>: {told(Trouble(trouble))}"
    return f"{said} {SELF_PAUSED}" if detail.endswith(PAUSED) else said


def _still(trouble: Trouble) -> str:
    """How a day that was not posted can still have its quote."""
    if trouble is Trouble.UNSEEN:
        return "If it is not there, `/qotd now` posts it."
    if trouble in REMEDIES:
        return "Once that is mended, `/qotd now` posts today's."
    return "`/qotd now` posts it still."


def _stamp(instant: datetime, style: str) -> str:
    return f"<t:{int(instant.timestamp())}:{style}>"
