-- The ledger as SQLite's first 17 migrations leave it. What the code relies on in every migration:
--   times are whole seconds since 1970 in UTC;
--   a server's rows carry guild_id, by which they are purged;
--   a column that holds a person's id ends in _by and may become NULL, when the person asks to be
--   forgotten;
--   texts are compared and sorted by their characters, as in SQLite, whatever the server's language.

CREATE TABLE guild (
    guild_id BIGINT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL DEFAULT 0, -- grows whenever its live lore changes
    next_entry BIGINT NOT NULL DEFAULT 1, -- kept here, as ids are never used again
    next_suggestion BIGINT NOT NULL DEFAULT 1,
    settings TEXT COLLATE "C" NOT NULL DEFAULT '{}', -- only what was set; the code knows the defaults
    left_at BIGINT
);
CREATE INDEX guild_left ON guild (left_at) WHERE left_at IS NOT NULL;

CREATE TABLE entry (
    guild_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    form TEXT COLLATE "C" NOT NULL CHECK (form IN ('entry', 'quote', 'note', 'hide', 'alias')),
    head BIGINT NOT NULL, -- its newest revision
    live BOOLEAN NOT NULL, -- as in its newest revision
    version BIGINT NOT NULL, -- the server's version when it changed last
    written_by BIGINT,
    PRIMARY KEY (guild_id, number)
);
CREATE INDEX entry_version ON entry (guild_id, version);

CREATE TABLE revision (
    guild_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    change TEXT COLLATE "C" NOT NULL,
    live BOOLEAN NOT NULL,
    draft TEXT COLLATE "C" NOT NULL,
    back_to BIGINT, -- the revision that was rolled back to
    made_by BIGINT,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (guild_id, number, revision),
    FOREIGN KEY (guild_id, number) REFERENCES entry ON DELETE CASCADE
);

CREATE TABLE suggestion (
    guild_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    draft TEXT COLLATE "C" NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1,
    state TEXT COLLATE "C" NOT NULL
        CHECK (state IN ('pending', 'approved', 'rejected', 'withdrawn')),
    suggested_by BIGINT,
    suggested_at BIGINT NOT NULL,
    decided_by BIGINT,
    decided_at BIGINT,
    reason TEXT COLLATE "C",
    entry BIGINT, -- what it became
    PRIMARY KEY (guild_id, number)
);
CREATE INDEX suggestion_queue ON suggestion (guild_id, number) WHERE state = 'pending';
CREATE INDEX suggestion_of_person ON suggestion (guild_id, suggested_by, suggested_at);

-- What members told to be wrong. Its numbers are from the same counter as those of suggestions, as
-- both wait in one queue.
CREATE TABLE report (
    guild_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    about TEXT COLLATE "C" NOT NULL, -- the entry or quote, the sentence and its cites as they were
    wrong TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL
        CHECK (state IN ('pending', 'answered', 'amended', 'dismissed', 'passed on')),
    told_by BIGINT,
    told_at BIGINT NOT NULL,
    decided_by BIGINT,
    decided_at BIGINT,
    answer TEXT COLLATE "C",
    PRIMARY KEY (guild_id, number)
);
CREATE INDEX report_queue ON report (guild_id, number) WHERE state = 'pending';
CREATE INDEX report_of_person ON report (guild_id, told_by, told_at);
CREATE INDEX report_passed_on ON report (decided_at) WHERE state = 'passed on';

-- What a person typed into a form and has not published: kept for a day, for that person alone.
CREATE TABLE draft (
    guild_id BIGINT NOT NULL,
    token BIGINT NOT NULL, -- the interaction that brought the form
    form TEXT COLLATE "C" NOT NULL, -- its custom_id
    typed TEXT COLLATE "C" NOT NULL, -- the texts by their fields, as JSON
    typed_by BIGINT,
    typed_at BIGINT NOT NULL,
    channel BIGINT,
    messages TEXT COLLATE "C",
    PRIMARY KEY (guild_id, token)
);
CREATE INDEX draft_of_person ON draft (guild_id, typed_by, typed_at);
CREATE INDEX draft_age ON draft (typed_at);

-- Interactions that changed something, so that one that comes twice changes nothing the second
-- time.
CREATE TABLE action (
    guild_id BIGINT NOT NULL,
    interaction_id BIGINT NOT NULL,
    verb TEXT COLLATE "C" NOT NULL,
    number BIGINT, -- of the entry or suggestion that it changed
    revision BIGINT,
    detail TEXT COLLATE "C",
    done_by BIGINT,
    done_at BIGINT NOT NULL,
    PRIMARY KEY (guild_id, interaction_id)
);
CREATE INDEX action_age ON action (done_at);

CREATE TABLE problem (
    guild_id BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    subject_id BIGINT, -- the channel or role that it is about
    since BIGINT NOT NULL,
    PRIMARY KEY (guild_id, code)
);

CREATE TABLE unanswered (
    guild_id BIGINT NOT NULL,
    question TEXT COLLATE "C" NOT NULL,
    times BIGINT NOT NULL,
    last_asked_at BIGINT NOT NULL,
    typed TEXT COLLATE "C" NOT NULL DEFAULT '',
    kind TEXT COLLATE "C" NOT NULL DEFAULT '',
    dismissed_at BIGINT,
    PRIMARY KEY (guild_id, question)
);

