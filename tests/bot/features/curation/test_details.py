"""Relations, facts and a place in time of a server's own entries, shown as the pack's are."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.simulator.exchanges import Reply
from bot.simulator.interactions import InteractionKind
from bot.simulator.session import SimSession
from lore.curation.drafts import EntryDraft, OwnRelation
from lore.ledger.records import ServerEntry
from lore.pack.model import Kind

Ask = Callable[[str], Awaitable[Reply]]
Publish = Callable[..., Awaitable[ServerEntry]]

QUILL = EntryDraft(Kind.CHARACTER, "Zorblax Quill", "The innkeeper.")
FIRE = EntryDraft(Kind.EVENT, "Fire at the Inn", "The inn burnt **down**.")
OURS = "Added by this server"


@pytest.fixture
async def quill(publish: Publish) -> ServerEntry:
    """Publish a character of the server's own."""
    return await publish(QUILL)


@pytest.mark.usefixtures("quill")
async def test_both_ends_of_a_relation_show_it_in_that_server_alone(
    curate: Ask, member: Ask, session: SimSession
) -> None:
    saved = await curate('/entry link entry:s.zorblax-quill type:"Created by" other:"tony stark"')

    assert saved.text.startswith(
        "✓ Saved as revision 2.\nDetails of Zorblax Quill (s.zorblax-quill)"
    )
    assert "- Created by: Tony Stark" in saved.text
    assert "Created by Tony Stark" in (await member("/lore zorblax quill")).text
    assert f"Zorblax Quill ({OURS})" in (await member("/bio tony stark")).text
    await session.play("in server 2")
    assert "Zorblax" not in (await member("/bio tony stark")).text


@pytest.mark.usefixtures("quill")
async def test_a_fact_is_in_the_box_and_of_its_markup_the_bars(curate: Ask, member: Ask) -> None:
    await curate('/entry fact entry:"zorblax quill" label:Species value:"**Half** ||x||"')

    assert "Species **Half** [spoiler: x]" in (await member("/lore zorblax quill")).text
    assert "Found for" in (await member("/search words:species half")).text


@pytest.mark.usefixtures("quill")
async def test_a_detail_is_taken_out_by_the_menu_and_comes_back_by_the_history(
    curate: Ask, member: Ask
) -> None:
    await curate("/entry fact entry:s.zorblax-quill label:Species value:Human")
    await curate("/entry link entry:s.zorblax-quill type:created other:ultron")

    assert "Created: Ultron" not in (await curate('choose "Created: Ultron"')).text
    history = await curate("/entry history entry:s.zorblax-quill")
    assert "Relations: Created: Ultron" in history.text
    await curate("press Roll back to 3")
    assert "Created Ultron" in (await member("/lore zorblax quill")).text


@pytest.mark.usefixtures("quill")
async def test_the_menu_of_an_entry_that_changed_since_takes_nothing_out(
    curate: Ask, session: SimSession
) -> None:
    await curate("/entry fact entry:s.zorblax-quill label:Species value:Human")
    message = next(session.user.seen())
    await curate("/entry fact entry:s.zorblax-quill label:Side value:None")
    data = {"custom_id": "takeout:s.zorblax-quill:2:0", "component_type": 3, "values": ["fact0"]}
    [reply, *_], _ = await session.user.act(InteractionKind.COMPONENT, data, message)

    assert reply.text.startswith("⚠ Someone changed it meanwhile")
    assert "- Species: Human\n- Side: None" in reply.text


@pytest.mark.usefixtures("quill")
@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        (
            "link entry:s.zorblax-quill type:created other:s.zorblax-quill",
            "An entry has no relation to itself.",
        ),
        (
            "link entry:s.zorblax-quill type:married other:ultron",
            "“married” is no type of relation",
        ),
        ("link entry:s.zorblax-quill type:created other:xyzzy", "“xyzzy” is no entry here."),
        (
            "when entry:s.zorblax-quill after:ultron-awakens",
            "s.zorblax-quill is of the kind character: only events",
        ),
        (
            "when entry:s.fire-at-the-inn after:s.fire-at-the-inn",
            "An event does not come after itself.",
        ),
        ("when entry:s.fire-at-the-inn after:s.wake", "Wake comes after this event already"),
        (
            "fact entry:s4 label:a value:b",
            "s4 is a quote. Only entries that this server added",
        ),
        (
            f"fact entry:s.zorblax-quill label:a value:{'b' * 301}",
            "Value of a fact: 301 characters",
        ),
    ],
)
async def test_what_cannot_be_is_refused_in_a_sentence(
    curate: Ask, publish: Publish, line: str, refusal: str
) -> None:
    await publish(FIRE)
    await publish(EntryDraft(Kind.EVENT, "Wake", "All came.", after="s.fire-at-the-inn"))
    await curate("/entry add kind:Quote")
    await curate('fill Words="Hm." Speaker=Quill')
    await curate("press Publish")

    assert refusal in (await curate(f"/entry {line}")).text


async def test_an_own_event_stands_in_the_timeline_after_the_event_it_names(
    curate: Ask, member: Ask, publish: Publish
) -> None:
    await publish(FIRE)
    before = await member("/timeline event:s.fire-at-the-inn")
    await curate("/entry when entry:s.fire-at-the-inn after:ultron-awakens")

    assert "This server has not told when Fire at the Inn" in before.text
    assert (
        f"8 Fire at the Inn ({OURS}) — The inn burnt down."
        in (await member("/timeline event:s.fire-at-the-inn")).text
    )
    assert (
        "Fire at the Inn (s.fire-at-the-inn) →" in (await member("/event ultron awakens")).buttons
    )
    here = await member("press Fire at the Inn (s.fire-at-the-inn) →")
    assert {"← Ultron Awakens", "Attack on Avengers Tower →", "Timeline"} <= set(here.buttons)
    assert "Fire at the Inn" in (await member("press Timeline")).text


