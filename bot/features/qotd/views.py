"""The pages of `/qotd`: status, coming and past days, and the post itself."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from bot.core.limits import MESSAGE_TEXT
from bot.core.page import Layout, Pager, button, pages, rows
from bot.core.rendering import RenderOptions, barred, named, tier_label, unknown_tiers
from bot.core.text import repeated, safe
from bot.features.lookup import with_article
from bot.features.qotd.ids import QueueQuote, ShowPastDays, UndoChange, unless_first
from bot.features.quotes import quote_summary
from lore.ids import bare
from lore.qotd.delivery import Delivery, FailureReason, State
from lore.qotd.picking import Preview, QuotePick, Reason, entry_id
from lore.qotd.timetable import (
    FIRST,
    GAP,
    GRACE,
    MOST_POSTS,
    Outlook,
    Pause,
    PostName,
    Schedule,
    Shift,
    Slot,
    Timetable,
    What,
    places_using,
)
from lore.query.answers import EntryView, QuoteChoices, QuoteView, Ref
from lore.text.wording import counted, listed

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# How much of a list is shown; the rest is left out.
ROOM = MESSAGE_TEXT - 600

# How many quotes to choose from fit with their buttons.
CHOICES = 5

PROMISE = "It comes within ten minutes of its hour."

# What a daily post shows, one and several, and what it is called.
NOUNS = {What.QUOTES: ("quote", "quotes"), What.ENTRIES: ("entry", "entries")}
QOTD = "quote of the day"

CLASH = "Another daily post comes into this channel at this time: `/qotd list` shows both."
OFF = "There will be no more quotes of the day. `/qotd set` begins anew."
UNDONE = "It stands again as it did before."
SPEAKER_ELSEWHERE = (
    "The story has changed: the speaker that was chosen is of another one. Choose another with "
    "`/qotd set`, or take the choice back there."
)
# Shown as plain text, so without backticks around the command.
NOT_SET = "There is no quote of the day here. /qotd set begins one."

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

REASONS = {Reason.QUEUED: "chosen by a curator", Reason.DRAWN: "drawn by lot"}

SELF_PAUSED = "I could not post on three dates in a row and have paused. `/qotd resume` goes on."

# The end of a problem's code: nothing more is posted until somebody asks for it.
PAUSED = ", paused"

FAILURES = {
    FailureReason.MISSED: "I was not online in time: a quote is made up for within "
    f"{GRACE.seconds // 3600} hours, and never after midnight.",
    FailureReason.TOO_SOON: f"The last quote was less than {GAP.seconds // 3600} hours before.",
    FailureReason.PAUSED: "Posting was paused or turned off.",
    FailureReason.NO_QUOTE: "No quote fits.",
    FailureReason.NO_ENTRY: "No entry fits.",
    FailureReason.NO_ZONE: "The time zone that was set is not known any more.",
    FailureReason.NO_SERVER: "I was not in this server.",
    FailureReason.NO_CHANNEL: "The channel is gone.",
    FailureReason.NO_VIEW: "I cannot see the channel.",
    FailureReason.NO_SEND: "I may not write in the channel.",
    FailureReason.NO_THREADS: "I may not write in threads there.",
    FailureReason.LOCKED: "The thread is locked.",
    FailureReason.REFUSED: "Discord refused the quote, and another one too.",
    FailureReason.UNSEEN: "I was cut off while posting and may not read the channel's history, so "
    "I cannot know whether it was posted.",
}

_SHOW_MORE = "`/settings` says which tiers are shown, `/entry list hidden:True` what is hidden."

REMEDIES = {
    FailureReason.NO_QUOTE: "Choose more tiers or another speaker with `/qotd set`, or show more "
    f"here: {_SHOW_MORE}",
    FailureReason.NO_ENTRY: f"Choose more tiers with `/qotd set`, or show more here: {_SHOW_MORE}",
    FailureReason.NO_ZONE: "Choose another with `/qotd set`.",
    FailureReason.NO_CHANNEL: "Choose another with `/qotd set`.",
    FailureReason.NO_VIEW: "Allow me View Channel there.",
    FailureReason.NO_SEND: "Allow me Send Messages there.",
    FailureReason.NO_THREADS: "Allow me Send Messages in Threads there.",
    FailureReason.LOCKED: "Unlock it, allow me Manage Threads there, or choose another place with "
    "`/qotd set`.",
    FailureReason.REFUSED: "See in this server's AutoMod whether it forbids their words, or choose "
    "other quotes with `/qotd set`.",
    FailureReason.UNSEEN: "Allow me Read Message History there.",
}

# How the codes of problems with daily posts begin, and how that of one without its picture ends.
PROBLEM = "qotd"
NO_ATTACH = "no attach"

UNATTACHED = (
    "It comes without its picture, as I may not attach files in the channel. Allow me Attach "
    "Files there."
)
UNTHREADED = "No thread is started under it: allow me Create Public Threads in the channel."

# What keeps a post from being published or from getting its thread, by the codes of problems.
AFTERWARDS = {
    "no publishing": "I may not publish the quotes there. Allow me View Channel and Send Messages.",
    "no announcements": "The channel is no announcement channel any more, so the quote stands "
    "there but is not published.",
    "no thread": "I may not start a thread under the quotes. Allow me Create Public Threads there.",
    "too many threads": "The server has as many open threads as Discord allows, so the quote has "
    "none yet. Close some.",
    "refused": "Discord refused to publish the quote, or to start its thread; the quote itself "
    "stands there.",
}

UNDRAWN = "It comes without its picture, as this bot draws none at present."

PING_ROLE_GONE = (
    "The role that the quote of the day pings is gone, so nobody is pinged. Choose another with "
    "`/qotd set`."
)

ZONE_OUTDATED = (
    "The quote of the day goes by the time zone “{zone}”, which is not offered any more: for a "
    "part of the year it may be an hour off the clocks around you. Choose a city, such as "
    "“{city}”, with `/qotd set zone:`."
)


@dataclass(frozen=True, slots=True)
class StatusView:
    """What is shown of a schedule: its next posts and its choice of quotes."""

    schedule: Schedule
    outlook: Outlook
    speaker: Ref | None
    options: RenderOptions
    role_lost: bool = False
    is_announcement: bool = False

    @property
    def table(self) -> Timetable:
        """Return the schedule's timetable."""
        return self.schedule.config.table

    @property
    def what(self) -> What:
        """Return what the schedule shows."""
        return self.schedule.config.what


