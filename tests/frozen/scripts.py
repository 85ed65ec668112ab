"""What is done to see every page: scripts of what people type, press, choose and fill in."""

from __future__ import annotations

import json
import traceback
from pathlib import Path

from tests.frozen import adapter
from tests.frozen.custom_ids import TABLE
from tests.frozen.pages import Script, Writer

WORDS = ("artificial intelligence", "wasting tiem", "sokovia scepter", "people", "the")
IN_VAIN = (
    "/bio qwxzkvj",
    "/event Fall of Quillon",
    "/lore Zorblax Quillon kind:Artifact",
    "/quote text:Zorblax Quillon forever",
    "/quote id:no-such-quote",
    "/quote speaker:qwxzkvj",
    "/quote speaker:erik selvig",
    "/search zorblax quillon",
    "/timeline place:Zorblax Quillon",
    "/timeline place:earth",
)
QOTD = "/qotd set channel:#quotes time:09:00 zone:Europe/Berlin"
QOTD_MORE = "/qotd add channel:#lore time:18:00 zone:Europe/Berlin"


# Left by the bot of March 2027, as far as it matters here: these files never change.
LEDGER = Path(__file__).parent / "given" / "ledger.sql"
EXPORT = Path(__file__).parent / "given" / "export.json"

EXPORTED = "lore-2027-03-01-1.json"


async def write(writer: Writer) -> None:
    """Play all scripts; of one that breaks off it is noted where, and the others go on."""
    for script in (
        *(entries, quotes, questions, completions, about, curation, hiding, suggestions, files),
        *(settings, quote_of_the_day, refusals, limits, missed_answers, old_data),
    ):
        try:
            await script(writer)
        except Exception:
            writer.book.broken[script.__name__] = traceback.format_exc(limit=-4)


async def entries(writer: Writer) -> None:
    """Look at every page of every entry: in public, in private, and behind spoiler bars."""
    ids, _ = adapter.pack_ids()
    async with writer.chapter("entries") as script:
        await _hide_other_works(script)
        for id in ids:
            for place, line in (("public", ""), ("private", " private:True"), ("spoilers", "")):
                script.chapter = f"entries/{id}/{place}"
                await script.play("in server 2" if place == "spoilers" else "in server 1")
                await script.follow(await script.play(f"/lore {id}{line}"), id)


async def quotes(writer: Writer) -> None:
    """Look at every quote: in public, in private, and behind spoiler bars."""
    _, ids = adapter.pack_ids()
    async with writer.chapter("quotes") as script:
        await _hide_other_works(script)
        for id in ids:
            script.chapter = f"quotes/{id}"
            await script.play("in server 1", f"/quote id:{id}", f"/quote id:{id} private:True")
            await script.play("in server 2", f"/quote id:{id}")


async def _hide_other_works(script: Script) -> None:
    """Put what other works tell behind spoiler bars in server 2."""
    lines = ("as curator", "in server 2", "/settings", "choose Other canon behind spoiler bars")
    await script.play(*lines, "as asker", "in server 1")


