"""How custom_ids are written and read."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

import pytest

from bot.core.ids import LARGEST, ComponentId, Slug, part


@dataclass(frozen=True)
class AllTypes(ComponentId):
    """An id with a field of each type."""

    family = "every:one"
    private: bool
    number: int
    day: date
    act: Literal["show", "hide"]
    entry_id: Slug
    words: str


@dataclass(frozen=True)
class NoFields(ComponentId):
    """An id without fields."""

    family = "plain"


@dataclass(frozen=True)
class Extended(ComponentId):
    """An id that has new fields since it was first posted."""

    family = "grown"
    number: int
    page: int = 0
    server: int | None = None


DAY = date(2027, 3, 5)


def test_id_is_written_as_its_family_and_fields() -> None:
    whole = AllTypes(True, 5, DAY, "show", "n.é-1", "peace")
    assert str(whole) == "every:one:1:5:2027-03-05:show:n.é-1:peace"
    assert str(NoFields()) == "plain"


def test_a_field_that_is_none_is_not_written() -> None:
    assert str(Extended(1, 2)) == "grown:1:2"
    assert str(Extended(1, 2, 3)) == "grown:1:2:3"


@pytest.mark.parametrize(
    "id",
    [
        AllTypes(False, LARGEST, DAY, "hide", "a" * 30, ""),
        AllTypes(True, 0, DAY, "show", "a", "12:30: it began\nso"),
        NoFields(),
        Extended(1),
        Extended(1, 2, 3),
    ],
)
def test_id_is_read_as_it_was_written(id: ComponentId) -> None:
    assert type(id).parse(str(id)) == id


def test_id_written_before_a_field_was_added_gets_the_default() -> None:
    assert Extended.parse("grown:7") == Extended(7, 0, None)


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
def test_malformed_custom_id_is_refused(custom_id: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        AllTypes.parse(custom_id)


@pytest.mark.parametrize("custom_id", ["", "plain:", "plain:1", "plainer", " plain", "xplain"])
def test_an_id_without_fields_is_only_its_family(custom_id: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        NoFields.parse(custom_id)


@pytest.mark.parametrize("custom_id", ["grown", "grown:", "grown:1:", "grown:1:2:3:4", "grownx1"])
def test_id_with_missing_or_extra_fields_is_refused(custom_id: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Extended.parse(custom_id)


def test_text_before_another_field_loses_its_colons() -> None:
    assert part(" 12:30 ") == "12 30"