def warnings(
    failure: FailureReason | None, *, can_look: bool, can_ping: bool, role_lost: bool
) -> list[str]:
    """Return what would stop the next quote, and what to do about it."""
    lines = [explained(failure)] if failure else []
    if not can_look:
        lines.append(
            "I may not read the channel's history. Allow me Read Message History there: without it "
            "I leave a day out rather than risk posting twice when I am cut off while posting."
        )
    if role_lost:
        lines.append(PING_ROLE_GONE)
    if not can_ping:
        lines.append("The role will not be pinged: make it mentionable by everyone.")
    return lines


def begun(view: StatusView, warned: Sequence[str]) -> Layout:
    """Return a page with a new schedule and its first dates."""
    dates = (f"- {moment(slot.due, view.table.zone)}" for slot in view.outlook.slots)
    blocks = [
        f"## {of_the_day(view.what)}\n{summary(view)} {PROMISE}\n-# {_choice_of(view)}",
        "\n".join(("**The next ones**", *dates, *_shifted(view))),
    ]
    return Layout([*blocks, *_warned(view, warned)])


def summary(view: StatusView) -> str:
    """Return a sentence on where and when the schedule posts."""
    table = view.table
    if len(table.days) == len(DAYS):
        days = "every day"
    else:
        days = "every " + listed([DAYS[day] for day in sorted(table.days)])
    channel = f"<#{view.schedule.config.channel_id}>"
    return f"In {channel}, {days} at {table.at:%H:%M}, {table.zone.key}."


