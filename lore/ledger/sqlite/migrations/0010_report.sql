-- What members told to be wrong. Its numbers are from the same counter as those of suggestions, as
-- both wait in one queue.
CREATE TABLE report (
    guild_id   INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    about      TEXT    NOT NULL, -- the entry or quote, and the sentence with its cites, as they were
    wrong      TEXT    NOT NULL,
    state      TEXT    NOT NULL
        CHECK (state IN ('pending', 'answered', 'amended', 'dismissed', 'passed on')),
    told_by    INTEGER,
    told_at    INTEGER NOT NULL,
    decided_by INTEGER,
    decided_at INTEGER,
    answer     TEXT,
    PRIMARY KEY (guild_id, number)
) STRICT;

CREATE INDEX report_queue ON report (guild_id, number) WHERE state = 'pending';
CREATE INDEX report_of_person ON report (guild_id, told_by, told_at);
CREATE INDEX report_passed_on ON report (decided_at) WHERE state = 'passed on';
