"""When a quote is due, wherever the server is."""

import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lore.qotd.timetable import (
    GAP,
    SPREAD,
    LostZoneError,
    Slot,
    Timetable,
    UnknownZoneError,
    abbreviations,
    due,
    folded,
    is_outdated,
    jitter,
    kept_zone,
    queue,
    zone,
    zones,
)

NEW_YORK = zone("America/New_York")
BERLIN = zone("Europe/Berlin")
CAIRO = zone("Africa/Cairo")
LORD_HOWE = zone("Australia/Lord_Howe")
APIA = zone("Pacific/Apia")
NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "at", "place", "expected"),
    [
        (date(2027, 3, 14), time(2, 30), NEW_YORK, "2027-03-14 07:30"),  # 03:30 local
        (date(2027, 4, 30), time(0, 0), CAIRO, "2027-04-29 22:00"),  # 01:00 local
        (date(2027, 10, 31), time(2, 30), BERLIN, "2027-10-31 00:30"),  # the first 02:30
        (date(2027, 10, 3), time(2, 15), LORD_HOWE, "2027-10-02 15:45"),  # 02:45 local
        (date(2027, 4, 4), time(1, 45), LORD_HOWE, "2027-04-03 14:45"),  # the first 01:45
    ],
)
def test_a_time_in_a_clock_change_gap_moves_after_it_and_in_an_overlap_is_the_first(
    day, at, place, expected
):
    assert due(day, at, place) == utc(expected)


def test_a_date_skipped_by_a_time_zone_has_no_post():
    days = [slot.day for slot in islice(Timetable(APIA, time(9)).slots(date(2011, 12, 29)), 3)]

    assert days == [date(2011, 12, 29), date(2011, 12, 31), date(2012, 1, 1)]


@given(
    st.sampled_from([NEW_YORK, BERLIN, CAIRO, LORD_HOWE, APIA, zone("UTC")]),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
def test_every_day_of_a_year_has_one_post_on_that_day(place, at):
    slots = list(islice(Timetable(place, at).slots(date(2027, 1, 1)), 365))

    assert [slot.due.astimezone(place).date() for slot in slots] == [slot.day for slot in slots]
    assert slots[-1].day == date(2027, 12, 31)


def test_only_chosen_weekdays_have_a_post():
    slots = Timetable(BERLIN, time(9), frozenset({0, 4})).slots(date(2027, 3, 1))

    assert [slot.day.day for slot in islice(slots, 3)] == [1, 5, 8]


def test_a_late_post_is_allowed_for_six_hours():
    slot = Timetable(BERLIN, time(9)).slot(date(2027, 3, 1))

    assert slot.expires - slot.due == timedelta(hours=6)


def test_a_late_post_is_not_allowed_after_midnight():
    slot = Timetable(BERLIN, time(22)).slot(date(2027, 3, 1))

    assert slot.expires.astimezone(BERLIN) == datetime(2027, 3, 2, tzinfo=BERLIN)


def test_a_post_just_before_midnight_is_allowed_for_ten_minutes():
    slot = Timetable(BERLIN, time(23, 59)).slot(date(2027, 3, 1))

    assert slot.expires - slot.due == timedelta(minutes=10)


def test_after_an_outage_only_todays_post_is_still_possible():
    table = Timetable(BERLIN, time(9))

    assert next(table.open(utc("2027-03-10 13:00"))).day == date(2027, 3, 10)
    assert next(table.open(utc("2027-03-10 14:00"))).day == date(2027, 3, 11)


def test_a_new_timetable_starts_at_the_next_post_time():
    table = Timetable(BERLIN, time(9))

    assert next(table.ahead(utc("2027-03-10 07:59"))).day == date(2027, 3, 10)
    assert next(table.ahead(utc("2027-03-10 08:00"))).day == date(2027, 3, 11)


@given(
    st.sampled_from(zones()),
    st.sampled_from(zones()),
    st.times(),
    st.times(),
    # In a year of each length.
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes)),
)
def test_a_changed_zone_never_gives_two_posts_within_twelve_hours(old, new, at, then, moment):
    sent = next(Timetable(zone(old), at).ahead(moment)).due

    moved = (slot.after(sent) for slot in Timetable(zone(new), then).open(sent))

    assert all(slot.due - sent >= GAP for slot in islice(moved, 3) if slot)


