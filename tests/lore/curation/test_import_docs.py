"""Every file that docs/import.md shows can be imported as it stands there."""

import re
from pathlib import Path

import pytest

from lore.curation.exchange import PackNames, read_file
from lore.curation.quota import Quota

PAGE = (Path(__file__).parents[3] / "docs" / "import.md").read_text()
EXAMPLES = re.findall(r"```(text|csv|json)\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("language", "content"), EXAMPLES)
def test_example_on_the_page_is_imported_whole(language: str, content: str) -> None:
    file = read_file(content.encode(), Quota(), PackNames({}), f"a.{language}")
    assert file.entries
    assert file.refused == ()


def test_page_shows_each_kind_of_file() -> None:
    assert [language for language, _ in EXAMPLES] == ["text", "csv", "json", "json", "json"]
