"""How custom_ids are written and read again."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pytest

from bot.core.ids import LARGEST, ComponentId, Slug, part


@dataclass(frozen=True)
class Every(ComponentId):
    """Something with a field of each type."""

    family = "every:one"
    private: bool
    number: int
    day: date
    act: Literal["show", "hide"]
    entry_id: Slug
    words: str


@dataclass(frozen=True)
class Plain(ComponentId):
    """Something that needs to know nothing."""

    family = "plain"


@dataclass(frozen=True)
class Grown(ComponentId):
    """Something that has got new fields since it was posted first."""

    family = "grown"
    number: int
    page: int = 0
    server: int | None = None


DAY = date(2027, 3, 5)


def test_an_id_is_written_as_its_family_and_its_fields() -> None:
    whole = Every(True, 5, DAY, "show", "n.é-1", "peace")
    assert str(whole) == "every:one:1:5:2027-03-05:show:n.é-1:peace"
    assert str(Plain()) == "plain"


def test_a_field_that_is_none_is_not_written() -> None:
    assert str(Grown(1, 2)) == "grown:1:2"
    assert str(Grown(1, 2, 3)) == "grown:1:2:3"


@pytest.mark.parametrize(
    "id",
    [
        Every(False, LARGEST, DAY, "hide", "a" * 30, ""),
        Every(True, 0, DAY, "show", "a", "12:30: it began\nso"),
        Plain(),
        Grown(1),
        Grown(1, 2, 3),
    ],
)
def test_an_id_is_read_as_it_was_written(id: ComponentId) -> None:
    assert type(id).parse(str(id)) == id


def test_an_id_from_before_a_field_was_added_has_its_default() -> None:
    assert Grown.parse("grown:7") == Grown(7, 0, None)


@pytest.mark.parametrize(
    "custom_id",
    [
        "every:one:2:5:2027-03-05:show:a:",
        "every:one:true:5:2027-03-05:show:a:",
        "every:one::5:2027-03-05:show:a:",
        "every:one:1:-5:2027-03-05:show:a:",
        "every:one:1:+5:2027-03-05:show:a:",
        "every:one:1: 5:2027-03-05:show:a:",
        "every:one:1:1_0:2027-03-05:show:a:",
        "every:one:1:٥:2027-03-05:show:a:",
        "every:one:1::2027-03-05:show:a:",
        f"every:one:1:{LARGEST + 1}:2027-03-05:show:a:",
        f"every:one:1:{'0' * 21}:2027-03-05:show:a:",
        "every:one:1:5:2027-02-29:show:a:",
        "every:one:1:5:2027-W09-5:show:a:",
        "every:one:1:5:20270305:show:a:",
        "every:one:1:5:٢٠٢٧-03-05:show:a:",
        "every:one:1:5:2027-03-05:Show:a:",
        "every:one:1:5:2027-03-05::a:",
        "every:one:1:5:2027-03-05:show::",
        "every:one:1:5:2027-03-05:show:a b:",
        "every:one:1:5:2027-03-05:show:a\n:",
        f"every:one:1:5:2027-03-05:show:{'a' * 101}:",
        "every:one:1:5:2027-03-05:show:a",
        "every:one",
        "every:one:",
        "every:two:1:5:2027-03-05:show:a:",
        "every:ones:1:5:2027-03-05:show:a:",
    ],
)
def test_what_is_written_otherwise_is_no_id(custom_id: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Every.parse(custom_id)


@pytest.mark.parametrize("custom_id", ["", "plain:", "plain:1", "plainer", " plain", "xplain"])
def test_an_id_without_fields_is_its_family_alone(custom_id: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Plain.parse(custom_id)


@pytest.mark.parametrize("custom_id", ["grown", "grown:", "grown:1:", "grown:1:2:3:4", "grownx1"])
def test_an_id_has_no_fewer_and_no_more_fields(custom_id: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Grown.parse(custom_id)


def test_words_before_another_field_lose_their_colons() -> None:
    assert part(" 12:30 ") == "12 30"
