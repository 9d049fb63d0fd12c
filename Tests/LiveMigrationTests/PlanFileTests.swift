import Foundation
import Glibc
import LiveMigration
import SchemaChange
import Testing

@Suite("Plan files on disk")
struct PlanFileTests {
  private let plan = PlanSamples.plan()
  private static let name = "migrations/main/live/\(PlanSamples.planID)_widen_amount.json"

  private func read(
    _ workspace: Workspace, recorded: Checksum? = nil
  ) throws(PlanFileError) -> PlanFile {
    try PlanFile.read(
      planID: PlanSamples.planID, slug: "widen_amount", database: .main, in: workspace,
      recorded: recorded)
  }

  @Test
  func `A file is written where the contract says, as the umask allows, and read again`() throws {
    let folder = try WorkspaceFolder()
    let written = try PlanFile.write(plan, in: folder.workspace)
    #expect(written.path == folder.path + "/" + Self.name)
    #expect(written.checksum == Checksum(of: written.bytes))
    #expect(try read(folder.workspace, recorded: written.checksum) == written)
    let attributes = try FileManager.default.attributesOfItem(atPath: written.path)
    let mask = umask(0)
    umask(mask)
    #expect(attributes[.posixPermissions] as? Int == 0o666 & ~Int(mask))
  }

  @Test
  func `A file is never written over`() throws {
    let folder = try WorkspaceFolder()
    let first = try PlanFile.write(plan, in: folder.workspace)
    #expect(throws: PlanFileError.unavailable(.alreadyExists(path: first.path))) {
      try PlanFile.write(PlanSamples.plan([PlanSamples.reads]), in: folder.workspace)
    }
    #expect(try read(folder.workspace) == first)
  }

  @Test
  func `A link in the file's place is not followed`() throws {
    let folder = try WorkspaceFolder()
    try folder.link(Self.name, to: folder.path + "/elsewhere")
    #expect(throws: PlanFileError.self) { try PlanFile.write(plan, in: folder.workspace) }
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/elsewhere"))
  }

  @Test
  func `A live folder outside the workspace is neither written nor read`() throws {
    let folder = try WorkspaceFolder()
    let other = try WorkspaceFolder()
    try other.write("{}", to: "\(PlanSamples.planID)_widen_amount.json")
    try folder.link("migrations/main/live", to: other.path)
    let live = folder.path + "/migrations/main/live"
    #expect(throws: PlanFileError.unavailable(.outsideWorkspace(path: live))) {
      try PlanFile.write(plan, in: folder.workspace)
    }
    #expect(
      throws: PlanFileError.unavailable(.outsideWorkspace(path: folder.path + "/" + Self.name))
    ) { try read(folder.workspace) }
  }

  @Test
  func `A missing workspace is not made`() throws {
    let path = try WorkspaceFolder().path + "/missing"
    #expect(throws: PlanFileError.unavailable(.missing(path: path))) {
      try PlanFile.write(plan, in: Workspace(folder: path))
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test
  func `A failed write leaves no file`() throws {
    let folder = try WorkspaceFolder()
    try folder.write("no folder", to: "migrations/main/live")
    #expect(throws: PlanFileError.self) { try PlanFile.write(plan, in: folder.workspace) }
    var bad = plan
    bad.header.slug = "../../x"
    #expect(throws: PlanFileError.self) { try PlanFile.write(bad, in: folder.workspace) }
    #expect(
      try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
        == ["migrations", "migrations/main", "migrations/main/live"])
  }

  @Test
  func `What is missing, no file, too large or no plan is named`() throws {
    let folder = try WorkspaceFolder()
    let path = folder.path + "/" + Self.name
    #expect(throws: PlanFileError.unavailable(.missing(path: path))) { try read(folder.workspace) }
    try folder.makeFolder(Self.name)
    #expect(throws: PlanFileError.unavailable(.notARegularFile(path: path))) {
      try read(folder.workspace)
    }
    rmdir(path)
    #expect(mkfifo(path, 0o600) == 0)
    #expect(throws: PlanFileError.unavailable(.notARegularFile(path: path))) {
      try read(folder.workspace)
    }
    unlink(path)
    try folder.write("{", to: Self.name)
    #expect(throws: PlanFileError.self) { try read(folder.workspace) }
    #expect(truncate(path, PlanFileFormat.maximumSize + 1) == 0)
    #expect(
      throws: PlanFileError.unavailable(
        .tooLarge(path: path, limit: PlanFileFormat.maximumSize))
    ) { try read(folder.workspace) }
  }

  @Test
  func `A changed file is changed before it is anything else`() throws {
    let folder = try WorkspaceFolder()
    let written = try PlanFile.write(plan, in: folder.workspace)
    try folder.write("{", to: Self.name)
    let found = Checksum(of: Array("{".utf8))
    #expect(
      throws: PlanFileError.changed(
        path: written.path, recorded: written.checksum, found: found)
    ) { try read(folder.workspace, recorded: written.checksum) }
    let error = #expect(throws: PlanFileError.self) { try read(folder.workspace) }
    let refusal = "\(written.path) is not a plan file. The text is not JSON: "
    #expect(error?.description.hasPrefix(refusal) == true)
  }

  @Test
  func `A file that holds another plan than its name says is refused`() throws {
    let folder = try WorkspaceFolder()
    var other = plan
    other.header.slug = "other"
    try folder.write(Data(PlanFileFormat.encode(other)), to: Self.name)
    #expect(
      throws: PlanFileError.otherPlan(
        path: folder.path + "/" + Self.name, header: "main, \(PlanSamples.planID), other")
    ) { try read(folder.workspace) }
  }
}
