internal import LiveMigration

/// What can stand at the cursor of the prompt.
struct PromptCompletion: Sendable {
  let session: ShellSession

  func candidates(_ line: String, _ cursor: Int) async -> [Completion] {
    let partial = PartialLine(String(line.prefix(cursor)))
    guard !partial.isInComment else { return [] }
    guard let name = partial.words.first else {
      return matching(ShellCommands.names, partial.fragment)
    }
    guard let command = GrammarCatalogue.shared.commands[name] else { return [] }
    if let option = partial.words.dropFirst().last, let values = command.options[option] ?? nil {
      if let gate = await gate(option, partial) { return matching([gate], partial.fragment) }
      return matching(values, partial.fragment)
    }
    if partial.fragment.hasPrefix("-") {
      return matching(command.options.keys.sorted(), partial.fragment)
    }
    if command.takesPlan { return await plans(for: name, partial) }
    if command.takesFile { return FileCompletion.candidates(partial.fragment) }
    return matching(command.values, partial.fragment)
  }

  private func matching(_ words: [String], _ fragment: String) -> [Completion] {
    words.filter { $0.hasPrefix(fragment) }.map { Completion(insert: $0) }
  }

  /// The gate that the plan on the line waits at: the only one that makes sense.
  private func gate(_ option: String, _ partial: PartialLine) async -> String? {
    guard option == "--approve", let engine = await session.openEngine(),
      let id = partial.words.compactMap({ PlanID($0) }).first
    else { return nil }
    guard let gate = try? await engine.snapshot([id]).first?.gate else { return nil }
    return Gate.approvable.contains(gate) ? gate.rawValue : nil
  }

  private func plans(for command: String, _ partial: PartialLine) async -> [Completion] {
    // A plan is named once, and the second word is an option's or nothing.
    guard command == "watch" || !partial.words.dropFirst().contains(where: { PlanID($0) != nil }),
      partial.fragment.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let engine = try? await session.engine(),
      let rows = try? await engine.plans(
        matching: partial.fragment, accepting: PlanCommand(rawValue: command), limit: 50)
    else { return [] }
    return rows.map { row in
      let rows = row.rowsDone > 0 ? "  " + ProgressText.rows(row.rowsDone, of: row.rowsTotal) : ""
      return Completion(
        insert: row.planID.description,
        display: "\(row.planID)  \(row.slug)  \(row.status.rawValue)\(rows)")
    }
  }
}
