"""LICENCE.txt names every work that a pack rests on, as the pack has it."""

from pathlib import Path

import pytest

from lore.errors import PackFault
from lore.pack.check import check
from lore.pack.fix import fix
from lore.pack.model.licence import licence_of
from tests.lore.pack.conftest import Faults

BY_SA = """licence = "CC BY-SA 3.0"
url = "https://lights.example/wiki"
revision = 7
collection = "Lights Wiki"
"""
LINE = (
    "- 002: “A reader's sequel”, Lights Wiki, CC BY-SA 3.0 "
    "(https://creativecommons.org/licenses/by-sa/3.0/), revision 7, https://lights.example/wiki"
)


@pytest.fixture
def file(lighthouse: Path) -> Path:
    """Return LICENCE.txt of a pack whose second source asks for a credit."""
    pack = lighthouse / "pack.toml"
    pack.write_text(f'id = "light"\n{pack.read_text("utf-8")}{BY_SA}', "utf-8")
    return lighthouse / "LICENCE.txt"


def mended(file: Path) -> list[str]:
    changes: list[PackFault] = []
    assert fix(file.parent, None, changes.append).faults == ()
    return list(map(str, changes))


def test_a_work_that_has_to_be_credited_is_missed_where_its_licence_is_written(
    file: Path, checked: Faults
) -> None:
    assert checked() == [
        "pack.toml:32: 002 is under CC BY-SA 3.0, and LICENCE.txt does not name it"
    ]
    mended(file)
    assert LINE in file.read_text("utf-8").splitlines()
    assert checked() == []


def test_files_out_of_date_with_the_pack_are_reported_and_fixed(
    file: Path, checked: Faults
) -> None:
    file.write_text(f"Ours is CC0.\n{LINE.replace('7', '6')}\n- 009: “Gone”, GFDL\n", "utf-8")

    assert checked() == [
        f"LICENCE.txt:2: 002 is this by now: {LINE[2:]}",
        "LICENCE.txt:3: 009 is no source or picture of the pack",
    ]
    assert mended(file) == [
        "LICENCE.txt:2: 002 is named as the pack has it now",
        "LICENCE.txt:3: 009 is not named any more",
    ]
    assert file.read_text("utf-8") == f"Ours is CC0.\n{LINE}\n"


def test_pictures_are_named_as_well(file: Path) -> None:
    (file.parent / "tower.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with (file.parent / "places/tower.toml").open("a") as tower:
        tower.write('[picture]\nimage = "tower.png"\nalt = "A tower"\n')
        tower.write('credit = "Ann Lee"\nlicence = "CC BY 4.0"\n')
    before = list(map(str, check(file.parent).faults))
    mended(file)

    assert any("tower.png is under CC BY 4.0" in fault for fault in before)
    assert "- tower.png: “A tower”, Ann Lee, CC BY 4.0 (https://" in file.read_text("utf-8")


def test_a_file_that_cannot_be_read_is_a_fault(file: Path, checked: Faults) -> None:
    file.write_bytes(LINE.encode("utf-16"))

    assert checked() == ["LICENCE.txt:1: the file is UTF-16 text; save it as UTF-8"]


@pytest.mark.parametrize(
    ("written", "is_needed"),
    [("CC BY 4.0", True), ("GFDL", True), ("PD", False), ("CC0", False), ("own", False)],
)
def test_whether_a_licence_asks_for_a_credit(written: str, is_needed: bool) -> None:
    assert licence_of(written).needs_credit is is_needed


def test_a_line_is_kept_while_a_file_that_may_have_its_picture_cannot_be_read(
    file: Path, checked: Faults
) -> None:
    file.write_text(f"{LINE}\n- pictures/lamp.png: “A lamp”, CC0\n", "utf-8")
    keeper = file.parent / "characters" / "keeper.toml"
    keeper.write_text(keeper.read_text("utf-8"), "utf-16")

    assert not any("LICENCE.txt" in fault for fault in checked())
