"""The custom_ids of reports; messages of years ago carry them, so no meaning may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.core.ids import ComponentId, FormId, Slug


@dataclass(frozen=True)
class AskWhatIsWrong(ComponentId):
    """Ask what is wrong with an entry, on a page of its sources, or with a quote."""

    family = "wrong"
    form: Literal["entry", "quote"]
    id: Slug
    page: int = 0


@dataclass(frozen=True)
class SendReport(FormId):
    """Report what is wrong: the custom_id of the form that asks for it."""

    family = "report"
    form: Literal["entry", "quote"]
    id: Slug
