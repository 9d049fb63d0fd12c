import CLibPQ
import Glibc

/// Opens a connection, on the thread that calls it.
struct Dialer {
  let configuration: ConnectionConfiguration
  /// Rung when the connection is not waited for any more.
  let bell: Bell

  /// Connects to the first server that accepts.
  ///
  /// - Parameter box: Takes notices from the first word on: a server may warn of its state as it accepts.
  /// - Throws: `.connectionFailed` or `.invalidConfiguration`.
  func dial(givingNoticesTo box: NoticeBox) throws(PostgresError) -> OpaquePointer {
    for text in [configuration.database, configuration.applicationName, configuration.options] {
      guard text?.utf8.contains(0) != true else {
        throw .invalidConfiguration(reason: "it holds a NUL character.")
      }
    }
    _ = try ConnectionOptions(parsing: configuration.connectionString ?? "")
    var parameters = configuration.parameters
    while true {
      switch try attempt(parameters, box) {
      case .connected(let connection): return unsafe connection
      case .timedOut(let rest): parameters = configuration.parameters + rest.parameters
      }
    }
  }

  /// The pointer in it is read in `dial` alone, which owns the connection.
  @safe private enum Outcome {
    case connected(OpaquePointer)
    /// A server did not answer; these are left to be tried.
    case timedOut(HostList)
  }

  private func attempt(
    _ parameters: [(keyword: String, value: String)], _ box: NoticeBox
  ) throws(PostgresError) -> Outcome {
    let started = unsafe withCStrings(parameters.map(\.keyword)) { keywords in
      unsafe withCStrings(parameters.map(\.value)) { unsafe PQconnectStartParams(keywords, $0, 1) }
    }
    guard let connection = unsafe started else { throw .system(call: "malloc", errno: ENOMEM) }
    unsafe box.receive(from: connection)
    // The only way to learn the SQLSTATE of a refused connection is the verbose form of its message.
    unsafe PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
    do {
      let rest = try unsafe complete(connection)
      guard let rest else { return unsafe .connected(connection) }
      unsafe PQfinish(connection)
      return .timedOut(rest)
    } catch {
      unsafe PQfinish(connection)
      throw error
    }
  }

  /// Drives the attempt to its end; returns the servers to try instead if one did not answer.
  private func complete(_ connection: OpaquePointer) throws(PostgresError) -> HostList? {
    let options = unsafe ConnectionOptions(of: connection)
    let timeout = timeout(options)
    var place = unsafe Place(connection)
    var deadline = timeout.map { ContinuousClock.now + $0 }
    // "If you have yet to call PQconnectPoll, behave as if it last returned PGRES_POLLING_WRITING."
    var events = POLLOUT
    while unsafe PQstatus(connection) != CONNECTION_BAD {
      switch unsafe wait(connection, events, deadline) {
      case .bell: throw .connectionClosed
      case .timeout:
        if let options, let rest = HostList(options).after(host: place.host, port: place.port) {
          return rest
        }
        throw unsafe failure(connection, options, "no answer within \(timeout ?? .zero)")
      case .socket: break
      }
      switch unsafe PQconnectPoll(connection) {
      case PGRES_POLLING_OK: return nil
      case PGRES_POLLING_READING: events = POLLIN
      case PGRES_POLLING_WRITING: events = POLLOUT
      default: throw unsafe failure(connection, options, nil)
      }
      // Each address has the whole time, as in PQconnectdb.
      if unsafe place != Place(connection) {
        place = unsafe Place(connection)
        deadline = timeout.map { ContinuousClock.now + $0 }
      }
    }
    throw unsafe failure(connection, options, nil)
  }

  private enum Woken { case socket, bell, timeout }

  private func wait(
    _ connection: OpaquePointer, _ events: Int32, _ deadline: ContinuousClock.Instant?
  ) -> Woken {
    while true {
      let left = deadline.map { ContinuousClock.now.duration(to: $0) }
      if let left, left <= .zero { return .timeout }
      // Not the whole time at once, so that a longer one than Int32 milliseconds needs no thought.
      let milliseconds = left.map { Int32(min($0 / .milliseconds(1), 60_000).rounded(.up)) } ?? -1
      let woken = unsafe Wakeup.wait(
        PQsocket(connection), for: events, bell: bell, timeout: milliseconds)
      if woken.contains(.bell) { return .bell }
      if woken.contains(.socket) { return .socket }
    }
  }

  /// The time for each address; `nil` is for ever, which libpq spells 0.
  private func timeout(_ options: ConnectionOptions?) -> Duration? {
    guard let seconds = options?["connect_timeout"].flatMap({ Int($0) }) else {
      return configuration.defaultConnectTimeout
    }
    return seconds > 0 ? .seconds(seconds) : nil
  }

  private func failure(
    _ connection: OpaquePointer, _ options: ConnectionOptions?, _ reason: String?
  ) -> PostgresError {
    let refusal = unsafe Refusal(reason ?? String(cString: PQerrorMessage(connection)))
    let target = options?.target ?? "the server"
    return .connectionFailed(
      ConnectionFailure(
        target: target,
        message: options?.scrub(refusal.message) ?? Masking.shown(refusal.message),
        sqlState: refusal.sqlState))
  }
}

/// The server's address that an attempt is at.
private struct Place: Equatable {
  let host: String
  let address: String
  let port: String

  init(_ connection: OpaquePointer) {
    host = unsafe PQhost(connection).map { unsafe String(cString: $0) } ?? ""
    address = unsafe PQhostaddr(connection).map { unsafe String(cString: $0) } ?? ""
    port = unsafe PQport(connection).map { unsafe String(cString: $0) } ?? ""
  }
}

/// A refused connection's verbose message, taken apart.
struct Refusal {
  let message: String
  let sqlState: SQLState?

  /// Takes `FATAL:  3D000: database "x" does not exist` and a line that tells the server's source file.
  init(_ verbose: String) {
    let lines = verbose.split(separator: "\n").filter { line in
      line.wholeMatch(of: /\S+:  \w+, \S+\.c:\d+/) == nil
    }
    let text = lines.joined(separator: "\n")
    let code = #/:  ([0-9A-Z]{5}): /#
    sqlState = text.matches(of: code).last.map { SQLState(rawValue: String($0.output.1)) }
    message = text.replacing(code) { _ in ":  " }
  }
}
