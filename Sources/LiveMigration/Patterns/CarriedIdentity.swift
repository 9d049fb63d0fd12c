internal import Postgres
internal import SchemaChange

/// The identity of a column, on the column that takes its place: the same sequence but for its width.
struct CarriedIdentity: Sendable {
  let legacy: SequenceFacts
  let kind: AddColumn.IdentityKind
  /// The new column's type, which the sequence takes over.
  let type: String
  /// The new sequence's name until the old one is gone.
  let own: QualifiedName

  /// `GENERATED … AS IDENTITY (…)`.
  var clause: String {
    "GENERATED \(kind == .always ? "ALWAYS" : "BY DEFAULT") AS IDENTITY (SEQUENCE NAME \(own)"
      + " START WITH \(legacy.start) INCREMENT BY \(legacy.increment)"
      + " MINVALUE \(minimum) MAXVALUE \(maximum) CACHE \(legacy.cache)"
      + (legacy.cycles ? " CYCLE)" : ")")
  }

  /// Waits for the transactions that have taken numbers, and lets no other take one.
  ///
  /// `LOCK TABLE` takes no sequence; a change of it, to what it is, locks it against `nextval` (manual, ALTER SEQUENCE).
  var lock: String { "ALTER SEQUENCE \(legacy.name) CACHE \(legacy.cache)" }

  /// The legacy sequence's name and what was said about it.
  var takeName: [String] {
    var statements = [
      "ALTER SEQUENCE \(own) RENAME TO \(Quoting.identifier(legacy.name.name))"
    ]
    if let comment = legacy.comment {
      statements.append("COMMENT ON SEQUENCE \(legacy.name) IS \(Quoting.literal(comment))")
    }
    return statements
      + legacy.grants.map { grant in
        let grantee = grant.grantee.map(Quoting.identifier) ?? "PUBLIC"
        return "GRANT \(grant.privilege) ON SEQUENCE \(legacy.name) TO \(grantee)"
          + (grant.grantable ? " WITH GRANT OPTION" : "")
      }
  }

  /// A bound that was the old type's becomes the new type's (manual, ALTER SEQUENCE, AS data_type).
  private var minimum: Int64 {
    guard legacy.minimum == Self.range(legacy.type)?.lowerBound else { return legacy.minimum }
    return legacy.increment > 0 ? 1 : Self.range(type)?.lowerBound ?? legacy.minimum
  }

  private var maximum: Int64 {
    guard legacy.maximum == Self.range(legacy.type)?.upperBound else { return legacy.maximum }
    return legacy.increment > 0 ? Self.range(type)?.upperBound ?? legacy.maximum : -1
  }

  private static func range(_ type: String) -> ClosedRange<Int64>? {
    switch type {
    case "smallint": Int64(Int16.min)...Int64(Int16.max)
    case "integer": Int64(Int32.min)...Int64(Int32.max)
    case "bigint": Int64.min...Int64.max
    default: nil
    }
  }
}
