"""The pages of the site: whole, linked, escaped, and the same as what the bot tells."""

import json
import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import pytest

from lore.catalogue import database
from lore.catalogue.database import Catalogue
from lore.ids import bare
from lore.pack import reader
from lore.pack.model import Entry
from lore.pictures.service import missing_packages
from lore.query.arrangement import statements
from lore.query.views import Views
from lore.site import pages
from lore.site.pages import Site
from lore.site.pictures import SitePictures

ROOT = Path(__file__).parents[3]
MONKEY_KING = ROOT / "docs/packs/monkey-king"

Files = dict[str, bytes]


@dataclass
class Read(HTMLParser):
    """A page as a browser reads it: its tags, the text that is shown, links and anchors."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, name: str) -> list[str]:
        return [value for _, attrs in self.tags if (value := attrs.get(name)) is not None]


def read(page: bytes) -> Read:
    parsed = Read()
    parsed.feed(page.decode())
    return parsed


def compiled(folder: Path, file: Path) -> Catalogue:
    database.build(reader.read(folder), file)
    return database.load(file)


def staff(catalogue: Catalogue) -> Entry:
    return next(one for id, one in catalogue.entries.items() if bare(id) == "gold-banded-staff")


def written(
    catalogue: Catalogue,
    tiers: Iterable[str] | None = None,
    url: str = "",
    folder: Path = MONKEY_KING,
) -> Files:
    every = catalogue.info.every_tier if tiers is None else frozenset(tiers)
    made = (make() for make in Site(catalogue, every, url, folder=folder).makers)
    return {page.path: page.content for page in made}


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return compiled(MONKEY_KING, tmp_path_factory.mktemp("site") / "catalogue.db")


@pytest.fixture(scope="module")
def site(story: Catalogue) -> Files:
    return written(story)


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[dict[str, dict[str, str]]], Files]:
    """Write the site of the small pack with some words in its files replaced; "" takes one away."""

    def changed(files: dict[str, dict[str, str]]) -> Files:
        folder = tmp_path / "pack"
        shutil.copytree(MONKEY_KING, folder)
        for name, words in files.items():
            text = (folder / name).read_text(encoding="utf-8")
            for old, new in words.items():
                assert old in text
                text = text.replace(old, new)
            (folder / name).write_text(text, encoding="utf-8")
        return written(compiled(folder, tmp_path / "catalogue.db"))

    return changed


def test_the_picture_that_the_pack_has_of_an_entry_stands_on_its_page(site: Files) -> None:
    page = read(site["entry/gold-banded-staff.html"])

    assert "../image/gold-banded-staff.png" in page.values("src")
    assert "A red staff, standing upright, with a broad band of gold at either end." in page.values(
        "alt"
    )
    assert "Drawn for this pack, CC0" in " ".join(page.text.split())
    file = MONKEY_KING / "pictures" / "gold-banded-staff.png"
    assert site["image/gold-banded-staff.png"] == file.read_bytes()


def test_the_picture_of_an_entry_of_a_tier_that_is_left_out_is_left_out(story: Catalogue) -> None:
    tiers = {tier.id for tier in story.info.tiers} - {story.info.tier_of_entry(staff(story))}

    assert not [path for path in written(story, tiers) if path.startswith("image/")]


def test_every_link_leads_to_a_page_and_a_place_on_it(site: Files) -> None:
    pages = {path: read(page) for path, page in site.items() if path.endswith(".html")}
    ids = {path: page.values("id") for path, page in pages.items()}
    broken, outside = [], set[str]()
    for path, page in pages.items():
        for link in (*page.values("href"), *page.values("src")):
            to = urlsplit(link)
            if to.scheme:
                outside.add(link)
                continue
            there = PurePosixPath("site", path).parent / unquote(to.path) if to.path else ""
            target = resolved(str(there)) if there else path
            if target not in site or (to.fragment and to.fragment not in ids[target]):
                broken.append((path, link))

    assert broken == []
    assert outside == {"https://creativecommons.org/publicdomain/zero/1.0/"}
    assert [path for path, own in ids.items() if len(own) != len(set(own))] == []


def resolved(path: str) -> str:
    """Return a path within the site without its `..`."""
    parts: list[str] = []
    for part in path.split("/")[1:]:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def test_page_of_an_entry_says_all_that_the_bot_tells_with_the_words_it_rests_on(
    story: Catalogue, site: Files
) -> None:
    views = Views(story)
    for id in views.ids():
        view = views.entry(id, story.info.every_tier)
        text = " ".join(read(site[f"entry/{id}.html"]).text.split())
        for one in statements(view):
            assert " ".join(one.says.split()) in text, id
            assert all(f"“{cite.words}”" in text for cite in one.cites), id


def test_mark_of_a_paragraph_leads_to_a_note_with_the_cited_words(site: Files) -> None:
    page = read(site["entry/monkey-king.html"])
    marks = [attrs for tag, attrs in page.tags if (attrs.get("id") or "").startswith("m")]
    marks = [attrs for attrs in marks if (attrs.get("href") or "").startswith("#n")]

    assert [mark["href"] for mark in marks][:2] == ["#n1", "#n2"]
    assert all(mark["aria-describedby"] == (mark["href"] or "")[1:] for mark in marks)


def test_contradictions_come_before_details_with_every_account(site: Files) -> None:
    text = read(site["differences.html"]).text

    assert text.index("What contradicts") < text.index("What one source tells in more detail")


def test_many_differences_are_told_on_several_pages_each_once(
    story: Catalogue, site: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "DIFFERENCES_ON_A_PAGE", 2)
    split = {path: page for path, page in written(story).items() if path.startswith("differences")}

    assert len(split) == 3
    assert all({*split} <= {*read(page).values("href")} for page in split.values())
    told = [title for page in split.values() for title in titles_of_differences(page)]
    assert sorted(told) == sorted(titles_of_differences(site["differences.html"]))


def test_source_that_is_cited_often_has_a_page_that_says_by_what(
    story: Catalogue, site: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "CITED_ON_THE_PAGE", 5)
    split = written(story)
    apart = {path for path in split if path.startswith("source/")}

    assert "source/novel.html" in apart
    assert apart <= {*read(split["sources.html"]).values("href")}
    cited = {href for path in apart for href in read(split[path]).values("href")}
    cited |= {f"../{href}" for href in read(split["sources.html"]).values("href")}
    assert {f"../{href}" for href in read(site["sources.html"]).values("href")} <= cited
    assert len(split["sources.html"]) < len(site["sources.html"]) / 2


def titles_of_differences(page: bytes) -> list[str]:
    return re.findall(r"<h3>(.*?)</h3>", page.decode(), re.DOTALL)


HOSTILE = '<img src=x onerror=alert(1)> "quoted" {{ 7 * 7 }} **bold** ||bar|| \u202e&amp;'


def test_texts_of_a_pack_are_shown_as_they_are_and_never_run(
    changed: Callable[[dict[str, dict[str, str]]], Files],
) -> None:
    hostile = HOSTILE.replace("\\", "\\\\").replace('"', '\\"')
    site = changed(
        {
            "characters/buddha.toml": {'name = "Buddha"': f'name = "{hostile}"'},
            "pack.toml": {'title = "The Monkey King"\n': f'title = "{hostile}"\n'},
        }
    )
    shown = HOSTILE.replace("\u202e", "")
    for path, page in site.items():
        if path.endswith(".html"):
            parsed = read(page)
            assert {tag for tag, _ in parsed.tags} & {"iframe", "style"} == set()
            images = [attrs["src"] or "" for tag, attrs in parsed.tags if tag == "img"]
            assert all(src.startswith("../image/") for src in images)
            assert [a for _, attrs in parsed.tags for a in attrs if a.startswith("on")] == []
            assert shown in parsed.text
    assert read(site["quote/nine-thousand-years.html"]).text.count(shown) > 2
    assert shown in json.dumps(search_of(site), ensure_ascii=False).replace('\\"', '"')


def search_of(site: Files) -> dict[str, list[list[object]]]:
    script = site["assets/search-data.js"].decode()
    data: dict[str, list[list[object]]] = json.loads(
        script.removeprefix("window.LORE = ").removesuffix(";\n")
    )
    return data


def test_search_finds_names_that_no_source_has_and_knows_the_tier_of_each(
    story: Catalogue, site: Files
) -> None:
    data = search_of(site)
    paths = [page[0] for page in data["pages"]]
    at = paths.index("entry/monkey-king.html")
    names = {name: tier for page, tier, name in data["names"] if page == at}
    entry = story.entries["monkey-king"]

    assert entry.found_by
    assert {other.name for other in entry.found_by} <= names.keys()
    assert set(names.values()) <= {tier.id for tier in story.info.tiers}
    assert {tier for _, tier, _ in data["passages"]} == {"novel", "stage", "hearsay"}


def test_tiers_that_are_not_asked_for_are_nowhere_in_the_site(story: Catalogue) -> None:
    views = Views(story)
    hidden = [id for id in views.ids() if (ref := views.find(id)) and ref.tier == "hearsay"]
    told = written(story, ["novel", "stage"])
    everything = b"".join(page for path, page in told.items() if "minisearch" not in path)

    assert hidden
    for id in hidden:
        view = views.entry(id, story.info.every_tier)
        assert f"entry/{id}.html" not in told
        assert all(one.says.encode() not in everything for one in view.text)
    assert b'"hearsay"' not in everything
    assert b"Talk in a tea house" not in everything


def test_same_pack_makes_the_same_bytes(story: Catalogue, site: Files) -> None:
    assert written(story) == site


def test_first_page_is_small_though_the_pack_is_large(catalogue: Catalogue) -> None:
    site = written(catalogue)
    first = ["index.html", *(f"assets/{name}" for name in ("site.css", "tiers.css", "choices.js"))]

    assert sum(len(site[path]) for path in (*first, "assets/site.js")) < 100_000


def test_timeline_has_the_heading_of_what_goes_on_once(catalogue: Catalogue) -> None:
    text = read(written(catalogue)["timeline.html"]).text

    assert len(re.findall(r"^Campaign against HYDRA$", text, re.MULTILINE)) == 1
    assert "Campaign against HYDRA, continued" in text


def test_pack_without_events_or_quotes_has_no_pages_of_them(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    (folder / "characters").mkdir(parents=True)
    head, sources, first = (MONKEY_KING / "pack.toml").read_text("utf-8").partition("[[sources]]")
    (folder / "pack.toml").write_text(f"{head}{sources}{first.partition('[[sources]]')[0]}")
    text = '[[text]]\nsays = "He is alone."\ncites = ["novel:1 He is alone"]\n'
    (folder / "characters/con.toml").write_text(f'name = "Con"\n{text}')
    site = written(compiled(folder, tmp_path / "catalogue.db"))

    assert "He is alone." in read(site["entry/con_.html"]).text
    assert {"index.html", "sources.html"} == {path for path in site if "/" not in path}


def test_address_of_the_site_stands_where_links_are_unfurled(story: Catalogue) -> None:
    page = read(written(story, url="https://lore.example/")["entry/monkey-king.html"])
    unfurled = {a["property"]: a["content"] for tag, a in page.tags if "property" in a}

    assert unfurled["og:url"] == "https://lore.example/entry/monkey-king.html"
    assert unfurled["og:title"] == "Monkey King"
    assert unfurled["og:description"]


@pytest.mark.skipif(bool(missing_packages()), reason="not installed: what draws pictures")
def test_page_shows_and_unfurls_its_picture_which_is_drawn_once(
    story: Catalogue, tmp_path: Path
) -> None:
    def write() -> Files:
        site = Site(
            story,
            frozenset(["hearsay"]),
            "https://lore.example",
            SitePictures(story.info, tmp_path),
        )
        return {page.path: page.content for page in (make() for make in site.makers)}

    site = write()
    drawn = [path for path in site if path.startswith("picture/")]
    page = read(site["quote/nine-thousand-years.html"])
    [shown] = [attrs for tag, attrs in page.tags if tag == "img"]

    assert site[(shown["src"] or "").removeprefix("../")].startswith(b"\x89PNG")
    assert f"https://lore.example/{(shown['src'] or '')[3:]}" in page.values("content")
    assert "Talk in a tea house" in (shown["alt"] or "")
    for path in drawn:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(b"drawn before")
    assert [write()[path] for path in drawn] == [b"drawn before"] * len(drawn)