def test_a_post_too_close_to_the_last_one_is_delayed():
    slot = Timetable(BERLIN, time(9)).slot(date(2027, 3, 1))

    later = slot.after(slot.due - timedelta(hours=10))

    assert later == Slot(slot.day, slot.due + timedelta(hours=2), slot.expires)


def test_a_post_that_would_be_delayed_too_long_is_left_out():
    slot = Timetable(BERLIN, time(9)).slot(date(2027, 3, 1))

    assert slot.after(slot.due - timedelta(hours=3)) is None


def test_ten_thousand_servers_with_one_post_time_stay_under_twenty_a_second():
    seconds = [
        jitter(guild, queue(10_000, rate=20)) // timedelta(seconds=1) for guild in range(10_000)
    ]
    by_minute = [sum(1 for second in seconds if second // 60 == m) for m in range(9)]

    assert max(by_minute) <= 60 * 22
    assert max(seconds) < SPREAD.total_seconds()


def test_a_single_server_is_not_made_to_wait():
    assert jitter(1, queue(1, rate=20)) < timedelta(milliseconds=50)


def test_zones_are_found_in_any_case():
    assert zone("europe/berlin ").key == "Europe/Berlin"


def test_an_unknown_zone_is_refused():
    with pytest.raises(UnknownZoneError, match="Mars/Olympus"):
        zone("Mars/Olympus")


@pytest.mark.parametrize("name", ["europe/BERLIN", " Berlin ", "berlin"])
def test_a_zone_is_found_in_any_case_and_by_its_city_alone(name):
    assert zone(name) == BERLIN


def test_a_zone_is_found_by_a_city_of_two_words():
    assert zone("new york") == NEW_YORK


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("São Paulo", "America/Sao_Paulo"),
        ("america/bogotá", "America/Bogota"),
        ("Asuncio\u0301n", "America/Asuncion"),
        ("St. John's", "America/St_Johns"),
        ("port au prince", "America/Port-au-Prince"),
        ("Europe / Berlin", "Europe/Berlin"),
        ("Ｔｏｋｙｏ", "Asia/Tokyo"),
    ],
)
def test_accents_and_punctuation_in_a_city_name_do_not_matter(name, key):
    assert zone(name).key == key


def test_no_two_zones_differ_by_punctuation_only():
    assert len({folded(name) for name in zones()}) == len(zones())


def test_a_city_in_several_zones_is_refused_with_their_names():
    with pytest.raises(UnknownZoneError, match="Canada/Mountain, US/Mountain"):
        zone("mountain")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("córdoba", "America/Argentina/Cordoba"),
        ("Indianapolis", "America/Indiana/Indianapolis"),
        ("istanbul", "Europe/Istanbul"),
        ("Nicosia", "Asia/Nicosia"),
        ("Jujuy", "America/Argentina/Jujuy"),
        ("America/Buenos_Aires", "America/Buenos_Aires"),
    ],
)
def test_a_city_with_several_zone_names_is_found_by_the_current_one(name, key):
    assert zone(name).key == key


@pytest.mark.parametrize("name", ["localtime", "Factory", "Etc/GMT+2", "Europe", "../zone.tab", ""])
def test_a_zone_known_to_one_machine_only_cannot_be_chosen(name):
    with pytest.raises(UnknownZoneError):
        zone(name)


def test_every_zone_that_can_be_chosen_can_be_read_back():
    assert [kept_zone(name).key for name in zones()] == list(zones())


