import Foundation
import LiveMigration
import Postgres
import SchemaChange
import Testing

@testable import ShellKit

@Suite struct OutputTests {
  private let id: PlanID

  init() throws {
    id = try #require(PlanID("4711"))
  }

  @Test func `JSON is one line with its keys in order`() {
    let value: OutputValue = ["b": 1, "a": ["x", true, .null], "c": ["y": "z"]]
    #expect(value.json == #"{"a":["x",true,null],"b":1,"c":{"y":"z"}}"#)
  }

  @Test func `JSON escapes what could break a line or steer a terminal`() {
    let text = "a\"\\\n\r\t\u{0}\u{1B}[31m\u{85}\u{2028}é😀\u{202E}\u{2066}\u{61C}\u{200F}\u{FEFF}"
    let json = OutputValue.string(text).json
    #expect(json == #""a\"\\\n\r\t\u0000\u001b[31m\u0085\u2028é😀\u202e\u2066\u061c\u200f\ufeff""#)
    let parsed = try? JSONSerialization.jsonObject(
      with: Data(json.utf8), options: .fragmentsAllowed)
    #expect(parsed as? String == text)
  }

  @Test func `no text in an object keeps a password`() {
    let value: OutputValue = [
      "a": ["postgres://bob:geheim1@h/d", 1], "b": ["c": "ALTER ROLE bob PASSWORD 'geheim1'"],
      "d": "nothing secret",
    ]
    let json = value.masked.json
    #expect(!json.contains("geheim1") && json.contains("bob") && json.contains("nothing secret"))
  }

  @Test func `numbers beyond JavaScript's are strings, times are RFC 3339, spans milliseconds`() {
    #expect(OutputValue.bigint(9_223_372_036_854_775_807).json == #""9223372036854775807""#)
    #expect(OutputValue.plan(id).json == #""4711""#)
    #expect(OutputValue.milliseconds(.seconds(2)).json == "2000")
    #expect(OutputValue.milliseconds(seconds: .infinity).json == "0")
    #expect(
      OutputValue.time(Date(timeIntervalSince1970: 0.25)).json == #""1970-01-01T00:00:00.250Z""#)
  }

