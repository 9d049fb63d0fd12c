CREATE INDEX visit_index ON visit (org, id);
CREATE INDEX ON visit ((org + id));
CREATE INDEX ON ONLY visit (org);
ALTER TABLE visit ALTER org SET NOT NULL;
