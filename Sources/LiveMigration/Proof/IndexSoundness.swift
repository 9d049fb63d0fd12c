internal import Postgres

/// Whether the B-tree indexes of a copy hold what their tables do, asked of the extension amcheck.
///
/// Definitions and rows may be right, and an index wrong: built by a function that was replaced later.
enum IndexSoundness {
  /// The indexes that amcheck finds wrong; none where the role may not make the extension.
  ///
  /// The extension stays in the transaction that asks.
  static func unsound(on connection: isolated PostgresConnection) async throws -> [String] {
    try await connection.execute("DO \(literal: question)")
    let answer: String? = try await connection.query(
      "SELECT nullif(current_setting('djogi.unsound', true), '')"
    ).only().decode(0)
    return (answer ?? "").split(separator: "\n").map(String.init)
  }

  private static let question = """
    DECLARE
      this regclass;
      home text;
      found text := '';
    BEGIN
      PERFORM set_config('djogi.unsound', '', true);
      CREATE SCHEMA IF NOT EXISTS \(ProofLedger.schema);
      CREATE EXTENSION IF NOT EXISTS amcheck WITH SCHEMA \(ProofLedger.schema);
      SELECT pg_catalog.quote_ident(nspname) INTO home FROM pg_extension AS e
        JOIN pg_namespace AS n ON n.oid = extnamespace WHERE extname = 'amcheck';
      FOR this IN SELECT c.oid FROM pg_class AS c JOIN pg_am AS m ON m.oid = c.relam
          JOIN pg_index AS i ON i.indexrelid = c.oid JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE m.amname = 'btree' AND c.relkind = 'i' AND i.indisvalid AND n.nspname !~ '^pg_'
          AND n.nspname <> '\(ProofLedger.schema)' AND c.relpersistence <> 't'
      LOOP
        BEGIN
          EXECUTE pg_catalog.format('SELECT %s.bt_index_check($1, true)', home) USING this;
        EXCEPTION WHEN OTHERS THEN
          found := found || this || E'\\n';
        END;
      END LOOP;
      PERFORM set_config('djogi.unsound', found, true);
    EXCEPTION WHEN OTHERS THEN
      NULL;
    END
    """
}