-- When a server's quotes of the day come; next_due is what the tick asks for.
CREATE TABLE quote_schedule (
    guild_id BIGINT NOT NULL,
    number BIGINT NOT NULL CHECK (number BETWEEN 1 AND 99),
    channel_id BIGINT NOT NULL,
    zone TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    days BIGINT NOT NULL CHECK (days BETWEEN 1 AND 127), -- bits; Monday is 1
    role_id BIGINT,
    tiers TEXT COLLATE "C",
    speaker TEXT COLLATE "C",
    pause TEXT COLLATE "C" CHECK (pause IN ('asked', 'failing')),
    paused_until TEXT COLLATE "C",
    failing BIGINT NOT NULL DEFAULT 0,
    failed_day TEXT COLLATE "C", -- the date that was counted last as one without a post
    next_day TEXT COLLATE "C",
    next_due BIGINT,
    picture BOOLEAN NOT NULL DEFAULT FALSE,
    what TEXT COLLATE "C" NOT NULL DEFAULT 'quotes' CHECK (what IN ('quotes', 'entries')),
    parent_id BIGINT,
    thread BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (guild_id, number),
    CHECK ((next_day IS NULL) = (next_due IS NULL))
);
CREATE INDEX quote_schedule_next ON quote_schedule (next_due) WHERE next_due IS NOT NULL;

-- One row for each schedule and local date, whatever became of it: this key keeps a day single.
CREATE TABLE quote_delivery (
    guild_id BIGINT NOT NULL,
    number BIGINT NOT NULL CHECK (number BETWEEN 1 AND 99),
    day TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL
        CHECK (state IN ('planned', 'sending', 'sent', 'skipped', 'blocked', 'unverified')),
    due BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    role_id BIGINT,
    key TEXT COLLATE "C",
    why TEXT COLLATE "C",
    round BIGINT,
    unshown BIGINT,
    total BIGINT,
    replaced BOOLEAN NOT NULL DEFAULT FALSE,
    attempts BIGINT NOT NULL DEFAULT 0,
    uncertain_since BIGINT,
    last_attempt BIGINT,
    lease_until BIGINT,
    fence BIGINT NOT NULL DEFAULT 0,
    sent_at BIGINT,
    message_id BIGINT,
    trouble TEXT COLLATE "C",
    asked BOOLEAN NOT NULL DEFAULT FALSE,
    zone TEXT COLLATE "C",
    own_first BOOLEAN NOT NULL DEFAULT FALSE,
    parent_id BIGINT,
    PRIMARY KEY (guild_id, number, day),
    CHECK (state <> 'sending' OR uncertain_since IS NOT NULL)
);
CREATE INDEX quote_delivery_open ON quote_delivery (due) WHERE state IN ('planned', 'sending');
CREATE INDEX quote_delivery_shown ON quote_delivery (guild_id, number, key, round)
    WHERE key IS NOT NULL AND state NOT IN ('skipped', 'blocked');

-- What a curator wants for a date: this quote, or not that one.
CREATE TABLE quote_wish (
    guild_id BIGINT NOT NULL,
    number BIGINT NOT NULL CHECK (number BETWEEN 1 AND 99),
    day TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    wish TEXT COLLATE "C" NOT NULL CHECK (wish IN ('queued', 'passed')),
    PRIMARY KEY (guild_id, number, day, key)
);

-- Quotes that Discord did not take: they have had their turn in that round.
CREATE TABLE quote_refused (
    guild_id BIGINT NOT NULL,
    number BIGINT NOT NULL CHECK (number BETWEEN 1 AND 99),
    key TEXT COLLATE "C" NOT NULL,
    round BIGINT NOT NULL,
    day TEXT COLLATE "C" NOT NULL, -- for which it was refused last
    PRIMARY KEY (guild_id, number, key)
);

-- What is still to be done with posts after they were sent.
CREATE TABLE quote_step (
    guild_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    day TEXT COLLATE "C" NOT NULL,
    step TEXT COLLATE "C" NOT NULL CHECK (step IN ('publish', 'thread')),
    channel_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    due BIGINT NOT NULL,
    expires BIGINT NOT NULL,
    PRIMARY KEY (guild_id, number, day, step)
);
CREATE INDEX quote_step_due ON quote_step (due);

-- Which pack has which number: given once, the first is 1.
CREATE TABLE pack (
    number BIGINT PRIMARY KEY CHECK (number BETWEEN 1 AND 9999),
    id TEXT COLLATE "C" NOT NULL UNIQUE
);

-- Which ledger this is, by its last row, and which ones it goes on from.
CREATE TABLE lineage (
    place BIGINT PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    signs BIGINT NOT NULL
);

-- When the ledger was last known to be in use, and the last span of which it knows nothing.
CREATE TABLE continuity (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    alive_at BIGINT,
    older BOOLEAN NOT NULL DEFAULT FALSE, -- whether it is older than what it did
    gap_since BIGINT,
    gap_until BIGINT,
    older_until BIGINT -- when it was last noticed to be older than what it did
);

INSERT INTO lineage (place, id, signs) VALUES (1, replace(gen_random_uuid()::text, '-', ''), 0);
INSERT INTO continuity (one) VALUES (1);