async def questions(writer: Writer) -> None:
    """Ask in every way: sure, misspelt, ambiguous, in vain, in private and in a direct message."""
    async with writer.chapter("questions") as script:
        script.chapter = "questions/names"
        await script.play("/bio tony strak", "/bio Iron Man", "/bio ultron private:True")
        await script.play("/event salvage yard", "/lore vibranium", "/lore vision kind:Event")
        await script.follow(await script.play("/bio maximof"), "ask")
        await script.follow(await script.play("/lore thanks private:True"), "ask")
        await script.play("as curator", "/lore maximof explain:True", "/lore ultron explain:True")
        await script.play("as asker", "/lore ultron explain:True")

        script.chapter = "questions/quotes"
        await script.play("/quote", "/quote speaker:raina", "/quote text:peace in my tiem")
        await script.play('/quote speaker:thor text:"peace in my time"')
        await script.play("/quote id:men-made-of-metal speaker:thor text:peace")
        await script.follow(await script.play("/quote text:stark"), "like")
        await script.follow(await script.play("/quote speaker:maximof"), "said")
        await script.follow(
            await script.play("/quote speaker:maximof text:our private:True"), "said"
        )
        await script.play("/quote speaker:raina", "press Raina")

        script.chapter = "questions/search"
        for words in WORDS:
            await script.follow(await script.play(f"/search {words}"), "search")
        await script.follow(await script.play("/search people kind:Quote private:True"), "search")
        await script.follow(await script.play("/search ultron kind:Event"), "search", "quote")

        script.chapter = "questions/timeline"
        await script.follow(await script.play("/timeline"), "timeline")
        await script.follow(await script.play("/timeline private:True"), "timeline")
        await script.play("/timeline character:helen cho", "/timeline event:salvage yard")
        await script.play("/timeline place:novi-grad-church", "/timeline place:tony")
        await script.play("/timeline event:salvage yard battle character:mila")
        await script.play("/timeline character:wanda place:tony")
        await script.follow(await script.play("/timeline maximof place:sokovia"), "walk")

        script.chapter = "questions/seldom"
        await script.play("/bio sokovia", "/event ultron", "/lore joss whedon", "/lore ma")
        await script.play("/search hulkbuster banner", "/search wasting our time kind:Event")
        await script.play("press Search all kinds", f"/search {'peace in our time and ' * 5}")
        await script.play(f"/quote text:{'stark ' * 16}", "/quote speaker:vision quicksilver hulk")
        await script.press_all(
            "quotes:no-such-entry", "quote:0:no-such-quote", "go:0:no-such-entry"
        )
        await script.press_all("like:0:0::zorblax quillon", "no-such-button")
        await script.play("/privacy", "press Delete my data")

        script.chapter = "questions/in vain"
        await script.play(*IN_VAIN)

        script.chapter = "questions/other buttons"
        await script.play("/bio ultron", "choose doomsday-trigger", "/bio ultron")
        await script.play(
            "as owner", "press More", "press Sources", "press Sources differ", "press Delete"
        )
        await script.play("as curator", "/bio thor", "as asker", "press Delete")
        await script.play("in dm", "/bio ultron", "press More", "press Delete")


async def completions(writer: Writer) -> None:
    """Type into every option that opens a list."""
    async with writer.chapter("completions") as script:
        for typed in ("", "s", "iron m", "wnada", "battle"):
            for command in ("bio", "event", "lore"):
                await script.play(f"complete /{command} name:{typed}")
        await script.play("complete /lore kind:Place name:s", "complete /quote speaker:")
        await script.play(
            "complete /quote id:", "complete /quote id:men", "complete /timeline thor"
        )
        await script.play("complete /timeline place:s", "complete /timeline event:b")
        await script.play("as curator", "/entry add kind:Place", "fill Name=Zorblax Text=A bar.")
        await script.play("press Publish", "/entry annotate hulk", "fill Note=Green.")
        await script.play("press Publish", "/entry remove Zorblax")
        for verb in ("edit", "remove", "restore", "history"):
            await script.play(f"complete /entry {verb} ")
        await script.play("complete /entry annotate th", "complete /bio zorb")
        await script.play("complete /entry hide name:th", "complete /entry hide quote:peace")
        await script.play("complete /qotd set zone:new yo", "complete /qotd set days:")
        await script.play("complete /qotd set tiers:")
        await script.play("complete /qotd set speaker:t", "complete /qotd pause until:", QOTD)
        await script.play("complete /qotd queue quote:peace", "complete /qotd queue date:")
        await script.play("complete /qotd pause until:sun")


async def about(writer: Writer) -> None:
    """Look at what the bot says of itself, as everybody and everywhere."""
    lines = ("/about", "/help", "/privacy")
    async with writer.chapter("about") as script:
        await script.play(*lines)
        script.chapter = "about/curator"
        await script.play("as curator", "/help")
        script.chapter = "about/direct message"
        await script.play("in dm", *lines)
    async with writer.chapter(
        "about an operator",
        contact="Ann *of* Ops",
        privacy_url="https://example.org/privacy",
        terms_url="https://example.org/terms",
    ) as script:
        await script.play(*lines)


async def curation(writer: Writer) -> None:
    """Write, change, remove and bring back a server's own lore, with a log of it."""
    async with writer.chapter("curation") as script:
        await script.play("as curator", "/entry list", "/settings", "choose #lore")
        await _new_lore(script)
        await _changes(script)
        await _conflicts(script)
        await _drafts(script)
        await _messages(script)
        await _privacy(script)


