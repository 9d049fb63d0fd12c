internal import Foundation
internal import Postgres
internal import PrivateServer
internal import SchemaChange

/// Plan and file on one copy: finds rows on which the file runs, and compares what both leave of them.
struct ProofTrial: Sendable {
  let proof: PlanProof
  let copies: ProofCopies
  let base: String
  let filling: RowFilling

  /// How many direct runs may be spent on finding rows.
  private static let attempts = 16
  /// How long.
  private static let patience: Duration = .milliseconds(1200)

  /// A direct run that was found to work, and what it left.
  private struct Success {
    var end: DirectRun.End
    var volatile: Set<String>
    var rows: Int
    var tables: Int
    /// The database that still has the rows and not the run.
    var database: String
  }

  func run(_ specs: [RowSpec]) async throws -> Proof.Facts {
    var search = RowSearch(limit: Self.attempts, deadline: .now + Self.patience)
    var refusal: DirectRun.Failure?
    var all = 0
    let success: Success
    do {
      success = try await attempt(specs)
    } catch let failure as DirectRun.Failure {
      refusal = failure
      all = try await count(specs)
      try await checkRefused(specs, failure)
      let good = try await search.run(specs) { specs in
        do {
          _ = try await attempt(specs, once: true)
          return true
        } catch is DirectRun.Failure {
          return false
        }
      }
      success = try await attempt(good ?? [])
    }
    // The plan needs a copy of its own to come back on.
    let other = proof.takeBack == nil ? nil : try await copies.clone(success.database)
    try await compare(success)
    var facts = Proof.Facts(
      place: copies.site.words, rows: success.rows, tables: success.tables,
      rowsLeftOut: refusal == nil ? 0 : max(all - success.rows, 0), duration: .zero)
    if let takeBack = proof.takeBack, let other {
      let reason = try await takeBack { try await copies.session(other) }
      facts.wayBack = reason.map { .stopped($0) } ?? .came
    }
    return facts
  }

  // MARK: - The file

  private func attempt(_ specs: [RowSpec], once: Bool = false) async throws -> Success {
    let session = try await copies.session(base)
    do {
      let filled = try await filling.fill(specs, on: session)
      if !proof.direct.needsOwnTransactions {
        do {
          let first = try await proof.direct.rehearse(onlyRows: once, on: session)
          var volatile: Set<String> = []
          if !once, !first.rows.tables.isEmpty {
            volatile = first.rows.volatileColumns(
              besides: try await proof.direct.rehearse(
                onlyRows: true, reversing: filling, on: session
              ).rows)
          }
          await session.close()
          return Success(
            end: first, volatile: volatile, rows: filled.rows, tables: filled.tables,
            database: base)
        } catch is DirectRun.NeedsOwnTransactions {
          // Run it as psql would without -1.
        }
      }
      await session.close()
      return try await attemptOnClones(filled)
    } catch {
      await session.close()
      if let failure = error as? DirectRun.Failure { try Self.checkMeaning(failure) }
      throw error
    }
  }

  private func attemptOnClones(_ filled: (rows: Int, tables: Int)) async throws -> Success {
    var ends: [DirectRun.End] = []
    for number in 0..<(filled.rows > 0 ? 2 : 1) {
      let clone = try await copies.clone(base)
      let session = try await copies.session(clone)
      do {
        if number > 0 {
          try await session.transaction { [filling] in try await filling.reverse(on: $0) }
        }
        ends.append(try await proof.direct.commit(on: session))
      } catch {
        await session.close()
        if error is DirectRun.NeedsOwnTransactions {
          throw NoProof("a statement of the file refuses a transaction where it stands")
        }
        throw error
      }
      await session.close()
    }
    return Success(
      end: ends[0],
      volatile: ends.count > 1 ? ends[0].rows.volatileColumns(besides: ends[1].rows) : [],
      rows: filled.rows, tables: filled.tables, database: base)
  }

  /// Some refusals say more of the copy than of the file.
  private static func checkMeaning(_ failure: DirectRun.Failure) throws {
    let error = failure.error
    let state = error.sqlState
    if ["08", "53", "54", "57", "58", "XX"].contains(state.class)
      || ["42501", "55P03", "40P01", "40001"].contains(state.rawValue)
    {
      throw NoProof("on the copy the direct run is refused: \(error.message)")
    }
  }

  private func count(_ specs: [RowSpec]) async throws -> Int {
    let session = try await copies.session(base)
    do {
      let rows = try await filling.fill(specs, on: session).rows
      await session.close()
      return rows
    } catch {
      await session.close()
      throw error
    }
  }

