"""The JSON of a page as it is sent to Discord."""

import json
from typing import Any

from bot.core.page import Divider, Layout, Pager, button, rows
from bot.features.timeline.ids import ShowEvent


def components(page: Layout) -> list[dict[str, Any]]:
    return page.to_components()


def test_preserialized_page_equals_the_page() -> None:
    page = Layout(["“Words” of ||a page||\nin more than ASCII: é"])
    before = page.to_components()

    after = page.written().to_components()

    assert json.loads(after.json) == before == after


def custom_ids(page: Layout) -> list[str]:
    return [part["custom_id"] for row in components(page)[1:] for part in row["components"]]


def test_a_page_has_no_custom_id_twice() -> None:
    page = Layout(["Words"], rows(button(f"Button {n}", f"show:{n % 6}") for n in range(14)))

    assert custom_ids(page) == [f"show:{n}" for n in range(6)]
    assert all(row["components"] for row in components(page))


def test_row_added_later_repeats_no_custom_id() -> None:
    page = Layout(["Words"], rows([button("One", "show:one")]))
    page.add_item(next(rows([button("One again", "show:one"), button("Two", "show:two")])))
    page.add_item(next(rows([button("Two again", "show:two")])))

    assert custom_ids(page) == ["show:one", "show:two"]


def test_dividers_stand_between_two_blocks_only() -> None:
    gap, line = Divider.GAP, Divider.LINE
    [box] = components(Layout([gap, "One", gap, "", line, "Two", line, ""]))

    assert [part["type"] for part in box["components"]] == [10, 14, 10]
    assert box["components"][1]["divider"] is True


def test_blocks_without_room_are_replaced_by_an_ellipsis() -> None:
    _, box = components(Layout(["Words", "More words"], notice="a" * 4_000))

    assert [part["content"] for part in box["components"]] == ["…", "…"]


def turns(pager: Pager) -> list[tuple[str | None, str | None]]:
    buttons = pager.buttons(lambda page: ShowEvent(str(page)))
    return [(one.label, one.custom_id) for one in buttons]


def test_the_pager_leads_to_the_neighbouring_pages() -> None:
    pager = Pager(1, items=11, per_page=4)

    assert str(pager) == "Page 2 of 3"
    assert pager.shown("abcdefghijk") == "efgh"
    assert turns(pager) == [
        ("Previous", "timeline:0::"),
        ("Next", "timeline:2::"),
    ]


def test_pager_shows_the_last_page_for_one_that_is_too_high() -> None:
    pager = Pager(99, items=11, per_page=4)

    assert (pager.page, pager.first, pager.shown("abcdefghijk")) == (2, 8, "ijk")
    assert turns(pager) == [("Previous", "timeline:1::")]


def test_pager_of_nothing_has_one_page_and_no_buttons() -> None:
    pager = Pager(0, items=0, per_page=4)

    assert (str(pager), turns(pager)) == ("Page 1 of 1", [])


def test_pager_leaves_out_a_page_that_has_no_room_in_a_custom_id() -> None:
    assert Pager(1, items=3).buttons(lambda _: None) == []


def test_lines_that_have_no_room_below_the_heading_of_a_page_are_left_to_a_new_layout() -> None:
    page = Layout(["Heading", Divider.GAP, "a" * 3_900]).written()

    assert page.with_lines(["b" * 100]) is None
    assert page.with_lines(["b" * 91]) is not None


def test_lines_go_below_the_heading_even_where_other_texts_are_the_same() -> None:
    page = Layout(["same", Divider.GAP, "same"]).written().with_lines(["one", "two"])

    assert page is not None
    assert page.to_components() == Layout(["same\none\ntwo", Divider.GAP, "same"]).to_components()
