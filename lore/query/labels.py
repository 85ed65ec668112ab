"""Labels of choices, taken for what they stand for: clients send them after a paste."""

from __future__ import annotations

import re

from lore.pack.model import Kind
from lore.query.visible_lore import VisibleLore

# Discord's limit on a label.
LONGEST = 100

# A label is “alias → name (mark) · kind, tier”, of which only name and kind are always there.
LED_TO = " → "
_KIND = re.compile(rf" · (?:{'|'.join(Kind)})(?:, |$)")
_MARK = re.compile(r" \(([\w-]+)\)$")


def meant(shelf: VisibleLore, text: str) -> str:
    """Give the id that a label stands for; any other text is given back as it is."""
    if len(text.strip()) > LONGEST:
        return text
    # What looks like the end of a label may stand in a name.
    for end in reversed(list(_KIND.finditer(text))):
        if id := _entry(shelf, text[: end.start()].strip()):
            return id
    return text


def _entry(shelf: VisibleLore, title: str) -> str | None:
    """Give the id of the entry with that title, be it behind an alias."""
    names = title.split(LED_TO)
    titles = (LED_TO.join(names[first:]) for first in range(len(names)))
    for one in titles:
        if id := shelf.views.named(one):
            return id
    marked = _MARK.search(title)
    id = shelf.typed(marked[1]) if marked else ""
    return id if shelf.ref(id) or id in shelf.layer.removed else None