def called(posts: Sequence[PostName], number: int) -> str:
    """Return what the log calls a daily post: by its channel and time, if there are several."""
    post = next((post for post in posts if post.number == number), None)
    if post is None:
        return QOTD
    name = of_the_day(post.what).lower()
    return name if len(posts) == 1 else f"{name} in <#{post.channel_id}>, {post.at:%H:%M}"


def of_the_day(what: What) -> str:
    """Return what a daily post is called."""
    return f"{NOUNS[what][0].capitalize()} of the day"


def turned_off(left: int, done: str = "") -> Layout:
    """Return a page that says that a daily post comes no more, and how many do."""
    if not left:
        return Layout([f"{done}{OFF}"])
    return Layout([f"{done}This daily post is turned off. `/qotd list` shows the others."])


def all_posts(posts: Sequence[str]) -> Layout:
    """Return a page with all daily posts of a server."""
    small = (
        f"-# {len(posts)} of {MOST_POSTS}; `/qotd add` begins another, `/qotd set` changes one"
        if len(posts) < MOST_POSTS
        else f"-# {MOST_POSTS} of {MOST_POSTS}; `/qotd off` makes room for another"
    )
    return Layout(["## Daily posts", *posts, small])


def post_summary(view: StatusView, today: date, warned: Sequence[str]) -> str:
    """Return what is set for a daily post, when it comes next, and what would stop it first."""
    lines = (summary(view), f"-# {_choice_of(view)}", f"**Next** {_next(view, today)}")
    return "\n".join((*lines, *islice(_warned(view, warned), 1)))


def post_without_zone(post: PostName, why: str) -> str:
    """Return what is known of a daily post whose time zone no longer exists."""
    return f"In <#{post.channel_id}> at {post.at:%H:%M}.\n⚠ {why}"


def _choice_of(view: StatusView) -> str:
    """Return whom the schedule pings, and which quotes it draws from."""
    config = view.schedule.config
    pings = config.role_id and not view.role_lost
    small = [f"Pings <@&{config.role_id}>" if pings else "Pings nobody"]
    is_quote = view.what is What.QUOTES
    if config.picture and is_quote:
        small.append("with a picture")
    if config.thread:
        small.append("with a thread under it")
    if view.is_announcement:
        small.append("published to those who follow the channel")
    if config.tiers is None and not (config.speaker and is_quote):
        small.append(f"any {NOUNS[view.what][0]} that is shown here")
    if config.tiers is not None:
        tiers = view.options.info.ranked(config.tiers)
        small.append("only " + listed([tier_label(tier, view.options) for tier in tiers]))
    if config.speaker and is_quote:
        speaker = view.speaker
        name = named(speaker, view.options) if speaker else safe(bare(config.speaker))
        small.append(f"only quotes of {name}")
    return " · ".join(small)


def _warned(view: StatusView, warned: Sequence[str]) -> Iterator[str]:
    """Yield the warnings, and chosen tiers that this story does not have."""
    unknown = unknown_tiers(view.schedule.config.tiers, view.options.info)
    yield from (f"⚠ {warning}" for warning in (*warned, unknown) if warning)


# Above what is queued for a day whose hour is over.
ONLY_NOW = "Today's hour is over, so only `/qotd now` brings this today:"


def undoable(layout: Layout, change_id: int) -> Layout:
    """Add a button that undoes the change of the interaction with that id."""
    for row in rows([button("Undo", UndoChange(change_id))]):
        layout.add_item(row)
    return layout


def status(
    view: StatusView,
    last: Delivery | None,
    warned: Sequence[str],
    today: date,
    quotes: NamedQuotes,
    done: str = "",
) -> Layout:
    """Return a page with the next and the last post; `done` was just done."""
    blocks = [
        f"✓ {done}" if done else "",
        f"## {of_the_day(view.what)}\n{summary(view)}\n-# {_choice_of(view)}",
        "\n".join((f"**Next** {_next(view, today)}", *_shifted(view))),
        f"**Last** {day_line(last, quotes, today)}" if last else "",
    ]
    return Layout([*blocks, *_warned(view, warned)])


