public import Foundation
internal import Glibc
public import Postgres
internal import Synchronization

/// The databases that a command makes for itself on a server and drops again.
///
/// Their names tell who made them and when, so that what a killed program left behind is found by name and age.
public struct ScratchDatabases: Sendable {
  /// Opens a session with a database of the server, or with the one that the role usually uses when none is named.
  public typealias Connect = @Sendable (_ database: String?) async throws -> PostgresConnection

  /// What every name begins with.
  public static let prefix = "djogi_scratch_"
  /// The age from which on a database that no session uses is one that was left behind.
  public static let leftOverAge: Duration = .seconds(600)

  private let connect: Connect
  private static let counter = Atomic(0)

  /// Uses a server.
  public init(connect: @escaping Connect) {
    self.connect = connect
  }

  /// A name that no other program of this moment chooses.
  public static func newName() -> String {
    let number = counter.add(1, ordering: .relaxed).newValue
    return "\(prefix)\(Int(Date().timeIntervalSince1970))_\(getpid())_\(number)"
  }

  /// When the database of a name was made; `nil` for a name that is none of ours.
  public static func birth(of name: String) -> Date? {
    guard name.hasPrefix(prefix) else { return nil }
    let parts = name.dropFirst(prefix.count).split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.allSatisfy({ Int($0) != nil }), let seconds = Int(parts[0])
    else { return nil }
    return Date(timeIntervalSince1970: Double(seconds))
  }

  // MARK: - Making

  /// Makes a database, a copy of another or an empty one that sorts and encodes like `model`.
  ///
  /// - Parameters:
  ///   - template: A database to copy; no session may be connected to it.
  ///   - model: A database of the same server whose locale and encoding the new one gets.
  public func create(
    _ name: String, copying template: String? = nil, like model: String? = nil,
    on admin: PostgresConnection
  ) async throws {
    // Copying blocks through the WAL needs no checkpoint of the whole server; before version 15 there is no choice.
    let strategy: SQL = admin.info.serverVersion >= 150_000 ? " STRATEGY wal_log" : ""
    var options: SQL = ""
    if template == nil, let model { options = try await Self.locale(of: model, on: admin) }
    let create: SQL = """
      CREATE DATABASE \(identifier: name) TEMPLATE \(identifier: template ?? "template0")\(sql: options)\(sql: strategy)
      """
    // The server may need a moment to see that a session with the template has gone; it waits itself, but not for long.
    for attempt in 1... {
      do {
        try await admin.execute(create)
        return
      } catch let error as PostgresError where error.sqlState == .objectInUse && attempt < 5 {
        continue
      }
    }
  }

  private static func locale(of model: String, on admin: PostgresConnection) async throws -> SQL {
    let row = try await admin.query(
      """
      SELECT pg_encoding_to_char(encoding)::text, d->>'datcollate', d->>'datctype',
        coalesce(d->>'datlocprovider', 'c'), coalesce(d->>'datlocale', d->>'daticulocale'),
        d->>'daticurules'
      FROM pg_database AS base, LATERAL to_jsonb(base) AS d WHERE datname = \(model)
      """
    ).only()
    let (encoding, collate, type): (String, String, String) = (
      try row.decode(0), try row.decode(1), try row.decode(2)
    )
    var options: SQL = """
       ENCODING \(literal: encoding) LC_COLLATE \(literal: collate) LC_CTYPE \(literal: type)
      """
    let provider: String = try row.decode(3)
    let locale: String? = try row.decode(4)
    if provider == "i", let locale {
      options = options + " LOCALE_PROVIDER icu ICU_LOCALE \(literal: locale)"
      if let rules: String = try row.decode(5) {
        options = options + " ICU_RULES \(literal: rules)"
      }
    } else if provider == "b", let locale {
      options = options + " LOCALE_PROVIDER builtin BUILTIN_LOCALE \(literal: locale)"
    }
    return options
  }

  // MARK: - Dropping

  /// Drops a database and the sessions with it, also in a cancelled task.
  ///
  /// - Returns: Why it is still there; `nil` when it is gone.
  @discardableResult
  public func drop(_ name: String) async -> (any Error)? {
    let connect = connect
    return await Task { () -> (any Error)? in
      do {
        let admin = try await connect(nil)
        do {
          try await Self.drop(name, on: admin)
        } catch {
          await admin.close()
          throw error
        }
        await admin.close()
        return nil
      } catch {
        return error
      }
    }.value
  }

  private static func drop(_ name: String, on admin: PostgresConnection) async throws {
    try await admin.execute("DROP DATABASE IF EXISTS \(identifier: name) WITH (FORCE)")
  }

  /// Drops what killed programs left behind: old databases of ours that no session uses and the role may drop.
  ///
  /// - Returns: Their names.
  @discardableResult
  public func dropLeftOvers(on admin: PostgresConnection) async throws -> [String] {
    let rows = try await admin.query(
      """
      SELECT datname::text FROM pg_database AS d
      WHERE starts_with(datname, \(Self.prefix)) AND pg_has_role(datdba, 'USAGE')
        AND NOT EXISTS (SELECT FROM pg_stat_activity AS a WHERE a.datid = d.oid)
      ORDER BY 1
      """)
    var dropped: [String] = []
    for name in try rows.map({ try $0.decode(0, as: String.self) }) {
      guard let birth = Self.birth(of: name),
        Date().timeIntervalSince(birth) > Double(Self.leftOverAge.components.seconds)
      else { continue }
      // Another program may drop it in the same moment; what it leaves is found the next time.
      if (try? await Self.drop(name, on: admin)) != nil { dropped.append(name) }
    }
    return dropped
  }
}
