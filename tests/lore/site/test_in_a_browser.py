"""The site in Chromium, from the disk and offline: on a phone, by keyboard, in both themes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from lore.catalogue import database
from lore.pack import reader
from lore.site.folder import write_site
from lore.site.pages import Site
from lore.site.pictures import SitePictures
from tests.browser import CHROMIUM, DESK, OPTIONS, PHONE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[3]
# Our pages forbid it to ask for their styles again.
LEVEL_AA = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "preload": False,
}
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "preload": False}


@dataclass(frozen=True)
class Story:
    """A pack, what is searched for in its site, and an entry that only a tier apart tells of.

    `word` is one of its texts, and by two letters another than one of its names.

    One of the sites has pictures.
    """

    pack: str
    typo: str
    found: str
    apart: str
    of_apart: str
    word: str
    pictures: bool = False


STORIES = [
    Story("seeds", "iorn man", "Tony Stark", "fan", "lab-argument", "mission"),
    Story(
        "docs/packs/monkey-king",
        "tripitka",
        "Tripitaka",
        "hearsay",
        "borrowed-kettle",
        "finger",
        pictures=True,
    ),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("not installed: chromium")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)


@pytest.fixture(scope="module", params=STORIES, ids=lambda story: story.pack)
def story(request: pytest.FixtureRequest) -> Story:
    asked: Story = request.param
    return asked


@pytest.fixture(scope="module")
def site(story: Story, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    database.build(reader.read(ROOT / story.pack), folder / "catalogue.db")
    catalogue = database.load(folder / "catalogue.db")
    drawn = SitePictures(catalogue.info, folder / "site") if story.pictures else None
    write_site(folder / "site", Site(catalogue, catalogue.info.every_tier, pictures=drawn).makers)
    return folder / "site"


Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Open a page offline; what its console says and what it asks for elsewhere are faults."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(file: Path, **options: object) -> Page:
        context = browser.new_context(offline=True, **{"viewport": DESK, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: faults.append(said.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("requestfailed", lambda request: faults.append(request.url))
        page.on("request", lambda asked: None if is_here(asked.url) else faults.append(asked.url))
        page.goto(file.as_uri())
        return page

    def is_here(address: str) -> bool:
        return address.startswith("file:")

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


# Those further down are loaded when somebody comes to them; what cannot be shown raises.
SHOW_PICTURES = """() => Promise.all([...document.images].map(one => {
    one.loading = "eager";
    return one.decode().then(() => one.alt);
}))"""


def test_every_page_fits_on_a_phone_and_asks_for_nothing_elsewhere(
    site: Path, opened: Opened, story: Story
) -> None:
    page = opened(site / "index.html", viewport=PHONE)
    too_wide, pictures = [], []
    for file in sorted(site.rglob("*.html")):
        page.goto(file.as_uri())
        pictures += page.evaluate(SHOW_PICTURES)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            too_wide.append(file.name)

    assert too_wide == []
    assert bool(pictures) is story.pictures
    assert [alt for alt in pictures if len(alt.split()) < 5] == []


def one_of_each_kind(site: Path) -> list[Path]:
    """Return the pages that are there once, and the largest of all others."""
    folders = [site / name for name in ("entry", "quote", "kind")]
    return [*site.glob("*.html"), *map(largest, folders)]


def largest(folder: Path) -> Path:
    return max(folder.iterdir(), key=lambda file: file.stat().st_size)


@pytest.mark.parametrize(
    ("theme", "viewport", "rules"),
    [("light", DESK, LEVEL_AA), ("dark", PHONE, CONTRAST)],
    ids=["light", "dark"],
)
def test_pages_have_no_faults_that_keep_people_from_reading_them(
    site: Path, opened: Opened, theme: str, viewport: dict[str, int], rules: dict[str, object]
) -> None:
    page = opened(site / "index.html", viewport=viewport, color_scheme=theme)
    found = []
    for file in one_of_each_kind(site):
        page.goto(file.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        results = Axe().run(page, options=rules).response
        found += [
            (file.name, fault["id"], [node["html"] for node in fault["nodes"][:3]])
            for fault in results["violations"]
        ]

    assert found == []


def test_search_with_a_typo_finds_the_entry_by_keyboard_alone(
    site: Path, opened: Opened, story: Story
) -> None:
    page = opened(site / "index.html")

    page.keyboard.press("/")
    page.keyboard.type(story.typo)
    expect(page.locator("#results a").first).to_have_text(story.found)
    expect(page.locator("#found")).to_contain_text("found")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#results a").first).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text(story.found)


def test_word_that_is_spelt_as_typed_comes_before_those_that_are_spelt_like_it(
    site: Path, opened: Opened, story: Story
) -> None:
    page = opened(site / "index.html")

    page.keyboard.press("/")
    page.keyboard.type(story.word)

    expect(page.locator("#results li").first).to_contain_text(story.word, ignore_case=True)


def test_tier_that_is_left_out_is_in_no_page_and_no_search_until_it_is_shown_again(
    site: Path, opened: Opened, story: Story
) -> None:
    page = opened(site / f"entry/{story.of_apart}.html")
    name = page.locator("h1").inner_text()
    page.locator(".choices summary").click()
    page.locator(f"[data-chooses={story.apart}]").select_option("off")

    expect(page.locator("article")).to_be_hidden()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type(name)
    expect(page.locator("#found")).not_to_be_empty()
    assert name not in page.locator("#results").inner_text()
    page.keyboard.press("Escape")
    page.locator("[data-shows-again]").click()

    expect(page.locator("h1")).to_be_visible()


def test_bars_hide_what_a_tier_tells_until_they_are_pressed(
    site: Path, opened: Opened, story: Story
) -> None:
    page = opened(site / f"entry/{story.of_apart}.html")
    page.locator(".choices summary").click()
    page.locator(f"[data-chooses={story.apart}]").select_option("barred")
    page.keyboard.press("Escape")
    bar = page.locator(".paragraph .bar").first

    expect(bar).to_have_css("color", "rgba(0, 0, 0, 0)")
    expect(bar).to_have_role("button")
    bar.focus()
    page.keyboard.press("Enter")

    expect(bar).not_to_have_css("color", "rgba(0, 0, 0, 0)")
    assert bar.get_attribute("role") is None


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_mark_shows_the_cited_words_on_focus_and_leads_to_them(
    site: Path, opened: Opened, *, script: bool
) -> None:
    page = opened(largest(site / "entry"), java_script_enabled=script)
    mark, tip = page.locator(".mark a").first, page.locator(".tip").first

    expect(tip).to_be_hidden()
    mark.focus()
    expect(tip).to_be_visible()
    assert "“" in tip.inner_text()
    if script:
        page.keyboard.press("Escape")
        expect(tip).to_be_hidden()
    page.keyboard.press("Enter")

    assert page.url.endswith("#n1")


def test_first_key_leads_past_the_head_of_the_page(site: Path, opened: Opened) -> None:
    page = opened(site / "index.html")

    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "content"


# What has focus is on top where its first line begins.
IS_SEEN = """() => {
    const one = document.activeElement, line = one.getClientRects()[0];
    return one.contains(document.elementFromPoint(line.left + 2, line.top + line.height / 2));
}"""


@pytest.mark.parametrize("width", [DESK["width"], 1000, PHONE["width"]])
def test_way_back_by_keyboard_is_never_under_what_stays_in_sight(
    site: Path, opened: Opened, width: int
) -> None:
    for file in (site / "timeline.html", largest(site / "entry")):
        page = opened(file, viewport={"width": width, "height": 700})
        page.locator("main a:visible").last.focus()
        while page.evaluate("document.activeElement.closest('main > *') !== null"):
            assert page.evaluate(IS_SEEN), page.evaluate("document.activeElement.outerHTML")
            page.keyboard.press("Shift+Tab")


def test_reader_chooses_colours_and_the_next_page_keeps_them(site: Path, opened: Opened) -> None:
    page = opened(site / "index.html", color_scheme="light")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.locator(".choices summary").click()
    page.get_by_label("Dark").check()
    page.goto((site / "sources.html").as_uri())

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != ground
