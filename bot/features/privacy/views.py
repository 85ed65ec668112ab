"""The pages on what is stored about people and servers, and how to get or delete it."""

from __future__ import annotations

from bot.core.page import Layout, button, rows
from bot.core.text import safe
from bot.features.about import Operator
from bot.features.privacy.ids import OwnData
from lore.text.wording import counted

KEPT = """## What is kept
- **Of you:** your Discord id beside what you did: entries that you wrote or changed, \
suggestions and reports that you made or decided, settings that you changed. Nothing is kept of \
questions that were answered.
- **Of what you type into a form:** the text until it is published, for a day at most, for you \
alone. So a draft that was discarded or refused is not lost.
- **Of questions that found nothing:** the words and how often, for this server's curators; \
not who asked.
- **Of a server:** what its curators added and set, with its history. It is deleted 30 days \
after I was taken out of the server.
- **Backups** that the operator makes hold the same until they are replaced.

I cannot read messages. "Save as quote" reads the one message that it is used on. What I post \
into channels, such as a server's log, is kept by Discord, not by me."""


def notice(operator: Operator) -> Layout:
    """Return the page about stored data, with buttons to see and to delete one's own."""
    buttons = [
        button("Show what is kept of me", OwnData("show")),
        button("Delete my data", OwnData("ask")),
        *operator.links(),
    ]
    contact = safe(operator.contact)
    ending = f"-# Questions? Ask whoever runs this bot: {contact}" if contact else ""
    return Layout([KEPT, ending], rows(buttons))


def confirm(count: int) -> Layout:
    """Return the question whether to delete a person's id from `count` places."""
    if not count:
        return Layout(["Nothing is kept of you, so there is nothing to delete."])
    question = (
        f"## Delete your data?\nYour id stands in {counted(count, 'place')}. It will be taken out, "
        "in every server, for good. What was published stays, as written by someone; what is "
        "still a draft is deleted. How many suggestions and reports you made within a day I still "
        "know until it is over, but write down nowhere."
    )
    return Layout(
        [question], rows([button(f"Delete from {counted(count, 'place')}", OwnData("delete"))])
    )


def deleted(places: int) -> Layout:
    """Return the confirmation that a person's id was deleted."""
    told = f"Done. Your id was taken out of {counted(places, 'place')} and is written nowhere now."
    return Layout([told])


NOTHING = "Nothing is kept of you."
YOURS = "This is everything that is kept of you. Ids of other people are left out."
