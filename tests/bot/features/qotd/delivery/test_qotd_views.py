"""What curators read stays within Discord's limits."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import discord
import pytest

from bot.core.page import Pager
from bot.core.rendering import RenderOptions
from bot.features.qotd import post_page, views
from lore.pack.model import SERVER, Attribution, PackInfo, Source, TierInfo
from lore.qotd.delivery import Delivery, FailureReason, State
from lore.qotd.picking import Preview, QuotePick, Reason
from lore.qotd.timetable import Outlook, Pause, QotdConfig, Schedule, Shift, Timetable, zone
from lore.query.answers import QuoteChoices, QuoteView, SpokenLine

TABLE = Timetable(zone("Europe/Berlin"), time(9))
NINE = datetime(2027, 3, 1, 8, tzinfo=UTC)
SCHEDULE = Schedule(1, 1, QotdConfig(5, TABLE), None, None, 0, date(2027, 3, 1), NINE)
CHOICE = QuotePick("k" * 60, Reason.DRAWN, 12, 3_456, 5_000)
LONG = QuoteView(
    "s1",
    SERVER,
    tuple(SpokenLine("*" * 400, "_" * 100, None, Attribution.STATED, None) for _ in range(6)),
    ("~" * 100, "`" * 100),
    None,
    None,
    (),
)
INFO = PackInfo(
    title="A story",
    version="1",
    about="A story.",
    tiers=(TierInfo(id="tale", label="The tale"),),
    sources=(Source(id="a", title="A", file="a", tier="tale", sha256="0" * 64, paragraphs=1),),
)
OPTIONS = RenderOptions(INFO)
QUOTES = views.NamedQuotes({CHOICE.key: LONG}, OPTIONS)
GONE = views.NamedQuotes({}, OPTIONS)
DAY = date(2027, 3, 1)
SLOT = TABLE.slot(DAY)
STATUS = views.StatusView(SCHEDULE, Outlook((SLOT,)), None, OPTIONS)
SENT = Delivery(
    2**63,
    1,
    DAY,
    State.UNVERIFIED,
    NINE,
    NINE,
    2**63,
    None,
    CHOICE,
    sent_at=NINE,
    message_id=2**63,
    failure=FailureReason.UNSEEN,
    zone=TABLE.zone,
)


def text(layout):
    """Return all that a layout says."""
    return "\n".join(item.content for item in layout.walk_children() if hasattr(item, "content"))


def changed(**changes):
    """Return the status with another configuration."""
    config = replace(SCHEDULE.config, **changes)
    return replace(STATUS, schedule=replace(SCHEDULE, config=config))


def test_the_longest_preview_is_within_discords_limit():
    days = [Preview(slot, CHOICE) for slot in islice(TABLE.ahead(NINE), 7)]

    assert views.preview(STATUS, days, QUOTES, DAY).content_length() <= 4000


def test_the_longest_page_of_the_history_is_within_discords_limit():
    days = [replace(SENT, day=DAY + number * timedelta(days=1)) for number in range(views.PER_PAGE)]

    page = views.history(days, QUOTES, DAY, Pager(0, 400, views.PER_PAGE), 400)

    assert page.content_length() <= 4000
    assert text(page).count("perhaps posted") == views.PER_PAGE


def test_the_longest_choice_of_quotes_is_within_discords_limit():
    quotes = tuple(replace(LONG, id=f"s{number}") for number in range(5))

    shown = views.which(QuoteChoices("*" * 6000, quotes), DAY, OPTIONS, 2)

    assert shown.content_length() <= 4000


@pytest.mark.parametrize("failure", list(FailureReason))
def test_every_failure_reason_has_a_sentence(failure):
    assert views.FAILURES[failure]


@pytest.mark.parametrize("state", list(State))
def test_every_delivery_state_has_a_sentence(state):
    assert views.STATES[state]


def test_a_time_is_shown_in_the_servers_zone_and_as_a_timestamp():
    said = views.moment(NINE, TABLE.zone)

    assert said == f"Mon 1 Mar 2027, 09:00 (<t:{int(NINE.timestamp())}:R>)"


def test_a_past_day_is_shown_in_the_zone_it_was_posted_in():
    sent = replace(SENT, state=State.SENT, failure=None)

    assert "posted** at 09:00 (" in views.day_line(sent, QUOTES, None)
    assert "posted** (" in views.day_line(replace(sent, zone=None), QUOTES, None)


def test_only_a_post_missed_today_is_shown_with_how_to_post_it_still():
    missed = replace(SENT, state=State.SKIPPED, failure=FailureReason.MISSED)

    assert "`/qotd now` posts it still" in views.day_line(missed, QUOTES, DAY)
    assert "/qotd" not in views.day_line(missed, QUOTES, DAY + timedelta(days=1))


def test_uncertain_post_is_reported_as_perhaps_missing():
    said = text(views.not_posted(SENT, FailureReason.UNSEEN, paused=False))

    assert "Perhaps no quote on Mon 1 Mar 2027" in said
    assert "If it is not there, `/qotd now` posts it." in said


def test_a_pause_after_failures_is_shown_with_how_to_end_it():
    assert "`/qotd resume` goes on" in views.qotd_problem("no send, paused", 5)
    assert "paused" not in views.qotd_problem("no send", 5)


def test_problem_with_an_unknown_code_is_not_shown():
    assert views.qotd_problem("of another version", 5) == ""


def test_settings_of_the_schedule_are_shown_with_names():
    stand = changed(role_id=7, tiers=frozenset({SERVER}), speaker="Zed *Tester*")

    said = text(views.begun(stand, ()))

    assert "Pings <@&7> · only Added by this server · only quotes of Zed \\*Tester\\*" in said


@pytest.mark.parametrize(
    ("shift", "said"),
    [
        (Shift(SLOT, None, taken=True), "Mon 1 Mar 2027 has had its turn already"),
        (Shift(SLOT, None, taken=False), "Mon 1 Mar 2027 is left out: its hour is less than 12"),
        (
            Shift(SLOT, replace(SLOT, due=NINE + timedelta(hours=2)), taken=False),
            "Mon 1 Mar 2027 comes at 11:00 instead of 09:00, 12 hours after the last quote",
        ),
    ],
)
def test_shifted_day_is_shown_with_the_reason(shift, said):
    stand = replace(STATUS, outlook=Outlook((SLOT,), (shift,)))

    assert said in text(views.begun(stand, ()))
    assert said in text(views.status(stand, None, (), DAY, QUOTES))
    assert said in text(views.preview(stand, [Preview(SLOT, CHOICE)], QUOTES, DAY))


def test_status_shows_when_the_next_post_will_really_come():
    later = replace(SLOT, due=NINE + timedelta(hours=1))

    said = text(views.status(replace(STATUS, outlook=Outlook((later,))), None, (), DAY, QUOTES))

    assert "**Next** Mon 1 Mar 2027, 10:00" in said


def test_posting_during_a_pause_says_that_the_pause_goes_on():
    paused = replace(SCHEDULE, pause=Pause.ASKED, paused_until=date(2027, 3, 9))

    said = text(views.posted_now(SENT, QUOTES, before=False, paused=views.paused(paused)))

    assert "Paused until Tue 9 Mar 2027. `/qotd resume` goes on sooner." in said


@pytest.mark.parametrize(
    ("unshown", "said"),
    [
        (47, "drawn by lot; 46 others still to come before any repeats"),
        (2, "drawn by lot; 1 other still to come before any repeats"),
        (1, "drawn by lot; it is the last to come before any repeats"),
    ],
)
def test_preview_shows_how_many_quotes_come_before_any_repeats(unshown, said):
    assert views.why(QuotePick("k", Reason.DRAWN, 1, unshown, 47)) == said


def test_a_removed_quote_is_shown_as_gone():
    shown = views.preview(STATUS, [Preview(SLOT, CHOICE)], GONE, DAY)

    assert "a quote that is hidden here or no longer there" in str(shown.to_components())


def test_a_skipped_day_keeps_its_quote_when_no_other_matches():
    shown = views.skipped(CHOICE.key, Preview(SLOT, CHOICE), QUOTES)

    assert "No other quote fits, so Mon 1 Mar 2027 keeps its own" in str(shown.to_components())


def test_a_post_contains_its_schedule_number_and_day():
    page = post_page.post(LONG, OPTIONS, replace(SENT, number=2))

    boxes = [part.id for part in page.children if isinstance(part, discord.ui.Container)]
    assert boxes == [2 << 20 | DAY.toordinal()]
