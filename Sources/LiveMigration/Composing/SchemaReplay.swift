internal import Postgres
internal import SchemaChange

/// A copy of the database's schema on which the changes of one migration run in their order.
///
/// It tells what later changes find. It holds no rows, so that its statements are quick; the sizes of the real tables
/// are remembered beside it.
actor SchemaReplay {
  private let means: ProofMeans?
  private var copy: ReplayCopy?
  private var sizes = TableSizes()
  /// The tables and columns of the copy before the first change.
  private var first = CopiedColumns()
  /// The search path that the migration sets for itself.
  private var searchPath: String?
  /// How many of the migration's changes ran on it.
  private var position = 0

  /// - Parameter means: How copies can be had; `nil` where there is no way.
  init(means: ProofMeans?) {
    self.means = means
  }

  /// Looks names up along the path that the migration sets for itself.
  func look(along path: String?) { searchPath = path }

  /// What the server says about changes once those before them have run.
  ///
  /// - Parameters:
  ///   - range: The changes that are asked about.
  ///   - changes: All changes of the migration.
  ///   - original: The database that is copied.
  /// - Throws: `CopyRefusal` when the server refuses one of the changes before.
  func study(
    _ range: Range<Int>, of changes: [Change], settings: LiveSettings,
    like original: PostgresConnection
  ) async throws -> Study {
    let copy = try await advance(to: range.lowerBound, changes, like: original)
    let asked = Array(changes[range])
    return try await Study.ask(
      asked, after: Array(changes[..<range.lowerBound]), settings: settings, on: copy,
      sizes: sizes)
  }

  /// Columns as a part of the migration leaves them, whatever it calls them in the end.
  ///
  /// - Parameters:
  ///   - targets: The columns by their names before the change at that position.
  ///   - end: The first change after the part.
  func columns(
    _ targets: [Int: ColumnReference], endingAt end: Int, of changes: [Change],
    like original: PostgresConnection
  ) async throws -> [Int: ColumnFacts] {
    var places: [Int: (table: Int, number: Int)] = [:]
    // What the type and the default are right after the change: a later one may rename what they name, at the end of
    // the part.
    var values: [Int: (type: String?, expression: String?)] = [:]
    for (index, target) in targets.sorted(by: { $0.key < $1.key }) {
      let copy = try await advance(to: index, changes, like: original)
      let row = try await copy.query(
        """
        SELECT attrelid, attnum FROM pg_catalog.pg_attribute
        WHERE attrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass(\(target.table.quoted))
          AND attname OPERATOR(pg_catalog.=) \(target.column)::pg_catalog.name
        """
      ).first
      guard let row else { continue }
      let place = (
        table: Int(try row.decode(0, as: UInt32.self)), number: try row.decode(1, as: Int.self)
      )
      places[index] = place
      values[index] = try await Self.value(
        place, on: try await advance(to: index + 1, changes, like: original))
    }
    let copy = try await advance(to: end, changes, like: original)
    var columns: [Int: ColumnFacts] = [:]
    for (index, place) in places {
      let row = try await copy.query(
        """
        SELECT n.nspname::text, c.relname::text, a.attname::text FROM pg_catalog.pg_attribute AS a
          JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) a.attrelid
          JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
        WHERE a.attrelid OPERATOR(pg_catalog.=) \(place.table)::pg_catalog.oid
          AND a.attnum OPERATOR(pg_catalog.=) \(place.number)
        """
      ).first
      guard let row else { continue }
      let name = QualifiedName(schema: try row.decode(0, as: String.self), name: try row.decode(1))
      let facts = try await CatalogueReader.read([name], on: copy)
      var column = facts.table(name)?.column(try row.decode(2))
      if let value = values[index], let type = value.type {
        column?.type = type
        let isGivenAnother = changes[index..<end].dropFirst().contains(where: \.givesDefault)
        if !isGivenAnother { column?.defaultExpression = value.expression }
      }
      columns[index] = column
    }
    return columns
  }

  /// Which tables and columns of the database those are that a change finds, whatever earlier ones call them.
  ///
  /// - Throws: `CopyRefusal` when the server refuses one of the changes before.
  func origins(
    of change: Int, of changes: [Change], like original: PostgresConnection
  ) async throws -> TableOrigins {
    try await origins(before: change, of: changes, of: changes[change].mentions, like: original)
  }

  /// Which tables and columns of the database have those names before a change.
  ///
  /// - Throws: `CopyRefusal` when the server refuses one of the changes before.
  func origins(
    before change: Int, of changes: [Change], of names: Set<QualifiedName>,
    like original: PostgresConnection
  ) async throws -> TableOrigins {
    let copy = try await advance(to: change, changes, like: original)
    return TableOrigins(
      then: first, now: try await CopiedColumns.read(on: copy),
      facts: try await CatalogueReader.read(names, on: copy))
  }

  /// A column's type and default as SQL, each name with its schema unless that is `pg_catalog`.
  private static func value(
    _ place: (table: Int, number: Int), on copy: PostgresConnection
  ) async throws -> (type: String?, expression: String?) {
    try await copy.transaction { @Sendable connection in
      try await connection.script("SET LOCAL search_path TO pg_catalog")
      let row = try await connection.query(
        """
        SELECT format_type(atttypid, atttypmod), pg_get_expr(adbin, adrelid)
        FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attrelid = \(place.table)::oid AND attnum = \(place.number)
        """
      ).first
      return (try row?.decode(0), try row?.decode(1))
    }
  }

  /// Drops the copy.
  func close() async {
    await copy?.dispose()
    copy = nil
  }

  /// Runs the changes up to a place; a copy that is past it is made anew.
  private func advance(
    to place: Int, _ changes: [Change], like original: PostgresConnection
  ) async throws -> PostgresConnection {
    if place < position { await close() }
    let current: ReplayCopy
    if let copy { current = copy } else { current = try await begin(like: original) }
    let session = current.session
    while position < place {
      let change = changes[position]
      let before = try await CatalogueReader.read(change.mentions, on: session)
      do {
        try await current.run(change.sql, isTransactional: change.transactional)
      } catch is DirectRun.SharedChange {
        throw NoProof("line \(change.location.line) changes what all databases of the server share")
      } catch let error as PostgresError {
        guard let server = error.serverError else { throw error }
        // Rows that a statement needs are not there; what it does to rows is not seen here anyway.
        guard change.isAboutRows else { throw CopyRefusal(position: position, error: server) }
      }
      sizes.note(change, before, try await CatalogueReader.read(change.mentions, on: session))
      position += 1
    }
    return session
  }

  private func begin(like original: PostgresConnection) async throws -> ReplayCopy {
    guard let means else { throw NoProof("there is no server to hold one") }
    let new = try await ReplayCopy.make(of: original, by: means)
    copy = new
    position = 0
    let settings = try await PlanSession.read(on: original, searchPath: searchPath)
    for setting in settings.settings {
      try await new.session.execute(
        "SELECT pg_catalog.set_config(\(setting.name), \(setting.value), false)")
    }
    sizes = try await TableSizes.read(of: original, copy: new.session)
    first = try await CopiedColumns.read(on: new.session)
    return new
  }
}

/// The server refuses a change on the copy, as it would on the database.
struct CopyRefusal: Error {
  let position: Int
  let error: ServerError
}

extension Change {
  /// Whether it only adds, changes or deletes rows.
  fileprivate var isAboutRows: Bool {
    switch operation {
    case .other(let other):
      [.insertValues, .insertSelect, .update, .delete, .merge, .copy].contains(other.kind)
    default: false
    }
  }

  /// Whether it gives a column another default.
  fileprivate var givesDefault: Bool {
    switch operation {
    case .columnDefault: true
    case .other(let other): [.doBlock, .dropExpression].contains(other.kind)
    default: false
    }
  }
}
