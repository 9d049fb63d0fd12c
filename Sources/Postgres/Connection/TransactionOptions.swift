/// How much a transaction sees of others; the manual's section 13.2.
public enum IsolationLevel: String, Hashable, Sendable {
  /// Each statement sees what was committed before it began.
  case readCommitted = "READ COMMITTED"
  /// All statements see what was committed before the first one.
  case repeatableRead = "REPEATABLE READ"
  /// As if transactions ran one after the other.
  case serializable = "SERIALIZABLE"
}

/// How a transaction is begun; what is `nil` is the session's default.
public struct TransactionOptions: Hashable, Sendable {
  /// How much it sees of others.
  public var isolation: IsolationLevel?
  /// Whether it refuses to write.
  public var isReadOnly: Bool?

  /// Chooses options.
  public init(isolation: IsolationLevel? = nil, isReadOnly: Bool? = nil) {
    self.isolation = isolation
    self.isReadOnly = isReadOnly
  }

  /// A transaction that only reads, and sees one state of the database throughout.
  public static let snapshot = TransactionOptions(isolation: .repeatableRead, isReadOnly: true)

  /// The statement that begins it.
  var begin: String {
    let modes = [
      isolation.map { "ISOLATION LEVEL \($0.rawValue)" },
      isReadOnly.map { $0 ? "READ ONLY" : "READ WRITE" },
    ].compactMap(\.self)
    return modes.isEmpty ? "BEGIN" : "BEGIN " + modes.joined(separator: ", ")
  }
}
