internal import Postgres

/// A sequence that goes on under another: a column's `nextval` becomes an identity, or the other way round.
///
/// The new one takes the old one's value, so that no number is given twice.
struct SequenceHandover {
  /// The column whose values they make.
  let column: SchemaObject.ID
  /// The sequence before, and the one after; of the two, one is the identity's own.
  let old: String
  let new: String
  /// Whether it is the new one that is the identity's.
  let isToIdentity: Bool

  /// Finds the sequences that a column changes; `nil` where it keeps its own, or has none.
  init?(_ column: SchemaObject.ID, from: SchemaCatalogue, to: SchemaCatalogue) {
    func identity(_ catalogue: SchemaCatalogue) -> String? {
      catalogue.objects[column]?["identity_sequence"].map { String($0.prefix { $0 != "|" }) }
    }
    func owned(_ catalogue: SchemaCatalogue, without other: SchemaCatalogue) -> String? {
      catalogue.objects.values.first {
        $0.id.kind == .ownership && $0["column"] == column.name
          && other[.sequence, $0.id.name] == nil
      }?.id.name
    }
    switch (identity(from), identity(to)) {
    case (nil, let new?):
      guard let old = owned(from, without: to) else { return nil }
      (self.old, self.new, isToIdentity) = (old, new, true)
    case (let old?, nil):
      guard let new = owned(to, without: from) else { return nil }
      (self.old, self.new, isToIdentity) = (old, new, false)
    default: return nil
    }
    self.column = column
  }

  /// The old one's name while both are there.
  private var former: (own: String, whole: String) {
    let (schema, own) = SchemaName.split(old)
    guard old == new else { return (own, old) }
    let name = SchemaName.beside(own, "_djogi_old")
    return (name, "\(schema).\(name)")
  }

  /// Frees the name, where both have the same.
  var rename: String? { old == new ? "ALTER SEQUENCE \(old) RENAME TO \(former.own)" : nil }

  /// Gives the new one the value of the old one.
  var carry: String {
    "SELECT setval(\(Quoting.literal(new)), last_value, is_called) FROM \(former.whole)"
  }

  /// Drops the old one, where it does not go with the identity.
  var drop: String? { isToIdentity ? "DROP SEQUENCE \(former.whole)" : nil }
}