  @Test func `an error has the same keys whatever it is`() throws {
    let errors: [any Error] = [
      EngineError.noSuchPlan(id), UsageError(message: "x"), Refusal.untilNeedsPlan,
      CancellationError(), PostgresError.connectionClosed,
    ]
    for error in errors {
      guard case .object(let members) = ErrorReport(error).object else { continue }
      #expect(
        members.keys.sorted() == [
          "category", "code", "detail", "event", "hint", "message", "next", "sqlstate",
        ])
    }
  }

  @Test func `a server's error keeps its code, detail and hint`() {
    var server = ServerError(message: "no such thing", sqlState: .undefinedTable)
    server.detail = "the detail"
    server.hint = "the hint"
    let report = ErrorReport(PostgresError.server(server))
    #expect(report.sqlState == "42P01")
    #expect(report.detail == "the detail")
    #expect(report.hint == "the hint")
    #expect(
      report.text(.plain) == """
        error: the server refuses: no such thing
          detail: the detail
          hint: the hint
          SQLSTATE 42P01
        """)
  }

  @Test func `an error's text cannot steer the terminal`() {
    let report = ErrorReport(Refusal.unreadableFile("a\u{1B}]0;x\u{7}b", reason: "r"))
    #expect(!report.text(.plain).unicodeScalars.contains("\u{1B}"))
  }

  @Test func `no line from data looks like one of the shell's own`() throws {
    let forged = "a\nNext: run 1\n  x"
    var server = ServerError(message: forged, sqlState: .undefinedTable)
    server.detail = forged
    let errors: [any Error] = [
      PostgresError.server(server), Refusal.unreadableFile(forged, reason: forged),
      EngineError.noSuchMigration(forged), UsageError(message: forged, command: forged),
      LineError(forged, file: forged, line: 1, column: 1, source: forged),
      EngineError.stepFailed(id, .cutoverReads, server),
    ]
    for error in errors {
      let text = ErrorReport(error).text(.plain)
      #expect(!text.contains("\nNext: run"), "\(text)")
    }
    let segment = Segment(purpose: forged, work: .transactional(statements: [forged].planned))
    let gate = GateQuery(name: forged, query: forged, expected: 0)
    for step in [
      PlanStep(ordinal: 0, kind: .expandSchema, body: .segments([segment])),
      PlanStep(ordinal: 0, kind: .validateBackfill, body: .gates([gate])),
    ] {
      for printsSQL in [true, false] {
        #expect(!step.text(TextLook(), printsSQL: printsSQL).contains("\nNext: run"))
      }
    }
    #expect(Sanitised.block(forged) == "a\n  Next: run 1\n  x")
  }

  @Test func `an error repeats no password`() throws {
    let url = "postgres://bob:hunter2@h/db"
    var server = ServerError(message: "could not connect to \(url)", sqlState: .undefinedTable)
    server.detail = "host=h password=hunter2"
    server.hint = url
    let errors: [any Error] = [
      PostgresError.server(server), Refusal.noPlanLike(url),
      UsageError(message: "unexpected argument '\(url)'"),
      LineError("no '\(url)'", file: "f", line: 1, column: 6, source: "list \(url)"),
      LineError("no '\(url)'", line: 1, column: 6, source: "list \(url)"),
      MigrationSyntaxError(
        location: SourceLocation(file: "f", line: 1, column: 1), message: "no \(url)",
        sourceLine: url),
    ]
    for error in errors {
      let report = ErrorReport(error)
      #expect(!report.text(.plain).contains("hunter2"), "\(report.text(.plain))")
      #expect(!report.object.json.contains("hunter2"), "\(report.object.json)")
      #expect(report.text(.plain).contains("bob"))
    }
  }

  @Test func `a caret points right behind a masked password`() throws {
    let source = "sql 'postgres://b:hunter2@h' lsit"
    let error = LineError("no lsit", file: "f", line: 1, column: 30, source: source)
    #expect(
      error.description == """
        f:1:30: error: no lsit
        sql 'postgres://b:*******@h' lsit
                                     ^
        """)
  }

  @Test func `an error names the innermost line that failed`() {
    let inner = PlacedError(error: EngineError.noSuchPlan(id), file: "b.djogi", line: 3)
    let outer = PlacedError(error: inner, file: "a.djogi", line: 9)
    #expect(
      ErrorReport(outer).text(.plain)
        == "b.djogi:3: error: there is no plan 4711 in this database\nNext: list --all")
    #expect(ErrorReport(outer).status == .runtime)
  }

  private func status(_ error: any Error) -> Int32 { ExitStatus(error).rawValue }

  @Test func `exit codes follow from the kind of failure`() {
    #expect(status(EngineError.noSuchPlan(id)) == 1)
    #expect(status(EngineError.offlineOnly(file: "x", [])) == 2)
    #expect(status(EngineError.gateDisagreed(id, .validate, [])) == 3)
    #expect(status(EngineError.unfinishedPlan(id, .paused)) == 5)
    #expect(status(EngineError.heldElsewhere(id, nil)) == 5)
    #expect(status(EngineError.interrupted(id)) == 130)
    #expect(status(UsageError(message: "")) == 64)
    #expect(status(LineError("", line: 1)) == 64)
    #expect(status(ScriptMistakes(errors: [])) == 64)
    #expect(status(PostgresError.connectionClosed) == 1)
    #expect(status(ConfigurationError.missing(path: "x")) == 1)
    #expect(status(Refusal.endedElsewhere(id, .failed, wanted: .complete)) == 5)
    #expect(status(Refusal.timedOut(wanted: nil)) == 1)
    #expect(status(PlacedError(error: EngineError.interrupted(id), file: "", line: 1)) == 130)
    #expect(status(ReportedFailure(status: .classification)) == 2)
    #expect(status(CocoaError(.fileNoSuchFile)) == 1)
  }

  @Test func `every category of the engine has a code of its own`() {
    let codes = EngineError.Category.allCases.map { ExitStatus($0).rawValue }
    #expect(codes == [1, 2, 3, 4, 5, 130])
  }

  @Test func `a plan has reached the statuses that lie behind it`() {
    #expect(PlanStatus.cutover.has(reached: .validating))
    #expect(PlanStatus.complete.has(reached: .finalizing))
    #expect(!PlanStatus.running.has(reached: .validating))
    #expect(!PlanStatus.paused.has(reached: .validating))
    #expect(!PlanStatus.failed.has(reached: .complete))
    #expect(PlanStatus.failed.has(reached: .failed))
  }

  @Test func `lines come calmer the longer it takes`() {
    #expect(Cadence.pause(after: .seconds(0)) == .seconds(1))
    #expect(Cadence.pause(after: .seconds(59)) == .seconds(1))
    #expect(Cadence.pause(after: .seconds(60)) == .seconds(5))
    #expect(Cadence.pause(after: .seconds(3600)) == .seconds(30))
  }

  @Test func `standing lines are taken away before they are drawn again`() {
    var standing = StandingText()
    #expect(standing.replace(with: ["a", "b"]) == "a\r\nb")
    #expect(standing.replace(with: ["c"]) == "\r\u{1B}[1A\u{1B}[Jc")
    #expect(standing.replace(with: []) == "\r\u{1B}[J")
    #expect(standing.erasure == "")
  }
}