async def _new_lore(script: Script) -> None:
    script.chapter = "curation/new"
    for kind in ("Character", "Event", "Place", "Artifact", "Faction", "Work"):
        await script.play(f"/entry add kind:{kind}")
        fields = f'Name="Zorblax {kind}" Aliases="The {kind}" Text="It is *the* {kind}."'
        await script.play(f'fill {fields} Source="Menu, page 2"', "press Publish", "press Show")
    await script.play("/entry add kind:Quote")
    occasion = 'Occasion="At **the** bar" Source=Menu'
    await script.play(f'fill Words="Lanterns out!" Speaker=Thor Listener=Hulk {occasion}')
    await script.play("press Publish", "press Show", "/quote id:s7", "/quote speaker:thor text:out")
    await script.play("/entry annotate hulk", 'fill Note="Green." Source=Menu', "press Publish")
    await script.play("press Show", "/bio hulk", "/entry annotate maximof", "press Wanda")
    await script.play("/entry annotate zorblax quillon", "/entry annotate Zorblax Place")
    await script.play("/entry list", "/lore Zorblax Place", "/search zorblax")

    script.chapter = "curation/like others"
    await script.play("/entry add kind:Character")
    await script.play('fill Name="Tony Stark" Aliases="Iron Man, Shellhead" Text="A man."')
    await script.play("press Discard", "press Bring it back", "press Edit", "fill Name=Tonio")
    await script.play("press Publish", "/entry add kind:Quote")
    await script.play('fill Words="Peace in my time."', "press Discard")

    await script.play("/entry add kind:Place", 'fill Name="Zorblax" Aliases=Thor Text="A bar."')
    await script.play("press Discard", "/entry add kind:Place", 'fill Name="Ultron" Text="A bar."')
    await script.play("press Publish", "/lore Ultron", "/bio ultron", "/search ultron bar")

    script.chapter = "curation/long"
    await script.play("/entry add kind:Place")
    await script.play(f'fill Name=Longland Text="{"A **long** road, and on. " * 160}"')
    await script.play("press Page 2", "press Publish", "/lore Longland", "press More")


async def _changes(script: Script) -> None:
    script.chapter = "curation/changes"
    for text in ("It is a place.", "It was a place.", "It was a *better* place.", "Nothing."):
        await script.play("/entry edit Zorblax Place", f'fill Text="{text}"', "press Publish")
    await script.play(
        "/entry edit s.zorblax-place", "fill Source=Menu", "press Publish", "press History"
    )
    await script.play(
        "press Older", "press Newer", "press Roll back to 3", "/entry edit s.zorblax-place"
    )
    await script.play("fill Source=Menu", "press Publish", "/entry edit s7", "fill Words=Out!")
    await script.play("press Publish", "/entry edit s8", "fill Note=Grey.", "press Publish")
    await script.play("/entry remove s.zorblax-place", "press Undo", "/entry remove Zorblax Event")
    await script.play("/lore Zorblax Event", "/entry restore Zorblax Event", "press History")
    await script.play("/entry remove s7", "/quote id:s7", "/entry restore s7", "/entry history s7")
    await script.play("in #lore", "press History", "as asker", "press History")
    await script.play("as curator", "in #general")

    script.chapter = "curation/pages of the list"
    for number in range(10):
        await script.play("/entry add kind:Quote", f"fill Words=Quote{number}", "press Publish")
    await script.play("/entry list", "press Older", "press Newer")


async def _conflicts(script: Script) -> None:
    script.chapter = "curation/conflict, theirs kept"
    await _edit_at_once(script, "/entry edit s.zorblax-character", "fill Text=Two", "press Publish")
    await script.play("press Keep theirs")
    script.chapter = "curation/conflict, mine saved"
    await _edit_at_once(
        script, "/entry edit s.zorblax-character", "fill Text=Three", "press Publish"
    )
    await script.play("press Save mine over theirs")
    script.chapter = "curation/conflict, removed"
    await _edit_at_once(script, "/entry remove s.zorblax-character")
    await script.play("press Bring it back with mine", "/entry history s.zorblax-character")
    script.chapter = "curation/conflict, in the history"
    await script.play(
        "as owner", "/entry edit s.zorblax-character", "fill Text=Four", "press Publish"
    )
    await script.play("as curator", "press Roll back to 1")


