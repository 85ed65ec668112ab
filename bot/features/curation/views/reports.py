"""Reports for curators, and what whoever told is told of them."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from bot.core.audit import person
from bot.core.forms import Form, text_field
from bot.core.page import Block, Button, Layout, button, rows
from bot.core.rendering import ADDED_COLOUR, RenderOptions, barred
from bot.core.text import HIDING, NONE, cut, prose, safe
from bot.features.curation.ids import AmendReported, AnswerReport, AskForAnswer, DecideReport
from bot.features.curation.views.queue import QueuePlace
from bot.features.curation.views.words import fit_message, moment, reported_name
from bot.features.lookup.ids import ShowEntry
from bot.features.quotes.ids import ShowQuote
from lore.curation.quota import Quota
from lore.ids import bare
from lore.ledger.records import Report, Reported, ReportState

# How much of a reported sentence curators read, and how much of a report they are reminded of.
SENTENCE = 600
REMINDER = 200


class StillTold(Enum):
    """What is left of what was reported, with what curators read of it."""

    ALL = ""
    CHANGED = "⚠ This sentence is told differently now, or no longer."
    NOTHING = "⚠ It is gone: nobody is shown it any more."
    OTHER_STORY = "⚠ It is of another story than the one that is told now."


_OUTCOMES = {
    ReportState.ANSWERED: "The curators answer:",
    ReportState.AMENDED: "The curators amended it, thank you.",
    ReportState.DISMISSED: "The curators looked at it and left it as it is.",
    ReportState.PASSED_ON: (
        "The curators passed it on to the author of the story's texts, thank you."
    ),
}


def report_page(
    report: Report, place: QueuePlace, still: StillTold, options: RenderOptions, done: str
) -> Layout:
    """Return a waiting report with the sentence as it was told, and buttons to decide."""
    about = report.about
    name = f"{reported_name(about, options)} ({bare(about.id)})"
    heading = (
        f"## Report {report.number} · {place}\n-# {name}"
        f" · by {person(report.told_by)} · {moment(report.told_at)}"
    )
    wrong = quoted(prose(report.wrong, styles=NONE))
    text = [done, heading, wrong, *_sentence(about, options), still.value]
    buttons = [*_decisions(report, still), *place.buttons()]
    return Layout(fit_message(text), rows(buttons), ADDED_COLOUR)


def _decisions(report: Report, still: StillTold) -> Iterator[Button]:
    about, number = report.about, report.number
    there = still in (StillTold.ALL, StillTold.CHANGED)
    yield button("Answer", AskForAnswer(number))
    if about.pack:
        yield button("Pass on", DecideReport("pass", number))
    elif there:
        yield button("Amend", AmendReported(number))
    yield button("Dismiss", DecideReport("dismiss", number))
    if there:
        is_quote = about.form == "quote"
        yield button("Show", ShowQuote(True, about.id) if is_quote else ShowEntry(about.id))


def _sentence(about: Reported, options: RenderOptions) -> Iterator[Block]:
    """Yield the reported sentence and its sources as they were then."""
    if not about.sentence:
        return

    def hidden(words: str) -> str:
        lines = words.split("\n")
        tier = about.sentence_tier or about.tier
        return "\n".join(barred(line, tier, options) if line else "" for line in lines)

    styles = NONE if about.pack else HIDING
    told = prose(about.sentence, length=SENTENCE, styles=styles)
    yield f"-# As it was told then:\n{hidden(told)}"
    lines = (
        f"-# {safe(cite.title)} ¶{cite.paragraph}: {hidden(f'“{safe(cite.words)}”')}"
        for cite in about.cites
    )
    yield "\n".join(lines)


def quoted(text: str) -> str:
    """Return a text as a block quote."""
    return "\n".join(f"> {line}" for line in text.split("\n"))


def answer_form(report: Report, quota: Quota) -> Form:
    """Return the form that asks what to answer to a report."""
    hint = f"Told to whoever reported it; up to {quota.words:,} characters"
    field = text_field("answer", "Answer", "", quota.words, needed=True, long=True, hint=hint)
    return Form(f"Answer report {report.number}", AnswerReport(report.number), [field])


def decided(report: Report, options: RenderOptions) -> str:
    """Return a sentence on what was decided."""
    name = reported_name(report.about, options)
    return f"✓ Report {report.number} ({name}) is {report.state}."


def decided_before(report: Report) -> Layout:
    """Return a page that says that a report was decided before the entry was amended for it."""
    return Layout([f"Report {report.number} was {report.state} already."])


def logged(by: int, report: Report, options: RenderOptions) -> Layout:
    """Return the entry of a decision in the log channel."""
    answer = f"\n{quoted(prose(report.answer, styles=NONE))}" if report.answer else ""
    heading = (
        f"{person(by)} · **{report.state}** · report {report.number} of {person(report.told_by)}: "
        f"{reported_name(report.about, options)}{answer}"
    )
    return Layout([heading])


def outcome(report: Report, server: str) -> Layout:
    """Return the message to whoever reported; it names no lore, which may be hidden by now."""
    wrong = quoted(prose(report.wrong, length=REMINDER, styles=NONE))
    text = [f"You told in **{safe(cut(server, 100))}** what is wrong:\n{wrong}"]
    text.append(_OUTCOMES[report.state])
    if report.answer:
        text.append(quoted(prose(report.answer, styles=NONE)))
    return Layout(text)
