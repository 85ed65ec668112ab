CREATE TABLE pack (
    format TEXT NOT NULL,
    digest TEXT NOT NULL,
    info TEXT NOT NULL,
    sum TEXT NOT NULL -- of everything that is read of the catalogue
) STRICT;

-- rank: 1 is the entry that others name most.
CREATE TABLE entry (
    rank INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    tier TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE quote (
    position INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    tier TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;
