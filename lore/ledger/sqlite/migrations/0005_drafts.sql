-- What a person typed into a form and has not published: kept for a day, for that person alone.
CREATE TABLE draft (
    guild_id INTEGER NOT NULL,
    token    INTEGER NOT NULL, -- the interaction that brought the form
    form     TEXT    NOT NULL, -- its custom_id
    typed    TEXT    NOT NULL, -- the texts by their fields, as JSON
    typed_by INTEGER,
    typed_at INTEGER NOT NULL,
    PRIMARY KEY (guild_id, token)
) STRICT;

CREATE INDEX draft_of_person ON draft (guild_id, typed_by, typed_at);
CREATE INDEX draft_age ON draft (typed_at);
