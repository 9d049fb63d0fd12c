-- expect: refused; the table would be copied, and so would a shadow of the column
-- needs: 18
ALTER TABLE t ALTER g SET EXPRESSION AS (a * 3);
