"""What a person sees after each line that was played."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.simulator.interactions import AnswerState
from bot.simulator.objects import Json
from bot.simulator.reading import (
    Names,
    buttons_of,
    choices_of,
    dated,
    fields_of,
    label_of,
    text_of,
    value_of,
)


@dataclass(frozen=True)
class Reply:
    """A thing on the screen; `shown` is the message or modal behind it.

    `channel` is where the bot posted it if it answers nothing there: "#quotes", "DM to Asker".
    """

    kind: Literal["message", "update", "choices", "modal", "error"]
    text: str
    ephemeral: bool = False
    buttons: list[str] = field(default_factory=list)
    choices: list[Json] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    body: Json = field(default_factory=dict)
    shown: Json = field(default_factory=dict)
    channel: str | None = None

    def as_json(self) -> Json:
        """Return the reply as `--json` prints it; "channel" only if it was posted elsewhere."""
        printed: Json = {
            "kind": self.kind,
            "ephemeral": self.ephemeral,
            "text": self.text,
            "buttons": self.buttons,
            "choices": self.choices,
            "fields": self.fields,
            "body": self.body,
        }
        return printed | ({"channel": self.channel} if self.channel else {})


@dataclass(frozen=True)
class SimExchange:
    """A line, its replies, and the milliseconds until the first one."""

    line: str
    replies: list[Reply]
    ms: float = 0.0

    def as_json(self) -> Json:
        """Return the exchange as `--json` prints it, one object per line."""
        replies = [reply.as_json() for reply in self.replies]
        return {"line": self.line, "replies": replies, "ms": round(self.ms, 1)}


def refusal(sentence: str, body: Json | None = None) -> Reply:
    """Return a reply that says why nothing happened."""
    return Reply("error", sentence, ephemeral=True, body=body or {})


def reply_of(
    outcome: AnswerState, names: Names, now: datetime, channel: str | None = None
) -> Reply:
    """Return an outcome as the person sees it now."""
    ephemeral = outcome.message is not None and outcome.message.ephemeral_to is not None
    if outcome.kind == "choices":
        choices = outcome.body["data"].get("choices") or []
        text = "\n".join(choice["name"] for choice in choices)
        return Reply("choices", text, True, choices=choices, body=outcome.body)
    if outcome.kind == "modal":
        return _modal(outcome, names, now)
    if outcome.kind == "removed":
        return Reply("update", "removed", ephemeral, body=outcome.body)
    shown = dated(outcome.shown, now)
    buttons = [label_of(button) for button in buttons_of(shown)]
    kind: Literal["message", "update"] = "update" if outcome.kind == "update" else "message"
    return Reply(
        kind,
        text_of(shown, names),
        ephemeral,
        buttons,
        choices_of(shown),
        body=outcome.body,
        shown=shown,
        channel=channel,
    )


def _modal(outcome: AnswerState, names: Names, now: datetime) -> Reply:
    modal = dated(outcome.body["data"], now)
    labels = [label for label, _ in fields_of(modal)]
    filled = [(label, value_of(field, names)) for label, field in fields_of(modal)]
    lines = [f"{label}: {value}" if value else label for label, value in filled]
    prose = text_of({"components": [c for c in modal["components"] if c["type"] == 10]}, names)
    text = "\n".join(part for part in (modal["title"], prose, *lines) if part)
    return Reply(
        "modal",
        text,
        True,
        choices=choices_of(modal),
        fields=labels,
        body=outcome.body,
        shown=modal,
    )
