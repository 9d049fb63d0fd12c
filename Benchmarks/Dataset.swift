/// The table that every strategy changes: `amount`, an `integer`, gets a `bigint` twin.
struct Dataset: Hashable, Sendable {
  /// What the primary key is.
  enum Key: String, Sendable, CaseIterable { case bigint, uuid }
  /// How long a row is.
  enum Width: String, Sendable, CaseIterable { case narrow, wide }

  var key: Key
  var width: Width
  var rows: Int

  /// The name of the database that is copied for each run.
  var template: String { "data_\(key.rawValue)_\(width.rawValue)" }

  private var note: String {
    width == .narrow ? "'entry ' || g" : "repeat(md5(g::text), 18)"
  }

  /// The statements that make and fill the table.
  var setup: String {
    """
    CREATE TABLE entry (
      id \(key.rawValue) PRIMARY KEY\(key == .uuid ? " DEFAULT gen_random_uuid()" : ""),
      account_id integer NOT NULL,
      amount integer NOT NULL,
      note text,
      created_at timestamptz NOT NULL DEFAULT now()
    );
    INSERT INTO entry SELECT \(key == .uuid ? "gen_random_uuid()" : "g"), 1 + g % 1000,
      (g::bigint * 7919 % 1000000)::int, \(note) FROM generate_series(1, \(rows)) AS g;
    CREATE INDEX entry_account_idx ON entry (account_id);
    CREATE INDEX entry_created_idx ON entry (created_at, id);
    CREATE TABLE keys AS SELECT (row_number() OVER ())::int AS number, id FROM entry;
    CREATE UNIQUE INDEX ON keys (number);
    VACUUM (FREEZE, ANALYZE) entry;
    ANALYZE keys;
    """
  }

  /// What a fresh rewrite of the finished table holds.
  static let rewrite = """
    CREATE TABLE fresh AS
      SELECT id, account_id, amount::bigint AS amount, note, created_at FROM entry
    """

  /// The migration that a live plan is made from.
  static let migration = "ALTER TABLE entry ALTER COLUMN amount TYPE bigint;\n"
}
