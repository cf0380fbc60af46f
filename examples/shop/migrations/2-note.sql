-- Additive: a version that does not know the column does without it.
alter table orders add column if not exists note text;
