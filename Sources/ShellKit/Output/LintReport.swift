internal import LiveMigration
internal import Postgres
internal import SchemaChange

/// What `lint` found in a file.
struct LintReport: Report {
  let file: String
  let result: LintResult

  func text(_ look: TextLook) -> String {
    let errors = result.errors.flatMap(\.lines).map { $0 + "\n" }
    let verdicts = result.verdicts.map { $0.text(look, in: result.source) }
    return (errors + verdicts).joined() + summary + "\n"
  }

  private var summary: String {
    let name = Sanitised.text(file)
    if result.verdicts.isEmpty, result.errors.isEmpty { return "\(name): no statement" }
    let kinds: [(String, Int)] = [
      ("unreadable", result.errors.count), ("refused", count("offline_only")),
      ("staged", count("expand_contract")),
      ("destructive", count("fast_lock_destructive_guarded")), ("online", count("online_safe")),
    ]
    let counts = kinds.filter { $0.1 > 0 }.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
    return "\(name): \(counts)" + (result.askedServer ? "" : " (no server was asked)")
  }

  private func count(_ word: String) -> Int {
    result.verdicts.count { $0.classification.word == word }
  }

  var objects: [OutputValue] {
    let errors: [OutputValue] = result.errors.map { error in
      [
        "event": "syntax_error", "file": .text(error.location.file),
        "line": .int(error.location.line), "column": .int(error.location.column),
        "message": .string(Masking.shown(error.message)), "note": .text(error.note),
      ]
    }
    let summary: OutputValue = [
      "event": "linted", "file": .string(file), "asked_server": .bool(result.askedServer),
      "unreadable": .int(result.errors.count), "offline_only": .int(count("offline_only")),
      "expand_contract": .int(count("expand_contract")),
      "fast_lock_destructive_guarded": .int(count("fast_lock_destructive_guarded")),
      "online_safe": .int(count("online_safe")),
    ]
    return errors + result.verdicts.map(\.object) + [summary]
  }
}

/// What `apply` did.
struct ApplyReport: Report {
  let results: [ApplyResult]

  func text(_ look: TextLook) -> String {
    if results.isEmpty { return "No migration is pending.\n" }
    return results.map { result in
      let app = result.appLabel.isEmpty ? "" : " of \(Sanitised.text(result.appLabel))"
      let count = result.statements == 1 ? "1 statement" : "\(result.statements) statements"
      return "Applied \(Sanitised.text(result.version))\(app): \(count).\n"
    }.joined()
  }

  var objects: [OutputValue] {
    if results.isEmpty { return [["event": "nothing_pending"]] }
    return results.map { result in
      [
        "event": "applied", "version": .string(result.version),
        "app_label": .string(result.appLabel), "statements": .int(result.statements),
        "verdicts": .list(result.verdicts.map(\.object)),
      ]
    }
  }
}
