public import Postgres

/// `ALTER DOMAIN`, but for a new name, owner or schema.
public struct AlterDomain: Sendable, Hashable {
  /// The domain, as written.
  public var domain: QualifiedName
  /// What becomes of it.
  public var action: Action

  /// What a statement does to a domain.
  public enum Action: Sendable, Hashable {
    case setDefault, dropDefault
    case setNotNull, dropNotNull
    case addConstraint(notValid: Bool)
    case validateConstraint(name: String)
    case dropConstraint(name: String)
  }

  /// Describes a change of a domain.
  public init(domain: QualifiedName, action: Action) {
    self.domain = domain
    self.action = action
  }

  /// Whether the server reads every table that has a column of the domain (PostgreSQL manual, ALTER DOMAIN, Notes).
  public var scans: Bool {
    switch action {
    case .setNotNull, .addConstraint(notValid: false), .validateConstraint: true
    default: false
    }
  }
}

/// `CREATE DOMAIN`.
public struct CreateDomain: Sendable, Hashable {
  /// The new domain.
  public var domain: QualifiedName
  /// Whether it demands something of its values: a `CHECK` or `NOT NULL`.
  public var isConstrained: Bool

  /// Describes a new domain.
  public init(domain: QualifiedName, isConstrained: Bool) {
    self.domain = domain
    self.isConstrained = isConstrained
  }
}

/// `ALTER TYPE` of an enum.
public struct AlterEnum: Sendable, Hashable {
  /// The type, as written.
  public var type: QualifiedName
  /// What becomes of it.
  public var action: Action

  /// What a statement does to an enum.
  public enum Action: Sendable, Hashable {
    /// A new value; `isPlaced` tells whether `BEFORE` or `AFTER` was written.
    case addValue(isPlaced: Bool)
    case renameValue
  }

  /// Describes a change of an enum.
  public init(type: QualifiedName, action: Action) {
    self.type = type
    self.action = action
  }
}

/// One command of `ALTER TYPE` on a composite type.
public struct AlterCompositeType: Sendable, Hashable {
  /// The type, as written.
  public var type: QualifiedName
  /// What becomes of it.
  public var action: Action
  /// Whether `CASCADE` was written: typed tables are changed too.
  public var cascade: Bool

  /// What a command does to a composite type.
  public enum Action: Sendable, Hashable {
    case addAttribute, dropAttribute, alterAttributeType, other
  }

  /// Describes a change of a composite type.
  public init(type: QualifiedName, action: Action, cascade: Bool) {
    self.type = type
    self.action = action
    self.cascade = cascade
  }
}
