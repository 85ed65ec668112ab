"""One day's delivery: what is known of it, and what it needs next so that it is posted once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum, auto
from zoneinfo import ZoneInfo

from lore.qotd.picking import QuotePick
from lore.qotd.timetable import FIRST

# Discord drops a message whose nonce it has seen "in the past few minutes"; within a minute of
# the first attempt whose outcome is unknown we count on that, later we look for ourselves.
RESEND = timedelta(seconds=60)
MARGIN = timedelta(minutes=15)

# No post is looked for further back from its hour: it would be of another date.
_DAY = timedelta(hours=26)

# So many of a channel's messages are read at most for a post that was perhaps made: first a few, as
# in a quiet channel that is all of them, then those from its hour on. Only where something failed
# was it posted later than so.
FEW = 100
FROM_ITS_HOUR = 400
LATE = timedelta(hours=1)
FAILING_DAYS = 3

# Longer than an attempt takes; short, since after a crash nobody sends until it is over.
LEASE = timedelta(seconds=30)


class State(StrEnum):
    """How far a delivery has come; the last four are ends."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    SKIPPED = "skipped"
    BLOCKED = "blocked"
    UNVERIFIED = "unverified"


class FailureReason(StrEnum):
    """Why a delivery was not posted."""

    MISSED = "missed"
    TOO_SOON = "too soon"
    PAUSED = "paused"
    NO_QUOTE = "no quote"
    NO_ZONE = "no zone"
    NO_SERVER = "no server"
    NO_CHANNEL = "no channel"
    NO_VIEW = "no view"
    NO_SEND = "no send"
    REFUSED = "refused"
    UNSEEN = "unseen"


class Step(StrEnum):
    """What to do next."""

    SEND = auto()
    LOOK = auto()
    MISS = auto()
    GIVE_UP = auto()


@dataclass(frozen=True, slots=True)
class Blocked:
    """A day could not be posted; `paused` if that was the third in a row, so no more is tried."""

    paused: bool


@dataclass(frozen=True, slots=True)
class Window:
    """Between which instants to read a channel's history, and how many messages at most.

    Read until `enough`, it counts as not there, even if there are more messages.
    """

    after: datetime
    before: datetime
    most: int | None = None
    enough: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """The quote of one date by one schedule of a server, which has a `number`.

    `uncertain_since` is set while it may or may not be there. It was `replaced` if Discord did not
    take the first. `zone` is whose clock the day was planned by; None if it is not known any more.
    What was `asked` for did not come at its hour.
    """

    guild_id: int
    number: int
    day: date
    state: State
    due: datetime
    expires: datetime
    channel_id: int
    role_id: int | None
    choice: QuotePick | None
    fence: int = 0
    attempts: int = 0
    replaced: bool = False
    uncertain_since: datetime | None = None
    last_attempt: datetime | None = None
    sent_at: datetime | None = None
    message_id: int | None = None
    failure: FailureReason | None = None
    zone: ZoneInfo | None = None
    asked: bool = False

    @property
    def only_asked(self) -> bool:
        """Tell whether a curator wanted it at once, in vain: the day still has its turn."""
        return self.asked and self.state is State.BLOCKED

    @property
    def key(self) -> tuple[int, int, date]:
        """Return what it is known by: no two of one server, number and day are ever posted."""
        return self.guild_id, self.number, self.day

    @property
    def nonce(self) -> str:
        """Return what all its attempts have in common for Discord, 25 characters at most."""
        number = "" if self.number == FIRST else self.number
        return f"q{_base36(self.guild_id)}-{self.day:%Y%m%d}{number}"

    def step(self, now: datetime, can_look: bool, age: timedelta | None = None) -> Step:
        """Say what to do at `now`; `can_look` says whether the channel's history can be read.

        `age` is how long ago its first uncertain attempt was, by a clock that cannot be set; None
        if another process made it.
        """
        if self.uncertain_since is None:
            return Step.SEND if now < self.expires else Step.MISS
        if self.perhaps_posted and not can_look:
            if self._in_gap:
                return Step.GIVE_UP
            return Step.SEND if now < self.expires else Step.MISS
        if self.perhaps_posted:
            return Step.LOOK
        # The clock may have been set in between, also to before that attempt.
        ages = [now - self.uncertain_since, *([] if age is None else [age])]
        within = all(timedelta(0) <= one <= RESEND for one in ages)
        if within and not (age is None and can_look):
            return Step.SEND
        return Step.LOOK if can_look else Step.GIVE_UP

    @property
    def perhaps_posted(self) -> bool:
        """Tell whether it may have been posted in a gap, of which the ledger knows nothing."""
        return self.uncertain_since is not None and not self.attempts

    @property
    def _in_gap(self) -> bool:
        """Tell whether its hour was in the gap, so that it was surely to be posted then."""
        return self.last_attempt is not None and self.due <= self.last_attempt

    def windows(self) -> tuple[Window, ...]:
        """Return where in the history to look: in the later one if there is more in the former."""
        assert self.uncertain_since is not None
        first, last = self.uncertain_since - MARGIN, self.last_attempt or self.uncertain_since
        if not self.perhaps_posted:
            return (Window(first, last + MARGIN),)
        # A curator may have asked for it before its hour.
        first, last = max(first, self.due - _DAY), last + MARGIN
        if not self._in_gap:
            return (Window(first, last, FROM_ITS_HOUR, enough=first),)
        hour = Window(self.due - MARGIN, last, FROM_ITS_HOUR, enough=self.due + LATE)
        return (Window(first, last, FEW), hour) if first < hour.after else (hour,)


def _base36(number: int) -> str:
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits
