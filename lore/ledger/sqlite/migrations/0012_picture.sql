-- Whether the posts of a schedule come with the quote as a picture.
ALTER TABLE quote_schedule ADD COLUMN picture INTEGER NOT NULL DEFAULT 0;
