"""The table `[tiers]` of packs written before each pack listed tiers of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lore.pack import reader as read
from lore.pack.model import TierInfo

Faults = Callable[[], list[str]]


@pytest.fixture
def with_table(lighthouse: Path) -> Callable[[str], None]:
    """Rewrite the pack as if it were of that time, with these lines in its table."""

    def with_table(lines: str) -> None:
        file = lighthouse / "pack.toml"
        before, *_, of_source_1, of_source_2 = file.read_text().split("[[")
        text = f"{before}[tiers]\n{lines}\n[[{of_source_1}[[{of_source_2}"
        file.write_text(text.replace('"tale"', '"film"').replace('"sequel"', '"fan"'))

    return with_table


def test_an_old_table_of_tiers_keeps_its_order_and_colours(
    with_table: Callable[[str], None], lighthouse: Path
) -> None:
    with_table('fan = "By readers"\nfilm = "Tale"\ncanon = "Elsewhere"')

    assert read.read(lighthouse).info.tiers == (
        TierInfo(id="film", label="Tale", colour="#b3202c"),
        TierInfo(id="canon", label="Elsewhere", colour="#2f6fb0"),
        TierInfo(id="fan", label="By readers", colour="#8e5bb5", apart=True),
    )


def test_an_old_table_need_not_name_every_tier(
    with_table: Callable[[str], None], lighthouse: Path
) -> None:
    with_table('fan = "By readers"\nfilm = "Tale"')

    assert [tier.id for tier in read.read(lighthouse).info.tiers] == ["film", "fan"]


@pytest.mark.parametrize("name", ["server", "book"])
def test_an_old_table_with_an_unknown_tier_is_refused(
    with_table: Callable[[str], None], faults: Faults, name: str
) -> None:
    with_table(f'film = "Tale"\nfan = "By readers"\n{name} = "More"')

    assert faults() == [
        f"pack.toml:9: [tiers] knows no {name}; list tiers of your own as [[tiers]]"
    ]


def test_a_tier_label_that_is_not_text_is_refused(
    with_table: Callable[[str], None], faults: Faults
) -> None:
    with_table('film = "Tale"\nfan = 5')

    assert faults() == ["pack.toml:6: tier 2, label: 5 is not text; write it between quotes"]