async def _edit_at_once(script: Script, *theirs: str) -> None:
    """Edit an entry while somebody else does something to it."""
    await script.play("/entry edit s.zorblax-character", "fill Text=Mine", "as owner", *theirs)
    await script.play("as curator", "press Publish")


async def _drafts(script: Script) -> None:
    script.chapter = "curation/drafts"
    await script.play("/entry add kind:Place", "as asker", "fill Name=Zorblax Text=Bar")
    await script.play("press Try again", "as curator")
    await script.play("/entry add kind:Place", 'fill Name="?!" Text="A bar."', "press Edit")
    await script.play("fill Name=Zorblax Text=Bar")
    await script.play("as curator", "later 2 days", "press Publish")


async def _messages(script: Script) -> None:
    script.chapter = "curation/messages"
    await script.play(
        "message Clint: The city is flying.", 'menu "Save as quote"', "fill Speaker=C"
    )
    await script.play("press Publish", "message Clint: .", 'menu "Save as quote"')


async def _privacy(script: Script) -> None:
    script.chapter = "curation/privacy"
    await script.play("/privacy", "press Show what is kept of me", "press Delete my data")
    await script.play("press Delete from", "/entry history s.zorblax-place", "as asker", "/privacy")
    await script.play("press Show what is kept of me", "/privacy", "press Delete my data")


async def hiding(writer: Writer) -> None:
    """Hide what the pack tells, read why it is not found, and show it again."""
    async with writer.chapter("hiding") as script:
        await script.play("as curator", "/settings", "choose #lore", "/entry list hidden:True")
        await script.play("/entry hide", "/entry hide maximof", "press Wanda", "/entry hide ultron")
        await script.play("/entry hide quote:peace-in-my-time", "/entry hide ultron")
        await script.play("/entry hide quote:men-made-of-metal", "/entry list")
        await script.play("/bio ultron", "/quote id:men-made-of-metal", "/search ultron's plan")
        await script.play("/lore thor", "/event battle-of-sokovia", "as asker", "/bio ultron")
        await script.play("as curator", "/entry list hidden:True", "choose s2", "choose s1")
        await script.play("/entry history s2", "press Roll back to 1", "/entry remove s2")
        await script.play("press Hide again", "press Undo", "press Show", "/entry edit s3")
        script.chapter = "aliases"
        await script.play("/entry alias name:maximof alias:Sis", "press Wanda", "/bio sis")
        await script.play("/entry alias name:thor alias:sis", "/bio Sis", "/bio SIS", "/search sis")
        await script.play("/entry alias name:thor alias:Thor", "/entry edit s4", "/entry list")
        await script.play("/entry history s4", "/entry remove s4", "press Undo")
        await script.play("/entry alias name:thor alias:Big", "press Undo")


async def suggestions(writer: Writer) -> None:
    """Suggest, decide, and read what was decided; and what was asked in vain."""
    async with writer.chapter("suggestions") as script:
        await script.play("as curator", "/settings", "choose #lore", "/entry queue")
        await script.play("/entry unanswered", "as asker")
        for kind, fields in (
            ("Quote", 'Words="Lanterns out!" Speaker=Quillon'),
            ("Place", 'Name="Zorblax" Text="A bar."'),
            ("Character", 'Name="Quillon" Text="A man." Source=Menu'),
            ("Quote", 'Words="Lanterns in!"'),
        ):
            await script.play(f"/suggest kind:{kind}", f"fill {fields}", "press Send")
        await script.play("as curator", "in #lore", "press Decide", "in #general", "/entry queue")
        await script.play("press Next", "press Previous", "press Approve", "press Edit and approve")
        await script.play('fill Text="A *bar*."', "press Publish", "/entry queue", "press Reject")
        await script.play('fill Reason="Nobody *ever* said that."', "press Reject", "fill Reason=")
        await script.play("as asker", "in dm", "press Edit and send again")
        await script.play("fill Words=Ins!", "press Send", "in server 1")

        script.chapter = "suggestions/something wrong"
        await _reports(script)

        script.chapter = "suggestions/asked in vain"
        await script.play(*IN_VAIN, "as curator", "/entry unanswered", "choose Zorblax Quillon for")
        await script.play("fill Speaker=Thor", "press Publish")
        [asked] = await script.play("/entry unanswered")
        await script.choose(asked, "dismiss", "Fall of Quillon", "qwxzkvj")
        await script.play("press Undo")


