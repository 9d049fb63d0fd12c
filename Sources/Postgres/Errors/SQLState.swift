/// What kind of error the server reported: five characters, listed in the manual's appendix A.
public struct SQLState: RawRepresentable, Hashable, Sendable, Codable {
  /// The five characters.
  public let rawValue: String

  /// Takes a code, known or not.
  public init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// The first two characters: the class of errors that the code belongs to.
  public var `class`: String { String(rawValue.prefix(2)) }

  /// A Boolean value telling whether the same statement may succeed when it is tried again later.
  ///
  /// True for a lock not granted in time, a deadlock, a serialization failure, a connection that
  /// failed or was ended by the server, and a server that is full or restarting.
  public var isTransient: Bool {
    switch self {
    case .lockNotAvailable, .deadlockDetected, .serializationFailure: true
    case .adminShutdown, .crashShutdown, .cannotConnectNow, .tooManyConnections: true
    default: `class` == "08"
    }
  }
}

extension SQLState: CustomStringConvertible {
  /// The five characters.
  public var description: String { rawValue }
}

extension SQLState {
  /// A lock was not granted within `lock_timeout`, or at once for `NOWAIT`; `55P03`.
  public static let lockNotAvailable = SQLState(rawValue: "55P03")
  /// The statement was chosen to break a deadlock; `40P01`.
  public static let deadlockDetected = SQLState(rawValue: "40P01")
  /// Concurrent transactions have no serial order; `40001`.
  public static let serializationFailure = SQLState(rawValue: "40001")
  /// The statement was cancelled, by somebody or by `statement_timeout`; `57014`.
  public static let queryCanceled = SQLState(rawValue: "57014")
  /// An administrator ended the session or stopped the server; `57P01`.
  public static let adminShutdown = SQLState(rawValue: "57P01")
  /// The server ended all sessions because one of its processes crashed; `57P02`.
  public static let crashShutdown = SQLState(rawValue: "57P02")
  /// The server is starting up, shutting down or recovering; `57P03`.
  public static let cannotConnectNow = SQLState(rawValue: "57P03")
  /// All connection slots are taken; `53300`.
  public static let tooManyConnections = SQLState(rawValue: "53300")
  /// The server's disk is full; `53100`.
  public static let diskFull = SQLState(rawValue: "53100")
  /// The session sat in an open transaction for too long; `25P03`.
  public static let idleInTransactionTimeout = SQLState(rawValue: "25P03")
}

extension SQLState {
  /// A row with the same key exists; `23505`.
  public static let uniqueViolation = SQLState(rawValue: "23505")
  /// A row does not satisfy a `CHECK` constraint; `23514`.
  public static let checkViolation = SQLState(rawValue: "23514")
  /// A column that must not be null is; `23502`.
  public static let notNullViolation = SQLState(rawValue: "23502")
  /// A referenced row does not exist, or a referencing one does; `23503`.
  public static let foreignKeyViolation = SQLState(rawValue: "23503")
  /// Two rows conflict under an exclusion constraint; `23P01`.
  public static let exclusionViolation = SQLState(rawValue: "23P01")
}

extension SQLState {
  /// The relation does not exist; `42P01`.
  public static let undefinedTable = SQLState(rawValue: "42P01")
  /// The column does not exist; `42703`.
  public static let undefinedColumn = SQLState(rawValue: "42703")
  /// The object does not exist; `42704`.
  public static let undefinedObject = SQLState(rawValue: "42704")
  /// The function does not exist; `42883`.
  public static let undefinedFunction = SQLState(rawValue: "42883")
  /// The schema does not exist; `3F000`.
  public static let invalidSchemaName = SQLState(rawValue: "3F000")
  /// The database does not exist; `3D000`.
  public static let invalidCatalogName = SQLState(rawValue: "3D000")
  /// The prepared statement does not exist; `26000`.
  public static let invalidStatementName = SQLState(rawValue: "26000")
  /// A relation of that name exists; `42P07`.
  public static let duplicateTable = SQLState(rawValue: "42P07")
  /// A column of that name exists; `42701`.
  public static let duplicateColumn = SQLState(rawValue: "42701")
  /// An object of that name exists; `42710`.
  public static let duplicateObject = SQLState(rawValue: "42710")
  /// A schema of that name exists; `42P06`.
  public static let duplicateSchema = SQLState(rawValue: "42P06")
  /// A database of that name exists; `42P04`.
  public static let duplicateDatabase = SQLState(rawValue: "42P04")
  /// The statement is not SQL; `42601`.
  public static let syntaxError = SQLState(rawValue: "42601")
  /// The role may not do that; `42501`.
  public static let insufficientPrivilege = SQLState(rawValue: "42501")
  /// The server does not support that; `0A000`.
  public static let featureNotSupported = SQLState(rawValue: "0A000")
  /// The object is not in a state for that; `55000`.
  public static let objectNotInPrerequisiteState = SQLState(rawValue: "55000")
  /// The object is in use by somebody; `55006`.
  public static let objectInUse = SQLState(rawValue: "55006")
  /// The object cannot go while others depend on it; `2BP01`.
  public static let dependentObjectsStillExist = SQLState(rawValue: "2BP01")
  /// The transaction or the server reads only; `25006`.
  public static let readOnlySqlTransaction = SQLState(rawValue: "25006")
  /// The statement refuses to run inside a transaction; `25001`.
  public static let activeSqlTransaction = SQLState(rawValue: "25001")
  /// The transaction has failed and only waits for its end; `25P02`.
  public static let inFailedSqlTransaction = SQLState(rawValue: "25P02")
  /// The password is wrong or missing; `28P01`.
  public static let invalidPassword = SQLState(rawValue: "28P01")
  /// The role does not exist or may not connect; `28000`.
  public static let invalidAuthorization = SQLState(rawValue: "28000")
}
