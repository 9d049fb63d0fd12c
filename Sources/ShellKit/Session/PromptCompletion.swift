internal import LiveMigration

/// What can stand at the cursor of the prompt.
struct PromptCompletion: Sendable {
  let session: ShellSession
  private let candidates = PlanCandidates()

  init(session: ShellSession) {
    self.session = session
  }

  /// Forgets what was looked up.
  func forget() { candidates.forget() }

  func candidates(_ line: String, _ cursor: Int) async -> [Completion] {
    let text = String(line.prefix(cursor))
    if let habit = await habit(text) { return habit }
    let partial = PartialLine(text)
    guard !partial.isInComment else { return [] }
    guard let name = partial.words.first else {
      return matching(ShellCommands.names, partial.fragment)
    }
    guard let command = GrammarCatalogue.shared.commands[name] else { return [] }
    if let option = partial.words.dropFirst().last, let values = command.options[option] ?? nil {
      return await self.values(of: option, values, partial)
    }
    if partial.fragment.hasPrefix("-") {
      return matching(command.options.keys.sorted(), partial.fragment)
    }
    if name == "sql" {
      return await QueryCompletion(session: session).candidates(
        text, word: partial.typedFragment)
    }
    if ["plan", "apply"].contains(name) {
      guard argument(of: name, partial) == nil else { return [] }
      return await MigrationCandidates(session: session).migrations(partial.fragment)
    }
    if command.takesPlan { return await plans(for: name, partial) }
    if command.takesFile { return FileCompletion.candidates(partial.fragment) }
    if name == "set", partial.words.count == 2 {
      return matching(SessionSettings.values(of: partial.words[1]), partial.fragment)
    }
    return partial.words.count == 1 ? matching(command.values, partial.fragment) : []
  }

  private func matching(_ words: [String], _ fragment: String) -> [Completion] {
    words.filter { $0.hasPrefix(fragment) }.map { Completion(insert: $0) }
  }

  /// What psql's hands began to type; `nil` for other lines.
  private func habit(_ text: String) async -> [Completion]? {
    guard text.hasPrefix("\\") else { return nil }
    let name = text.prefix { !$0.isWhitespace }
    guard name.count < text.count else {
      return PsqlHabits.names.filter { $0.hasPrefix(name) }
        .map { Completion(insert: $0, isVerbatim: true) }
    }
    let partial = PartialLine(text)
    switch name {
    case "\\i": return FileCompletion.candidates(partial.fragment)
    case "\\d":
      return await QueryCompletion(session: session).candidates("", word: partial.typedFragment)
    default: return []
    }
  }

  private func values(
    of option: String, _ values: [String], _ partial: PartialLine
  ) async -> [Completion] {
    if option == "--approve" {
      if let gate = await gate(partial) { return matching([gate], partial.fragment) }
    } else if option == "--app" {
      return await MigrationCandidates(session: session).applications(partial.fragment)
    } else if option == "--workspace" {
      return FileCompletion.candidates(partial.fragment).filter { !$0.isFinal }
    }
    return matching(values, partial.fragment)
  }

  /// The gate that the plan on the line waits at: the only one that makes sense.
  private func gate(_ partial: PartialLine) async -> String? {
    guard let engine = try? await session.engine(),
      let word = partial.words.first.flatMap({ argument(of: $0, partial) }),
      let id = try? await session.plan(word, engine: engine),
      let gate = try? await engine.snapshot([id]).first?.gate
    else { return nil }
    return Gate.approvable.contains(gate) ? gate.rawValue : nil
  }

  /// The first word that is neither an option nor an option's value.
  private func argument(of command: String, _ partial: PartialLine) -> String? {
    let options = GrammarCatalogue.shared.commands[command]?.options ?? [:]
    var takesValue = false
    for word in partial.words.dropFirst() {
      if !takesValue, !word.hasPrefix("-") || word == "-" { return word }
      takesValue = !takesValue && (options[word] ?? nil) != nil
    }
    return nil
  }

  /// The keys of `tune`; each takes a value, so that no blank follows.
  private func settings(_ partial: PartialLine) async -> [Completion] {
    Tuning.Key.allCases.map { $0.rawValue + "=" }.filter { $0.hasPrefix(partial.fragment) }
      .map { Completion(insert: $0, isFinal: false) }
  }

  private func plans(for command: String, _ partial: PartialLine) async -> [Completion] {
    // A plan is named once, and the second word is an option's or nothing.
    let named = argument(of: command, partial)
    if command == "tune", named != nil { return await settings(partial) }
    guard command == "watch" || named == nil, let engine = try? await session.engine(),
      let rows = try? await candidates.rows(
        for: command, startingWith: partial.fragment, engine: engine)
    else { return [] }
    return rows.map { row in
      let progress =
        row.rowsDone > 0 ? "  " + ProgressText.rows(row.rowsDone, of: row.rowsTotal) : ""
      return Completion(
        insert: PlanCandidates.word(for: row, among: rows, continuing: partial.fragment),
        display: "\(row.planID)  \(row.slug)  \(row.status.rawValue)\(progress)")
    }
  }
}
