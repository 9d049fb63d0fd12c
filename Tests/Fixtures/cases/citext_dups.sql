-- expect: agreed; direct fails; gate must disagree; text to citext where case-folded duplicates exist
ALTER TABLE item ALTER COLUMN note TYPE citext;
