-- A question as it was typed, what kind of thing was asked for ('' for anything), and when curators
-- dismissed it.
ALTER TABLE unanswered ADD COLUMN typed TEXT NOT NULL DEFAULT '';
ALTER TABLE unanswered ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE unanswered ADD COLUMN dismissed_at INTEGER;
