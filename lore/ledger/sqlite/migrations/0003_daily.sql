-- The date that was counted last as one without a post, so that trying again does not count twice.
ALTER TABLE quote_schedule ADD COLUMN failed_day TEXT;

-- Whether a curator asked for the post at once, and by whose clock the day is told.
ALTER TABLE quote_delivery ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE quote_delivery ADD COLUMN zone TEXT;

-- In which round each quote was shown last is asked for every day that is planned.
DROP INDEX quote_delivery_round;
CREATE INDEX quote_delivery_shown ON quote_delivery (guild_id, key, round)
    WHERE key IS NOT NULL AND state NOT IN ('skipped', 'blocked');
