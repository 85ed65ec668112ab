"""The JSON Schema that editors use."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from lore.pack.schema import schemas

SEEDS = Path(__file__).parents[3] / "seeds"
WRITTEN = SEEDS / "schema"


@pytest.mark.parametrize("name", schemas())
def test_the_schema_in_the_pack_is_the_one_the_code_exports(name: str) -> None:
    written = json.loads((WRITTEN / f"{name}.json").read_text(encoding="utf-8"))

    assert written == schemas()[name]


@pytest.mark.parametrize("pack", [SEEDS, SEEDS.parent / "docs" / "packs" / "monkey-king"])
def test_every_file_that_the_reader_accepts_matches_the_schema(pack: Path) -> None:
    kinds = {"quotes": "quotes", "events": "event", pack.name: "pack"}
    validators = {name: Draft202012Validator(schema) for name, schema in schemas().items()}
    for file in pack.rglob("*.toml"):
        data = tomllib.loads(file.read_text(encoding="utf-8"))

        validator = validators[kinds.get(file.parent.name, "entry")]
        validator.validate(json.loads(json.dumps(data, default=str)))


@pytest.mark.parametrize(
    "broken", [{"nam": "A"}, {"name": 5}, {"text": []}, {"text": [{"says": "A", "cites": ["x"]}]}]
)
def test_every_file_that_the_reader_refuses_breaks_the_schema(broken: dict[str, Any]) -> None:
    whole = {"name": "A", "text": [{"says": "A.", "cites": ["001: keeper lights"]}]}
    entry = Draft202012Validator(schemas()["entry"])

    assert entry.is_valid(whole)
    assert not entry.is_valid(whole | broken)
