"""What curators read stays within Discord's limits, and a post is known again."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest

from bot.layouts import qotd
from bot.layouts.manner import Manner
from lore.answers import QuoteView, Spoken
from lore.daily.choice import Choice, Why
from lore.daily.delivery import Delivery, State, Trouble
from lore.daily.schedule import Preview, Schedule, Terms
from lore.daily.timetable import Timetable, zone
from lore.model import Attribution, PackInfo, Source, Tier

TABLE = Timetable(zone("Europe/Berlin"), time(9))
NINE = datetime(2027, 3, 1, 8, tzinfo=UTC)
SCHEDULE = Schedule(1, Terms(5, TABLE), None, None, 0, date(2027, 3, 1), NINE)
CHOICE = Choice("k" * 60, Why.DRAWN, 12, 3_456, 5_000)
LONG = QuoteView(
    "s1",
    Tier.SERVER,
    tuple(Spoken("*" * 400, "_" * 100, None, Attribution.STATED, None) for _ in range(6)),
    ("~" * 100, "`" * 100),
    None,
    None,
    (),
)
INFO = PackInfo(
    title="A story",
    version="1",
    about="A story.",
    tiers={Tier.SERVER: "Added by this server"},
    sources=(Source(id="a", title="A", file="a", tier=Tier.SERVER, sha256="0" * 64, paragraphs=1),),
)
QUOTES = qotd.Quotes({CHOICE.key: LONG}, Manner(INFO, 1))
GONE = qotd.Quotes({}, QUOTES.manner)


def test_the_longest_preview_is_within_discords_limit():
    days = [Preview(slot, CHOICE) for slot in islice(TABLE.ahead(NINE), 7)]

    assert qotd.preview(SCHEDULE, days, QUOTES).content_length() <= 4000


def test_the_longest_history_is_within_discords_limit():
    days = [
        Delivery(
            2**63,
            date(2027, 3, 1) + number * timedelta(days=1),
            State.UNVERIFIED,
            NINE,
            NINE,
            2**63,
            None,
            CHOICE,
            sent_at=NINE,
            message_id=2**63,
            trouble=Trouble.UNSEEN,
        )
        for number in range(30)
    ]

    assert qotd.history(TABLE, days, QUOTES).content_length() <= 4000


@pytest.mark.parametrize("trouble", list(Trouble))
def test_every_trouble_is_told_in_words(trouble):
    assert qotd.TROUBLES[trouble]


@pytest.mark.parametrize("state", list(State))
def test_every_state_is_told_in_words(state):
    assert qotd.STATES[state]


def test_a_moment_is_told_by_the_servers_clock_and_as_a_timestamp():
    assert qotd.moment(NINE, TABLE) == f"Mon 1 Mar 2027, 09:00 (<t:{int(NINE.timestamp())}:R>)"


@pytest.mark.parametrize(
    ("unshown", "told"),
    [
        (47, "drawn by lot; 46 others still to come before any repeats"),
        (2, "drawn by lot; 1 other still to come before any repeats"),
        (1, "drawn by lot; it is the last to come before any repeats"),
    ],
)
def test_it_is_told_how_many_come_before_any_repeats(unshown, told):
    assert qotd.why(Choice("k", Why.DRAWN, 1, unshown, 47)) == told


def test_a_quote_that_is_gone_is_said_to_be_gone():
    shown = qotd.preview(SCHEDULE, [Preview(TABLE.slot(date(2027, 3, 1)), CHOICE)], GONE)

    assert "a quote that is gone" in str(shown.to_components())


def test_without_another_quote_a_day_that_is_skipped_keeps_its_own():
    own = replace(LONG, id=CHOICE.key)
    shown = qotd.skipped(own, Preview(TABLE.slot(date(2027, 3, 1)), CHOICE), QUOTES)

    assert "No other quote fits, so Mon 1 Mar 2027 keeps its own" in str(shown.to_components())


def test_two_days_have_two_markers():
    assert qotd.marker(date(2027, 3, 1)) != qotd.marker(date(2027, 3, 2))
