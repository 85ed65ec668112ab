CREATE TABLE pack (
    format TEXT NOT NULL,
    digest TEXT NOT NULL,
    info TEXT NOT NULL,
    sum INTEGER NOT NULL -- of the digest, the info and all ids
) STRICT;

-- What is compiled again when it is another: the sum of each file of the pack.
CREATE TABLE file (
    path TEXT PRIMARY KEY,
    sum BLOB NOT NULL
) STRICT;

-- place: 1 is the entry that others name most; sum: of the other texts.
CREATE TABLE entry (
    place INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    sum INTEGER NOT NULL
) STRICT;

CREATE TABLE quote (
    place INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL, -- always quote
    body TEXT NOT NULL,
    sum INTEGER NOT NULL
) STRICT;
