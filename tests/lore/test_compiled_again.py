"""A pack that changed is compiled of what has changed alone, and comes out as if of nothing."""

import json
import random
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from lore.catalogue import database
from lore.catalogue.index_file import IndexFile
from lore.errors import LoreError
from lore.pack import reader
from lore.query.indexing import indexing
from tests.bench.generated_packs import write_pack

ENTRIES, ROUNDS = 60, 8
WORDS = ("a", "b", "see", "sea", "It", "He", "vex")


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    write_pack(tmp_path / "pack", ENTRIES)
    return tmp_path / "pack"


def compiled(pack: Path, data: Path) -> dict[str, Any]:
    """Compile a pack; return all that its files hold."""
    database.compile_if_changed(pack, data / "catalogue.db", indexing())
    [index] = data.glob("*.index")
    with closing(sqlite3.connect(data / "catalogue.db")) as db:
        tables = {
            table: db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in ("pack", "file", "entry", "quote")
        }
    sections = {**IndexFile(index)}
    return {"index": (index.name, index.read_bytes()), "sections": sections, **tables}


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Return the sections that are not the same in two indexes."""
    return [name for name in {**one, **other} if one.get(name) != other.get(name)]


def entries(pack: Path) -> list[Path]:
    return [file for file in sorted(pack.rglob("*.toml")) if file.parent.name in reader.FOLDERS]


def rewrite(file: Path, change: Callable[[str], str]) -> None:
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")


class Changes:
    """Changes a pack at random; some of them break it, and then it is as it was before."""

    def __init__(self, pack: Path, seed: int) -> None:
        self.pack = pack
        self.rng = random.Random(seed)
        self.number = 0
        self.quotes = sorted((pack / "quotes").glob("*.toml"))

    def one(self) -> None:
        before = {file: file.read_bytes() for file in self.pack.rglob("*.toml")}
        changes = (
            *(self.tell, self.tell_the_same, self.rename, self.add, self.remove, self.relate),
            *(self.speak_of_another, self.stop_telling, self.take_a_name),
            *(self.call, self.move_in_time, self.change_a_quote, self.touch, self.name_a_type),
        )
        self.rng.choice(changes)()
        try:
            reader.read(self.pack)
        except LoreError:
            for file in self.pack.rglob("*.toml"):
                file.unlink()
            for file, content in before.items():
                file.write_bytes(content)

    def _some(self) -> Path:
        return self.rng.choice(entries(self.pack))

    def _words(self) -> str:
        self.number += 1
        return f"changed {self.number} " + " ".join(
            self.rng.sample(["a", "b", "see", "sea", "It", "He", "vex"], 4)
        )

    def tell(self) -> None:
        says = json.dumps(f"{self._words()}.")
        rewrite(self._some(), lambda text: re.sub("says = .*", f"says = {says}", text, count=1))

    def _name(self) -> str:
        found = re.search('(?m)^name = "(.*)"$', self._some().read_text(encoding="utf-8"))
        return found[1] if found else ""

    def speak_of_another(self) -> None:
        """Speak in any statement of an entry of some other, so that it gets an article."""
        file, said = self._some(), f'says = "Then the {self._name()} was {self._words()}."'
        text = file.read_text(encoding="utf-8")
        found = self.rng.choice([*re.finditer("(?m)^says = .*$", text)])
        file.write_text(text[: found.start()] + said + text[found.end() :], encoding="utf-8")

    def stop_telling(self) -> None:
        """Leave out one of the tables of an entry."""
        file = self._some()
        tables = file.read_text(encoding="utf-8").split("\n\n")
        del tables[self.rng.randrange(len(tables))]
        file.write_text("\n\n".join(tables) + "\n", encoding="utf-8")

    def take_a_name(self) -> None:
        name = f'name = "{self._name()}"'
        rewrite(self._some(), lambda text: re.sub("(?m)^name = .*", name, text, count=1))

    def tell_the_same(self) -> None:
        says = 'says = "All say so."'
        for _ in range(2):
            rewrite(self._some(), lambda text: re.sub("says = .*", says, text, count=1))

    def rename(self) -> None:
        name = json.dumps(self._words())
        rewrite(self._some(), lambda text: re.sub("name = .*", f"name = {name}", text, count=1))

    def add(self) -> None:
        some = self._some()
        text = re.sub("(?m)^order = .*$", f"order = {9000 + self.number}", some.read_text())
        self.number += 1
        (some.parent / f"added-{self.number}.toml").write_text(text, encoding="utf-8")

    def remove(self) -> None:
        """Remove an entry, and what names it in others."""
        gone = self._some()
        gone.unlink()
        for file in self.pack.rglob("*.toml"):
            tables = file.read_text(encoding="utf-8").split("\n\n")
            kept = [one for one in tables if f'"{gone.stem}"' not in one]
            file.write_text("\n\n".join(kept) + "\n", encoding="utf-8")

    def relate(self) -> None:
        rewrite(self._some(), lambda text: text.replace('"knows"', '"serves"', 1))

    def call(self) -> None:
        called = f'found_by = ["{self._words()}"]\n'
        rewrite(self._some(), lambda text: called * ("found_by" not in text) + text)

    def move_in_time(self) -> None:
        order = self.rng.randrange(1, 9999)
        event = self.rng.choice(sorted((self.pack / "events").glob("*.toml")))
        rewrite(event, lambda text: re.sub("order = .*", f"order = {order}", text, count=1))

    def change_a_quote(self) -> None:
        id = f'id = "said-{self.rng.randrange(10**6)}"'
        file = self.rng.choice(self.quotes)
        rewrite(file, lambda text: re.sub("id = .*", id, text, count=1))

    def touch(self) -> None:
        rewrite(self._some(), lambda text: f"# {self._words()}\n{text}")

    def name_a_type(self) -> None:
        label = f'label = "Is known {self.number}"'
        rewrite(self.pack / "pack.toml", lambda text: text.replace('label = "Knows"', label, 1))


@pytest.mark.parametrize(
    ("of", "seed", "rounds"),
    [
        ("a machine", 0, ROUNDS),
        ("the pack that ships", 0, 2),
        *(pytest.param("a machine", seed, ROUNDS, marks=pytest.mark.slow) for seed in (1, 2)),
        *(
            pytest.param("the pack that ships", seed, ROUNDS, marks=pytest.mark.slow)
            for seed in range(3)
        ),
    ],
)
def test_a_changed_pack_comes_out_as_one_that_is_compiled_from_nothing(
    pack: Path, seeds: Path, tmp_path: Path, of: str, seed: int, rounds: int
) -> None:
    if of == "the pack that ships":
        shutil.rmtree(pack)
        shutil.copytree(seeds, pack)
    changes = Changes(pack, seed)
    compiled(pack, tmp_path / "again")
    for number in range(rounds):
        changes.one()
        from_nothing = compiled(pack, tmp_path / f"from-nothing-{number}")
        again = compiled(pack, tmp_path / "again")
        assert differing(again["sections"], from_nothing["sections"]) == []
        assert again == from_nothing


def test_who_is_spoken_of_in_another_way_is_so_wherever_a_fact_names_them(
    pack: Path, tmp_path: Path
) -> None:
    compiled(pack, tmp_path / "again")
    file = pack / "characters/entry-1.toml"
    rewrite(file, lambda text: text.replace('says = "Of ', 'says = "The '))
    again = compiled(pack, tmp_path / "again")["sections"]

    assert b" knows the " in bytes(again["questions.facts.facts.data"])
    assert differing(again, compiled(pack, tmp_path / "from-nothing")["sections"]) == []


def test_only_what_has_changed_is_read(pack: Path, tmp_path: Path) -> None:
    compiled(pack, tmp_path / "data")
    former = database.former_pack(tmp_path / "data/catalogue.db")
    assert former
    changed = entries(pack)[7]
    rewrite(changed, lambda text: text + "\n# changed\n")
    read = reader.reread(pack, former, reader.sums(pack))

    entry_of = {entry.id: entry for entry in read.entries}
    same = [id for id, entry in former.entries.items() if entry_of[id] is entry]
    assert {*former.entries} - {*same} == {changed.stem}


def test_compiling_tells_how_much_is_done(pack: Path, tmp_path: Path) -> None:
    def told() -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        file = tmp_path / "catalogue.db"
        database.compile_if_changed(pack, file, indexing(), lambda *done: found.append(done))
        return found

    from_nothing, up_to_date = told(), told()
    rewrite(entries(pack)[0], lambda text: text + "\n# changed\n")
    again = told()

    assert (from_nothing[0], from_nothing[-1], again[-1]) == ((0, 100), (100, 100), (100, 100))
    assert (from_nothing, again) == (sorted(from_nothing), sorted(again))
    assert up_to_date == []


def faults(pack: Path, data: Path) -> Iterator[str]:
    try:
        compiled(pack, data)
    except LoreError as error:
        yield str(error)


def remove_whom_others_name(pack: Path) -> None:
    (pack / "characters/entry-0.toml").unlink()


def make_a_place_of_an_event(pack: Path) -> None:
    (pack / "places/entry-9.toml").write_text((pack / "events/entry-9.toml").read_text())


def move_to_another_kind(pack: Path) -> None:
    (pack / "places/entry-3.toml").rename(pack / "topics/entry-3.toml")


def claim_a_former_id(pack: Path) -> None:
    rewrite(pack / "characters/entry-1.toml", lambda text: f'former = ["entry-2"]\n{text}')


def take_the_order_of_another(pack: Path) -> None:
    rewrite(pack / "events/entry-9.toml", lambda text: text.replace("order = 10", "order = 20"))


def repeat_the_id_of_a_quote(pack: Path) -> None:
    (pack / "quotes/tale.toml").write_text((pack / "quotes/tale.toml").read_text() * 2)


@pytest.mark.parametrize(
    "damage",
    [
        remove_whom_others_name,
        make_a_place_of_an_event,
        move_to_another_kind,
        claim_a_former_id,
        take_the_order_of_another,
        repeat_the_id_of_a_quote,
    ],
)
def test_what_a_change_breaks_is_told_as_if_all_was_read(
    pack: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    (pack / "topics").mkdir()
    compiled(pack, tmp_path / "data")
    damage(pack)
    told = [*faults(pack, tmp_path / "data")]

    assert told
    assert told == [*faults(pack, tmp_path / "other")]


def test_a_former_catalogue_that_is_damaged_is_not_believed(pack: Path, tmp_path: Path) -> None:
    data, rng = tmp_path / "again", random.Random(1)
    compiled(pack, data)
    for number in range(ROUNDS):
        rewrite(entries(pack)[number], lambda text: text + "\n# changed\n")
        for file in (data / "catalogue.db", *data.glob("*.index")):
            content = bytearray(file.read_bytes())
            for _ in range(20):
                content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
            file.write_bytes(content)
        assert compiled(pack, data) == compiled(pack, tmp_path / f"from-nothing-{number}")