async def _reports(script: Script) -> None:
    """Tell what is wrong with the story and with the server's own lore, and decide about it."""
    await script.play("as curator", "/entry queue", "press Reject", "fill Reason=")
    await script.play("later 1 days", "as asker")
    for wrong in ("She is *no* Inhuman.", "She is one."):
        await script.play("/bio raina", "press Sources", "press Something wrong?")
        await script.play(f'fill wrong="{wrong}" sentence="2. Species: Inhuman"')
    await script.play("/lore Zorblax", "press Sources", "press Something wrong?")
    await script.play('fill wrong="No bar."', "/quote id:peace-in-my-time")
    await script.play("press Something wrong?", "fill wrong=?!", "press Try again")
    await script.play("press Something wrong?", 'fill wrong="He says more."')
    await script.play("as curator", "/entry queue", "press Next", "press Previous", "press Pass on")
    await script.play("press Answer", 'fill Answer="It is *so*."', "press Amend")
    await script.play("fill Text=Bar.", "press Publish", "/entry queue", "press Dismiss")


async def files(writer: Writer) -> None:
    """Hand out a server's lore, and take it in by another one."""
    async with writer.chapter("files") as script:
        await script.play("as curator", "/settings", "choose #lore", "/entry export")
        await _take(script, *({"name": f"Zorblax {n}", "source": "Menu"} for n in range(30)))
        await script.play("press Import", "/entry add kind:Quote", "fill Words=Out! Speaker=Thor")
        await script.play("press Publish", "/entry annotate hulk", "fill Note=Green.")
        await script.play(
            "press Publish", "/entry edit s.zorblax-1", "fill Text=Changed.", "press Publish"
        )
        await script.play("/entry remove s.zorblax-2", "/entry export", f"/entry import {EXPORTED}")
        script.chapter = "files/another server"
        await script.play("in server 2", "/settings", "choose #lore")
        await script.play(f"/entry import {EXPORTED}", "press Import", "press Undo this")
        await script.play(f"/entry import {EXPORTED}")
        script.chapter = "files/conflicts"
        others = ({"id": f"s.zorblax-{n}", "text": f"Other {n}."} for n in range(30))
        quote = {"id": "s31", "kind": "quote", "words": "In!"}
        await _take(script, *others, quote, {"id": "s32", "text": "This was a note."})
        await script.play(
            "press More conflicts", "press Earlier conflicts", "choose s.zorblax-0, s.zorblax-4"
        )
        await script.play(
            "press Replace all", "press Keep all", "choose s.zorblax-1", "press Import"
        )
        script.chapter = "files/refused"
        await _take(
            script, {"name": ""}, {"kind": "spoon"}, {"id": "s.zorblax-0", "text": "Bar 0."}, {}
        )
        script.session.attach("broken.json", b"[]")
        script.session.attach("large.json", b" " * 1_100_000)
        await script.play("/entry import broken.json", "/entry import large.json")
        await script.play(
            "/entry import file.json", "as owner", "/entry remove s.zorblax-5", "as curator"
        )
        await script.play("press Import")


_PLACE = {"kind": "place", "name": "Zorblax", "text": "A bar."}


async def _take(script: Script, *drafts: dict[str, str]) -> None:
    """Import a file with entries that say this."""
    entries = []
    for given in drafts:
        draft = {**({} if "kind" in given else _PLACE), **given}
        id = draft.pop("id", None)
        entries.append({"draft": draft, **({"id": id} if id else {})})
    content = json.dumps({"schema_version": 1, "entries": entries})
    script.session.attach("file.json", content.encode())
    await script.play("/entry import file.json")


async def settings(writer: Writer) -> None:
    """Choose everything on the panel."""
    async with writer.chapter("settings") as script:
        await script.play("as curator", "/settings", "choose #lore", "choose @Readers")
        for choice in (
            "Nobody may suggest",
            "film, fan",
            "Other canon behind",
            "Answers private by",
        ):
            await script.play(f"choose {choice}")
        await script.play("choose Answers private by", "choose @everyone", "/bio ultron")
        await script.play("as asker", "/suggest kind:Quote", "/help", "/bio raina", "as curator")
        await script.play("/entry add kind:Quote", "fill Words=Out!", "press Publish", "/settings")
        await script.play("choose Members may suggest", "choose film, canon, fan, server")
        await script.play("choose Answers public by", "choose Short answers", "/bio raina")
        await script.play("/event duel of johannesburg", "/settings", "choose Full answers")
        script.chapter = "settings/log channel"
        await script.session.deny(script.session.channel("lore"), "SEND_MESSAGES")
        await script.play("/entry remove s1", "/entry list")
        await script.session.deny(script.session.channel("lore"), "VIEW_CHANNEL")
        await script.play("/entry restore s1", "/entry list")


