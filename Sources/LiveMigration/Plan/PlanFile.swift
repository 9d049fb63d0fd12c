public import SchemaChange

/// A live plan together with the file that keeps it.
public struct PlanFile: Hashable, Sendable {
  /// Where the file is.
  public let path: String
  /// The file's bytes.
  public let bytes: [UInt8]
  /// The checksum of the bytes.
  public let checksum: Checksum
  /// What the bytes say.
  public let plan: LivePlan

  /// Writes a plan's file, once and for good.
  ///
  /// When this returns, the file survives a crash of the machine; when it throws, there is no file.
  public static func write(
    _ plan: LivePlan, in workspace: Workspace
  ) throws(PlanFileError) -> PlanFile {
    let bytes = try PlanFileFormat.encode(plan)
    let path = try path(of: plan.header, in: workspace)
    do throws(WorkspaceError) {
      try workspace.createDurably(path, bytes)
    } catch {
      throw .unavailable(error)
    }
    return PlanFile(path: path, bytes: bytes, checksum: Checksum(of: bytes), plan: plan)
  }

  /// Reads a plan's file.
  ///
  /// With a recorded checksum, a changed file is reported as changed even when it is no longer a
  /// plan file at all.
  public static func read(
    planID: PlanID, slug: String, database: TargetDatabase, in workspace: Workspace,
    recorded: Checksum? = nil
  ) throws(PlanFileError) -> PlanFile {
    let path: String
    let bytes: [UInt8]
    do throws(WorkspaceError) {
      path = try workspace.livePlanPath(planID: planID, slug: slug, database: database)
      bytes = try workspace.contents(of: path, limit: PlanFileFormat.maximumSize)
    } catch {
      throw .unavailable(error)
    }
    let checksum = Checksum(of: bytes)
    if let recorded, recorded != checksum {
      throw .changed(path: path, recorded: recorded, found: checksum)
    }
    let plan = try decode(bytes, path: path)
    guard try self.path(of: plan.header, in: workspace) == path else {
      let header = plan.header
      throw .otherPlan(
        path: path, header: "\(header.targetDatabase), \(header.planID), \(header.slug)")
    }
    return PlanFile(path: path, bytes: bytes, checksum: checksum, plan: plan)
  }

  private static func decode(_ bytes: [UInt8], path: String) throws(PlanFileError) -> LivePlan {
    do throws(PlanFileError) {
      return try PlanFileFormat.decode(bytes)
    } catch .refused(let reason, _) {
      throw .refused(reason, file: path)
    }
  }

  private static func path(
    of header: PlanHeader, in workspace: Workspace
  ) throws(PlanFileError) -> String {
    guard let database = TargetDatabase(rawValue: header.targetDatabase) else {
      throw .refused(
        .invalid(path: "header.target_database", reason: "must be a database's name"), file: nil)
    }
    do throws(WorkspaceError) {
      return try workspace.livePlanPath(
        planID: header.planID, slug: header.slug, database: database)
    } catch {
      throw .unavailable(error)
    }
  }
}
