"""One day's delivery: what is known of it, and its next step so that it is posted once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum, auto
from zoneinfo import ZoneInfo

from lore.qotd.picking import QuotePick, entry_id
from lore.qotd.timetable import FIRST, What

# Discord drops a message whose nonce it has seen "in the past few minutes". Within a minute of the
# first uncertain attempt we rely on that; later we search the history ourselves.
RESEND = timedelta(seconds=60)
MARGIN = timedelta(minutes=15)

# A post is searched no further back from its time: it would be of another date.
_DAY = timedelta(hours=26)

# How many of a channel's messages are read at most for a post that may exist: first a few, which is
# all of them in a quiet channel, then those from its time on. It was posted later only if something
# failed.
FEW = 100
FROM_ITS_HOUR = 400
LATE = timedelta(hours=1)
FAILING_DAYS = 3

# For so long it is tried to publish a post, or to start its thread.
AFTERWARDS = timedelta(days=1)

# Longer than an attempt takes, but short: after a crash nobody sends until it is over.
LEASE = timedelta(seconds=30)

# How long an attempt is on its way at most until Discord has it.
ATTEMPT = timedelta(seconds=10)

# For so long after a lease was asked for an attempt may begin: it arrives before another process
# may send. This is counted by a steady clock, and both clocks may differ a little.
FRESH = LEASE - ATTEMPT - timedelta(seconds=2)


class State(StrEnum):
    """How far a delivery has come; the last four are final."""

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
    NO_ENTRY = "no entry"
    NO_ZONE = "no zone"
    NO_SERVER = "no server"
    NO_CHANNEL = "no channel"
    NO_VIEW = "no view"
    NO_SEND = "no send"
    NO_THREADS = "no threads"
    LOCKED = "locked"
    REFUSED = "refused"
    UNSEEN = "unseen"


# Why a daily post shows nothing, by what it would show.
NOTHING_FITS = {What.QUOTES: FailureReason.NO_QUOTE, What.ENTRIES: FailureReason.NO_ENTRY}


class Afterwards(StrEnum):
    """What is done with a post once it was sent; each can be repeated without harm."""

    PUBLISH = "publish"
    THREAD = "thread"


@dataclass(frozen=True, slots=True)
class PostStep:
    """Something that is still to be done with a post, until it `expires`."""

    guild_id: int
    number: int
    day: date
    what: Afterwards
    channel_id: int
    message_id: int
    expires: datetime


class Step(StrEnum):
    """What to do next."""

    SEND = auto()
    LOOK = auto()
    MISS = auto()
    GIVE_UP = auto()


@dataclass(frozen=True, slots=True)
class Blocked:
    """A day that could not be posted; `paused` if it was the third in a row, which ends trying."""

    paused: bool


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a channel's history to read, and how many messages at most.

    Once it is read until `enough`, a post counts as missing even if there are more messages.
    """

    after: datetime
    before: datetime
    most: int | None = None
    enough: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """The quote of one date by one schedule of a server, which has a `number`.

    `uncertain_since` is set while it may or may not be posted. It was `replaced` if Discord refused
    the first quote. `zone` is the one the day was planned in; None if it no longer exists. An
    `asked` delivery was requested ahead of its usual time.
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
    parent_id: int | None = None

    @property
    def only_asked(self) -> bool:
        """Tell whether it was only requested and failed: its day is still to be posted."""
        return self.asked and self.state is State.BLOCKED

    @property
    def shows(self) -> What:
        """Return what it shows, or would have shown; quotes if that is not known."""
        if self.failure is FailureReason.NO_ENTRY or (self.choice and entry_id(self.choice.key)):
            return What.ENTRIES
        return What.QUOTES

    @property
    def key(self) -> tuple[int, int, date]:
        """Return its key: two posts with the same server, number and day are never made."""
        return self.guild_id, self.number, self.day

    @property
    def nonce(self) -> str:
        """Return the nonce that all its attempts share, 25 characters at most."""
        number = "" if self.number == FIRST else self.number
        return f"q{_base36(self.guild_id)}-{self.day:%Y%m%d}{number}"

    def step(self, now: datetime, can_look: bool, age: timedelta | None = None) -> Step:
        """Return the next step at `now`; `can_look` says whether the history can be read.

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
        # The clock may have been set since, even to before that attempt.
        ages = [now - self.uncertain_since, *([] if age is None else [age])]
        within = all(timedelta(0) <= one <= RESEND for one in ages)
        if within and not (age is None and can_look):
            return Step.SEND
        return Step.LOOK if can_look else Step.GIVE_UP

    @property
    def takes_picture(self) -> bool:
        """Tell whether to try it with a picture: not again once a try got no answer."""
        return self.uncertain_since is None

    @property
    def perhaps_posted(self) -> bool:
        """Tell whether it may have been posted in a gap that the ledger does not know."""
        return self.uncertain_since is not None and not self.attempts

    @property
    def _in_gap(self) -> bool:
        """Tell whether its time was within the gap, so that it was probably posted then."""
        return self.last_attempt is not None and self.due <= self.last_attempt

    def windows(self) -> tuple[Window, ...]:
        """Return the parts of the history to search: the later one if the former is too full."""
        assert self.uncertain_since is not None
        first, last = self.uncertain_since - MARGIN, self.last_attempt or self.uncertain_since
        if not self.perhaps_posted:
            return (Window(first, last + MARGIN),)
        # A curator may have had it posted before its usual time.
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