async def quote_of_the_day(writer: Writer) -> None:
    """Set it, see what comes, have it posted, and see what keeps it from being posted."""
    async with writer.chapter("qotd") as script:
        await script.play("as curator", "/settings", "choose #lore", "/qotd status", QOTD)
        await script.play("/qotd status", "/qotd preview", "/qotd history", "press Undo", QOTD)
        await script.play(f"{QOTD} days:weekends role:@Readers tiers:film speaker:tony stark")
        await script.play("/qotd status", "/qotd preview", "/qotd set clear:Ping nobody")
        await script.play(
            "/qotd set clear:Any day of the week", "/qotd set clear:Quotes of any tier"
        )
        await script.play("/qotd set clear:Quotes of any speaker", "/qotd skip", "press Undo")
        await script.play("/qotd queue quote:peace-in-my-time date:tomorrow", "/qotd preview")
        await script.play("/qotd queue quote:people date:tomorrow", "press Queue 2", "press Undo")
        await script.play("/qotd queue quote:qwertyuiop date:tomorrow")
        await script.play("/qotd pause until:2027-03-05", "/qotd status", "/qotd pause")
        await script.play("/qotd status", "/qotd resume", "/qotd resume")

        script.chapter = "qotd/days"
        await script.play("/qotd pause", "/qotd preview", "/qotd skip", "/qotd resume")
        await script.play("/qotd queue quote:peace-in-my-time date:today", QOTD)
        await script.play(
            f"{QOTD} speaker:raina", "/qotd skip", "/qotd set clear:Quotes of any speaker"
        )

        script.chapter = "qotd/posts"
        await script.play("/qotd now", "/qotd now", "/qotd status", "/qotd set role:@Readers")
        for _ in range(8):
            await script.play("later 1 days", "/qotd now")
        await script.play("/qotd history", "press Older", "press Newer")
        # There it is less than twelve hours until the next one.
        await script.play("/qotd set zone:Pacific/Auckland time:06:00", "/qotd preview", QOTD)
        await script.play("/settings", "choose Other canon behind", "later 1 days", "/qotd now")
        await script.play("/qotd history", "/qotd preview")

        script.chapter = "qotd/troubles"
        for permission in ("SEND_MESSAGES", "VIEW_CHANNEL", "READ_MESSAGE_HISTORY"):
            await script.session.deny(script.session.channel("quotes"), permission)
            await script.play("later 1 days", "/qotd status", "/qotd now", "/qotd history")
            await script.play("/entry list", QOTD)
        await script.session.deny(script.session.channel("quotes"))
        blocked = {"code": 200000, "message": "Message was blocked by automatic moderation"}
        script.session.fail("POST /channels/*/messages", status=400, body=blocked, times=4)
        await script.play("later 1 days", "/qotd now", "/qotd status", "/qotd off", "/qotd off")

        script.chapter = "qotd/no quote"
        await script.play("/entry add kind:Quote", "fill Words=Out!", "press Publish")
        await script.play(
            f"{QOTD} tiers:server", "/entry remove s1", "/qotd status", "/qotd preview"
        )
        await script.play("later 1 days", "/qotd now", "/qotd skip", "/qotd off", "/qotd now")

        script.chapter = "qotd/refused"
        await _refused_schedules(script)

        script.chapter = "qotd/entries"
        await script.play(f"{QOTD} what:Entries", "/qotd preview", "/qotd skip")
        await script.play("complete /qotd queue quote:rai", "/qotd queue quote:maximoff date:today")
        await script.play("/qotd queue quote:raina date:today", "/qotd now", "/qotd history")
        await script.play("later 1 days", "/qotd set role:@Readers", "/qotd now", "/qotd off")

        script.chapter = "qotd/queue"
        await script.play(QOTD, "/qotd queued")
        for day in range(3, 17):
            await script.play(f"/qotd queue quote:peace-in-my-time date:2027-04-{day:02}")
        await script.play("/qotd queued", "press Next", "choose Wed 14 Apr", "press Back")
        await script.play("/qotd queued", "choose Sat 3 Apr", "press Swap with", "press Undo")
        await script.play("/qotd queued", "choose Sat 3 Apr")
        await script.play("press Take out", "press Take all out", "press Undo", "/qotd off")

        script.chapter = "qotd/several"
        await script.play(QOTD, QOTD_MORE, "/qotd list", "/qotd status", "complete /qotd now post:")
        await script.play('/qotd queue quote:people date:tomorrow post:"#lore · 18:00"')
        await script.play("press Queue 2", "/qotd pause post:#lore", "/qotd list")
        await script.play(
            "/qotd resume post:#lore", "/qotd skip post:#lore", "/qotd off post:#lore"
        )
        await script.play("press Undo", QOTD_MORE, QOTD_MORE, QOTD_MORE, "/qotd off post:9:00")
        for _ in range(8):
            await script.play("later 1 days", '/qotd now post:"#lore · 18:00 · no. 2"')
        await script.play('/qotd queue quote:peace-in-my-time date:2027-05-02 post:"no. 2"')
        await script.play('/qotd queue quote:peace-in-my-time date:2027-05-03 post:"no. 2"')
        await script.play('/qotd queued post:"no. 2"', "choose Sun 2 May")
        await script.play('/qotd history post:"no. 2"', "press Older", "/qotd off post:4")
        await script.play("/qotd off post:3", "/qotd off")

    await _found_again(writer)


