-- A server hides entries and quotes of the pack, and gives its entries aliases. SQLite cannot alter a
-- CHECK, so the table is copied; what refers to it goes on by its name.
CREATE TABLE new_entry (
    guild_id   INTEGER NOT NULL,
    number     INTEGER NOT NULL,
    form       TEXT    NOT NULL CHECK (form IN ('entry', 'quote', 'note', 'hide', 'alias')),
    head       INTEGER NOT NULL, -- its newest revision
    live       INTEGER NOT NULL CHECK (live IN (0, 1)), -- as in its newest revision
    version    INTEGER NOT NULL, -- the server's version when it changed last
    written_by INTEGER,
    PRIMARY KEY (guild_id, number)
) STRICT, WITHOUT ROWID;

INSERT INTO new_entry SELECT guild_id, number, form, head, live, version, written_by FROM entry;

DROP TABLE entry;

ALTER TABLE new_entry RENAME TO entry;

CREATE INDEX entry_version ON entry (guild_id, version);