def preview(view: StatusView, days: Sequence[Preview], quotes: NamedQuotes, today: date) -> Layout:
    """Return a page with the coming days, each with its quote and the reason for it."""
    if not days:
        return Layout([f"**Next** {_next(view, today)}"])
    blocks = [
        f"**{moment(day.slot.due, view.table.zone)}**\n{_chosen(day.choice, quotes, view.what)}"
        + (f"\n{quotes.unmet(day.unmet)}" if day.unmet else "")
        for day in days
    ]
    shown = pages(blocks, ROOM)[0]
    left = len(blocks) - len(shown)
    more = f"-# and {counted(left, 'more day')}, for which there is no room" if left else ""
    return Layout([f"## The next {NOUNS[view.what][1]}", *shown, more, "\n".join(_shifted(view))])


def skipped(before: str, day: Preview, quotes: NamedQuotes, what: What = What.QUOTES) -> Layout:
    """Return a page with the skipped quote, by its key, and its replacement."""
    on = date_of(day.slot.day)
    if before not in quotes.views or day.choice is None:
        return Layout([f"There is no {NOUNS[what][0]} for {on} that could be skipped."])
    aside = quotes.summary(before)
    if day.choice.key == before:
        return Layout([f"No other {NOUNS[what][0]} fits, so {on} keeps its own:\n{aside}"])
    return Layout(
        [
            f"**Set aside on {on}, to come another time**\n{aside}",
            f"**Comes instead**\n{_chosen(day.choice, quotes, what)}",
            "-# `/qotd preview` shows the days after it.",
        ]
    )


def queued(slot: Slot | None, words: str, zone: ZoneInfo, replaced: str = "") -> Layout:
    """Return a page with what is queued, and what is no longer queued for that date.

    Without a slot it waits for `/qotd now` today.
    """
    comes = f"On {moment(slot.due, zone)} comes:" if slot else ONLY_NOW
    former = f"-# It takes the place of what was queued for that date: {replaced}"
    return Layout([f"{comes}\n{words}", former if replaced else ""])


def which(answer: QuoteChoices, day: date, options: RenderOptions, post: int) -> Layout:
    """Return a page with the quotes the words may mean, each with a button to queue it."""
    asked = f"-# You asked for “{repeated(answer.query)}”"
    shown = answer.quotes[:CHOICES]
    lines = [
        f"**{number}** {quote_summary(quote, options)} · {tier_label(quote.tier, options)}"
        for number, quote in enumerate(shown, 1)
    ]
    buttons = (
        button(f"Queue {number}", QueueQuote(day, quote.id, unless_first(post)))
        for number, quote in enumerate(shown, 1)
    )
    heading = f"## Which of these shall come on {date_of(day)}?\n{asked}"
    left = len(answer.quotes) - len(shown)
    more = f"-# and {left} more: give more of its words, or its id." if left else ""
    return Layout([heading, *lines, more], rows(buttons))


def paused(schedule: Schedule) -> str:
    """Return until when nothing is posted by itself; empty if it is not paused."""
    if schedule.pause is Pause.FAILING:
        return SELF_PAUSED
    if schedule.pause and schedule.paused_until:
        return f"Paused until {date_of(schedule.paused_until)}. `/qotd resume` goes on sooner."
    return "Paused. `/qotd resume` goes on." if schedule.pause else ""


def why(choice: QuotePick) -> str:
    """Return why a coming day gets its quote."""
    if choice.why is Reason.QUEUED:
        return REASONS[Reason.QUEUED]
    others = choice.unshown - 1
    after = f"{counted(others, 'other')} still to come" if others else "it is the last to come"
    return f"{REASONS[Reason.DRAWN]}; {after} before any repeats"


def _next(view: StatusView, today: date) -> str:
    if not view.outlook.slots:
        return f"none: {paused(view.schedule)}"
    pause = view.schedule.paused_until
    until = f", paused until {date_of(pause)}" if pause and pause > today else ""
    return moment(view.outlook.slots[0].due, view.table.zone) + until


