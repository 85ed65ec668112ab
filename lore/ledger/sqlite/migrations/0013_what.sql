-- What a schedule posts.
ALTER TABLE quote_schedule
    ADD COLUMN what TEXT NOT NULL DEFAULT 'quotes' CHECK (what IN ('quotes', 'entries'));
