"""What a server calls its own entries takes nothing away from how the story's names are found."""

import json
import random

import pytest

from lore.search import Name, NameIndex, Verdict, verdict
from tests.bench.cases import Case, still_clear
from tests.bench.listings import LISTS, lines

OWN = 500
QUICK = 60


@pytest.mark.parametrize("count", [QUICK, pytest.param(None, marks=pytest.mark.slow)])
def test_names_are_found_beside_a_servers_own_as_well_as_without(count: int | None) -> None:
    if not LISTS.is_dir():
        pytest.skip("the lists of names are not at hand")
    of_story = lines(LISTS / "names.txt")
    others = lines(LISTS / "names_100k.txt")[len(of_story) :]
    own = random.Random(7).sample(others, OWN)
    asked = [Case(**json.loads(line)) for line in lines(LISTS / "cases.jsonl")]
    if count:
        asked = random.Random(7).sample(asked, count)
        meant = {case.expected for case in asked}
        of_story = [name for at, name in enumerate(of_story) if at < 1000 or name in meant]
    clear = still_clear(asked, [*of_story, *own])
    story = NameIndex.build([Name(name, name) for name in of_story])
    both = story.joined(NameIndex.build([Name(name, f"own {name}") for name in own]))

    assert [answered(both, case) for case in clear] == [answered(story, case) for case in clear]


def answered(index: NameIndex, case: Case) -> tuple[Verdict, str | None]:
    """Return what is made of a question, and which name comes first where any is offered."""
    matches = index.find(case.query)
    judged = verdict(matches)
    return judged, None if judged is Verdict.NONE else matches[0].key
