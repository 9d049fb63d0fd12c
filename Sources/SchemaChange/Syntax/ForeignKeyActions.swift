internal import CGrammar

/// Whether a foreign key writes to its own table when the referenced row is changed: `CASCADE`, `SET NULL`,
/// `SET DEFAULT`.
struct ForeignKeyActions {
  var onDelete = true
  var onUpdate = true

  /// Reads a definition as `pg_get_constraintdef` gives it; one that is not read counts as writing.
  init(_ definition: String) {
    guard let tree = try? ParseTree("ALTER TABLE t ADD " + definition),
      let key = tree.top.all(pg_query_Constraint.self).first
    else { return }
    onDelete = Self.writes(key[pg_query_Constraint_fk_del_action])
    onUpdate = Self.writes(key[pg_query_Constraint_fk_upd_action])
  }

  /// The grammar's letters: `a` no action, `r` restrict, and the three that write.
  private static func writes(_ action: String?) -> Bool {
    action.map { ["c", "n", "d"].contains($0) } ?? true
  }
}
