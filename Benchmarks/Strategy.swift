internal import Postgres

/// A way to fill a column of a table that is in use.
///
/// The statements are those of the tools' documentation and source; the comments in README.md say whose.
enum Strategy: String, CaseIterable, Sendable {
  case oneUpdate = "one UPDATE"
  case limitPages = "LIMIT pages of 10,000"
  case keyPages = "ordered key pages of 1,000, locking CTE, trigger"
  case keyRanges = "key ranges of 5,000"
  case blockRanges = "block ranges of 100"
  case live = "djogi-shell"

  /// What is done before the clock starts.
  var preparation: String {
    let column = "ALTER TABLE entry ADD COLUMN amount_new bigint;"
    return switch self {
    case .live: ""
    case .keyPages: column + Self.triggers
    default: column
    }
  }

  /// A function for each direction, with a variable for each column, told apart by the client's search path.
  private static let triggers = """
    ALTER TABLE entry ADD COLUMN needs_backfill boolean DEFAULT true;
    CREATE FUNCTION up() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        id entry.id%TYPE := NEW.id; account_id entry.account_id%TYPE := NEW.account_id;
        amount entry.amount%TYPE := NEW.amount; note entry.note%TYPE := NEW.note;
        created_at entry.created_at%TYPE := NEW.created_at;
        path text;
      BEGIN
        SELECT current_setting INTO path FROM current_setting('search_path');
        IF path != 'public_new' THEN
          NEW.amount_new = amount::bigint; NEW.needs_backfill = false;
        END IF;
        RETURN NEW;
      END $$;
    CREATE FUNCTION down() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        id entry.id%TYPE := NEW.id; account_id entry.account_id%TYPE := NEW.account_id;
        amount_new entry.amount_new%TYPE := NEW.amount_new; note entry.note%TYPE := NEW.note;
        created_at entry.created_at%TYPE := NEW.created_at;
        path text;
      BEGIN
        SELECT current_setting INTO path FROM current_setting('search_path');
        IF path = 'public_new' THEN
          NEW.amount = amount_new::integer; NEW.needs_backfill = false;
        END IF;
        RETURN NEW;
      END $$;
    CREATE TRIGGER entry_up BEFORE INSERT OR UPDATE ON entry FOR EACH ROW EXECUTE FUNCTION up();
    CREATE TRIGGER entry_down BEFORE INSERT OR UPDATE ON entry FOR EACH ROW EXECUTE FUNCTION down();
    """

  /// Fills the column; `live` is run by the engine.
  func fill(on connection: PostgresConnection) async throws {
    switch self {
    case .live: break
    case .oneUpdate:
      try await connection.execute("UPDATE entry SET amount_new = amount")
    case .limitPages:
      try await Self.untilNothing {
        try await connection.execute(
          """
          UPDATE entry SET amount_new = amount WHERE id IN
            (SELECT id FROM entry WHERE amount_new IS NULL LIMIT 10000)
          """, prepare: true
        ).affectedRows
      }
    case .keyPages: try await fillKeyPages(connection)
    case .keyRanges: try await fillKeyRanges(connection)
    case .blockRanges: try await fillBlockRanges(connection)
    }
  }

  private static func untilNothing(_ body: () async throws -> Int) async throws {
    while try await body() > 0 {}
  }

  private func fillKeyPages(_ connection: PostgresConnection) async throws {
    var last: String?
    while true {
      let after = last.map { "AND id > '\($0)'" } ?? ""
      let rows = try await connection.query(
        SQL(
          raw: """
            WITH batch AS (SELECT id FROM entry WHERE needs_backfill = true \(after)
                ORDER BY id LIMIT 1000 FOR NO KEY UPDATE),
              update AS (UPDATE entry SET id = entry.id FROM batch WHERE entry.id = batch.id
                RETURNING entry.id)
            SELECT (last_value(id) OVER ())::text AS last FROM update
            """))
      guard let next = try rows.first?.decode("last", as: String?.self) else { return }
      last = next
    }
  }

  private func fillKeyRanges(_ connection: PostgresConnection) async throws {
    let bounds = try await connection.query(
      """
      SELECT id::text AS id FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM entry) AS o
      WHERE n % 5000 = 1 ORDER BY n
      """
    ).map { try $0.decode("id", as: String.self) }
    for (index, bound) in bounds.enumerated() {
      let end = index + 1 < bounds.count ? "AND id < '\(bounds[index + 1])'" : ""
      try await connection.execute(
        SQL(raw: "UPDATE entry SET amount_new = amount WHERE id >= '\(bound)' \(end)"))
    }
  }

  private func fillBlockRanges(_ connection: PostgresConnection) async throws {
    let blocks: Int = try await connection.query(
      "SELECT pg_relation_size('entry') / current_setting('block_size')::int"
    ).only().decode(0)
    for block in stride(from: 0, to: blocks, by: 100) {
      try await connection.execute(
        """
        UPDATE entry SET amount_new = amount WHERE ctid >= \("(\(block),0)")::tid
          AND ctid < \("(\(min(block + 100, blocks)),0)")::tid
        """, prepare: true)
    }
  }
}
