-- A server may have several schedules; the one from before this step is its first.
DROP INDEX quote_schedule_next;
ALTER TABLE quote_schedule RENAME TO old_schedule;
CREATE TABLE quote_schedule (
    guild_id     INTEGER NOT NULL,
    number       INTEGER NOT NULL CHECK (number BETWEEN 1 AND 99),
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
    failed_day   TEXT, -- the date that was counted last as one without a post
    next_day     TEXT,
    next_due     INTEGER,
    PRIMARY KEY (guild_id, number),
    CHECK ((next_day IS NULL) = (next_due IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX quote_schedule_next ON quote_schedule (next_due) WHERE next_due IS NOT NULL;
INSERT INTO quote_schedule
    SELECT guild_id, 1, channel_id, zone, at, days, role_id, tiers, speaker, pause, paused_until,
           failing, failed_day, next_day, next_due
    FROM old_schedule;
DROP TABLE old_schedule;

DROP INDEX quote_delivery_open;
DROP INDEX quote_delivery_shown;
ALTER TABLE quote_delivery RENAME TO old_delivery;
CREATE TABLE quote_delivery (
    guild_id        INTEGER NOT NULL,
    number          INTEGER NOT NULL CHECK (number BETWEEN 1 AND 99),
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
    asked           INTEGER NOT NULL DEFAULT 0,
    zone            TEXT,
    PRIMARY KEY (guild_id, number, day),
    CHECK (state <> 'sending' OR uncertain_since IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE INDEX quote_delivery_open ON quote_delivery (due) WHERE state IN ('planned', 'sending');
CREATE INDEX quote_delivery_shown ON quote_delivery (guild_id, number, key, round)
    WHERE key IS NOT NULL AND state NOT IN ('skipped', 'blocked');
INSERT INTO quote_delivery
    SELECT guild_id, 1, day, state, due, expires, channel_id, role_id, key, why, round, unshown,
           total, replaced, attempts, uncertain_since, last_attempt, lease_until, fence, sent_at,
           message_id, trouble, asked, zone
    FROM old_delivery;
DROP TABLE old_delivery;

ALTER TABLE quote_wish RENAME TO old_wish;
CREATE TABLE quote_wish (
    guild_id INTEGER NOT NULL,
    number   INTEGER NOT NULL CHECK (number BETWEEN 1 AND 99),
    day      TEXT    NOT NULL,
    key      TEXT    NOT NULL,
    wish     TEXT    NOT NULL CHECK (wish IN ('queued', 'passed')),
    PRIMARY KEY (guild_id, number, day, key)
) STRICT, WITHOUT ROWID;
INSERT INTO quote_wish SELECT guild_id, 1, day, key, wish FROM old_wish;
DROP TABLE old_wish;

ALTER TABLE quote_refused RENAME TO old_refused;
CREATE TABLE quote_refused (
    guild_id INTEGER NOT NULL,
    number   INTEGER NOT NULL CHECK (number BETWEEN 1 AND 99),
    key      TEXT    NOT NULL,
    round    INTEGER NOT NULL,
    day      TEXT    NOT NULL, -- for which it was refused last
    PRIMARY KEY (guild_id, number, key)
) STRICT, WITHOUT ROWID;
INSERT INTO quote_refused SELECT guild_id, 1, key, round, day FROM old_refused;
DROP TABLE old_refused;
