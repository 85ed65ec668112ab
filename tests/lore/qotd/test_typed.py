"""Hours, days and dates as curators type them."""

from datetime import date, time

import pytest

from lore.pack.model import SERVER
from lore.qotd.typed import NotUnderstoodError, day, days, hour, tiers
from tests.tiers import CANON, FAN, FILM

TODAY = date(2027, 3, 1)
NAMES = {FILM: "Film", CANON: "Other canon", FAN: "Fan film", SERVER: "Ours"}


def tiers_of(text):
    return tiers(text, NAMES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9", time(9)),
        ("09:30", time(9, 30)),
        ("9.30", time(9, 30)),
        ("21h15", time(21, 15)),
        (" 9:30 PM ", time(21, 30)),
        ("12am", time(0)),
        ("12 pm", time(12)),
        ("00:00", time(0)),
        ("0900", time(9)),
        ("930", time(9, 30)),
        ("2130 hrs", time(21, 30)),
        ("9 a.m.", time(9)),
        ("9 A. M.", time(9)),
        ("9p", time(21)),
        ("12:30 a.m.", time(0, 30)),
        ("at 9.30pm", time(21, 30)),
        ("9:00:00", time(9)),
        ("21h", time(21)),
        ("21 h 30", time(21, 30)),
        ("9 Uhr", time(9)),
        ("um 21 Uhr 30", time(21, 30)),
        ("21:30 Uhr", time(21, 30)),
        ("kl. 21", time(21)),
        ("9 o'clock", time(9)),
        ("２１：３０", time(21, 30)),
        ("21時30分", time(21, 30)),
        ("noon", time(12)),
        ("12 noon", time(12)),
        ("at 12:00 midnight", time(0)),
        ("Midnight", time(0)),
    ],
)
def test_a_time_of_day_is_read_as_people_write_it(text, expected):
    assert hour(text) == expected


@pytest.mark.parametrize(
    "text", ["", "24:00", "9:60", "13 pm", "0am", "0900 pm am", "9:5", "2560", "9-10"]
)
def test_text_that_is_not_a_time_of_day_is_refused(text):
    with pytest.raises(NotUnderstoodError, match="like 09:00"):
        hour(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [("24:00", "Midnight is 00:00"), ("2400", "Midnight"), ("9 am EST", "the zone is chosen")],
)
def test_an_ambiguous_time_of_day_is_refused_with_what_to_write(text, why):
    with pytest.raises(NotUnderstoodError, match=why):
        hour(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon, Wednesday fri", {0, 2, 4}),
        ("fri-mon", {4, 5, 6, 0}),
        ("weekdays", {0, 1, 2, 3, 4}),
        ("Weekends", {5, 6}),
        ("every day", set(range(7))),
        ("sun-sun", {6}),
        ("fri–sun", {4, 5, 6}),
        ("fri — sun", {4, 5, 6}),
        ("fri to sun", {4, 5, 6}),
        ("mon/wed", {0, 2}),
        ("mon;wed", {0, 2}),
        ("mon+tue", {0, 1}),
        ("mon & tue and thurs", {0, 1, 3}),
        ("mon,", {0}),
        ("mo, tu", {0, 1}),
        ("Tuesdays", {1}),
        ("weekend", {5, 6}),
        ("weekdays, sat", {0, 1, 2, 3, 4, 5}),
    ],
)
def test_days_of_the_week_are_read_as_people_write_them(text, expected):
    assert days(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "someday", "mon-", "mon-tue-wed", "-", ",", "monkey", "m", "mon!", "x" * 6000),
        *("mon tofri", "monto fri"),
    ],
)
def test_text_that_names_no_days_is_refused(text):
    with pytest.raises(NotUnderstoodError, match="days of the week"):
        days(text)


def test_known_tiers_are_read_and_others_refused():
    assert tiers_of("Film, canon") == {FILM, CANON}
    assert tiers_of("film,") == {FILM}
    with pytest.raises(NotUnderstoodError, match="Film, Other canon, Fan film, Ours"):
        tiers_of("legends")


def test_a_tiers_id_wins_over_another_tiers_label():
    assert tiers("book", {"tale": "Book", "book": "Annotations"}) == {"book"}


def test_a_label_that_grows_too_long_in_lower_case_is_left_out():
    assert tiers("tale", {"tale": "ß" * 60, "book": "Book"}) == {"tale"}


def test_a_date_is_read_as_people_write_it():
    assert day("2027-03-14", TODAY) == date(2027, 3, 14)
    assert day("tomorrow", TODAY) == date(2027, 3, 2)


def test_a_past_date_is_refused_as_past():
    with pytest.raises(NotUnderstoodError, match="2027-02-28 is over: it is 2027-03-01 there now"):
        day("2027-02-28", TODAY)


@pytest.mark.parametrize("read", [hour, days, tiers_of, lambda text: day(text, TODAY)])
def test_long_text_is_cut_in_a_refusal(read):
    with pytest.raises(NotUnderstoodError) as refused:
        read("x" * 6000)

    assert len(str(refused.value)) < 250


@pytest.mark.parametrize("text", ["2027-02-28", "2029-01-01", "14/03/2027", "2027-02-30", ""])
def test_text_that_is_not_a_future_date_is_refused(text):
    with pytest.raises(NotUnderstoodError):
        day(text, TODAY)


@pytest.mark.parametrize("read", [days, hour, tiers_of, lambda text: day(text, TODAY)])
def test_overlong_text_is_refused_even_if_it_begins_well(read):
    with pytest.raises(NotUnderstoodError):
        read(" ".join(["mon", *["and mon"] * 50]))


def test_spaces_between_days_do_not_matter():
    assert days("mon   -\n  " + " " * 5000 + "wed") == {0, 1, 2}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Other canon", {CANON}),
        ("film, OTHER CANON", {FILM, CANON}),
        ("Fan film and film", {FAN, FILM}),
        ("canon server", {CANON, SERVER}),
    ],
)
def test_tiers_are_read_by_name_and_by_id(typed, meant):
    assert tiers_of(typed) == meant


@pytest.mark.parametrize("typed", ["filming", "legends", "film, legends", ","])
def test_text_that_names_no_tiers_is_refused_with_their_names(typed):
    with pytest.raises(NotUnderstoodError, match="of: Film, Other canon, Fan film, Ours"):
        tiers_of(typed)
