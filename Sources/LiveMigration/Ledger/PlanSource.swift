internal import Postgres
internal import SchemaChange

/// Where a plan is read from: its file in the workspace, and the copy in its row once that file is lost.
struct PlanSource: Sendable {
  let workspace: Workspace
  let ledger: PlanLedger

  /// What was found.
  struct Found: Sendable {
    let file: PlanFile
    /// What the operator must know of it.
    let remark: String?
  }

  /// Reads a plan; a file that is missing is written again from the copy in the row.
  ///
  /// - Throws: `PlanFileError` for a file that is there and is not the one that was recorded, and for one that is missing
  ///   and has no copy; `EngineError.ledger` when the copy may not be trusted.
  func read(_ row: PlanRow, on connection: PostgresConnection) async throws -> Found {
    do throws(PlanFileError) {
      return Found(file: try PlanFile.read(row, in: workspace), remark: nil)
    } catch .unavailable(.missing(let path)) {
      guard let bytes = try await ledger.copy(of: row, on: connection) else {
        throw PlanFileError.unavailable(.missing(path: path))
      }
      let writers = try await ledger.untrustedWriters(on: connection)
      guard writers.isEmpty else {
        throw EngineError.ledger(
          .untrustedCopy(row.planID, table: ledger.tables.plans, writers: writers))
      }
      return try restore(row, bytes, at: path)
    }
  }

  /// A plan for what is only decided on, never run; `nil` when neither its file nor its copy can be read.
  func glance(_ row: PlanRow, on connection: PostgresConnection) async throws -> LivePlan? {
    if let bytes = try await ledger.copy(of: row, on: connection) {
      return try? PlanFileFormat.decode(bytes)
    }
    return PlanDetail.FileState.read(row, in: workspace).plan
  }

  private func restore(
    _ row: PlanRow, _ bytes: [UInt8], at path: String
  ) throws(PlanFileError) -> Found {
    let plan = try PlanFileFormat.decode(bytes)
    let header = plan.header
    guard header.planID == row.planID, header.slug == row.slug,
      header.targetDatabase == row.targetDatabase
    else {
      throw .otherPlan(
        path: path, header: "\(header.targetDatabase), \(header.planID), \(header.slug)")
    }
    let file = PlanFile(path: path, bytes: bytes, checksum: row.planFileChecksum, plan: plan)
    do throws(WorkspaceError) {
      try workspace.createDurably(path, bytes)
    } catch .alreadyExists {
      // Another program came first.
      return Found(file: try PlanFile.read(row, in: workspace), remark: nil)
    } catch {
      return Found(
        file: file,
        remark:
          "the plan file is missing and cannot be written again, the ledger's copy is used: \(error)"
      )
    }
    return Found(
      file: file, remark: "the plan file was missing and is written again from the ledger: \(path)")
  }
}
