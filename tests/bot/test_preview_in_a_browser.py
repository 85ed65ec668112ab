"""The preview as people use it: the command line starts it, and Chromium drives its page."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.bot.test_another_story import STORY
from tests.browser import CHROMIUM, DESK, LAYOUT_FAULTS, OPTIONS, READY, SEEN_BY, is_local

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

expect.set_options(timeout=20_000)

MESSAGE = "article.channel-message"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("not installed: chromium")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)


@pytest.fixture(scope="module")
def own_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a pack in a folder where it can be changed."""
    return Path(shutil.copytree(STORY, tmp_path_factory.mktemp("preview") / "pack"))


@pytest.fixture(scope="module")
def address(own_pack: Path) -> Iterator[str]:
    """Run the preview and return the address that it tells."""
    command = [sys.executable, "-m", "bot", "preview", "--pack", str(own_pack), "--watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().removeprefix("Open ").strip()
        # A shell without jobs has what it starts beside itself ignore SIGINT.
        process.terminate()
        process.wait(30)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Open the page; what our layouts lack and what it asks for elsewhere are faults."""
    page = browser.new_page(viewport=DESK)
    elsewhere: list[str] = []
    page.on("request", lambda asked: is_local(asked.url) or elsewhere.append(asked.url))
    page.goto(address)
    page.wait_for_function(READY)
    yield page
    assert page.evaluate(LAYOUT_FAULTS) == []
    assert elsewhere == []
    page.close()


def ask(page: Page, command: str, *options: str) -> None:
    """Choose a command from the list that opens, what is offered for its options, and be answered.

    Until the answer is there, the latest message is one of an earlier test.
    """
    messages = page.locator(MESSAGE)
    before = messages.count()
    page.locator("#channel-composer-input").fill("")
    page.keyboard.type(f"/{command}")
    expect(page.locator(".command-entry").first).to_contain_text(f"/{command}")
    page.keyboard.press("Enter")
    for typed in options:
        expect(page.locator(".command-option-input").first).to_be_focused()
        page.keyboard.type(typed)
        expect(page.locator(".command-suggestion").first).to_be_visible()
        page.keyboard.press("Enter")
        expect(page.locator(".command-suggestion")).to_have_count(0)
    page.locator("#send-message").click()
    expect(page.locator(".command-chip")).to_have_count(0)
    expect(messages).not_to_have_count(before)


def press(page: Page, label: str) -> None:
    latest(page).get_by_role("button", name=label, exact=True).click()


def latest(page: Page) -> Locator:
    """Return the latest message of the channel."""
    return page.locator(MESSAGE).last


def test_name_is_offered_while_it_is_typed_and_answered(page: Page) -> None:
    ask(page, "bio", "erl")

    expect(latest(page)).to_contain_text("asker used /bio")
    expect(latest(page).get_by_role("heading")).to_have_text("Erlang")


def test_sources_button_and_the_form_on_its_page(page: Page) -> None:
    ask(page, "bio", "erl")
    press(page, "Sources")
    expect(latest(page).get_by_role("heading")).to_have_text("Sources of Erlang")
    press(page, "Something wrong?")
    form = page.get_by_role("dialog")
    expect(form).to_contain_text("Which sentence?")
    assert page.evaluate(LAYOUT_FAULTS) == []
    form.get_by_role("textbox").fill("The hound has a name.")
    form.get_by_role("button", name="Submit").click()

    expect(form).to_have_count(0)
    expect(latest(page)).to_contain_text("curators")


def test_choosing_one_of_several_from_a_menu_leads_to_it(page: Page) -> None:
    ask(page, "bio", "erl")
    latest(page).get_by_role("combobox", name="Go to …").click()
    page.get_by_role("option", name="Jade Emperor").click()

    expect(latest(page).get_by_role("heading").first).to_have_text("Jade Emperor")


def test_commands_of_curators_are_offered_after_the_switch_alone(page: Page) -> None:
    page.locator("#channel-composer-input").click()
    page.keyboard.type("/")
    expect(page.locator(".command-entry", has_text="/bio")).to_be_visible()
    expect(page.locator(".command-entry", has_text="/settings")).to_have_count(0)
    [curator] = page.get_by_label("Viewing as").select_option(label="curator")
    page.wait_for_function(SEEN_BY, arg=curator)
    ask(page, "settings")

    expect(latest(page)).to_contain_text("Settings of this server")
    expect(latest(page).get_by_role("combobox").first).to_be_visible()


def test_picture_that_is_asked_for_is_described(page: Page) -> None:
    ask(page, "bio", "erl")
    press(page, "Picture")

    expect(latest(page).locator("img.gallery-image")).to_have_attribute(
        "alt", re.compile("^Relations of Erlang .*Nephew of: Jade Emperor")
    )


def test_saved_pack_is_asked_again_and_its_faults_are_shown(page: Page, own_pack: Path) -> None:
    ask(page, "bio", "erl")
    file = own_pack / "characters" / "erlang.toml"
    good = file.read_text(encoding="utf-8")
    file.write_text(good.replace("who met Monkey", "who once met Monkey"), encoding="utf-8")
    expect(latest(page)).to_contain_text("who once met Monkey")
    file.write_text(good.replace("[lead]", "[led]"), encoding="utf-8")
    expect(latest(page)).to_contain_text("characters/erlang.toml")

    expect(latest(page)).to_contain_text("The bot goes on with the pack that it had.")
    file.write_text(good, encoding="utf-8")
    expect(latest(page)).to_contain_text("Nephew of the Jade Emperor who met Monkey")
