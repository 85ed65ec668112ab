-- Which pack has which number: given once, the first is 1. Of others than that one, ids that are kept
-- begin with the number of their pack.
CREATE TABLE pack (
    number INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 9999),
    id     TEXT    NOT NULL UNIQUE
) STRICT;
