ALTER TABLE item ADD COLUMN stock int DEFAULT 1 CHECK (stock > 0);
ALTER TABLE item ADD COLUMN code int UNIQUE,
  ADD COLUMN maker int DEFAULT 3 REFERENCES organisation ON DELETE CASCADE;
ALTER TABLE item ADD grade text COLLATE "C" NOT NULL DEFAULT 'x'
  CONSTRAINT grade_short CHECK (length(grade) < 9) CHECK (grade <> '');
