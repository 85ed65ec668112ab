-- A message that is being saved as a quote, alone or with others, until a day is over.
ALTER TABLE draft ADD COLUMN channel INTEGER; -- where it was said; NULL for what was typed
ALTER TABLE draft ADD COLUMN messages TEXT;   -- the ids of the messages, as JSON, in their order
