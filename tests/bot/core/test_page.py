"""The JSON of a page as it is sent to Discord."""

import json
from typing import Any

from bot.core.page import Layout, button, rows


def components(page: Layout) -> list[dict[str, Any]]:
    return page.to_components()


def test_preserialized_page_equals_the_page() -> None:
    page = Layout(["“Words” of ||a page||\nin more than ASCII: é"])
    before = page.to_components()

    after = page.written().to_components()

    assert json.loads(after.json) == before == after


def custom_ids(page: Layout) -> list[str]:
    return [part["custom_id"] for row in components(page)[1:] for part in row["components"]]


def test_page_holds_no_custom_id_twice() -> None:
    page = Layout(["Words"], rows(button(f"Button {n}", f"show:{n % 6}") for n in range(14)))

    assert custom_ids(page) == [f"show:{n}" for n in range(6)]
    assert all(row["components"] for row in components(page))


def test_row_added_later_repeats_no_custom_id() -> None:
    page = Layout(["Words"], rows([button("One", "show:one")]))
    page.add_item(next(rows([button("One again", "show:one"), button("Two", "show:two")])))
    page.add_item(next(rows([button("Two again", "show:two")])))

    assert custom_ids(page) == ["show:one", "show:two"]


def test_blocks_without_room_are_replaced_by_an_ellipsis() -> None:
    _, box = components(Layout(["Words", "More words"], notice="a" * 4_000))

    assert [part["content"] for part in box["components"]] == ["…", "…"]
