PRAGMA application_id = 0;
PRAGMA user_version = 7;
BEGIN TRANSACTION;
CREATE TABLE action (
    guild_id       INTEGER NOT NULL,
    interaction_id INTEGER NOT NULL,
    verb           TEXT    NOT NULL,
    number         INTEGER, -- of the entry or suggestion that it changed
    revision       INTEGER,
    detail         TEXT,
    done_by        INTEGER,
    done_at        INTEGER NOT NULL,
    PRIMARY KEY (guild_id, interaction_id)
) STRICT, WITHOUT ROWID;
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400021,'settings',NULL,NULL,'{"before":{"curator_role_id":null,"log_channel_id":null,"suggestions":true,"tiers":["film","canon","fan","server"],"spoilers":false,"private":false},"after":{"curator_role_id":null,"log_channel_id":1235017845968994316,"suggestions":true,"tiers":["film","canon","fan","server"],"spoilers":false,"private":false}}',1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400023,'settings',NULL,NULL,'{"before":{"curator_role_id":null,"log_channel_id":1235017845968994316,"suggestions":true,"tiers":["film","canon","fan","server"],"spoilers":false,"private":false},"after":{"curator_role_id":1235017845968994305,"log_channel_id":1235017845968994316,"suggestions":true,"tiers":["film","canon","fan","server"],"spoilers":false,"private":false}}',1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400025,'settings',NULL,NULL,'{"before":{"curator_role_id":1235017845968994305,"log_channel_id":1235017845968994316,"suggestions":true,"tiers":["film","canon","fan","server"],"spoilers":false,"private":false},"after":{"curator_role_id":1235017845968994305,"log_channel_id":1235017845968994316,"suggestions":true,"tiers":["film","canon","fan","server"],"spoilers":true,"private":false}}',1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400027,'settings',NULL,NULL,'{"before":{"curator_role_id":1235017845968994305,"log_channel_id":1235017845968994316,"suggestions":true,"tiers":["film","canon","fan","server"],"spoilers":true,"private":false},"after":{"curator_role_id":1235017845968994305,"log_channel_id":1235017845968994316,"suggestions":true,"tiers":["film","canon","fan","server"],"spoilers":true,"private":true}}',1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400030,'added',1,1,NULL,1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400035,'edited',1,2,NULL,1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400040,'edited',1,3,NULL,1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400045,'added',2,1,NULL,1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400049,'removed',2,2,NULL,1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400053,'added',3,1,NULL,1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400058,'added',4,1,NULL,1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400064,'rolled back',1,4,NULL,1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400067,'edited',1,5,NULL,1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400071,'removed',1,6,NULL,1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400074,'restored',1,7,NULL,1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400080,'import',NULL,NULL,'{"added":1,"changed":0,"made":[[5,1,0]]}',1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400083,'suggest',1,NULL,NULL,1235017845964800002,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400088,'suggest',2,NULL,NULL,1235017845964800002,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400093,'suggest',3,NULL,NULL,1235017845964800002,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400098,'suggest',4,NULL,NULL,1235017845964800002,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400104,'approve',1,NULL,NULL,1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400109,'reject',2,NULL,NULL,1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400119,'qotd set',NULL,NULL,'{"before": {"terms": null, "wishes": [], "planned": []}, "after": {"terms": {"channel_id": 1235017845968994315, "zone": "Europe/Berlin", "at": "09:00", "days": 63, "role_id": 1235017845968994305, "tiers": "canon fan film", "speaker": null, "pause": null, "paused_until": null}, "wishes": [], "planned": []}}',1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400126,'qotd queue',NULL,NULL,'{"before": {"terms": {"channel_id": 1235017845968994315, "zone": "Europe/Berlin", "at": "09:00", "days": 63, "role_id": 1235017845968994305, "tiers": "canon fan film", "speaker": null, "pause": null, "paused_until": null}, "wishes": [], "planned": []}, "after": {"terms": {"channel_id": 1235017845968994315, "zone": "Europe/Berlin", "at": "09:00", "days": 63, "role_id": 1235017845968994305, "tiers": "canon fan film", "speaker": null, "pause": null, "paused_until": null}, "wishes": [["2027-03-03", "peace-in-my-time", "queued"]], "planned": []}}',1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400129,'qotd skip',NULL,NULL,'{"before": {"terms": {"channel_id": 1235017845968994315, "zone": "Europe/Berlin", "at": "09:00", "days": 63, "role_id": 1235017845968994305, "tiers": "canon fan film", "speaker": null, "pause": null, "paused_until": null}, "wishes": [["2027-03-03", "peace-in-my-time", "queued"]], "planned": []}, "after": {"terms": {"channel_id": 1235017845968994315, "zone": "Europe/Berlin", "at": "09:00", "days": 63, "role_id": 1235017845968994305, "tiers": "canon fan film", "speaker": null, "pause": null, "paused_until": null}, "wishes": [["2027-03-02", "why-we-need-this", "passed"], ["2027-03-03", "peace-in-my-time", "queued"]], "planned": []}}',1235017845964800003,1803888000);
INSERT INTO "action" VALUES(1235017845968994304,1609847694950400132,'removed',4,2,NULL,1235017845964800004,1803888000);
CREATE TABLE continuity (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    alive_at    INTEGER,
    older       INTEGER NOT NULL DEFAULT 0, -- whether it is older than what it did
    gap_since   INTEGER,
    gap_until   INTEGER,
    older_until INTEGER -- when it was last noticed to be older than what it did
) STRICT;
INSERT INTO "continuity" VALUES(1,1803888000,0,NULL,NULL,NULL);
CREATE TABLE draft (
    guild_id INTEGER NOT NULL,
    token    INTEGER NOT NULL, -- the interaction that brought the form
    form     TEXT    NOT NULL, -- its custom_id
    typed    TEXT    NOT NULL, -- the texts by their fields, as JSON
    typed_by INTEGER,
    typed_at INTEGER NOT NULL,
    PRIMARY KEY (guild_id, token)
) STRICT;
INSERT INTO "draft" VALUES(1235017845968994304,1609847694950400113,'form:add:artifact:0','{"kind": "artifact", "name": "Zorblax Lantern", "aliases": "", "text": "It is lit.", "source": ""}',1235017845964800003,1803888000);
INSERT INTO "draft" VALUES(1235017845968994304,1609847694950400116,'form:suggest:quote:0','{"words": "Lanterns off!", "speaker": "", "listener": "", "occasion": "", "source": ""}',1235017845964800002,1803888000);
CREATE TABLE entry (
    guild_id   INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    form       TEXT    NOT NULL CHECK (form IN ('entry', 'quote', 'note')),
    head       INTEGER NOT NULL, -- its newest revision
    live       INTEGER NOT NULL CHECK (live IN (0, 1)), -- as in its newest revision
    version    INTEGER NOT NULL, -- the server's version when it changed last
    written_by INTEGER,
    PRIMARY KEY (guild_id, number)
) STRICT, WITHOUT ROWID;
INSERT INTO "entry" VALUES(1235017845968994304,1,'entry',7,1,11,1235017845964800003);
INSERT INTO "entry" VALUES(1235017845968994304,2,'entry',2,0,5,1235017845964800003);
INSERT INTO "entry" VALUES(1235017845968994304,3,'quote',1,1,6,1235017845964800003);
INSERT INTO "entry" VALUES(1235017845968994304,4,'note',2,0,14,1235017845964800003);
INSERT INTO "entry" VALUES(1235017845968994304,5,'entry',1,1,12,1235017845964800003);
INSERT INTO "entry" VALUES(1235017845968994304,6,'quote',1,1,13,1235017845964800002);
CREATE TABLE guild (
    guild_id        INTEGER NOT NULL PRIMARY KEY,
    version         INTEGER NOT NULL DEFAULT 0, -- grows whenever its live lore changes
    next_entry      INTEGER NOT NULL DEFAULT 1, -- kept here, as ids are never used again
    next_suggestion INTEGER NOT NULL DEFAULT 1,
    settings        TEXT    NOT NULL DEFAULT '{}', -- only what was set; the code knows the defaults
    left_at         INTEGER
) STRICT;
INSERT INTO "guild" VALUES(1235017845968994304,14,7,5,'{"curator_role_id": 1235017845968994305, "log_channel_id": 1235017845968994316, "spoilers": true, "private": true}',NULL);
CREATE TABLE lineage (
    place INTEGER PRIMARY KEY,
    id    TEXT    NOT NULL UNIQUE,
    signs INTEGER NOT NULL
) STRICT;
INSERT INTO "lineage" VALUES(1,'d499ba5201cc00b364395cdb2280c946',1);
CREATE TABLE migration (version INTEGER PRIMARY KEY, sha256 TEXT NOT NULL) STRICT;
INSERT INTO "migration" VALUES(1,'41f2b4fcd0fe064c602233e14a57b27464e4f6583f5c56c1ad5817f0f4891dd0');
INSERT INTO "migration" VALUES(2,'1d8317194f552413f43984542eca4d436ce1a51fc28db946fb0333348561c13d');
INSERT INTO "migration" VALUES(3,'7210e46c2950f8ac883fb1906808c6b701be691c9cf90d27a88c72b3eba632b8');
INSERT INTO "migration" VALUES(4,'3d17f3c87787575c90834cd87cc9eb30308efedc45528af9daf13517f438d8f2');
INSERT INTO "migration" VALUES(5,'07726870bf9dbb6373d647e909c1651529429871f7f016de6ad3b068df6982d1');
INSERT INTO "migration" VALUES(6,'2cb100b192ebbf9830b8be3ab0417020a5a105348e13980bf0c14a0e626dc6a9');
INSERT INTO "migration" VALUES(7,'8410cacc00b2e1772d0a0e4bc631214ca8cc3d0ea4c8f78f1d6f6c8e7b6308ee');
CREATE TABLE problem (
    guild_id   INTEGER NOT NULL,
    code       TEXT    NOT NULL,
    subject_id INTEGER, -- the channel or role that it is about
    since      INTEGER NOT NULL,
    PRIMARY KEY (guild_id, code)
) STRICT, WITHOUT ROWID;
INSERT INTO "problem" VALUES(1235017845968994304,'log: failed',1235017845968994316,1803888000);
INSERT INTO "problem" VALUES(1235017845968994304,'log: gone',1235017845968994316,1803888000);
INSERT INTO "problem" VALUES(1235017845968994304,'log: mute',1235017845968994316,1803888000);
INSERT INTO "problem" VALUES(1235017845968994304,'log: unseen',1235017845968994316,1803888000);
INSERT INTO "problem" VALUES(1235017845968994304,'qotd: missed',1235017845968994315,1803888000);
INSERT INTO "problem" VALUES(1235017845968994304,'qotd: no channel',1235017845968994315,1803888000);
INSERT INTO "problem" VALUES(1235017845968994304,'qotd: no quote',1235017845968994315,1803888000);
INSERT INTO "problem" VALUES(1235017845968994304,'qotd: no send',1235017845968994315,1803888000);
INSERT INTO "problem" VALUES(1235017845968994304,'qotd: no send, paused',1235017845968994315,1803888000);
INSERT INTO "problem" VALUES(1235017845968994304,'qotd: no server',1235017845968994315,1803888000);
INSERT INTO "problem" VALUES(1235017845968994304,'qotd: no view',1235017845968994315,1803888000);
INSERT INTO "problem" VALUES(1235017845968994304,'qotd: no zone',1235017845968994315,1803888000);
INSERT INTO "problem" VALUES(1235017845968994304,'qotd: paused',1235017845968994315,1803888000);
INSERT INTO "problem" VALUES(1235017845968994304,'qotd: refused',1235017845968994315,1803888000);
INSERT INTO "problem" VALUES(1235017845968994304,'qotd: too soon',1235017845968994315,1803888000);
INSERT INTO "problem" VALUES(1235017845968994304,'qotd: unseen',1235017845968994315,1803888000);
CREATE TABLE quote_delivery (
    guild_id        INTEGER NOT NULL,
    day             TEXT    NOT NULL,
    state           TEXT    NOT NULL
        CHECK (state IN ('planned', 'sending', 'sent', 'skipped', 'blocked', 'unverified')),
    due             INTEGER NOT NULL,
    expires         INTEGER NOT NULL,
    channel_id      INTEGER NOT NULL,
    role_id         INTEGER,
    key             TEXT,
    why             TEXT,
    round           INTEGER,
    unshown         INTEGER,
    total           INTEGER,
    replaced        INTEGER NOT NULL DEFAULT 0,
    attempts        INTEGER NOT NULL DEFAULT 0,
    uncertain_since INTEGER,
    last_attempt    INTEGER,
    lease_until     INTEGER,
    fence           INTEGER NOT NULL DEFAULT 0,
    sent_at         INTEGER,
    message_id      INTEGER,
    trouble         TEXT, asked INTEGER NOT NULL DEFAULT 0, zone TEXT,
    PRIMARY KEY (guild_id, day),
    CHECK (state <> 'sending' OR uncertain_since IS NOT NULL)
) STRICT, WITHOUT ROWID;
INSERT INTO "quote_delivery" VALUES(1235017845968994304,'2027-02-17','sent',1802851200,1802862000,1235017845968994315,NULL,'wasting-our-time','queued',1,3,40,0,0,NULL,NULL,NULL,0,1802851230,1605000000000000000,NULL,0,'Europe/Berlin');
INSERT INTO "quote_delivery" VALUES(1235017845968994304,'2027-02-18','unverified',1802937600,1802948400,1235017845968994315,NULL,'peace-in-my-time','drawn',1,3,40,0,0,1802937600,NULL,NULL,0,NULL,NULL,'unseen',0,'Europe/Berlin');
INSERT INTO "quote_delivery" VALUES(1235017845968994304,'2027-02-19','blocked',1803024000,1803034800,1235017845968994315,NULL,'this-is-insane','drawn',1,3,40,0,0,NULL,NULL,NULL,0,NULL,NULL,'refused',0,'Europe/Berlin');
INSERT INTO "quote_delivery" VALUES(1235017845968994304,'2027-02-20','blocked',1803110400,1803121200,1235017845968994315,NULL,'this-is-insane','drawn',1,3,40,0,0,NULL,NULL,NULL,0,NULL,NULL,'no send',0,'Europe/Berlin');
INSERT INTO "quote_delivery" VALUES(1235017845968994304,'2027-02-21','blocked',1803196800,1803207600,1235017845968994315,NULL,'this-is-insane','drawn',1,3,40,0,0,NULL,NULL,NULL,0,NULL,NULL,'no view',0,'Europe/Berlin');
INSERT INTO "quote_delivery" VALUES(1235017845968994304,'2027-02-22','blocked',1803283200,1803294000,1235017845968994315,NULL,'this-is-insane','drawn',1,3,40,0,0,NULL,NULL,NULL,0,NULL,NULL,'no channel',0,'Europe/Berlin');
INSERT INTO "quote_delivery" VALUES(1235017845968994304,'2027-02-23','blocked',1803369600,1803380400,1235017845968994315,NULL,'this-is-insane','drawn',1,3,40,0,0,NULL,NULL,NULL,0,NULL,NULL,'no server',0,'Europe/Berlin');
INSERT INTO "quote_delivery" VALUES(1235017845968994304,'2027-02-24','blocked',1803456000,1803466800,1235017845968994315,NULL,NULL,NULL,1,3,40,0,0,NULL,NULL,NULL,0,NULL,NULL,'no zone',0,'Europe/Berlin');
INSERT INTO "quote_delivery" VALUES(1235017845968994304,'2027-02-25','blocked',1803542400,1803553200,1235017845968994315,NULL,NULL,NULL,1,3,40,0,0,NULL,NULL,NULL,0,NULL,NULL,'no quote',0,'Europe/Berlin');
INSERT INTO "quote_delivery" VALUES(1235017845968994304,'2027-02-26','skipped',1803628800,1803639600,1235017845968994315,NULL,NULL,NULL,1,3,40,0,0,NULL,NULL,NULL,0,NULL,NULL,'paused',0,'Europe/Berlin');
INSERT INTO "quote_delivery" VALUES(1235017845968994304,'2027-02-27','skipped',1803715200,1803726000,1235017845968994315,NULL,NULL,NULL,1,3,40,0,0,NULL,NULL,NULL,0,NULL,NULL,'too soon',0,'Europe/Berlin');
INSERT INTO "quote_delivery" VALUES(1235017845968994304,'2027-02-28','skipped',1803801600,1803812400,1235017845968994315,NULL,NULL,NULL,1,3,40,0,0,NULL,NULL,NULL,0,NULL,NULL,'missed',0,'Europe/Berlin');
INSERT INTO "quote_delivery" VALUES(1235017845968994304,'2027-03-01','sent',1803888000,1803909600,1235017845968994315,1235017845968994305,'and-make-them-martyrs','drawn',1,46,46,0,1,NULL,1803888000,1803888030,1,1803888000,1609847694950400124,NULL,1,'Europe/Berlin');
CREATE TABLE quote_refused (
    guild_id INTEGER NOT NULL,
    key      TEXT    NOT NULL,
    round    INTEGER NOT NULL,
    day      TEXT    NOT NULL, -- for which it was refused last
    PRIMARY KEY (guild_id, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "quote_refused" VALUES(1235017845968994304,'this-is-insane',1,'2027-02-19');
CREATE TABLE quote_schedule (
    guild_id     INTEGER PRIMARY KEY,
    channel_id   INTEGER NOT NULL,
    zone         TEXT    NOT NULL,
    at           TEXT    NOT NULL,
    days         INTEGER NOT NULL CHECK (days BETWEEN 1 AND 127), -- bits; Monday is 1
    role_id      INTEGER,
    tiers        TEXT,
    speaker      TEXT,
    pause        TEXT CHECK (pause IN ('asked', 'failing')),
    paused_until TEXT,
    failing      INTEGER NOT NULL DEFAULT 0,
    next_day     TEXT,
    next_due     INTEGER, failed_day TEXT,
    CHECK ((next_day IS NULL) = (next_due IS NULL))
) STRICT;
INSERT INTO "quote_schedule" VALUES(1235017845968994304,1235017845968994315,'Europe/Berlin','09:00',63,1235017845968994305,'canon fan film',NULL,NULL,NULL,0,'2027-03-02',1803974400,NULL);
CREATE TABLE quote_wish (
    guild_id INTEGER NOT NULL,
    day      TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    wish     TEXT    NOT NULL CHECK (wish IN ('queued', 'passed')),
    PRIMARY KEY (guild_id, day, key)
) STRICT, WITHOUT ROWID;
INSERT INTO "quote_wish" VALUES(1235017845968994304,'2027-03-02','why-we-need-this','passed');
INSERT INTO "quote_wish" VALUES(1235017845968994304,'2027-03-03','peace-in-my-time','queued');
CREATE TABLE revision (
    guild_id INTEGER NOT NULL,
    number   INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    change   TEXT    NOT NULL,
    live     INTEGER NOT NULL CHECK (live IN (0, 1)),
    draft    TEXT    NOT NULL,
    back_to  INTEGER, -- the revision that was rolled back to
    made_by  INTEGER,
    made_at  INTEGER NOT NULL,
    PRIMARY KEY (guild_id, number, revision),
    FOREIGN KEY (guild_id, number) REFERENCES entry ON DELETE CASCADE
) STRICT;
INSERT INTO "revision" VALUES(1235017845968994304,1,1,'added',1,'{"kind": "place", "name": "Zorblax Bar", "text": "A *bar* at the harbour.", "aliases": ["The Bar"], "source": "Menu"}',NULL,1235017845964800003,1803888000);
INSERT INTO "revision" VALUES(1235017845968994304,1,2,'edited',1,'{"kind": "place", "name": "Zorblax Bar", "text": "A bar at the river.", "aliases": ["The Bar"], "source": "Menu"}',NULL,1235017845964800003,1803888000);
INSERT INTO "revision" VALUES(1235017845968994304,1,3,'edited',1,'{"kind": "place", "name": "Zorblax Bar", "text": "A bar, once.", "aliases": ["The Bar"], "source": "Menu"}',NULL,1235017845964800003,1803888000);
INSERT INTO "revision" VALUES(1235017845968994304,2,1,'added',1,'{"kind": "event", "name": "Fall of Zorblax", "text": "It fell.", "aliases": [], "source": ""}',NULL,1235017845964800003,1803888000);
INSERT INTO "revision" VALUES(1235017845968994304,2,2,'removed',0,'{"kind": "event", "name": "Fall of Zorblax", "text": "It fell.", "aliases": [], "source": ""}',NULL,1235017845964800003,1803888000);
INSERT INTO "revision" VALUES(1235017845968994304,3,1,'added',1,'{"words": "Lanterns out!", "speaker": "Thor", "listener": "Hulk", "occasion": "At the bar", "source": "Menu", "kind": "quote"}',NULL,1235017845964800003,1803888000);
INSERT INTO "revision" VALUES(1235017845968994304,4,1,'added',1,'{"about": "bruce-banner", "text": "Green.", "source": "Menu", "kind": "note"}',NULL,1235017845964800003,1803888000);
INSERT INTO "revision" VALUES(1235017845968994304,1,4,'rolled back',1,'{"kind": "place", "name": "Zorblax Bar", "text": "A *bar* at the harbour.", "aliases": ["The Bar"], "source": "Menu"}',1,1235017845964800003,1803888000);
INSERT INTO "revision" VALUES(1235017845968994304,1,5,'edited',1,'{"kind": "place", "name": "Zorblax Bar", "text": "A bar, again.", "aliases": ["The Bar"], "source": "Menu"}',NULL,1235017845964800003,1803888000);
INSERT INTO "revision" VALUES(1235017845968994304,1,6,'removed',0,'{"kind": "place", "name": "Zorblax Bar", "text": "A bar, again.", "aliases": ["The Bar"], "source": "Menu"}',NULL,1235017845964800003,1803888000);
INSERT INTO "revision" VALUES(1235017845968994304,1,7,'restored',1,'{"kind": "place", "name": "Zorblax Bar", "text": "A bar, again.", "aliases": ["The Bar"], "source": "Menu"}',NULL,1235017845964800003,1803888000);
INSERT INTO "revision" VALUES(1235017845968994304,5,1,'imported',1,'{"kind": "faction", "name": "Zorblax Guild", "text": "A guild.", "aliases": [], "source": ""}',NULL,1235017845964800003,1803888000);
INSERT INTO "revision" VALUES(1235017845968994304,6,1,'approved',1,'{"words": "Lanterns in!", "speaker": "", "listener": "", "occasion": "", "source": "", "kind": "quote"}',NULL,1235017845964800003,1803888000);
INSERT INTO "revision" VALUES(1235017845968994304,4,2,'removed',0,'{"about": "bruce-banner", "text": "Green.", "source": "Menu", "kind": "note"}',NULL,1235017845964800004,1803888000);
CREATE TABLE suggestion (
    guild_id     INTEGER NOT NULL,
    number       INTEGER NOT NULL,
    draft        TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('pending', 'approved', 'rejected')),
    suggested_by INTEGER,
    suggested_at INTEGER NOT NULL,
    decided_by   INTEGER,
    decided_at   INTEGER,
    reason       TEXT,
    entry        INTEGER, -- what it became
    PRIMARY KEY (guild_id, number)
) STRICT;
INSERT INTO "suggestion" VALUES(1235017845968994304,1,'{"words": "Lanterns in!", "speaker": "", "listener": "", "occasion": "", "source": "", "kind": "quote"}','approved',1235017845964800002,1803888000,1235017845964800003,1803888000,NULL,6);
INSERT INTO "suggestion" VALUES(1235017845968994304,2,'{"kind": "place", "name": "Zorblax Pier", "text": "A pier.", "aliases": [], "source": ""}','rejected',1235017845964800002,1803888000,1235017845964800003,1803888000,'It is *no* pier.',NULL);
INSERT INTO "suggestion" VALUES(1235017845968994304,3,'{"kind": "character", "name": "Quillon", "text": "A man.", "aliases": [], "source": ""}','pending',1235017845964800002,1803888000,NULL,NULL,NULL,NULL);
INSERT INTO "suggestion" VALUES(1235017845968994304,4,'{"words": "Lanterns on!", "speaker": "Loki", "listener": "", "occasion": "", "source": "", "kind": "quote"}','pending',1235017845964800002,1803888000,NULL,NULL,NULL,NULL);
CREATE TABLE unanswered (
    guild_id      INTEGER NOT NULL,
    question      TEXT    NOT NULL,
    times         INTEGER NOT NULL,
    last_asked_at INTEGER NOT NULL, typed TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL DEFAULT '', dismissed_at INTEGER,
    PRIMARY KEY (guild_id, question)
) STRICT, WITHOUT ROWID;
INSERT INTO "unanswered" VALUES(1235017845968994304,'zorblax forever',1,1803888000,'Zorblax forever','quote',NULL);
INSERT INTO "unanswered" VALUES(1235017845968994304,'zorblax quillon',1,1803888000,'Zorblax Quillon','character',NULL);
CREATE INDEX guild_left ON guild (left_at) WHERE left_at IS NOT NULL;
CREATE INDEX entry_version ON entry (guild_id, version);
CREATE INDEX suggestion_queue ON suggestion (guild_id, number) WHERE state = 'pending';
CREATE INDEX suggestion_of_person ON suggestion (guild_id, suggested_by, suggested_at);
CREATE INDEX action_age ON action (done_at);
CREATE INDEX quote_schedule_next ON quote_schedule (next_due) WHERE next_due IS NOT NULL;
CREATE INDEX quote_delivery_open ON quote_delivery (due) WHERE state IN ('planned', 'sending');
CREATE INDEX quote_delivery_shown ON quote_delivery (guild_id, key, round)
    WHERE key IS NOT NULL AND state NOT IN ('skipped', 'blocked');
CREATE INDEX draft_of_person ON draft (guild_id, typed_by, typed_at);
CREATE INDEX draft_age ON draft (typed_at);
COMMIT;
