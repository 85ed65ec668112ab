"""Chromium in tests, and what a page in it must not show or ask for."""

import shutil
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import ViewportSize

CHROMIUM: Final = shutil.which("chromium") or shutil.which("google-chrome")
# It is started by root in containers, where its sandbox cannot be had.
OPTIONS: Final = ("--no-sandbox",)

PHONE: Final = ViewportSize(width=390, height=844)
DESK: Final = ViewportSize(width=1280, height=900)

# What our layouts may bring to SimCord's page: a picture that nothing describes, which the page
# then names by its place, or that it cannot have; and what is to be pressed, chosen or filled in,
# and does not say what it is.
LAYOUT_FAULTS: Final = r"""() => {
    const places = /^(|Gallery item \d+|Thumbnail|Preview media)$/;
    const pictures = [...document.querySelectorAll(".message-components img")]
        .filter(one => places.test(one.alt.trim()))
        .map(one => "no alt text: " + one.outerHTML);
    const elsewhere = [...document.querySelectorAll(".message-components .media-unavailable")]
        .map(one => "a picture that is elsewhere: " + one.textContent);
    const controls = ".component-button, .message-components .select-value-label, .option-label, "
        + ".modal-title, .control-label, .choice-label, .modal-field";
    const said = one => one.matches(".modal-field")
        ? one.querySelector(".control-label, .choice-label")?.textContent || ""
        : one.textContent;
    const empty = [...document.querySelectorAll(controls)]
        .filter(one => !/[\p{L}\p{N}\p{P}\p{S}]/u.test(said(one))
            || one.matches(".select-value-label") && said(one) === "Select an option")
        .map(one => "an empty label: " + one.outerHTML);
    return [...pictures, ...elsewhere, ...empty];
}"""

# SimCord's page shows all that there is.
READY = "() => window.simcordPreview?.ready"

# SimCord's page is as another person sees it: until then, it throws away what is typed.
SEEN_BY = """viewer => {
    const page = window.simcordPreview;
    return page.ready && page.viewerId === viewer;
}"""


def is_local(address: str) -> bool:
    """Return whether an address leads to this machine, or to what a page itself holds."""
    parts = urlsplit(address)
    if parts.scheme == "blob":
        return is_local(parts.path)
    return parts.scheme == "data" or parts.hostname == "127.0.0.1"