async def test_what_leads_nowhere_is_kept_not_shown_and_told_to_curators(
    curate: Ask, member: Ask, publish: Publish
) -> None:
    gone = OwnRelation("created", "long-gone"), OwnRelation("no-such-type", "ultron")
    await publish(EntryDraft(Kind.CHARACTER, "Quill", "Here.", relations=gone))

    assert "Created" not in (await member("/lore quill")).text
    for line in ("/entry history entry:s.quill", "/entry details entry:s.quill"):
        assert (
            "Kept but not shown, as what it leads to is hidden here or no longer there"
            in (await curate(line)).text
        )
    await curate("/entry edit entry:s.quill")
    assert "no longer there: Created: long-gone" in (await curate('fill Text="There."')).text
    await curate("press Publish")
    assert "Created: long-gone" in (await curate("/entry details entry:s.quill")).text


async def test_a_removed_entry_is_no_longer_the_end_of_a_relation(
    curate: Ask, member: Ask, publish: Publish
) -> None:
    await publish(QUILL)
    relation = OwnRelation("friend-of", "s.zorblax-quill")
    await publish(EntryDraft(Kind.CHARACTER, "Brill", "A guest.", relations=(relation,)))
    await curate("/entry remove entry:s.zorblax-quill")
    hidden = (await member("/lore brill")).text
    await curate("/entry restore entry:s.zorblax-quill")

    assert "Friend of" not in hidden
    assert "Friend of Zorblax Quill" in (await member("/lore brill")).text


async def test_members_of_the_servers_own_are_told_behind_those_of_the_story(
    member: Ask, publish: Publish
) -> None:
    await publish(replace(QUILL, relations=(OwnRelation("member-of", "inhumans"),)))
    asked = (await member("/lore who are the members of the inhumans?")).text

    assert "Raina was a member" in asked
    assert "Zorblax Quill was a member of" in asked


async def test_a_question_is_answered_by_a_relation_of_the_servers_own(
    curate: Ask, member: Ask, publish: Publish
) -> None:
    await publish(replace(QUILL, relations=(OwnRelation("created", "ultron", inverse=True),)))
    asked = (await member("/lore who created zorblax quill?")).text
    await curate("/entry remove entry:s.zorblax-quill")

    assert asked.startswith(f"Ultron created Zorblax Quill.\n{OURS}\nYou asked")
    assert "Ultron created Zorblax" not in (await member("/lore who created zorblax quill?")).text


async def test_what_is_behind_bars_in_a_fact_or_an_alias_stays_there(
    curate: Ask, member: Ask, publish: Publish
) -> None:
    await publish(replace(QUILL, aliases=("||Ultron's child||",)))
    await curate('/entry fact entry:s.zorblax-quill label:Secret value:"||she is Ultron||"')

    shown = (await member("/lore zorblax quill")).text
    assert "Secret [spoiler: she is Ultron]" in shown
    assert "[spoiler: Ultron's child]" in shown


async def test_a_place_after_an_event_without_a_time_is_told_to_be_none(
    curate: Ask, publish: Publish
) -> None:
    await publish(FIRE)
    await publish(EntryDraft(Kind.EVENT, "Wake", "All came."))

    saved = await curate("/entry when entry:s.wake after:s.fire-at-the-inn")
    assert "⚠ It is not told when Fire at the Inn (s.fire-at-the-inn) happened" in saved.text
    saved = await curate("/entry when entry:s.fire-at-the-inn after:ultron-awakens")
    assert "⚠" not in saved.text


async def test_types_of_relations_are_offered_by_the_kinds_of_both_ends(
    curate: Ask, publish: Publish
) -> None:
    await publish(EntryDraft(Kind.PLACE, "Zorblax", "A bar."))
    await publish(EntryDraft(Kind.CHARACTER, "Quillon", "A keeper."))

    async def offered(entry: str, other: str) -> list[str]:
        given = f"entry:{entry} other:{other}" if other else f"entry:{entry}"
        return [
            one["name"] for one in (await curate(f"complete /entry link {given} type:")).choices
        ]

    assert "Located in" in await offered("s.zorblax", "sokovia")
    assert {"Sibling of", "Created", "Wielded"}.isdisjoint(await offered("s.zorblax", "sokovia"))
    assert "Sibling of" in await offered("s.quillon", "thor")
    assert "Sibling of" in await offered("s.quillon", "")
    assert "Wielded by" not in await offered("s.quillon", "scepter")
    assert "Created by" in await offered("s.quillon", "tony-stark")


async def test_all_relations_to_one_entry_are_shown(curate: Ask, publish: Publish) -> None:
    await publish(EntryDraft(Kind.FACTION, "The Guild", "It keeps lanterns."))
    tie = (OwnRelation("member-of", "s.the-guild"),)
    for number in range(300):
        await publish(EntryDraft(Kind.CHARACTER, f"Keeper {number:03}", "A keeper.", relations=tie))
    reply = await curate("/lore s.the-guild")
    texts = [reply.text]
    while label := next((one for one in reply.buttons if one.startswith(("More", "Next"))), ""):
        reply = await curate(f"press {label}")
        texts.append(reply.text)
        if len(texts) > 12:
            break

    # A page may end between the words of a name.
    shown = re.findall(r"\b\d{3}\b", "\n".join(texts))
    assert {*shown} >= {f"{number:03}" for number in range(300)}
