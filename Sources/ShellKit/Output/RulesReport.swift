internal import SchemaChange

/// The list of the rules, as `lint --rules` prints it.
struct RulesReport: Report {
  func text(_ look: TextLook) -> String {
    Rule.Severity.allCases.map { severity in
      let rules = Rule.all.filter { $0.severity == severity }.sorted {
        $0.id.rawValue < $1.id.rawValue
      }
      return look.style.text(severity.heading, .bold) + "\n"
        + rules.map { rule in
          "  \(rule.id)\n      \(rule.text)\n"
            + (rule.advice.map { "      instead: \($0)\n" } ?? "")
        }.joined()
    }.joined(separator: "\n")
  }

  var objects: [OutputValue] {
    Rule.all.map { rule in
      [
        "event": "rule", "id": .string(rule.id.rawValue),
        "severity": .string(rule.severity.rawValue),
        "text": .string(rule.text), "advice": .text(rule.advice), "manual": .string(rule.manual),
      ]
    }
  }
}