def _shifted(view: StatusView) -> Iterable[str]:
    return (f"-# {_shift(shift, view.table)}" for shift in view.outlook.shifts)


def _shift(shift: Shift, table: Timetable) -> str:
    """Return why a day's quote is not posted at its usual time."""
    day = date_of(shift.slot.day)
    if shift.taken:
        return f"{day} has had its turn already."
    hours = f"{GAP.seconds // 3600} hours"
    if shift.moved_to is None:
        return f"{day} is left out: its hour is less than {hours} after the last quote."
    later = shift.moved_to.due.astimezone(table.zone)
    return (
        f"{day} comes at {later:%H:%M} instead of {table.at:%H:%M}, {hours} after the last quote."
    )


def _chosen(choice: QuotePick | None, quotes: NamedQuotes, what: What) -> str:
    if choice is None:
        return f"*No {NOUNS[what][0]} fits*"
    return f"{quotes.summary(choice.key)}\n-# {quotes.named(choice)} · {why(choice)}"


@dataclass(frozen=True, slots=True)
class NamedQuotes:
    """Shows the quotes and entries of days, by their keys.

    Some may be gone; those that are `elsewhere` belong to another story.
    """

    views: Mapping[str, QuoteView | EntryView]
    options: RenderOptions
    elsewhere: Collection[str] = ()

    def named(self, choice: QuotePick) -> str:
        """Return the id and tier of a quote or an entry."""
        shown, id = self.views.get(choice.key), f"`{_id(choice.key)}`"
        if shown is None:
            return id + (" of another story" if choice.key in self.elsewhere else "")
        tier = shown.tier if isinstance(shown, QuoteView) else shown.ref.tier
        return f"{barred(id, tier, self.options)} · {tier_label(tier, self.options)}"

    def unmet(self, key: str) -> str:
        """Return why a queued quote is not posted."""
        why = "of another story" if key in self.elsewhere else "not shown here any more"
        noun = NOUNS[What.ENTRIES if entry_id(key) else What.QUOTES][0]
        return f"-# The {noun} that was queued, `{_id(key)}`, is {why}."

    def summary(self, key: str) -> str:
        """Return the beginning of a quote and its speakers, or the name of an entry."""
        shown = self.views.get(key)
        if isinstance(shown, QuoteView):
            return quote_summary(shown, self.options)
        noun = "an entry" if entry_id(key) else "a quote"
        return (
            entry_summary(shown.ref, self.options)
            if shown
            else f"*{noun} that is hidden here or no longer there*"
        )


def entry_summary(ref: Ref, options: RenderOptions) -> str:
    """Return the name of an entry, and its kind."""
    return f"**{named(ref, options)}**, {with_article(ref.kind)}"


def _id(key: str) -> str:
    return bare(entry_id(key) or key)


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """Return a time in the server's zone, and relative to now in the reader's own."""
    local = instant.astimezone(zone)
    return f"{date_of(local.date())}, {local:%H:%M} ({_stamp(instant, 'R')})"


def day_line(delivery: Delivery, quotes: NamedQuotes, today: date | None) -> str:
    """Return a line on a day's outcome; for today's, with what can still be done."""
    line = f"{date_of(delivery.day)}: **{STATES[delivery.state]}**"
    if sent := delivery.sent_at:
        local = f" at {sent.astimezone(delivery.zone):%H:%M}" if delivery.zone else ""
        line += f"{local} ({_stamp(sent, 'f')})"
    if delivery.message_id:
        place = f"{delivery.guild_id}/{delivery.channel_id}/{delivery.message_id}"
        line += f" · [to the post](https://discord.com/channels/{place})"
    if delivery.choice:
        line += f" · {quotes.named(delivery.choice)} · {REASONS[delivery.choice.why]}"
    if delivery.failure is None:
        return line
    if delivery.day != today:
        return f"{line}\n  {FAILURES[delivery.failure]}"
    return f"{line}\n  {explained(delivery.failure)} {what_to_do(delivery.failure)}"


