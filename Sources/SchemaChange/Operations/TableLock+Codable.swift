internal import Postgres

extension TableLock: Codable {
  private enum CodingKeys: String, CodingKey {
    case relation, mode, reach
    case isOfIndex = "of_index"
    case loses
  }

  /// Reads a lock.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try values.decode(QualifiedName.self, forKey: .relation),
      try values.decodeIfPresent(LockMode.self, forKey: .mode),
      reach: try values.decodeIfPresent(Reach.self, forKey: .reach) ?? .alone,
      isOfIndex: try values.decodeIfPresent(Bool.self, forKey: .isOfIndex) ?? false,
      loses: try values.decodeIfPresent(Loss.self, forKey: .loses) ?? .nothing)
  }

  /// Writes a lock; what is usual of it is left out.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(relation, forKey: .relation)
    try values.encodeIfPresent(mode, forKey: .mode)
    if reach != .alone { try values.encode(reach, forKey: .reach) }
    if isOfIndex { try values.encode(isOfIndex, forKey: .isOfIndex) }
    if loses != .nothing { try values.encode(loses, forKey: .loses) }
  }
}

extension TableLock.Loss: Codable {
  private enum CodingKeys: String, CodingKey { case kind, name }

  private enum Kind: String, Codable { case nothing, table, column, constraint }

  /// Reads what a relation loses.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func name() throws -> String { try values.decode(String.self, forKey: .name) }
    self =
      switch try values.decode(Kind.self, forKey: .kind) {
      case .nothing: .nothing
      case .table: .table
      case .column: .column(try name())
      case .constraint: .constraint(try name())
      }
  }

  /// Writes what a relation loses.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .nothing: try values.encode(Kind.nothing, forKey: .kind)
    case .table: try values.encode(Kind.table, forKey: .kind)
    case .column(let name):
      try values.encode(Kind.column, forKey: .kind)
      try values.encode(name, forKey: .name)
    case .constraint(let name):
      try values.encode(Kind.constraint, forKey: .kind)
      try values.encode(name, forKey: .name)
    }
  }
}
