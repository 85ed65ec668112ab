"""The choices offered when a name is ambiguous, in a server that hides some names as spoilers."""

from typing import Any

from bot.core.choices import did_you_mean
from bot.core.rendering import RenderOptions
from bot.features.lookup.ids import AskForEntry
from bot.simulator.limits import walk
from lore.catalogue.database import Catalogue
from lore.pack.model import Kind
from lore.query.answers import Choice, DidYouMean, Ref
from tests.tiers import CANON, FILM

LOKI = Ref("loki", "Loki", Kind.CHARACTER, FILM)
ZEMO = Ref("zemo", "Helmut Zemo", Kind.CHARACTER, CANON)
ROSS = Ref("ross", "Thaddeus Ross", Kind.CHARACTER, CANON)


def offered(catalogue: Catalogue, *refs: Ref) -> tuple[list[str], list[str]]:
    """Return the lines and buttons of an offer in a server that hides other works as spoilers."""
    options = RenderOptions(catalogue.info, spoilered=frozenset({CANON}))
    asked = DidYouMean("some", tuple(map(Choice, refs)))
    components: list[Any] = did_you_mean(asked, options, AskForEntry).to_components()  # type: ignore[no-untyped-call]
    parts = list(walk(components))
    text = "\n".join(part["content"] for part in parts if "content" in part)
    return text.splitlines()[2:], [part["label"] for part in parts if "label" in part]


def test_spoilered_name_is_hidden_and_not_on_its_button(catalogue: Catalogue) -> None:
    lines, buttons = offered(catalogue, LOKI, ZEMO, ROSS)

    assert lines == [
        "1. **Loki** · Character · Film",
        "2. **||Helmut Zemo||** · Character · Other canon",
        "3. **||Thaddeus Ross||** · Character · Other canon",
    ]
    assert buttons == ["1. Loki", "2. Character · Other canon", "3. Character · Other canon"]


def test_buttons_carry_names_when_none_is_spoilered(catalogue: Catalogue) -> None:
    assert offered(catalogue, LOKI) == (["- **Loki** · Character · Film"], ["Loki"])
