"""Fills the templates: every text is shown as text, every statement with how it is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lore.pack.model import OWN, Cite, Kind, PackInfo, Tier, Tiers, licence_of
from lore.query import arrangement
from lore.query.answers import CitedText
from lore.query.arrangement import SourcedSentence, places
from lore.site import addresses
from lore.text import wording
from lore.text.characters import visible

# So much of a sentence is shown where an address is unfurled.
DESCRIPTION = 300


@dataclass(frozen=True, slots=True)
class Section:
    """A page that every other one leads to."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class CitedPlace:
    """A paragraph of a source, and the words of it that statements of one tier cite."""

    source: int
    title: str
    paragraph: str
    words: Sequence[str]
    tier: Tier


class Notes:
    """The notes of one page, numbered from 1 in the order in which their marks stand."""

    def __init__(self, info: PackInfo) -> None:
        self._info = info
        self._numbers = {source.id: at for at, source in enumerate(info.sources, 1)}
        self.all: list[list[CitedPlace]] = []

    def add(self, *sentences: CitedText) -> int:
        """Keep what some sentences rest on, and return the number of their note."""
        self.all.append(self.of(sentences))
        return len(self.all)

    def of(self, sentences: Iterable[CitedText | SourcedSentence]) -> list[CitedPlace]:
        """Return what some sentences rest on, place by place."""
        words: dict[tuple[Cite, Tier], dict[str, None]] = {}
        for one in sentences:
            for cite in one.cites:
                place = Cite(cite.source, cite.paragraph, "")
                words.setdefault((place, one.tier), {})[cite.words] = None
        return [self._place(place, tier, [*said]) for (place, tier), said in words.items()]

    def _place(self, place: Cite, tier: Tier, words: Sequence[str]) -> CitedPlace:
        [(source, paragraph)] = places([place], self._info)
        return CitedPlace(self._numbers[source.id], source.title, paragraph, words, tier)


class Templates:
    """The templates of one site; `url` is where it will stand, if that is known."""

    def __init__(self, info: PackInfo, tiers: Tiers, sections: Sequence[Section], url: str) -> None:
        self._info = info
        self._url = url.rstrip("/")
        self._environment = Environment(
            loader=PackageLoader("lore.site"),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_shown,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.filters["said"] = _said
        self._environment.globals |= {
            "info": info,
            "sections": sections,
            "tiers": [tier for tier in info.tiers if tier.id in tiers],
            "labels": {tier.id: tier.label for tier in info.tiers},
            "has_page": lambda ref: ref.tier in tiers,
            "difference_tier": lambda one: info.ranked(it.tier for it in one.accounts)[1],
            "licence": lambda source: licence_of(source.licence or OWN),
            "licence_of": licence_of,
            "own_licence": OWN,
            "plural": plural,
            "arranged": arrangement,
            "at": addresses,
            "clause": wording.clause,
            "counted": wording.counted,
            "listed": wording.listed,
        }

    def filled(self, path: str, template: str, title: str, about: str, **values: Any) -> bytes:
        """Return a page of the site; `about` says in short what is on it."""
        short = about if len(about) <= DESCRIPTION else f"{about[: DESCRIPTION - 1].rstrip()}…"
        page = self._environment.get_template(template).render(
            path=path,
            title=title,
            about=short,
            root="../" * path.count("/"),
            site=f"{self._url}/" if self._url else "",
            notes=Notes(self._info),
            **values,
        )
        return page.encode()


def plural(kind: Kind) -> str:
    """Return what the entries of a kind are called."""
    return f"{kind.value.capitalize()}s"


def _shown(value: Any) -> Any:
    """Return a text without characters that only hide; what is escaped already stays as it is."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _said(one: CitedText) -> str:
    return f"“{one.says}”" if one.verbatim else one.says
