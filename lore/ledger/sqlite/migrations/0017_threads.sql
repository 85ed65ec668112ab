-- The channel that a thread is in, if a schedule posts into one; whether a thread is started under
-- each post; and what is still to be done with posts after they were sent.
ALTER TABLE quote_schedule ADD COLUMN parent_id INTEGER;
ALTER TABLE quote_schedule ADD COLUMN thread INTEGER NOT NULL DEFAULT 0;
ALTER TABLE quote_delivery ADD COLUMN parent_id INTEGER;

CREATE TABLE quote_step (
    guild_id   INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    day        TEXT    NOT NULL,
    step       TEXT    NOT NULL CHECK (step IN ('publish', 'thread')),
    channel_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    due        INTEGER NOT NULL,
    expires    INTEGER NOT NULL,
    PRIMARY KEY (guild_id, number, day, step)
) STRICT, WITHOUT ROWID;

CREATE INDEX quote_step_due ON quote_step (due);
