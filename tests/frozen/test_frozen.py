"""What the outside relies on is as it was frozen: pages, custom_ids, forms, commands, figures."""

import re
from collections import Counter, defaultdict

import pytest

from tests.frozen import custom_ids, record
from tests.frozen.pages import Book, Json, components

# All pages are collected before the first test.
pytestmark = [pytest.mark.timeout(300), pytest.mark.thorough]

HOW = """
To see what differs, write every page in full here and as it was before, and compare:
    make freeze DIR=/tmp/now
    make freeze DIR=/tmp/before AT=HEAD     (or the commit that was good)
    diff -r /tmp/before /tmp/now
If it is meant:
    make freeze-accept
and name the change in CHANGELOG.md, in the words of those who see it."""

# So many lines of each script, which its pages begin with.
SHOWN = 20


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """Return all that the bot sends while all scripts are played."""
    return record.collected(tmp_path_factory.mktemp("frozen"))


@pytest.fixture(scope="module")
def now(book: Book) -> dict[str, str]:
    """Return what would be frozen now."""
    return record.files(book)


def frozen(name: str) -> str:
    file = record.EXPECTED / name
    return file.read_text(encoding="utf-8") if file.exists() else ""


def differences(before: str, after: str) -> list[str]:
    """Return the lines that went and came, each once; pages that changed are named once."""
    old, new = (Counter(text.splitlines()) for text in (before, after))
    gone, come = ((one - other).elements() for one, other in ((old, new), (new, old)))
    return list(dict.fromkeys([*(f"- {line}" for line in gone), *(f"+ {line}" for line in come)]))


def fail(name: str, lines: list[str]) -> None:
    """Fail with the first lines of what changed, and with what to do about it."""
    pytest.fail("\n".join((f"{name}: not as frozen", *first(lines), HOW)), pytrace=False)


def first(lines: list[str]) -> list[str]:
    """Return the first of some lines, and how many more there are."""
    more = [f"… and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
    return [*lines[:SHOWN], *more]


def test_every_script_runs_to_its_end(book: Book) -> None:
    if book.broken:
        pytest.fail(record.broken_off(book), pytrace=False)


def test_every_page_matches_its_frozen_digest(book: Book) -> None:
    before = dict(line.split("  ", 1)[::-1] for line in frozen("pages.txt").splitlines())
    after = book.digests()
    found: dict[str, list[str]] = defaultdict(list)
    for name in {**before, **after}:
        if before.get(name) != after.get(name):
            what = "new" if name not in before else "gone" if name not in after else "changed"
            found[re.split("[/:]", name)[0]].append(f"{what}: {name}")
    if found:
        lines = [line for of_one in found.values() for line in first(of_one)]
        told = f"{sum(map(len, found.values()))} of {len(after)} pages: not as frozen"
        pytest.fail("\n".join((told, *lines, HOW)), pytrace=False)


def test_everything_else_matches_its_frozen_text(now: dict[str, str]) -> None:
    # What is kept of pages in full is compared with all other pages.
    others = {name: text for name, text in now.items() if "/" not in name and name != "pages.txt"}
    found = [
        f"{name}: {line}"
        for name, text in others.items()
        for line in differences(frozen(name), text)
    ]
    if found:
        fail(", ".join(dict.fromkeys(line.partition(":")[0] for line in found)), found)


def test_pages_kept_in_full_match_their_frozen_text(now: dict[str, str]) -> None:
    kept = {name: text for name, text in now.items() if "/" in name}
    found = [name for name, text in kept.items() if text != frozen(name)]
    if found:
        fail("pages kept in full", found)


def test_every_custom_id_has_a_shape_in_the_frozen_table(book: Book) -> None:
    unknown = {
        custom_id
        for page in book.pages.values()
        for custom_id in messages_ids(page)
        if custom_ids.shape(custom_id) is None
    }

    assert unknown == set(), f"Write these into {custom_ids.__name__}.toml, so that they are kept"


def messages_ids(page: Json) -> list[str]:
    """Return the custom_ids of a page that a person's press or form comes back with."""
    if "title" in page:
        return [page["custom_id"]]
    return [part["custom_id"] for part in components(page) if "custom_id" in part]


def test_a_post_contains_its_day_and_is_sent_with_its_own_nonce(book: Book) -> None:
    page = book.pages["qotd/posts: /qotd now [in #quotes] (2)"]
    last = [part["content"] for part in components(page) if "content" in part][-1]

    # Whatever else changes, the posts of the last 30 days are known again by these.
    assert last == "-# Quote of the day · 2027-03-02"
    assert 1788618 in [part.get("id") for part in components(page)]
    assert page["nonce"] == "q9dshadya3ocg-20270302"


@pytest.mark.parametrize("how", ["by its id", "by its last line"])
def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(book: Book, how: str) -> None:
    later = book.pages[f"qotd found again/{how}: /qotd now [private answer] (2)"]

    assert "Posted today's quote" in str(later)
    assert f"qotd found again/{how}: /qotd now [in #quotes]" not in book.pages