async def _found_again(writer: Writer) -> None:
    """Lose the answer to a post, and look whether the bot finds it or makes another."""
    for how in ("by its id", "by its last line"):
        async with writer.chapter(f"qotd found again/{how}") as script:
            await script.play("as curator", QOTD)
            script.session.fail("POST /channels/*/messages", disconnect=True, after=True)
            await script.play("/qotd now")
            if how == "by its last line":
                # As versions before the id ended it.
                script.session.rewrite_newest("quotes", "-# Quote of the day · 2027-03-01")
            await script.play("later 1 hours", "/qotd now", "/qotd history")


async def _refused_schedules(script: Script) -> None:
    for given in (
        "zone:Mars/Olympus",
        "zone:GMT+2",
        "time:teatime",
        'time:"9 am EST"',
        "days:someday",
        "tiers:legends",
        "tiers:server",
        "speaker:qwertyuiop",
        "speaker:Maximoff",
        "speaker:jarvis",
        "role:@everyone",
    ):
        option = given.partition(":")[0]
        kept = [f"{name}:{value}" for name, value in _SCHEDULE.items() if name != option]
        await script.play(f"/qotd set {' '.join([*kept, given])}")
    await script.play("/qotd set time:10:00", QOTD, "/qotd pause until:today")
    await script.play("/qotd queue quote:peace date:yesterday")
    await script.play("/qotd queue quote:peace-in-my-time date:2020-01-01")


_SCHEDULE = {"channel": "#quotes", "time": "09:00", "zone": "Europe/Berlin"}


