internal import Foundation
internal import Postgres
internal import PrivateServer

/// A database's definitions as `pg_dump --schema-only` writes them, so that two can be compared whatever the order
/// of their columns, rights and sections is.
struct DumpText: Hashable, Sendable {
  /// The sections, each as sorted as it may be.
  let sections: Set<String>

  /// Asks the `pg_dump` that suits the server; `nil` where there is none.
  ///
  /// djogi-shell's own tables are left out.
  ///
  /// - Throws: `DesiredError.noDump` where it cannot read the database.
  static func make(of connection: PostgresConnection, owners: Bool) async throws -> DumpText? {
    let major = connection.info.serverVersion / 10_000
    guard let program = await ServerPrograms.dumpProgram(forMajorVersion: major) else { return nil }
    var environment = await connection.clientEnvironment
    environment["PGDATABASE"] = connection.info.database
    let options =
      ["--schema-only", "--no-subscriptions", "--no-password", "--lock-wait-timeout=10000"]
      + LedgerSchema.tables.map { "--exclude-table=*.\($0)" } + (owners ? [] : ["--no-owner"])
    let outcome = try await ChildProcess.run(program, options, environment: environment)
    guard outcome.status == .exited(0) else {
      throw DesiredError.noDump(String(outcome.errors.prefix { !$0.isNewline }))
    }
    return DumpText(outcome.output)
  }

  /// What `pg_dump` writes of the database that people use; `nil` too where the role may not read all its tables.
  static func ofLive(_ live: PostgresConnection, owners: Bool) async throws -> DumpText? {
    guard try await SchemaDump.unreadableTables(of: live).isEmpty else { return nil }
    return try await make(of: live, owners: owners)
  }

  init(_ text: String) {
    var sections: [[Substring]] = [[]]
    // pg_dump says once for all sections that follow where they are stored.
    var storage: [Substring: Substring] = [:]
    for line in text.split(separator: "\n") where line != "--" {
      if line.hasPrefix("\\restrict") || line.hasPrefix("\\unrestrict") { continue }
      if line.hasPrefix("-- PostgreSQL database dump complete") { continue }
      if line.hasPrefix("SET default_table") {
        let setting = line.dropFirst("SET ".count).prefix { $0 != " " }
        let isUsual = line.hasSuffix(" = '';") || line.hasSuffix(" = heap;")
        storage[setting] = isUsual ? nil : line
        continue
      }
      if line.hasPrefix("-- Name: ") {
        let isStored = Self.stored.contains { line.contains($0) }
        sections.append(isStored ? [line] + storage.values.sorted() : [line])
      } else {
        sections[sections.count - 1].append(line)
      }
    }
    self.sections = Self.withoutNamesOfPartitionIndexes(sections.dropFirst().map(Self.sorted))
  }

  private static let stored = ["TABLE", "INDEX", "CONSTRAINT", "MATERIALIZED VIEW"].map {
    "Type: \($0);"
  }

  private static func sorted(_ lines: [Substring]) -> String {
    let kind = lines.first ?? ""
    let isFree = ["Type: TABLE;", "Type: ACL;", "Type: DEFAULT ACL;"].contains { kind.contains($0) }
    guard isFree else { return lines.joined(separator: "\n") }
    // Who gave a right is not compared.
    let own = lines.filter {
      !$0.hasPrefix("SET SESSION AUTHORIZATION ") && !$0.hasPrefix("RESET SESSION AUTHORIZATION")
    }
    return own.map { $0.hasSuffix(",") ? String($0.dropLast()) : String($0) }.map { line in
      // The server names those that a child inherits; the catalogues compare the others' names.
      if line.contains("CONSTRAINT "), line.contains(" NOT NULL"),
        let name = line.firstMatch(of: #/CONSTRAINT ("(?:[^"]|"")*"|\S+) (?=NOT NULL)/#)
      {
        return String(line[..<name.range.lowerBound] + line[name.range.upperBound...])
      }
      guard line.hasPrefix("WITH (") else { return line }
      let options = line.dropFirst(6).prefix { $0 != ")" }
      let rest = line.dropFirst(6 + options.count)
      return "WITH (" + options.split(separator: ", ").sorted().joined(separator: ", ") + rest
    }.sorted().joined(separator: "\n")
  }

  /// The server names a partition's part of an index by itself, and the name tells of the way alone; here each is
  /// named by its partition.
  private static func withoutNamesOfPartitionIndexes(_ sections: [String]) -> Set<String> {
    guard sections.contains(where: { $0.contains("Type: INDEX ATTACH;") }) else {
      return Set(sections)
    }
    var tables: [Substring: Substring] = [:]
    let attach = #/ALTER INDEX (.+) ATTACH PARTITION (.+);/#
    let build = #/CREATE (?:UNIQUE )?INDEX (.+) ON (?:ONLY )?(\S+) USING/#
    let key = #/ALTER TABLE ONLY (\S+)\s+ADD CONSTRAINT (\S+) /#
    var names: [Substring: Substring] = [:]
    for section in sections {
      if let match = section.firstMatch(of: build) {
        tables[match.1] = match.2
      } else if let match = section.firstMatch(of: key) {
        tables[match.2] = match.1
      } else if let match = section.firstMatch(of: attach) {
        names[Self.own(match.2)] = match.1
      }
    }
    guard !names.isEmpty else { return Set(sections) }
    func plain(_ name: Substring) -> Substring {
      var name = name
      var path: [Substring] = []
      while let parent = names[Self.own(name)], path.count < 20 {
        path.append(tables[Self.own(name)] ?? "")
        name = parent
      }
      return path.first.map { "\(name) of \($0)" } ?? name
    }
    return Set(
      sections.map { section in
        if let match = section.firstMatch(of: attach) {
          return "ALTER INDEX \(plain(match.1)) ATTACH PARTITION \(plain(match.2))"
        }
        for match in [section.firstMatch(of: build).map(\.1), section.firstMatch(of: key).map(\.2)]
        {
          guard let name = match, names[name] != nil else { continue }
          return section.replacing(name, with: plain(name))
        }
        return section
      })
  }

  private static func own(_ name: Substring) -> Substring {
    Substring(
      SchemaName.split(String(name)).name.isEmpty
        ? String(name) : SchemaName.split(String(name)).name)
  }

  /// The sections that only one has, in words.
  func differences(from other: DumpText, words: (mine: String, other: String)) -> [String] {
    sections.subtracting(other.sections).sorted().map {
      "only in \(words.mine), by pg_dump:\n\($0)"
    }
      + other.sections.subtracting(sections).sorted().map {
        "only in \(words.other), by pg_dump:\n\($0)"
      }
  }
}
