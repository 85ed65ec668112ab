-- Which ledger this is, by its last row, and which ones it goes on from: once restored, it goes on
-- as another. `signs` counts the signs of life that it was given as that one.
CREATE TABLE lineage (
    place INTEGER PRIMARY KEY,
    id    TEXT    NOT NULL UNIQUE,
    signs INTEGER NOT NULL
) STRICT;

-- Ledgers from before this table have no id.
INSERT INTO lineage (id, signs) SELECT '', 0 WHERE EXISTS (SELECT 1 FROM guild);
INSERT INTO lineage (id, signs) VALUES (lower(hex(randomblob(16))), 0);

-- When the ledger was last known to be in use, and the last span of which it knows nothing.
CREATE TABLE continuity (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    alive_at    INTEGER,
    older       INTEGER NOT NULL DEFAULT 0, -- whether it is older than what it did
    gap_since   INTEGER,
    gap_until   INTEGER,
    older_until INTEGER -- when it was last noticed to be older than what it did
) STRICT;

INSERT INTO continuity (one) VALUES (1);
