internal import ArgumentParser
internal import LiveMigration

/// What the shells' completion scripts call: the plans that a command accepts.
struct CompletePlans: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "complete-plans", abstract: "Print the plans that a command accepts.",
    shouldDisplay: false)

  @Argument(help: "The command.")
  var command: String
  @Argument(help: "What the number begins with.")
  var prefix = ""
  @Option(name: .customLong("for"), help: "The shell whose form the plans are described in.")
  var shell: PrintCompletion.Shell?
  @Option(help: "The line before the cursor, which may name a workspace and a database.")
  var line: String?
  @OptionGroup var place: WorkspaceOption

  /// An operator waits at the keyboard: after this long nothing is offered.
  private static let patience = Duration.seconds(2)

  func run(in session: ShellSession) async throws {
    let line = line.map { PartialLine($0) }
    let engine = try await engine(line, session)
    let fragment = line?.fragment ?? prefix
    let accepting = PlanCommand(rawValue: command)
    let rows = try await withThrowingTaskGroup(of: [PlanRow].self) { group in
      group.addTask {
        try await PlanCandidates().rows(
          for: accepting?.rawValue ?? "", startingWith: fragment, limit: 100, engine: engine)
      }
      group.addTask {
        try await Task.sleep(for: Self.patience)
        return []
      }
      defer { group.cancelAll() }
      return try await group.next() ?? []
    }
    session.output.write(candidates(rows, fragment).map { $0 + "\n" }.joined())
  }

  /// The database that the line names, or else the session's.
  private func engine(_ line: PartialLine?, _ session: ShellSession) async throws -> LiveEngine {
    let folder = line?.value(of: "--workspace")
    let name = line?.value(of: "--database").flatMap(TargetDatabase.init(rawValue:))
    guard let name, name != session.database else {
      return try await session.engine(place.workspace ?? folder)
    }
    return try DatabaseContext.open(
      folder: folder ?? session.folder, database: name, environment: session.environment,
      output: session.output
    ).engine
  }

  private func candidates(_ rows: [PlanRow], _ fragment: String) -> [String] {
    guard let shell else { return rows.map(\.planID.description) }
    let words = rows.map { PlanCandidates.word(for: $0, among: rows, continuing: fragment) }
    return zip(rows, words).map { row, word in
      let slug = word == row.planID.description ? row.slug : row.planID.description
      let description = "\(slug) \(row.status.rawValue)"
      return switch shell {
      // The only candidate is inserted as it is.
      case .bash: rows.count == 1 ? word : "\(word)  (\(description))"
      case .zsh: "\(word):\(description)"
      case .fish: "\(word)\t\(description)"
      }
    }
  }
}

extension PartialLine {
  /// What an option was given, as `--option value` or `--option=value`.
  fileprivate func value(of option: String) -> String? {
    if let joined = words.last(where: { $0.hasPrefix(option + "=") }) {
      return String(joined.dropFirst(option.count + 1))
    }
    guard let index = words.lastIndex(of: option), index + 1 < words.count else { return nil }
    return words[index + 1]
  }
}
