internal import LiveMigration

/// What `doctor` found.
struct DoctorReport: Report {
  let findings: [Diagnosis]

  var hasProblem: Bool { findings.contains { $0.level == .problem } }

  func text(_ look: TextLook) -> String {
    var text = ""
    for finding in findings {
      text += mark(finding.level, look) + " \(finding.subject.words): "
      text += Sanitised.text(finding.finding) + "\n"
      if let help = finding.help, finding.level != .fine {
        text += "           help: \(Sanitised.text(help))\n"
      }
    }
    let problems = findings.count { $0.level == .problem }
    let warnings = findings.count { $0.level == .warning }
    return text + "\(counted(problems, "problem")), \(counted(warnings, "warning")).\n"
  }

  private func mark(_ level: Diagnosis.Level, _ look: TextLook) -> String {
    let word = level.rawValue + String(repeating: " ", count: max(0, 8 - level.rawValue.count))
    return switch level {
    case .fine: look.style.text(word, .green)
    case .note: word
    case .warning: look.style.text(word, .yellow)
    case .problem: look.style.text(word, .red)
    }
  }

  private func counted(_ number: Int, _ word: String) -> String {
    number == 1 ? "1 \(word)" : "\(number) \(word)s"
  }

  var objects: [OutputValue] {
    findings.map { finding in
      [
        "event": "diagnosis", "subject": .string(finding.subject.rawValue),
        "level": .string(finding.level.rawValue), "finding": .string(finding.finding),
        "help": .text(finding.help),
      ]
    }
  }
}

extension Diagnosis.Subject {
  /// What it is called in a sentence.
  fileprivate var words: String {
    switch self {
    case .rowSecurity: "row security"
    case .dump: "pg_dump"
    case .replicas, .slots, .publications, .space, .snapshots, .prepared, .wraparound, .integers,
      .timeouts, .autovacuum, .server, .role, .ledger, .schemas, .tables, .proof, .triggers,
      .statistics, .counting:
      rawValue
    }
  }
}
