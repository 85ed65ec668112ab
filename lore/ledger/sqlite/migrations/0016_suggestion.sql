-- A member may withdraw a suggestion that waits, or change it; each change is a revision, by which a
-- curator who saw the one before is told. SQLite changes no CHECK, so the table is made anew.
DROP INDEX suggestion_queue;
DROP INDEX suggestion_of_person;
ALTER TABLE suggestion RENAME TO old_suggestion;
CREATE TABLE suggestion (
    guild_id     INTEGER NOT NULL,
    number       INTEGER NOT NULL,
    draft        TEXT    NOT NULL,
    revision     INTEGER NOT NULL DEFAULT 1,
    state        TEXT    NOT NULL CHECK (state IN ('pending', 'approved', 'rejected', 'withdrawn')),
    suggested_by INTEGER,
    suggested_at INTEGER NOT NULL,
    decided_by   INTEGER,
    decided_at   INTEGER,
    reason       TEXT,
    entry        INTEGER, -- what it became
    PRIMARY KEY (guild_id, number)
) STRICT;
INSERT INTO suggestion
    SELECT guild_id, number, draft, 1, state, suggested_by, suggested_at, decided_by, decided_at,
           reason, entry
    FROM old_suggestion;
DROP TABLE old_suggestion;
CREATE INDEX suggestion_queue ON suggestion (guild_id, number) WHERE state = 'pending';
CREATE INDEX suggestion_of_person ON suggestion (guild_id, suggested_by, suggested_at);
