-- What the code relies on in every migration:
--   times are whole seconds since 1970 in UTC;
--   a server's rows carry guild_id, by which they are purged;
--   a column that holds a person's id ends in _by and may become NULL, when the person asks to be forgotten.

CREATE TABLE guild (
    guild_id        INTEGER NOT NULL PRIMARY KEY,
    version         INTEGER NOT NULL DEFAULT 0, -- grows whenever its live lore changes
    next_entry      INTEGER NOT NULL DEFAULT 1, -- kept here, as ids are never used again
    next_suggestion INTEGER NOT NULL DEFAULT 1,
    settings        TEXT    NOT NULL DEFAULT '{}', -- only what was set; the code knows the defaults
    left_at         INTEGER
) STRICT;

CREATE INDEX guild_left ON guild (left_at) WHERE left_at IS NOT NULL;

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

CREATE INDEX entry_version ON entry (guild_id, version);

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

CREATE INDEX suggestion_queue ON suggestion (guild_id, number) WHERE state = 'pending';
CREATE INDEX suggestion_of_person ON suggestion (guild_id, suggested_by, suggested_at);

-- Interactions that changed something, so that one that comes twice changes nothing the second time.
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

CREATE INDEX action_age ON action (done_at);

CREATE TABLE problem (
    guild_id   INTEGER NOT NULL,
    code       TEXT    NOT NULL,
    subject_id INTEGER, -- the channel or role that it is about
    since      INTEGER NOT NULL,
    PRIMARY KEY (guild_id, code)
) STRICT, WITHOUT ROWID;

CREATE TABLE unanswered (
    guild_id      INTEGER NOT NULL,
    question      TEXT    NOT NULL,
    times         INTEGER NOT NULL,
    last_asked_at INTEGER NOT NULL,
    PRIMARY KEY (guild_id, question)
) STRICT, WITHOUT ROWID;
