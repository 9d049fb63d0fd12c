internal import LiveMigration
internal import Postgres
internal import SchemaChange

extension Classification {
  /// Where the change goes, in words.
  var title: String {
    switch self {
    case .onlineSafe: "online"
    case .fastLockDestructiveGuarded: "destructive"
    case .expandContract: "staged"
    case .offlineOnly: "refused"
    }
  }

  /// The word for programs.
  var word: String {
    switch self {
    case .onlineSafe: "online_safe"
    case .fastLockDestructiveGuarded: "fast_lock_destructive_guarded"
    case .expandContract: "expand_contract"
    case .offlineOnly: "offline_only"
    }
  }

  /// How much it matters, as compilers say it.
  var severity: String {
    switch self {
    case .onlineSafe, .expandContract: "note"
    case .fastLockDestructiveGuarded: "warning"
    case .offlineOnly: "error"
    }
  }

  /// How the change is staged.
  var pattern: PatternKind? {
    if case .expandContract(let pattern) = self { pattern } else { nil }
  }

  fileprivate var look: TerminalStyle.Look {
    switch self {
    case .onlineSafe: .green
    case .fastLockDestructiveGuarded: .yellow
    case .expandContract: .cyan
    case .offlineOnly: .red
    }
  }
}

extension Verdict {
  /// The verdict as a compiler would print it: place, severity and rule, source line and caret, and what follows from
  /// it indented.
  func text(_ look: TextLook, in source: SourceExcerpt? = nil) -> String {
    let severity = look.style.text(
      "\(classification.severity)[\(rule)]", classification.look, .bold)
    let pattern = classification.pattern.map { " (\($0.rawValue))" } ?? ""
    let head = "\(clean(change.location.description)): \(severity): "
    var lines = [head + classification.title + pattern + ": " + clean(reason)]
    lines += source?.window(at: change.location).lines ?? []
    if let forecast { lines.append("    forecast: " + forecast.text) }
    if let remedy { lines.append("    instead: " + clean(remedy)) }
    lines += warnings.map { "    warning[\($0.rule)]: \(clean($0.message))" }
    lines += switchedOff.map { "    switched off by a comment: \($0.rule)" }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The verdict for programs.
  var object: OutputValue {
    [
      "event": "verdict", "file": .text(change.location.file), "line": .int(change.location.line),
      "column": .int(change.location.column), "classification": .string(classification.word),
      "severity": .string(classification.severity),
      "pattern": .text(classification.pattern?.rawValue), "rule": .string(rule.rawValue),
      "reason": .string(Masking.shown(reason)), "remedy": .text(remedy.map { Masking.shown($0) }),
      "sql": .string(Masking.shown(change.sql)),
      "forecast": forecast?.object ?? .null,
      "warnings": .list(
        warnings.map {
          ["rule": .string($0.rule.rawValue), "message": .string($0.message)]
        }),
      "switched_off": .list(switchedOff.map { .string($0.rule.rawValue) }),
    ]
  }

  private func clean(_ text: String) -> String { Sanitised.text(Masking.shown(text)) }
}

extension Forecast {
  /// What the server would do, in a line.
  var text: String {
    let work = [
      rewrites ? "rewrites the table" : nil, scans ? "reads every row" : nil,
      buildsIndex ? "builds an index" : nil,
    ].compactMap(\.self)
    let held = locks.map { "\($0.mode.rawValue) on \(Sanitised.text($0.relation))" }
    let kept = held.isEmpty ? "no lock that outlasts it" : held.joined(separator: ", ")
    return kept + "; " + (work.isEmpty ? "catalogue work only" : work.joined(separator: ", "))
  }

  /// The forecast for programs.
  var object: OutputValue {
    [
      "locks": .list(
        locks.map {
          ["relation": .string($0.relation), "mode": .string($0.mode.rawValue)]
        }),
      "rewrites": .bool(rewrites), "scans": .bool(scans), "builds_index": .bool(buildsIndex),
    ]
  }
}
