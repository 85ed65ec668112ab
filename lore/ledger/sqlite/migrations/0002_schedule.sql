-- When a server's quote of the day comes; next_due is what the tick asks for.
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
    next_due     INTEGER,
    CHECK ((next_day IS NULL) = (next_due IS NULL))
) STRICT;
CREATE INDEX quote_schedule_next ON quote_schedule (next_due) WHERE next_due IS NOT NULL;

-- One row for each server and local date, whatever became of it: this key is what keeps a day single.
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
    trouble         TEXT,
    PRIMARY KEY (guild_id, day),
    CHECK (state <> 'sending' OR uncertain_since IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX quote_delivery_open ON quote_delivery (due) WHERE state IN ('planned', 'sending');
CREATE INDEX quote_delivery_round ON quote_delivery (guild_id, round, key);

-- What a curator wants for a date: this quote, or not that one.
CREATE TABLE quote_wish (
    guild_id INTEGER NOT NULL,
    day      TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    wish     TEXT    NOT NULL CHECK (wish IN ('queued', 'passed')),
    PRIMARY KEY (guild_id, day, key)
) STRICT, WITHOUT ROWID;