@pytest.mark.parametrize("name", ["Mars/Gone", "Europe", "../zone.tab", ""])
def test_a_removed_zone_is_refused_with_how_to_choose_another(name):
    with pytest.raises(LostZoneError, match=f"“{name}”, is not known any more. /qotd set"):
        kept_zone(name)


@pytest.mark.parametrize(
    "name", ["GMT+2", "utc-5", "UTC\u22125", "UTC +05:30", "gmt + 0530", "+2", "Etc/GMT+2"]
)
def test_a_utc_offset_is_refused_with_what_to_choose_instead(name):
    with pytest.raises(UnknownZoneError, match="does not tell when the clocks change"):
        zone(name)


def test_a_long_zone_name_is_cut_in_a_refusal():
    with pytest.raises(UnknownZoneError) as refused:
        zone("x" * 6000)

    assert len(str(refused.value)) < 250


@pytest.mark.parametrize("name", ["Olympus", "UTC+12345", "UTC+", "GMT2+2", "5"])
def test_text_that_is_not_a_zone_is_refused(name):
    with pytest.raises(UnknownZoneError, match=rf"no time zone “{re.escape(name)}”"):
        zone(name)


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("EST", "America/New_York, America/Toronto"),
        ("edt", "America/New_York, America/Toronto"),
        ("ET", "America/New_York, America/Toronto"),
        ("CST", "America/Chicago, Asia/Shanghai, America/Havana"),
        ("PST", "America/Los_Angeles, America/Vancouver, Asia/Manila"),
        ("CET", "Europe/Berlin, Europe/Paris"),
        ("IST", "Asia/Kolkata, Asia/Jerusalem, Europe/Dublin"),
        ("BST", "Europe/London"),
        ("GMT", "Europe/London"),
        ("HST", "Pacific/Honolulu, America/Adak"),
        ("AEST", "Australia/Sydney"),
        ("PST8PDT", "America/Los_Angeles"),
    ],
)
def test_an_ambiguous_abbreviation_is_refused_with_the_places_that_use_it(word, first):
    with pytest.raises(UnknownZoneError, match=f"“{word}” may be any of {first}"):
        zone(word)


def test_an_abbreviation_used_in_many_places_says_how_many_more_there_are():
    with pytest.raises(UnknownZoneError, match=r" and \d+ more: type a city, and choose one\."):
        zone("EST")


@pytest.mark.parametrize(("word", "place"), [("JST", "Asia/Tokyo"), ("nst", "America/St_Johns")])
def test_an_abbreviation_used_in_one_place_means_that_place(word, place):
    assert zone(word).key == place


@pytest.mark.parametrize("name", ["MET", "Factory", "GMT0", "GMT+0", "Etc/GMT-0", "Etc/GMT+5"])
def test_a_zone_without_a_place_cannot_be_chosen(name):
    assert name not in zones()
    with pytest.raises(UnknownZoneError):
        zone(name)


@pytest.mark.parametrize("name", ["EST", "MST", "CET", "EST5EDT", "GMT", "Etc/GMT+5"])
def test_a_stored_zone_that_can_no_longer_be_chosen_stays_valid(name):
    assert kept_zone(name).key == name


def test_only_zones_without_a_place_or_of_this_machine_only_are_outdated():
    outdated = ["EST", "HST", "EET", "CST6CDT", "US/Pacific-New", "Mars/Olympus"]

    assert [name for name in (*outdated, *zones(), "Etc/GMT+5") if is_outdated(name)] == outdated


def test_every_place_offered_for_an_abbreviation_can_be_chosen():
    places = {place for found in abbreviations().values() for place in found}

    assert len(places) > 200
    assert all(zone(place).key == place for place in places)


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "Zulu", "Japan", "US/Eastern", "NZ"])
def test_a_zone_name_with_one_meaning_is_taken_as_typed(name):
    assert zone(name).key == name
