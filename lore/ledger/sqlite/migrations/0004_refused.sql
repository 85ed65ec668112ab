-- Quotes that Discord did not take, by AutoMod perhaps: they have had their turn in that round, so
-- that no day is spent on them again before all others have come.
CREATE TABLE quote_refused (
    guild_id INTEGER NOT NULL,
    key      TEXT    NOT NULL,
    round    INTEGER NOT NULL,
    day      TEXT    NOT NULL, -- for which it was refused last
    PRIMARY KEY (guild_id, key)
) STRICT, WITHOUT ROWID;
