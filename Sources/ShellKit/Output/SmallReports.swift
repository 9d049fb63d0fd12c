internal import LiveMigration
internal import Postgres

/// A text of help.
struct HelpReport: Report {
  let help: String

  func text(_ look: TextLook) -> String { help.hasSuffix("\n") ? help : help + "\n" }
  var objects: [OutputValue] { [["event": "help", "text": .string(help)]] }
}

/// Settings of the shell.
struct SettingsReport: Report {
  let values: [String: String]

  func text(_ look: TextLook) -> String {
    let width = values.keys.map(\.count).max() ?? 0
    return values.sorted { $0.key < $1.key }.map { name, value in
      name.padded(to: width) + "  " + Word.quoted(Sanitised.text(value)) + "\n"
    }.joined()
  }

  var objects: [OutputValue] {
    [["event": "settings", "settings": .object(values.mapValues { .string($0) })]]
  }
}

/// What the session is connected to.
struct ConnectionReport: Report {
  let info: ServerInfo
  let workspace: String
  let database: TargetDatabase
  let isProduction: Bool

  func text(_ look: TextLook) -> String {
    let place = info.isUnixSocket ? "the socket in \(info.host)" : "\(info.host) port \(info.port)"
    let production = isProduction ? look.style.text("  (production)", .red, .bold) : ""
    return "Connected to \(Sanitised.text(info.database)) as \(Sanitised.text(info.user)) through "
      + "\(Sanitised.text(place)).\(production)\n"
      + "  server     PostgreSQL \(info.versionText), process \(info.backendPID)\n"
      + "  workspace  \(Sanitised.text(workspace)), database \(database)\n"
  }

  var objects: [OutputValue] {
    [
      [
        "event": "connection", "host": .string(info.host), "port": .int(info.port),
        "database": .string(info.database), "user": .string(info.user),
        "server_version": .string(info.versionText), "backend_pid": .int(Int(info.backendPID)),
        "workspace": .string(workspace), "target_database": .string(database.rawValue),
        "production": .bool(isProduction),
      ]
    ]
  }
}

/// The rows of a query, printed as psql prints them.
struct RowsReport: Report {
  let result: CommandResult
  let settings: SessionSettings

  func text(_ look: TextLook) -> String {
    let rows = result.rows
    guard !rows.columnNames.isEmpty else { return Sanitised.text(result.tag) + "\n" }
    var table = TextTable(
      zip(rows.columnNames, rows.columnTypes).map { name, type in
        TextTable.Column(name, type.isNumeric ? .right : .left)
      },
      rows: rows.map(\.texts))
    table.null = settings.null
    return table.text(layout(look)) + "\n"
  }

  private func layout(_ look: TextLook) -> TextTable.Layout {
    switch settings.expanded {
    case .off: .aligned
    case .on: .expanded
    case .auto: look.columns.map { .fitting(columns: $0) } ?? .aligned
    }
  }

  var objects: [OutputValue] {
    result.rows.map { row in
      var values: [String: OutputValue] = [:]
      for (name, text) in zip(row.columnNames, row.texts) {
        values[Self.unused(name, in: values)] = .text(text)
      }
      return ["event": "row", "values": .object(values)]
    }
  }

  /// A query may give two columns one name; an object may not.
  private static func unused(_ name: String, in values: [String: OutputValue]) -> String {
    var (candidate, number) = (name, 2)
    while values[candidate] != nil {
      candidate = "\(name)_\(number)"
      number += 1
    }
    return candidate
  }
}

extension PostgresType {
  /// Whether psql sets its values to the right.
  fileprivate var isNumeric: Bool {
    // int8, int2, int4, oid, float4, float8, money, numeric, xid, cid
    [20, 21, 23, 26, 700, 701, 790, 1700, 28, 29].contains(rawValue)
  }
}
