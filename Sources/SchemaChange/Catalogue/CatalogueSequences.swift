public import Postgres

/// The sequence behind an identity column (`pg_sequence`).
public struct SequenceFacts: Sendable, Hashable {
  /// The resolved name.
  public var name: QualifiedName
  /// The type of its values, as `format_type` writes it.
  public var type: String
  /// The value that it started with.
  public var start: Int64
  /// The step from value to value.
  public var increment: Int64
  /// The least value.
  public var minimum: Int64
  /// The greatest value.
  public var maximum: Int64
  /// How many values a session takes at once.
  public var cache: Int64
  /// Whether it begins again after its last value.
  public var cycles: Bool
  /// The comment.
  public var comment: String?
  /// Privileges on it; none where they were never changed.
  public var grants: [ColumnGrant]

  /// Gathers a sequence's facts.
  public init(
    name: QualifiedName, type: String, start: Int64 = 1, increment: Int64 = 1, minimum: Int64 = 1,
    maximum: Int64, cache: Int64 = 1, cycles: Bool = false, comment: String? = nil,
    grants: [ColumnGrant] = []
  ) {
    self.name = name
    self.type = type
    self.start = start
    self.increment = increment
    self.minimum = minimum
    self.maximum = maximum
    self.cache = cache
    self.cycles = cycles
    self.comment = comment
    self.grants = grants
  }
}

extension CatalogueSnapshot {
  /// The sequences of identity columns, by relation and column number.
  static func identitySequences(
    _ oids: [Int], on connection: isolated PostgresConnection
  ) async throws -> [ColumnPlace: SequenceFacts] {
    let rows = try await connection.query(
      """
      SELECT d.refobjid AS relation, d.refobjsubid AS attnum, n.nspname, c.relname,
        format_type(s.seqtypid, NULL) AS type, s.seqstart, s.seqincrement, s.seqmin, s.seqmax,
        s.seqcache, s.seqcycle, obj_description(c.oid, 'pg_class') AS comment,
        ARRAY(SELECT COALESCE(pg_get_userbyid(NULLIF(x.grantee, 0)), '') || ',' || x.privilege_type
            || ',' || x.is_grantable
          FROM aclexplode(c.relacl) x WHERE x.grantee <> c.relowner ORDER BY 1) AS grants
      FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND c.relkind = 'S'
        JOIN pg_sequence s ON s.seqrelid = c.oid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
        AND d.refobjid = ANY(\(oids)::oid[]) AND d.refobjsubid > 0 AND d.deptype = 'i'
      """)
    return try byPlace(rows) { row in
      SequenceFacts(
        name: QualifiedName(schema: try row.decode("nspname"), name: try row.decode("relname")),
        type: try row.decode("type"), start: try row.decode("seqstart"),
        increment: try row.decode("seqincrement"), minimum: try row.decode("seqmin"),
        maximum: try row.decode("seqmax"), cache: try row.decode("seqcache"),
        cycles: try row.decode("seqcycle"), comment: try row.decode("comment"),
        grants: try row.decode("grants", as: [String].self).compactMap(ColumnGrant.init(listed:)))
    }.compactMapValues(\.first)
  }
}

extension ColumnGrant {
  /// Reads `role,PRIVILEGE,true`; a role's name may hold commas itself.
  fileprivate init?(listed text: String) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count >= 3, let grantable = parts.last else { return nil }
    let role = parts.dropLast(2).joined(separator: ",")
    self.init(
      grantee: role.isEmpty ? nil : role, privilege: String(parts[parts.count - 2]),
      grantable: grantable == "true")
  }
}
