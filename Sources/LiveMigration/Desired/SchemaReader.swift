public import Postgres

extension SchemaCatalogue {
  /// Reads the objects of the database of a session, in a few questions that each answer for all of a kind.
  ///
  /// Objects of extensions and of the system are left out, and so are djogi-shell's own tables.
  public static func read(on connection: isolated PostgresConnection) async throws
    -> SchemaCatalogue
  {
    try await read(.all, on: connection)
  }

  /// Reads a part of the objects; what is not compared, and what needs what, only with all of them.
  static func read(
    _ part: SchemaPart, on connection: isolated PostgresConnection
  ) async throws -> SchemaCatalogue {
    try await withPlainNames(on: connection) { try await catalogue(part, on: $0) }
  }

  /// Lets the server write every name with its schema.
  private static func withPlainNames(
    on connection: isolated PostgresConnection,
    _ body: (isolated PostgresConnection) async throws -> SchemaCatalogue
  ) async throws -> SchemaCatalogue {
    let row = try await connection.query(
      "SELECT current_setting('search_path'), current_setting('jit')"
    ).only()
    let (path, jit): (String, String) = (try row.decode(0), try row.decode(1))
    // To compile these questions would take longer than to answer them.
    try await connection.execute(
      "SELECT set_config('search_path', '', false), set_config('jit', 'off', false)")
    let catalogue = try await body(connection)
    try await connection.execute(
      "SELECT set_config('search_path', \(path), false), set_config('jit', \(jit), false)")
    return catalogue
  }

  private static func catalogue(
    _ part: SchemaPart, on connection: isolated PostgresConnection
  ) async throws -> SchemaCatalogue {
    var reading = SchemaReading()
    let queries = SchemaQueries(version: connection.info.serverVersion)
    for query in queries.objects(part) {
      for row in try await connection.query(SQL(raw: query)) { try reading.take(row) }
    }
    reading.catalogue.version = connection.info.serverVersion
    guard part == .all else { return reading.catalogue }
    for row in try await connection.query(SQL(raw: queries.aliases)) { try reading.takeAlias(row) }
    for row in try await connection.query(SQL(raw: SchemaQueries.dependencies)) {
      try reading.takeDependency(row)
    }
    for row in try await connection.query(SQL(raw: SchemaQueries.castPairs)) {
      reading.catalogue.casts.insert(try row.decode(0))
    }
    reading.catalogue.uncovered = try await connection.query(SQL(raw: queries.uncovered)).map {
      try $0.decode(0)
    }
    reading.tie()
    return reading.catalogue
  }
}

/// What was read so far: the objects, and where in the system's catalogues each of them is.
private struct SchemaReading {
  /// A row of a catalogue, or a column of one of its relations.
  struct Address: Hashable {
    var catalogue: String
    var number: String
    var column = "0"
  }

  var catalogue = SchemaCatalogue()
  private var places: [Address: SchemaObject.ID] = [:]
  private var aliases: [Address: Address] = [:]

  /// Takes an object: catalogue, number, column, kind, name, relation, part, place, and its facts.
  mutating func take(_ row: Row) throws {
    let texts = row.texts
    guard let kind = texts[3].flatMap(SchemaKind.init(rawValue:)), let name = texts[4] else {
      return
    }
    let id = SchemaObject.ID(kind: kind, name: name)
    catalogue.objects[id] = SchemaObject(
      id: id, relation: texts[5], part: texts[6] ?? name,
      facts: SchemaFacts(row.columnNames.dropFirst(8), texts.dropFirst(8)),
      place: texts[7].flatMap { Int($0) } ?? 0)
    if let number = texts[1] {
      places[Address(catalogue: texts[0] ?? "", number: number, column: texts[2] ?? "0")] = id
    }
  }

  mutating func takeAlias(_ row: Row) throws {
    let from = Address(catalogue: try row.decode(0), number: try row.decode(1))
    aliases[from] = Address(
      catalogue: try row.decode(2), number: try row.decode(3), column: try row.decode(4))
  }

  mutating func takeDependency(_ row: Row) throws {
    let dependent = Address(
      catalogue: try row.decode(0), number: try row.decode(1), column: try row.decode(2))
    let needed = Address(
      catalogue: try row.decode(3), number: try row.decode(4), column: try row.decode(5))
    guard let mine = resolve(dependent), let other = resolve(needed), mine != other else { return }
    // A sequence's tie to its column is an object of its own; a table does not need its own parts.
    if mine.kind == .sequence, [.column, .table].contains(other.kind) { return }
    if mine.kind == .table, catalogue.objects[other]?.relation == mine.name { return }
    catalogue.objects[mine]?.needs.insert(other)
  }

  /// Adds what the server does not write down, for objects that are rows of their own only here.
  mutating func tie() {
    for (id, object) in catalogue.objects {
      switch id.kind {
      case .ownership:
        catalogue.objects[id]?.needs = [
          SchemaObject.ID(kind: .sequence, name: id.name),
          SchemaObject.ID(kind: .column, name: object["column"] ?? ""),
        ]
      case .identitySequence:
        catalogue.objects[id]?.needs = [SchemaObject.ID(kind: .column, name: id.name)]
      case .columnComment:
        let kind = object["-kind"].flatMap(SchemaKind.init(rawValue:)) ?? .view
        catalogue.objects[id]?.needs = [SchemaObject.ID(kind: kind, name: object.relation ?? "")]
      case .column where object["-inherits"] != nil:
        catalogue.objects[id]?.needs.insert(
          SchemaObject.ID(kind: .table, name: object.relation ?? ""))
        let parents = parents(of: object)
        catalogue.objects[id]?.needs.formUnion(parents)
      case .column, .defaultValue, .constraint, .trigger, .rule, .policy, .index:
        let homes: [SchemaKind] = [.table, .view, .materializedView, .domain]
        let home = homes.map { SchemaObject.ID(kind: $0, name: object.relation ?? "") }
          .first { catalogue.objects[$0] != nil }
        if let home { catalogue.objects[id]?.needs.insert(home) }
      default: break
      }
    }
    tieToParents()
  }

  private func parents(of column: SchemaObject) -> [SchemaObject.ID] {
    SchemaWriter.lines(column["-inherits"]).map { SchemaObject.ID(kind: .column, name: $0) }
      .filter { catalogue.objects[$0] != nil }
  }

  /// What needs a column that a parent's column brings needs that one too.
  private mutating func tieToParents() {
    let inherited = catalogue.objects.filter { $0.value["-inherits"] != nil }
    guard !inherited.isEmpty else { return }
    for (id, object) in catalogue.objects {
      var found: Set<SchemaObject.ID> = []
      var open = object.needs.filter { inherited[$0] != nil }
      while let next = open.popFirst() {
        guard let column = inherited[next] else { continue }
        for parent in parents(of: column) where found.insert(parent).inserted {
          open.insert(parent)
        }
      }
      if !found.isEmpty { catalogue.objects[id]?.needs.formUnion(found) }
    }
  }

  private func resolve(_ address: Address) -> SchemaObject.ID? {
    var address = address
    for _ in 0..<5 {
      if let id = places[address] { return id }
      var whole = address
      whole.column = "0"
      if let next = aliases[whole] {
        address = next
      } else if address != whole {
        address = whole
      } else {
        return nil
      }
    }
    return nil
  }
}
