"""What a delivery needs next."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from lore.qotd.delivery import MARGIN, Delivery, State, Step, Window
from lore.qotd.picking import QuotePick, Reason

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
PLANNED = Delivery(
    guild_id=2**63,
    number=1,
    day=date(2027, 3, 1),
    state=State.PLANNED,
    due=NINE,
    expires=NINE + timedelta(hours=6),
    channel_id=5,
    role_id=None,
    choice=QuotePick("one", Reason.DRAWN, 1, 1, 1),
)
SENDING = replace(PLANNED, state=State.SENDING, attempts=1, uncertain_since=NINE, last_attempt=NINE)
HOUR = timedelta(hours=1)


def test_a_nonce_is_within_discords_25_characters():
    assert len(replace(PLANNED, guild_id=2**64 - 1, number=99).nonce) <= 25


def test_a_nonce_belongs_to_one_server_schedule_and_date():
    others = [
        replace(PLANNED, guild_id=1),
        replace(PLANNED, number=2),
        replace(PLANNED, day=date(2027, 3, 2)),
    ]

    assert len({PLANNED.nonce, *(other.nonce for other in others)}) == 4


def test_the_first_schedules_nonce_is_the_one_used_before_numbering():
    assert replace(PLANNED, guild_id=1235017845964800001).nonce == "q9dshady7ls01-20270301"


@pytest.mark.parametrize(
    ("seconds", "can_look", "step"),
    [
        (0, True, Step.SEND),
        (60, False, Step.SEND),
        (61, True, Step.LOOK),
        (61, False, Step.GIVE_UP),
        (-1, True, Step.LOOK),
    ],
)
def test_an_uncertain_delivery_is_resent_within_a_minute_and_looked_for_later(
    seconds, can_look, step
):
    age = timedelta(seconds=seconds)

    assert SENDING.step(NINE + age, can_look, age) is step


@pytest.mark.parametrize(("can_look", "step"), [(True, Step.LOOK), (False, Step.GIVE_UP)])
def test_setting_the_clock_back_does_not_make_an_attempt_younger(can_look, step):
    assert SENDING.step(NINE, can_look, timedelta(seconds=90)) is step


@pytest.mark.parametrize(("can_look", "step"), [(True, Step.LOOK), (False, Step.SEND)])
def test_a_delivery_sent_by_another_process_is_looked_for_if_possible(can_look, step):
    assert SENDING.step(NINE, can_look) is step


def test_a_planned_delivery_is_missed_once_it_has_expired():
    assert PLANNED.step(PLANNED.expires, can_look=True) is Step.MISS


def test_an_uncertain_delivery_is_looked_for_even_after_it_has_expired():
    assert SENDING.step(PLANNED.expires, can_look=True) is Step.LOOK


def test_the_history_is_searched_around_all_attempts():
    later = replace(SENDING, last_attempt=NINE + timedelta(seconds=40))

    assert later.windows() == (
        Window(NINE - timedelta(minutes=15), NINE + timedelta(minutes=15, seconds=40)),
    )


# Nothing was known of the ledger between seven and ten.
PERHAPS = replace(SENDING, attempts=0, uncertain_since=NINE - 2 * HOUR, last_attempt=NINE + HOUR)


@pytest.mark.parametrize(
    ("due", "can_look", "step"),
    [
        (NINE, True, Step.LOOK),
        (NINE, False, Step.GIVE_UP),
        (NINE + 2 * HOUR, True, Step.LOOK),
        (NINE + 2 * HOUR, False, Step.SEND),
    ],
)
def test_a_delivery_that_a_restored_ledger_may_lack_is_looked_for_first(due, can_look, step):
    assert replace(PERHAPS, due=due).step(NINE + 2 * HOUR, can_look) is step


def test_after_a_long_gap_the_search_begins_at_the_delivery_time():
    few, hour = PERHAPS.windows()

    assert (few.after, few.before) == (NINE - 2 * HOUR - MARGIN, NINE + HOUR + MARGIN)
    assert (hour.after, hour.before) == (NINE - MARGIN, NINE + HOUR + MARGIN)
    assert (few.enough, hour.enough) == (None, NINE + HOUR)
    assert few.most + hour.most == 500


def test_the_search_does_not_go_back_a_week():
    [few, _] = replace(PERHAPS, uncertain_since=NINE - 200 * HOUR).windows()

    assert few.after == NINE - 26 * HOUR