  // MARK: - The plan

  private func drive(on database: String) async throws -> PlanProof.DriveEnd {
    try await proof.drive { try await copies.session(database) }
  }

  /// On rows that the file refuses the plan must stop; the base has them now.
  private func checkRefused(_ specs: [RowSpec], _ failure: DirectRun.Failure) async throws {
    guard failure.error.isAboutData else { return }
    let clone = try await copies.clone(base)
    guard case .complete = try await drive(on: clone) else { return }
    let line = failure.location.line
    throw ProofRefusal.differs(
      [
        "the plan completes on rows on which the file is refused at line \(line): "
          + failure.error.message
      ], kept: nil)
  }

  private func compare(_ success: Success) async throws {
    switch try await drive(on: success.database) {
    case .stopped(let why):
      throw ProofRefusal.differs(
        ["the plan stops on rows on which the file runs: \(why)"], kept: nil)
    case .complete: break
    }
    let session = try await copies.session(success.database)
    let end: DirectRun.End
    do {
      end = try await session.transaction { try await DirectRun.look(on: $0) }
    } catch {
      await session.close()
      throw error
    }
    await session.close()
    let differences =
      end.catalogue.differences(from: success.end.catalogue).map(\.description)
      + end.rows.differences(from: success.end.rows, volatile: success.volatile)
      + Set(end.unsound).subtracting(success.end.unsound).sorted().map {
        "index \($0): it does not hold what its table does"
      }
    guard differences.isEmpty else {
      throw ProofRefusal.differs(differences, kept: ProofRemains.keep(end, success.end))
    }
  }
}

/// Finds which of several rows a direct run accepts together, by halves.
struct RowSearch {
  private var left: Int
  private let deadline: ContinuousClock.Instant

  init(limit: Int, deadline: ContinuousClock.Instant) {
    left = limit
    self.deadline = deadline
  }

  /// The rows that are accepted; `nil` where not even none are, or none were found in time.
  mutating func run(
    _ specs: [RowSpec], _ isAccepted: ([RowSpec]) async throws -> Bool
  ) async throws -> [RowSpec]? {
    let usual = specs.filter { $0.origin != .unusual }
    let unusual = specs.filter { $0.origin == .unusual }
    var kept: [RowSpec] = []
    // Without rows the refusal of the file is one that no data repair changes; the caller hears it.
    for candidate in [
      usual, usual.filter { $0.origin == .sampled }, usual.filter { $0.origin == .ordinary },
    ]
    where !candidate.isEmpty {
      if try await isAccepted(candidate) {
        kept = candidate
        break
      }
    }
    guard !kept.isEmpty else { return nil }
    try await add(unusual[...], to: &kept, isAccepted)
    return kept
  }

  private mutating func add(
    _ specs: ArraySlice<RowSpec>, to kept: inout [RowSpec],
    _ isAccepted: ([RowSpec]) async throws -> Bool
  ) async throws {
    guard !specs.isEmpty, left > 0, .now < deadline else { return }
    left -= 1
    if try await isAccepted(kept + specs) {
      kept += specs
      return
    }
    guard specs.count > 1 else { return }
    let middle = specs.startIndex + specs.count / 2
    try await add(specs[..<middle], to: &kept, isAccepted)
    try await add(specs[middle...], to: &kept, isAccepted)
  }
}

/// What a proof that fails leaves for its report.
enum ProofRemains {
  /// Writes both ends into a folder that only this user can enter; returns it, or `nil` where that fails.
  static func keep(_ plan: DirectRun.End, _ direct: DirectRun.End) -> String? {
    guard let folder = try? TemporaryFolder.make("djogi-proof") else { return nil }
    let files = [("plan.txt", plan), ("direct.txt", direct)]
    for (name, end) in files {
      let url = URL(fileURLWithPath: folder).appendingPathComponent(name)
      guard (try? Data(text(of: end).utf8).write(to: url)) != nil else { return nil }
    }
    return folder
  }

  private static func text(of end: DirectRun.End) -> String {
    var lines: [String] = []
    for (id, facts) in end.catalogue.objects.sorted(by: { $0.key < $1.key }) {
      lines.append("\(id.kind.rawValue) \(id.name)")
      lines += facts.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
    }
    for (table, rows) in end.rows.tables.sorted(by: { $0.key < $1.key }) {
      lines.append("rows of \(table)")
      for row in rows {
        let values = row.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value ?? "NULL")" }
        lines.append("  " + values.joined(separator: ", "))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
