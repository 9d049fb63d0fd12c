/// The statements that the server keeps parsed for a session.
struct PreparedStatements {
  /// Enough for every statement a program repeats; more would only be memory on the server.
  static let capacity = 256

  private struct Key: Hashable {
    let text: String
    let types: [PostgresType]

    init(_ text: String, _ parameters: [SQLParameter]) {
      self.text = text
      types = parameters.map(\.type)
    }
  }

  private var names: [Key: String] = [:]
  private var count = 0

  /// The name of a statement that the server has.
  func name(_ text: String, _ parameters: [SQLParameter]) -> String? {
    names[Key(text, parameters)]
  }

  /// A name for a new statement; `nil` when there are enough.
  mutating func newName() -> String? {
    guard names.count < Self.capacity else { return nil }
    count += 1
    return "djogi_\(count)"
  }

  mutating func add(_ name: String, _ text: String, _ parameters: [SQLParameter]) {
    names[Key(text, parameters)] = name
  }

  mutating func remove(_ text: String, _ parameters: [SQLParameter]) {
    names[Key(text, parameters)] = nil
  }
}

extension PostgresConnection {
  /// Runs a statement by its prepared form; `nil` when it is to be run plainly.
  func executePrepared(
    _ text: String, _ parameters: [SQLParameter]
  ) async throws -> CommandResult? {
    guard let name = try await prepare(text, parameters) else { return nil }
    do {
      return try await single(.prepared(name: name, text, parameters))
    } catch let error as PostgresError where Self.isStale(error) {
      // Somebody deallocated it, or its result's columns have changed since: the plain statement is
      // still right, unless this failure has already spoilt the transaction.
      prepared.remove(text, parameters)
      guard transactionStatus == .idle else { throw error }
      return nil
    }
  }

  private func prepare(_ text: String, _ parameters: [SQLParameter]) async throws -> String? {
    if let name = prepared.name(text, parameters) { return name }
    guard let name = prepared.newName() else { return nil }
    _ = try await single(.preparation(name: name, text, parameters))
    prepared.add(name, text, parameters)
    return name
  }

  private static func isStale(_ error: PostgresError) -> Bool {
    error.sqlState == .invalidStatementName || error.sqlState == .featureNotSupported
  }
}
