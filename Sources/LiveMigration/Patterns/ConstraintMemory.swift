internal import Postgres

/// What the swap remembers of a constraint from before its columns change places, for the statements after.
///
/// It is kept in a setting of the transaction, which ends with it.
struct ConstraintMemory: Sendable {
  /// A name of the plan's own, which makes the setting's.
  let own: String
  let old: String
  let table: QualifiedName

  private var setting: String { Quoting.literal("djogi." + own) }
  private var value: String { "pg_catalog.current_setting(\(setting), true)" }

  /// Notes whether the constraint is there, and its comment.
  var remember: String {
    """
    SELECT pg_catalog.set_config(\(setting), coalesce((SELECT pg_catalog.json_build_object('comment', \
    pg_catalog.obj_description(oid, 'pg_constraint'))::text FROM pg_catalog.pg_constraint \
    WHERE conrelid = \(CatalogueBlock.relation(table)) AND conname = \(Quoting.literal(old))), ''), true)
    """
  }

  /// Notes that the constraint was there, with a comment.
  func assuming(_ comment: String?) -> String {
    """
    SELECT pg_catalog.set_config(\(setting), pg_catalog.json_build_object('comment', \
    \(comment.map(Quoting.literal) ?? "NULL")::text)::text, true)
    """
  }

  /// The condition that it was there.
  var wasThere: String { "coalesce(\(value), '') <> ''" }

  /// Puts the comment on the constraint that took its place.
  func commentAgain(as name: String) -> String {
    let body = """
      BEGIN
        IF \(CatalogueBlock.hasConstraint(name, on: table)) AND \(wasThere) THEN
          EXECUTE pg_catalog.format('COMMENT ON CONSTRAINT %I ON \(table.quoted.replacing("'", with: "''").replacing("%", with: "%%")) IS %L',
            \(Quoting.literal(name)), \(value)::pg_catalog.json ->> 'comment');
        END IF;
      END
      """
    return "DO \(Quoting.literal(body))"
  }
}
