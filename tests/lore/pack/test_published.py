"""An id that was ever published leads somewhere, as long as the pack lists it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lore.pack.check import check
from lore.pack.fix import fix

Write = Callable[[str, str], None]
Replace = Callable[[str, str, str], None]
Faults = Callable[[], list[str]]

ALL = "entry keeper\nentry storm\nentry tower\nquote light-it\n"


@pytest.fixture
def changes(lighthouse: Path, texts: Path) -> Faults:
    """Mend the pack, and return what was changed in its list of ids."""

    def changes() -> list[str]:
        made: list[str] = []
        fix(lighthouse, texts, lambda change: made.append(str(change)))
        return [change for change in made if change.startswith("ids.txt")]

    return changes


def test_ids_are_listed_in_a_pack_without_faults(
    changes: Faults, lighthouse: Path, texts: Path, write: Write
) -> None:
    write("ids.txt", "# All ids.\nentry tower")
    assert "ids.txt:1: 3 ids not listed yet; lorebot check --fix adds what is published" in map(
        str, check(lighthouse, texts).remarks
    )

    assert changes() == [
        "ids.txt:3: entry keeper is listed now",
        "ids.txt:4: entry storm is listed now",
        "ids.txt:5: quote light-it is listed now",
    ]
    assert (lighthouse / "ids.txt").read_text("utf-8") == (
        "# All ids.\nentry tower\nentry keeper\nentry storm\nquote light-it\n"
    )
    assert (changes(), check(lighthouse, texts).remarks) == ([], ())


def test_ids_of_a_pack_with_faults_are_not_listed_yet(
    changes: Faults, write: Write, replace: Replace, lighthouse: Path
) -> None:
    write("ids.txt", "")
    replace("places/tower.toml", "says", "sais")

    assert changes() == []
    assert (lighthouse / "ids.txt").read_text("utf-8") == ""


def test_a_pack_without_a_list_of_published_ids_is_valid(changes: Faults, lighthouse: Path) -> None:
    assert changes() == []
    assert not (lighthouse / "ids.txt").exists()


def test_a_missing_published_id_is_a_fault_that_says_what_to_do(
    checked: Faults, write: Write, lighthouse: Path, replace: Replace
) -> None:
    write("ids.txt", f"# All ids.\n{ALL}")
    assert checked() == []
    (lighthouse / "characters/keeper.toml").rename(lighthouse / "characters/warden.toml")
    replace("quotes/001.toml", '"light-it"', '"lit"')
    replace("quotes/001.toml", '"keeper"', '"warden"')

    assert checked() == [
        "ids.txt:2: the entry keeper has gone, and what points to it leads nowhere; write "
        'former = ["keeper"] into the entry that it has become, or the entry again',
        "ids.txt:5: the quote light-it has gone, and what points to it leads nowhere; write it "
        "again",
    ]
    replace("quotes/001.toml", '"lit"', '"light-it"')
    replace("characters/warden.toml", "name =", 'former = ["keeper"]\nname =')
    assert checked() == []


def test_an_id_that_may_be_in_a_broken_file_is_not_reported_missing(
    checked: Faults, write: Write, replace: Replace
) -> None:
    write("ids.txt", ALL)
    replace("quotes/001.toml", 'id = "light-it"', 'id = "light-it')

    assert [line for line in checked() if line.startswith("ids.txt")] == []


@pytest.mark.parametrize("line", ["keeper", "entries keeper", "quote"])
def test_a_line_without_an_id_is_a_fault(checked: Faults, write: Write, line: str) -> None:
    write("ids.txt", f"{ALL}{line}\n")

    assert checked() == ["ids.txt:5: a line is written: entry its-id, or quote its-id"]


def test_a_list_in_another_encoding_is_a_fault(checked: Faults, lighthouse: Path) -> None:
    (lighthouse / "ids.txt").write_bytes(ALL.encode("utf-16"))

    assert checked() == ["ids.txt:1: the file is UTF-16 text; save it as UTF-8"]


def test_a_folder_in_place_of_the_list_is_a_fault(checked: Faults, lighthouse: Path) -> None:
    (lighthouse / "ids.txt").mkdir()

    assert checked() == ["ids.txt:1: the file cannot be read: Is a directory"]
