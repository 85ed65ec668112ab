"""What a page is on its way to Discord."""

import json

from bot.layouts.page import Layout


def test_a_page_written_for_many_is_what_it_would_be_anyway() -> None:
    page = Layout(["“Words” of ||a page||\nin more than ASCII: é"])
    before = page.to_components()

    after = page.written().to_components()

    assert json.loads(after.json) == before == after
