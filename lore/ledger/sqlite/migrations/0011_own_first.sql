-- Whether quotes of tiers apart come last in the round of a day's quote, so that a round ends as it
-- began. In the rounds from before this step they did not.
ALTER TABLE quote_delivery ADD COLUMN own_first INTEGER NOT NULL DEFAULT 0;
