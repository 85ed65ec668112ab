"""What keeps the quote of the day from being posted, and what to do about it."""

from __future__ import annotations

from datetime import date

from bot.core.page import Layout
from bot.core.text import safe
from lore.qotd.delivery import Delivery, FailureReason
from lore.qotd.timetable import GAP, GRACE, going_by

SELF_PAUSED = "I could not post on three dates in a row and have paused. `/qotd resume` goes on."

# At the end of a problem's code: nothing more is posted until somebody asks for it.
PAUSED = ", paused"

TROUBLES = {
    FailureReason.MISSED: "I was not online in time: a quote is made up for within "
    f"{GRACE.seconds // 3600} hours, and never after midnight.",
    FailureReason.TOO_SOON: f"The last quote was less than {GAP.seconds // 3600} hours before.",
    FailureReason.PAUSED: "Posting was paused or turned off.",
    FailureReason.NO_QUOTE: "No quote fits.",
    FailureReason.NO_ZONE: "The time zone that was set is not known any more.",
    FailureReason.NO_SERVER: "I was not in this server.",
    FailureReason.NO_CHANNEL: "The channel is gone.",
    FailureReason.NO_VIEW: "I cannot see the channel.",
    FailureReason.NO_SEND: "I may not write in the channel.",
    FailureReason.REFUSED: "Discord refused the quote, and another one too.",
    FailureReason.UNSEEN: "I was cut off while posting and may not read the channel's history, so "
    "I cannot know whether it was posted.",
}

REMEDIES = {
    FailureReason.NO_QUOTE: "Choose more tiers or another speaker with `/qotd set`.",
    FailureReason.NO_ZONE: "Choose another with `/qotd set`.",
    FailureReason.NO_CHANNEL: "Choose another with `/qotd set`.",
    FailureReason.NO_VIEW: "Allow me View Channel there.",
    FailureReason.NO_SEND: "Allow me Send Messages there.",
    FailureReason.REFUSED: "See in this server's AutoMod whether it forbids their words, or choose "
    "other quotes with `/qotd set`.",
    FailureReason.UNSEEN: "Allow me Read Message History there.",
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


def date_of(day: date) -> str:
    """A date in words."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def told(failure: FailureReason) -> str:
    """What went wrong, and what is to be done."""
    return " ".join(filter(None, (TROUBLES[failure], REMEDIES.get(failure))))


def blocked(delivery: Delivery, failure: FailureReason, *, paused: bool) -> Layout:
    """What the log channel is told when a quote could not be posted."""
    perhaps = failure is FailureReason.UNSEEN
    heading = f"## {'Perhaps no' if perhaps else 'No'} quote on {date_of(delivery.day)}"
    said = f"{heading}\n<#{delivery.channel_id}>: {told(failure)}"
    return Layout([said, SELF_PAUSED if paused else remedy(failure)])


def zone_outdated(zone: str) -> str:
    """What there is to mend of a zone that was chosen when it was still offered."""
    return ZONE_OUTDATED.format(zone=safe(zone), city=(*going_by(zone), "Europe/Berlin")[0])


def qotd_problem(detail: str, channel_id: int | None) -> str:
    """What a curator is told at the next command; nothing if it is not known what was meant."""
    failure = detail.removesuffix(PAUSED)
    if failure not in list(FailureReason):
        return ""
    said = f"Quote of the day, <#{channel_id}>: {told(FailureReason(failure))}"
    return f"{said} {SELF_PAUSED}" if detail.endswith(PAUSED) else said


def remedy(failure: FailureReason) -> str:
    """How a day that was not posted can still have its quote."""
    if failure is FailureReason.UNSEEN:
        return "If it is not there, `/qotd now` posts it."
    if failure in REMEDIES:
        return "Once that is mended, `/qotd now` posts today's."
    return "`/qotd now` posts it still."
