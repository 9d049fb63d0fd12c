internal import SchemaChange

/// How `lint` writes what it found: for people, for programs, and for forges.
enum LintFormat: String, Sendable, Hashable, CaseIterable {
  case text, json, github, gitlab, sarif, junit
}

/// What `lint` found in all files, as one document of a forge's format.
struct LintDocument: Sendable {
  let format: LintFormat
  /// The files that were read.
  let files: [String]
  let findings: [LintFinding]

  /// The whole document, its last line ended.
  var text: String {
    switch format {
    case .text, .json: ""
    case .github: findings.map { github($0) + "\n" }.joined()
    case .gitlab: OutputValue.list(findings.map(gitlab)).json + "\n"
    case .sarif: sarif.json + "\n"
    case .junit: junit
    }
  }

  // MARK: - GitHub: workflow commands

  private func github(_ finding: LintFinding) -> String {
    let command = finding.level == .note ? "notice" : finding.level.rawValue
    let place = "file=\(property(finding.file)),line=\(finding.line),col=\(finding.column)"
    return "::\(command) \(place),title=\(property(finding.rule))::\(data(finding.text))"
  }

  private func data(_ text: String) -> String {
    text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }

  private func property(_ text: String) -> String {
    data(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
  }

  // MARK: - GitLab: a code quality report

  private func gitlab(_ finding: LintFinding) -> OutputValue {
    let severity =
      switch finding.level {
      case .note: "info"
      case .warning: "major"
      case .error: "critical"
      }
    // The same finding keeps its fingerprint when lines above it come and go.
    let identity = "\(finding.file)\n\(finding.rule)\n\(finding.message)"
    let print = Checksum(of: identity.utf8).rawValue.dropFirst("V1:".count)
    return [
      "description": .string(finding.text), "check_name": .string(finding.rule),
      "fingerprint": .string(String(print)), "severity": .string(severity),
      "location": [
        "path": .string(finding.file), "lines": ["begin": .int(finding.line)],
      ],
    ]
  }

  // MARK: - SARIF 2.1.0

  private var sarif: OutputValue {
    let rules = Set(findings.map(\.rule)).sorted()
    return [
      "$schema": .string("https://json.schemastore.org/sarif-2.1.0.json"),
      "version": .string("2.1.0"),
      "runs": .list([
        [
          "tool": [
            "driver": [
              "name": .string("djogi-shell"), "version": .string(ShellVersion.text),
              "rules": .list(rules.map(sarifRule)),
            ]
          ],
          "results": .list(findings.map(sarifResult)),
        ]
      ]),
    ]
  }

  private func sarifRule(_ id: String) -> OutputValue {
    let rule = RuleID(rawValue: id)?.rule
    return [
      "id": .string(id),
      "shortDescription": ["text": .string(rule?.text ?? "a statement that cannot be read")],
      "help": ["text": .string(rule?.advice ?? rule?.text ?? "correct the statement")],
    ]
  }

  private func sarifResult(_ finding: LintFinding) -> OutputValue {
    [
      "ruleId": .string(finding.rule), "level": .string(finding.level.rawValue),
      "message": ["text": .string(finding.text)],
      "locations": .list([
        [
          "physicalLocation": [
            "artifactLocation": ["uri": .string(uri(finding.file))],
            "region": [
              "startLine": .int(finding.line), "startColumn": .int(finding.column),
            ],
          ]
        ]
      ]),
    ]
  }

  /// A path as a relative reference.
  private func uri(_ path: String) -> String {
    let kept = Set("-._~/".utf8)
    return path.utf8.map { byte in
      let isLetter =
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      if isLetter || kept.contains(byte) { return String(UnicodeScalar(byte)) }
      let digits = String(byte, radix: 16, uppercase: true)
      return "%" + (digits.utf8.count == 1 ? "0" : "") + digits
    }.joined()
  }

  // MARK: - JUnit

  private var junit: String {
    let failures = findings.count { $0.level == .error }
    let cases = files.map { file -> (String, Int, Int) in
      let own = findings.filter { $0.file == file }
      let lines =
        own.isEmpty
        ? ["    <testcase classname=\"\(xml(file))\" name=\"all statements\"/>\n"]
        : own.map(junit)
      return (lines.joined(), max(own.count, 1), own.count { $0.level == .error })
    }
    let suites = zip(files, cases).map { file, suite in
      "  <testsuite name=\"\(xml(file))\" tests=\"\(suite.1)\" failures=\"\(suite.2)\">\n"
        + suite.0 + "  </testsuite>\n"
    }
    let total = cases.reduce(0) { $0 + $1.1 }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      + "<testsuites name=\"djogi-shell lint\" tests=\"\(total)\" failures=\"\(failures)\">\n"
      + suites.joined() + "</testsuites>\n"
  }

  private func junit(_ finding: LintFinding) -> String {
    let name = "\(finding.line):\(finding.column) \(finding.rule)"
    let head = "    <testcase classname=\"\(xml(finding.file))\" name=\"\(xml(name))\">"
    let text = xml(finding.text)
    let body =
      finding.level == .error
      ? "<failure type=\"\(xml(finding.rule))\" message=\"\(text)\"/>"
      : "<system-out>\(finding.level.rawValue): \(text)</system-out>"
    return head + body + "</testcase>\n"
  }

  private func xml(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;").replacing("\n", with: "&#10;")
  }
}
