"""The map that `make mutants` goes by names what is there."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
AREAS = tomllib.loads(Path(__file__).with_name("areas.toml").read_text())


@pytest.mark.parametrize("area", AREAS)
def test_every_pattern_of_an_area_names_files(area: str) -> None:
    patterns = [*AREAS[area]["code"], *AREAS[area]["tests"]]

    assert [pattern for pattern in patterns if not any(ROOT.glob(pattern))] == []
