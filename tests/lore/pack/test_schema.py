"""The JSON Schema that editors use."""

import json
from pathlib import Path

import pytest

from lore.pack.schema import schemas

WRITTEN = Path(__file__).parents[3] / "seeds" / "schema"


@pytest.mark.parametrize("name", schemas())
def test_the_schema_in_the_pack_is_what_the_code_exports(name: str) -> None:
    written = json.loads((WRITTEN / f"{name}.json").read_text(encoding="utf-8"))

    assert written == schemas()[name]
