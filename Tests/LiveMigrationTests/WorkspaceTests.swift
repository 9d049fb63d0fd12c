import Foundation
import Glibc
import LiveMigration
import SchemaChange
import Testing

@Suite("The workspace")
struct WorkspaceTests {
  private static let first = "V20260101000000__first"
  private static let second = "V20260202000000__second"

  @Test
  func `Migrations are found in the order of version and application`() throws {
    let folder = try WorkspaceFolder()
    for name in [
      "shop/\(Self.second).sql", "shop/\(Self.first).sql", "shop/\(Self.first).down.sql",
      "_global_/\(Self.second).sql", "Blog_2/\(Self.second).sql", "live/7_x.json",
      "live/V1.sql", "shop/schema_snapshot.json", "shop/notes.sql", "shop/.V1.sql", "V1.sql",
      ".git/V1.sql",
    ] { try folder.write("", to: "migrations/main/" + name) }
    let files = try folder.workspace.migrations(.main)
    #expect(
      files.map { "\($0.appLabel) \($0.version)" } == [
        "shop \(Self.first)", " \(Self.second)", "Blog_2 \(Self.second)", "shop \(Self.second)",
      ])
    let main = folder.path + "/migrations/main"
    #expect(files.map(\.path)[1] == "\(main)/_global_/\(Self.second).sql")
    #expect(files[0].downPath == "\(main)/shop/\(Self.first).down.sql")
    #expect(files[1].downPath == nil)
    #expect(try folder.workspace.migrations(.crudLog).isEmpty)
    #expect(
      try folder.workspace.migration(files[0].version, appLabel: "shop", database: .main)
        == files[0])
  }

  @Test(arguments: [
    "V2026__x.sql", "V20260101000000_x.sql", "V20260101000000__.sql", "V20260101000000__a-b.sql",
    "V20260101000000__é.sql", "V.sql", "V20260101000000__x.up.sql", "V2026__x.down.sql",
    "V20260101000000__x y.sql",
  ])
  func `A file that is nearly named like a migration is an error`(name: String) throws {
    let folder = try WorkspaceFolder()
    try folder.write("", to: "migrations/main/shop/" + name)
    let path = folder.path + "/migrations/main/shop/" + name
    #expect(throws: WorkspaceError.malformedMigrationName(path: path)) {
      try folder.workspace.migrations(.main)
    }
  }

  @Test
  func `A down file alone and a folder that no application has are errors`() throws {
    let folder = try WorkspaceFolder()
    try folder.write("", to: "migrations/main/shop/\(Self.first).down.sql")
    let path = folder.path + "/migrations/main/"
    #expect(throws: WorkspaceError.downFileAlone(path: path + "shop/\(Self.first).down.sql")) {
      try folder.workspace.migrations(.main)
    }
    try folder.makeFolder("migrations/main/my-app")
    #expect(throws: WorkspaceError.malformedAppFolder(path: path + "my-app")) {
      try folder.workspace.migrations(.main)
    }
  }

  @Test
  func `A missing workspace is named`() throws {
    let path = try WorkspaceFolder().path + "/missing"
    #expect(throws: WorkspaceError.missing(path: path)) {
      try Workspace(folder: path).migrations(.main)
    }
  }

  @Test
  func `A migration is loaded with the checksums of its files`() throws {
    let folder = try WorkspaceFolder()
    let name = "migrations/event_log/_global_/\(Self.first)"
    try folder.write("SELECT 'ä';\r\n", to: name + ".sql")
    try folder.write("SELECT 2;", to: name + ".down.sql")
    let file = try #require(try folder.workspace.migrations(.eventLog).first)
    let loaded = try file.load()
    #expect(loaded.text == "SELECT 'ä';\r\n")
    #expect(loaded.checksum == Checksum(of: Array("SELECT 'ä';\r\n".utf8)))
    #expect(loaded.downChecksum == Checksum(of: Array("SELECT 2;".utf8)))
  }

  @Test
  func `A migration that is no text, too large or gone is named`() throws {
    let folder = try WorkspaceFolder()
    let name = "migrations/main/_global_/\(Self.first).sql"
    try folder.write(Data([0x53, 0xff]), to: name)
    let file = try #require(try folder.workspace.migrations(.main).first)
    #expect(throws: WorkspaceError.notUTF8(path: file.path)) { try file.load() }
    #expect(truncate(file.path, MigrationFile.maximumSize + 1) == 0)
    #expect(throws: WorkspaceError.tooLarge(path: file.path, limit: MigrationFile.maximumSize)) {
      try file.load()
    }
    unlink(file.path)
    #expect(throws: WorkspaceError.missing(path: file.path)) { try file.load() }
  }

  @Test
  func `Links inside the workspace are followed, those that lead out are refused`() throws {
    let folder = try WorkspaceFolder()
    // A sibling whose path begins with the workspace's own.
    let sibling = folder.path + "-sibling"
    try FileManager.default.createDirectory(atPath: sibling, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: sibling) }
    try Data().write(to: URL(filePath: sibling + "/\(Self.first).sql"))
    try folder.write("SELECT 1", to: "shared/\(Self.first).sql")
    try folder.link("migrations/main/shop", to: folder.path + "/shared")
    let inside = try #require(try folder.workspace.migrations(.main).first)
    #expect(try inside.load().text == "SELECT 1")
    try folder.link("migrations/main/blog", to: sibling)
    #expect(throws: WorkspaceError.outsideWorkspace(path: folder.path + "/migrations/main/blog")) {
      try folder.workspace.migrations(.main)
    }
    let name = "migrations/crud_log/shop/\(Self.first).sql"
    try folder.link(name, to: sibling + "/\(Self.first).sql")
    let outside = try #require(try folder.workspace.migrations(.crudLog).first)
    #expect(throws: WorkspaceError.outsideWorkspace(path: folder.path + "/" + name)) {
      try outside.load()
    }
  }

  @Test
  func `A loop of links is an error with the system's reason`() throws {
    let folder = try WorkspaceFolder()
    try folder.link("migrations/main", to: folder.path + "/migrations/main")
    let path = folder.path + "/migrations/main"
    let error = #expect(throws: WorkspaceError.self) { try folder.workspace.migrations(.main) }
    #expect(
      error?.description
        == "\(path) cannot be read: \(String(cString: strerror(ELOOP))).")
  }

  @Test
  func `Paths are below the folder, as the user named it`() throws {
    let planID = PlanID.zero
    for (folder, prefix) in [(".", ""), ("", ""), ("/", "/"), ("a/", "a/"), ("../a", "../a/")] {
      let workspace = Workspace(folder: folder)
      #expect(workspace.configurationPath == prefix + "Djogi.toml")
      #expect(
        try workspace.livePlanPath(planID: planID, slug: "x", database: .crudLog)
          == prefix + "migrations/crud_log/live/0_x.json")
    }
  }

  @Test(arguments: ["", "..", "a/b", "a b", "a\0b", "é", "a-b"])
  func `A slug that is unsafe in a path is refused`(slug: String) {
    #expect(throws: WorkspaceError.invalidSlug(slug)) {
      try Workspace(folder: ".").livePlanPath(planID: .zero, slug: slug, database: .main)
    }
  }

  @Test
  func `An application's folder is its label, the global one's has a name of its own`() throws {
    #expect(try Workspace.bucketName("") == "_global_")
    #expect(try Workspace.bucketName("shop_2") == "shop_2")
    for label in ["..", "a/b", "_global_", "live", "é"] {
      #expect(throws: WorkspaceError.invalidAppLabel(label)) { try Workspace.bucketName(label) }
    }
  }
}
