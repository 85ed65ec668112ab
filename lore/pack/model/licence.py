"""Licences: what they are called, where they stand, and whether they let texts be taken over."""

from __future__ import annotations

import re
from dataclasses import dataclass

OWN = "own"

_FORM = re.compile(
    r"(CC[ -]?0|PD|PUBLIC DOMAIN|OWN|(?:CC[ -])?BY(?:-NC)?(?:-SA|-ND)?)(?:[ -](\d\.\d))?",
    re.IGNORECASE,
)
_VERBATIM = frozenset(["own", "PD", "CC0", "BY", "BY-SA"])
_UNCREDITED = frozenset(["own", "PD", "CC0"])
_UNSOLD = frozenset(["BY-NC", "BY-NC-SA"])
_SITE = "https://creativecommons.org"


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as an author wrote it; `family` is empty where it is none that we know."""

    written: str
    family: str = ""
    version: str = ""

    @property
    def name(self) -> str:
        """Return what it is called where sources are named."""
        if self.family.startswith("BY"):
            return " ".join(filter(None, ("CC", self.family, self.version)))
        return {"PD": "public domain", "own": "own work"}.get(self.family, self.family) or (
            self.written
        )

    @property
    def url(self) -> str:
        """Return where it stands; empty without a version, of which each says something else."""
        if self.family == "CC0":
            return f"{_SITE}/publicdomain/zero/1.0/"
        if self.family.startswith("BY") and self.version:
            return f"{_SITE}/licenses/{self.family.lower()}/{self.version}/"
        return ""

    @property
    def allows_verbatim(self) -> bool:
        """Tell whether sentences may be taken over, if for nothing that is sold."""
        return self.family in _VERBATIM | _UNSOLD

    @property
    def needs_credit(self) -> bool:
        """Tell whether who made a work has to be named; always so for an unknown licence."""
        return self.family not in _UNCREDITED

    @property
    def is_for_sale(self) -> bool:
        """Tell whether what is taken over may also be used to earn money."""
        return self.family not in _UNSOLD


def licence_of(written: str) -> Licence:
    """Return the licence that is meant: "CC BY-SA 3.0", "CC-BY-SA-3.0" and "BY-SA 3.0" are one."""
    found = _FORM.fullmatch(written.strip())
    if found is None:
        return Licence(written)
    word = re.sub(r"^CC[ -]", "", found[1].upper())
    family = {"0": "CC0", "PUBLIC DOMAIN": "PD", "OWN": OWN}.get(word, word)
    return Licence(written, family, found[2] or "")