def history(
    deliveries: Sequence[Delivery],
    quotes: NamedQuotes,
    today: date | None,
    pager: Pager,
    days: int,
    number: int = FIRST,
    what: What = What.QUOTES,
) -> Layout:
    """Return a page of the last `days` days, the newest first."""
    one, several = NOUNS[what]
    if not deliveries:
        return Layout([f"No {one} has been due here yet."])
    lines = (f"- {day_line(delivery, quotes, today)}" for delivery in deliveries)
    small = f"-# {pager}, {counted(days, 'day')}"
    page_buttons = pager.buttons(
        lambda page: ShowPastDays(page, unless_first(number)), "Newer", "Older"
    )
    return Layout([f"## The last {several}", "\n".join(lines), small], rows(page_buttons))


def posted_now(delivery: Delivery, quotes: NamedQuotes, *, before: bool, paused: str) -> Layout:
    """Return a page on the outcome of posting at once; `before` if it was posted already."""
    todays = f"today's {NOUNS[delivery.shows][0]}"
    if before:
        heading = f"T{todays[1:]} has been posted already, so I posted no second one."
    elif delivery.state is State.SENT:
        heading = f"Posted {todays}; its hour brings no second one."
    elif delivery.state in (State.PLANNED, State.SENDING):
        heading = f"T{todays[1:]} is on its way: `/qotd status` tells when it is there."
    else:
        heading = f"I could not post {todays}."
    return Layout([heading, day_line(delivery, quotes, delivery.day), paused])


def _stamp(instant: datetime, style: str) -> str:
    return f"<t:{int(instant.timestamp())}:{style}>"


def date_of(day: date) -> str:
    """Return a date in words."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def explained(failure: FailureReason) -> str:
    """Return what went wrong, and what to do about it."""
    return " ".join(filter(None, (FAILURES[failure], REMEDIES.get(failure))))


def not_posted(delivery: Delivery, failure: FailureReason, *, paused: bool) -> Layout:
    """Return the log entry of a quote that could not be posted."""
    perhaps = failure is FailureReason.UNSEEN
    no = f"{'Perhaps no' if perhaps else 'No'} {NOUNS[delivery.shows][0]}"
    heading = f"## {no} on {date_of(delivery.day)}"
    text = f"{heading}\n<#{delivery.channel_id}>: {explained(failure)}"
    return Layout([text, SELF_PAUSED if paused else what_to_do(failure)])


def zone_outdated(zone: str) -> str:
    """Return what is wrong with a zone that can no longer be chosen."""
    return ZONE_OUTDATED.format(zone=safe(zone), city=(*places_using(zone), "Europe/Berlin")[0])


def problem_prefix(number: int) -> str:
    """Return how the codes of the problems of a daily post begin."""
    return f"{PROBLEM}: " if number == FIRST else f"{PROBLEM} {number}: "


def qotd_problem(detail: str, channel_id: int | None) -> str:
    """Return a curator's problem in words, by its code; empty for an unknown code."""
    if detail == NO_ATTACH:
        return f"Quote of the day, <#{channel_id}>: {UNATTACHED}"
    if detail in AFTERWARDS:
        return f"Quote of the day, <#{channel_id}>: {AFTERWARDS[detail]}"
    failure = detail.removesuffix(PAUSED)
    if failure not in list(FailureReason):
        return ""
    title = of_the_day(What.ENTRIES if failure == FailureReason.NO_ENTRY else What.QUOTES)
    sentence = f"{title}, <#{channel_id}>: {explained(FailureReason(failure))}"
    return f"{sentence} {SELF_PAUSED}" if detail.endswith(PAUSED) else sentence


def what_to_do(failure: FailureReason) -> str:
    """Return how a missed day can still get its quote."""
    if failure is FailureReason.UNSEEN:
        return "If it is not there, `/qotd now` posts it."
    if failure in REMEDIES:
        return "Once that is mended, `/qotd now` posts today's."
    return "`/qotd now` posts it still."
