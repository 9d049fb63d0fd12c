internal import Foundation
internal import SchemaChange

/// A file's copy among the migrations of a workspace, named as the layout names a new one.
struct MigrationCopy {
  let text: String
  /// The file that is copied.
  let path: String
  let app: String
  let place: MigrationPlace
  let workspace: Workspace
  let database: TargetDatabase
  /// The migrations that are there.
  let files: [MigrationFile]

  /// Writes the copy; one that an earlier command made of the same text is taken instead.
  func make() throws -> AdoptedFile {
    let bytes = Array(try content().utf8)
    let same = try files.first { file in
      try file.appLabel == app && file.version.word == slug
        && file.load().checksum == Checksum(of: bytes)
    }
    if let same {
      return AdoptedFile(
        version: same.version.rawValue, appLabel: app, copy: nil, folders: [])
    }
    let version = version(at: Date())
    let target = try target(version)
    let folders = missingFolders(above: target)
    try workspace.createDurably(target, bytes)
    return AdoptedFile(version: version, appLabel: app, copy: target, folders: folders)
  }

  /// The words of the file's name.
  private var slug: String {
    let name = String(path.split(separator: "/").last ?? "change").dropLast(".sql".count)
    if let version = MigrationVersion(rawValue: String(name)) { return version.word }
    let words = name.utf8.map { Words.isWordByte($0) ? $0 : UInt8(ascii: "_") }.prefix(100)
    return words.isEmpty ? "change" : String(decoding: words, as: UTF8.self)
  }

  /// The text as the layout divides it.
  private func content() throws -> String {
    let divided = MigrationSections.all.first { $0.divides(text) }
    if divided == place.layout.sections { return text }
    var change = text
    if let divided {
      do throws(MigrationSections.Fault) {
        change = try divided.ways(of: text).up
      } catch {
        throw AdoptionError.notMigration(path: path, reason: error.reason)
      }
    }
    return place.layout.sections?.wrapped(change) ?? change
  }

  private func target(_ version: String) throws -> String {
    let folder = workspace.path(place.path)
    return switch place.layout.form {
    case .buckets:
      workspace.migrationsPath(database: database) + "/" + (try Workspace.bucketName(app))
        + "/\(version).sql"
    case .files(let up, _): "\(folder)/\(version)\(ending(among: up))"
    case .lettered: "\(folder)/\(version).sql"
    case .folders(let up, _): "\(folder)/\(version)/\(up)"
    }
  }

  /// The ending that the last of the files has, else the last that the layout knows.
  private func ending(among endings: [String]) -> String {
    let last = files.last.flatMap { file in endings.first(where: file.path.hasSuffix) }
    return last ?? endings.last ?? ".sql"
  }

  /// The next version, counted on or stamped with the time, as the others are.
  private func version(at date: Date) -> String {
    let taken = Set(files.filter { $0.appLabel == app }.map(\.version.number))
    var date = date
    var number = number(at: date)
    while taken.contains(number) {
      date += 1
      number = self.number(at: date)
    }
    switch place.layout.number {
    case .stamped, .lettered: return "V\(number)__\(slug)"
    case .digits, .dashed: return "\(number)_\(slug)"
    }
  }

  private func number(at date: Date) -> String {
    let last = files.last?.version.number ?? ""
    let first = last.prefix { $0.isNumber }
    if place.layout.number != .stamped, !first.isEmpty, first.count < 10, !last.contains("-"),
      place.layout.table != .prisma, let counted = Int(first)
    {
      let next = String(counted + 1)
      return String(repeating: "0", count: max(0, first.count - next.count)) + next
    }
    if first.count == 10, place.layout.table == .golangMigrate {
      return String(Int(date.timeIntervalSince1970))
    }
    let isDashed = place.layout.table == .diesel
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(identifier: "UTC")
    formatter.dateFormat = isDashed ? "yyyy-MM-dd-HHmmss" : "yyyyMMddHHmmss"
    return formatter.string(from: date)
  }

  private func missingFolders(above path: String) -> [String] {
    var missing: [String] = []
    var parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    while parts.count > 0 {
      let folder = parts.joined(separator: "/")
      guard !folder.isEmpty, !workspace.hasFolder(at: folder) else { break }
      missing.insert(folder, at: 0)
      parts = parts.dropLast()
    }
    return missing
  }
}
