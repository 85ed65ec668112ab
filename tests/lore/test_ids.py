"""Ids: whose pack they are of, and what of them people see."""

import pytest

from lore import ids


@pytest.mark.parametrize(
    ("id", "number", "bare"),
    [
        ("ultron", 1, "ultron"),
        ("2.alice", 2, "alice"),
        ("31.white-rabbit", 31, "white-rabbit"),
        ("80", 1, "80"),
        ("s12", None, "s12"),
        ("Dr. Cho", None, "Dr. Cho"),
        ("", None, ""),
    ],
)
def test_an_id_shows_its_pack_and_what_people_see(id: str, number: int | None, bare: str) -> None:
    assert (ids.pack_number(id), ids.bare(id)) == (number, bare)


@pytest.mark.parametrize(("number", "id"), [(1, "alice"), (2, "2.alice"), (9999, "9999.alice")])
def test_only_ids_of_other_packs_than_the_first_have_its_number(number: int, id: str) -> None:
    assert ids.qualified(number, "alice") == id


@pytest.mark.parametrize(
    ("title", "id"),
    [
        ("Avengers: Age of Ultron", "avengers-age-of-ultron"),
        ("Amélie & the 2 Cafés!", "amelie-the-2-cafes"),
        ("x" * 100, "x" * 100),
    ],
)
def test_a_title_is_made_an_id(title: str, id: str) -> None:
    assert ids.made_from(title) == id


def test_titles_without_latin_letters_get_ids_that_differ() -> None:
    made = {ids.made_from(title) for title in ("不思議の国", "鏡の国", "Алиса")}

    assert len(made) == 3
    assert all(id.startswith("story-") for id in made)
