-- Ids of entries are made from their names: such a one has a slug, and a number below 0, so that the
-- s12 of older entries and exports never means it.
ALTER TABLE entry ADD COLUMN slug TEXT COLLATE "C" CHECK ((slug IS NULL) = (number > 0));

CREATE UNIQUE INDEX entry_slug ON entry (guild_id, slug);