async def refusals(writer: Writer) -> None:
    """Do what may not be done, and more than is allowed."""
    async with writer.chapter("refusals") as script:
        script.session.open_to_all("entry", "settings", "qotd")
        await script.play("/entry list", "/settings", "/qotd status", "complete /entry edit s")
        await script.play("/entry edit s1", "as curator", "/entry edit s1")
        await script.play("/entry restore s1", "/entry history Zorblax", "/qotd set time:10:00")
        await script.play("/entry add kind:Place", "fill Name=Zorblax Text=Bar", "press Publish")
        await script.play(
            "/entry remove s.zorblax", "/entry edit s.zorblax", "/settings", "choose @Readers"
        )
        script.session.give_role("Asker", "Readers")
        await script.play("as asker", "/settings", "choose @Readers", "/help")
        await script.session.deny(script.session.channel("quotes"), "SEND_MESSAGES", to="Asker")
        await script.play(QOTD, "choose #quotes")
        await script.submit("form:unknown:place:0", {})
        await script.play("in dm")
        await script.press_all("set:private", "own:0", "draft:look:1609847694950400113:0")
        await script.submit("form:suggest:quote:0", {"words": "Out!"})
    async with writer.chapter("what is gone") as script:
        await script.play("as curator", "/settings", "choose @Readers", "choose #lore")
        await script.play(f"{QOTD} role:@Readers")
        await script.session.lose_role("Readers")
        await script.play("/settings", "/qotd status", "/qotd set days:weekdays", "/qotd now")
        await script.session.lose_channel("lore")
        await script.play("/settings", "/entry list", "later 1 days")
        await script.session.lose_channel("quotes")
        await script.play("/qotd status", "/qotd now", "/qotd history", "/entry list")
    async with writer.chapter("failures") as script:
        await script.play("as curator")
        # What fails so is no fault that is known, and is told with a reference.
        refused = {"code": 50035, "message": "Invalid Form Body"}
        script.session.fail("POST /interactions/*/callback", status=400, body=refused)
        await script.play("/bio ultron")
        script.session.lose_ledger()
        await script.play("/entry add kind:Place", "fill Name=Zorblax Text=Bar", "press Publish")
        await script.play(QOTD)
    async with writer.chapter("quotas", entries_per_server=1, suggestions_per_day=1) as script:
        await script.play("/suggest kind:Quote", "fill Words=Out!", "press Send")
        await script.play("/suggest kind:Quote", "as curator", "/entry add kind:Place")
        await script.play("fill Name=Zorblax Text=Bar", "press Publish", "/entry add kind:Place")


async def limits(writer: Writer) -> None:
    """Ask more often than is answered, in all ways in which that is told."""
    async with writer.chapter("limits") as script:
        await script.play("as curator", "/entry add kind:Place")
        script.session.limit(person=1, server=10)
        await script.play("/about", "/about", "fill Name=Zorblax Text=Bar", "complete /bio name:u")
        script.session.limit(person=10, server=1)
        await script.play("/about", "/about", "press Try again", "in dm", "/about")
        with script.session.all_waited_long():
            await script.play("/about")


async def missed_answers(writer: Writer) -> None:
    """Let answers go wrong in each way that is counted for itself, though they were taken."""
    async with writer.chapter("missed answers") as script:
        for how in (
            {"status": 400, "body": {"code": 50035, "message": "Invalid Form Body"}},
            {"status": 404, "body": {"code": 10062, "message": "Unknown interaction"}},
            {"status": 429, "body": {"message": "Too many requests"}},
            {"disconnect": True},
        ):
            script.session.fail("POST /interactions/*/callback", after=True, **how)
            await script.play("/about")


async def old_data(writer: Writer) -> None:
    """Go on with a ledger, a file, buttons, menus and forms that the bot left long ago."""
    kept = LEDGER.read_text(encoding="utf-8")
    async with writer.chapter("old data", kept, 10) as script:
        script.chapter = "old data/ledger"
        await script.play("/quote id:s3", "/lore Zorblax Bar", "/bio hulk", "as curator")
        await script.play("/settings", "/entry list", "/entry history s1", "press Older")
        await script.play("/entry queue", "/entry unanswered", "/qotd status", "/qotd history")
        await script.play("press Older", "/qotd preview", "/entry export")
        for person in ("asker", "curator"):
            script.chapter = f"old data/{person}"
            await script.play(f"as {person}")
            await _press_all(script)
    outdated = kept.replace("'Europe/Berlin','09:00'", "'EST','09:00'")
    async with writer.chapter("old zone", outdated, 10) as script:
        await script.play("as curator", "/entry list", "/qotd status")
    async with writer.chapter("old file") as script:
        script.session.attach("old.json", EXPORT.read_bytes())
        await script.play("as curator", "/entry import old.json", "press Import", "/entry list")
        await script.play("/entry history s1", "press Older", "/entry history s4")


async def _press_all(script: Script) -> None:
    """Press and choose from all that may stand in a channel, and send every form."""
    await script.press_all(*TABLE["buttons"].values())
    for row in TABLE["menus"].values():
        values = [row["value"]] if "value" in row else []
        options = [{"label": value, "value": value} for value in values]
        kind = {"a role": 6, "a channel": 8}.get(row.get("gives"), 3)
        menu = {"type": kind, "custom_id": row["example"]}
        message = script.session.post(menu | ({"options": options} if options else {}))
        await script.press(message, menu, *values)
    for row in TABLE["forms"].values():
        fields = {name: said for name, said in row.items() if name != "example"}
        await script.submit(row["example"], fields)
