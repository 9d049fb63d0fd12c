internal import LiveMigration

/// What `baseline` recorded.
struct BaselineReport: Report {
  let result: BaselineResult

  func text(_ look: TextLook) -> String {
    var text = ""
    switch result.marked.count {
    case 0: text += "Nothing was left to mark: \(count(result.known)) recorded already.\n"
    case 1: text += "Marked \(Sanitised.text(result.marked[0])) as applied, \(ground).\n"
    default:
      text += "Marked \(result.marked.count) migrations as applied, \(ground): "
      text += Sanitised.text("\(result.marked.first ?? "") to \(result.marked.last ?? "")") + ".\n"
    }
    if !result.without.isEmpty {
      text += "note: recorded there and not among the files: "
      text += Sanitised.text(result.without.prefix(5).joined(separator: ", "))
      text += result.without.count > 5 ? " and \(result.without.count - 5) more\n" : "\n"
    }
    guard let first = result.pending.first else {
      return text + "No migration is pending.\n"
    }
    text += "\(count(result.pending.count)) pending, the first \(Sanitised.text(first)).\n"
    return text + look.next(Self.planning)
  }

  private static let planning = NextStep(.plan())

  private var ground: String { Sanitised.text(result.ground) }

  private func count(_ number: Int) -> String {
    number == 1 ? "1 migration is" : "\(number) migrations are"
  }

  var objects: [OutputValue] {
    [
      [
        "event": "baselined", "marked": .list(result.marked.map { .string($0) }),
        "known": .int(result.known), "pending": .list(result.pending.map { .string($0) }),
        "ground": .string(result.ground), "without": .list(result.without.map { .string($0) }),
        "next": result.pending.isEmpty ? .null : .string(Self.planning.line),
      ]
    ]
  }
}

/// Where the migrations of a database stand.
struct StatusReport: Report {
  let overview: MigrationOverview

  func text(_ look: TextLook) -> String {
    var text = "Migrations of \(overview.search.place.layout) in "
    text += Sanitised.text(overview.search.folder) + "\n"
    if overview.migrations.isEmpty {
      text += "No migration.\n"
    } else {
      let shows = overview.migrations.contains { !$0.appLabel.isEmpty }
      let table = TextTable(
        [.init("version")] + (shows ? [.init("application")] : [])
          + [.init("state"), .init("applied"), .init("note")],
        rows: overview.migrations.map { migration in
          [migration.version]
            + (shows ? [migration.appLabel.isEmpty ? "_global_" : migration.appLabel] : [])
            + [migration.state.rawValue, migration.appliedAt, migration.note]
        })
      text +=
        look.columns.map { table.cut(to: $0 - 1, droppable: ["note", "applied"]).text() }
        ?? table.text()
    }
    if let foreign = overview.foreign {
      let name = Sanitised.text(foreign.table)
      if !foreign.dirty.isEmpty {
        let versions = Sanitised.text(foreign.dirty.joined(separator: ", "))
        text += "note: \(name) says that \(versions) got stuck half-way\n"
      }
      if foreign.unrecorded > 0 {
        text += "note: \(name) says that \(foreign.unrecorded) of these are applied already\n"
      }
    }
    return text + LeftAloneText.text(overview.search.leftAlone) + look.next(overview.next)
  }

  var objects: [OutputValue] {
    let migrations: [OutputValue] = overview.migrations.map { migration in
      [
        "event": "migration", "version": .string(migration.version),
        "app_label": .string(migration.appLabel), "state": .string(migration.state.word),
        "path": .text(migration.path), "applied_at": .text(migration.appliedAt),
        "plan_id": migration.plan.map { .plan($0) } ?? .null, "note": .text(migration.note),
      ]
    }
    let search = overview.search
    let summary: OutputValue = [
      "event": "status", "layout": .string(search.place.layout.name),
      "folder": .string(search.folder),
      "foreign_table": .text(overview.foreign?.table),
      "foreign_unrecorded": overview.foreign.map { .int($0.unrecorded) } ?? .null,
      "left_alone": LeftAloneText.objects(search.leftAlone), "next": .text(overview.next?.line),
    ]
    return migrations + [summary]
  }
}

extension MigrationStatus.State {
  /// The word for programs.
  fileprivate var word: String { rawValue.replacing(" ", with: "_") }
}

/// That nothing is pending, and where it was looked.
struct NothingPendingReport: Report {
  let search: MigrationSearch

  func text(_ look: TextLook) -> String {
    var text = "No migration is pending.\n"
    guard search.files.isEmpty || !search.leftAlone.isEmpty else { return text }
    let count = search.files.count
    let found = count == 1 ? "1 migration" : "\(count) migrations"
    text += "Looked in \(Sanitised.text(search.folder)) for migrations of \(search.place.layout): "
    text += "\(count == 0 ? "none" : found) found.\n"
    return text + LeftAloneText.text(search.leftAlone)
  }

  var objects: [OutputValue] {
    [
      [
        "event": "nothing_pending", "layout": .string(search.place.layout.name),
        "folder": .string(search.folder), "migrations": .int(search.files.count),
        "left_alone": LeftAloneText.objects(search.leftAlone),
      ]
    ]
  }
}

/// What `init` found and wrote.
struct BeginningReport: Report {
  let findings: ProjectFindings

  func text(_ look: TextLook) -> String {
    let found = findings
    var text = "Wrote \(Sanitised.text(found.path)).\n"
    text += "  database    \(Sanitised.text(found.database)), PostgreSQL \(found.server), "
    text += found.tables == 1 ? "1 table\n" : "\(found.tables) tables\n"
    text += "  migrations  \(found.migrations) of \(found.place.layout) in "
    text += "\(Sanitised.text(found.place.path))\n"
    if let foreign = found.foreign {
      text += "  applied     \(foreign.applied) of them, as \(Sanitised.text(foreign.table)) says\n"
    }
    if found.recorded > 0 { text += "  recorded    \(found.recorded) here\n" }
    text += LeftAloneText.text(found.leftAlone)
    return text + found.next.map { look.next($0) }.joined()
  }

  var objects: [OutputValue] {
    let found = findings
    return [
      [
        "event": "initialised", "path": .string(found.path), "database": .string(found.database),
        "server": .string(found.server), "tables": .int(found.tables),
        "layout": .string(found.place.layout.name), "folder": .string(found.place.path),
        "migrations": .int(found.migrations), "foreign_table": .text(found.foreign?.table),
        "foreign_applied": found.foreign.map { .int($0.applied) } ?? .null,
        "recorded": .int(found.recorded), "left_alone": LeftAloneText.objects(found.leftAlone),
        "next": .list(found.next.map { .string($0.line) }),
      ]
    ]
  }
}

/// The files that were left alone.
enum LeftAloneText {
  static func text(_ files: [MigrationSearch.LeftAlone]) -> String {
    guard !files.isEmpty else { return "" }
    let head = files.count == 1 ? "Left alone 1 file:\n" : "Left alone \(files.count) files:\n"
    let lines = files.prefix(10).map {
      "  \(Sanitised.text($0.path)): \(Sanitised.text($0.reason))\n"
    }
    return head + lines.joined() + (files.count > 10 ? "  and \(files.count - 10) more\n" : "")
  }

  static func objects(_ files: [MigrationSearch.LeftAlone]) -> OutputValue {
    .list(files.map { ["path": .string($0.path), "reason": .string($0.reason)] })
  }
}
