import Foundation
import LiveMigration
import SchemaChange
import Testing

@Suite("The format of plan files")
struct PlanFileFormatTests {
  @Test(arguments: PlanSamples.everyKind)
  func `Each kind of step is read as it was written`(step: PlanStep) throws {
    let plan = PlanSamples.plan([step])
    #expect(try PlanFileFormat.decode(PlanFileFormat.encode(plan)) == plan)
  }

  @Test
  func `A whole plan is read as it was written, and by other readers alike`() throws {
    let plan = PlanSamples.plan()
    let bytes = try PlanFileFormat.encode(plan)
    #expect(try PlanFileFormat.decode(bytes) == plan)
    let other = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    let steps = try #require(other?["steps"] as? [[String: Any]])
    #expect(steps.map { $0["kind"] as? String } == plan.steps.map(\.kind.rawValue))
  }

  @Test
  func `The manual describes every key that is written, and no other`() throws {
    var refused = PlanSamples.full
    refused.keeping = .refused("no")
    var written: Set<String> = []
    for plan in [PlanSamples.full, refused] {
      #expect(try PlanFileFormat.decode(PlanFileFormat.encode(plan)) == plan)
      let bytes = try PlanFileFormat.encode(plan)
      Self.collect(try JSONSerialization.jsonObject(with: Data(bytes)), into: &written)
    }
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let page = try String(
      contentsOf: root.appending(path: "man/man5/djogi-plan.5"), encoding: .utf8)
    var described: Set<String> = []
    for line in page.split(separator: "\n") {
      guard let match = line.firstMatch(of: /^\..*?Va ([^A-Z]*)/) else { continue }
      for word in match.output.1.matches(of: /[a-z_]+/) { described.insert(String(word.output)) }
    }
    #expect(described == written.subtracting(["header", "steps"]))
  }

  private static func collect(_ value: Any, into keys: inout Set<String>) {
    if let members = value as? [String: Any] {
      keys.formUnion(members.keys)
      for member in members.values { collect(member, into: &keys) }
    }
    if let values = value as? [Any] {
      for value in values { collect(value, into: &keys) }
    }
  }

  @Test
  func `A plan keeps the settings under which it was made, and no others`() throws {
    var plan = PlanSamples.plan([PlanSamples.reads])
    plan.session = PlanSession([
      .init(name: "search_path", value: "\"a b\", pg_temp"), .init(name: "TimeZone", value: "UTC"),
    ])
    #expect(try PlanFileFormat.decode(PlanFileFormat.encode(plan)) == plan)
    for name in ["role", "search_path"] {
      var strange = plan
      strange.session.settings.append(.init(name: name, value: "x"))
      #expect(throws: PlanFileError.self) { try PlanFileFormat.encode(strange) }
    }
  }

  @Test
  func `The text is pretty, sorted, without escaped slashes, and ends in a newline`() throws {
    let plan = PlanSamples.plan([
      PlanSamples.step(
        .expandSchema,
        .segments([
          Segment(
            purpose: "a/b",
            work: .transactional(
              statements: ["SELECT '\u{1}ä\"'", "ALTER TABLE ONLY t DROP COLUMN c"].planned))
        ]))
    ])
    let text = String(decoding: try PlanFileFormat.encode(plan), as: UTF8.self)
    #expect(
      text == """
        {
          "header" : {
            "app_label" : "",
            "classification" : "expand_contract",
            "format_version" : "2",
            "originating_migration" : "V20260428000000__widen_amount",
            "plan_id" : "7301444403221405696",
            "slug" : "widen_amount",
            "source_checksum" : "\(plan.header.sourceChecksum)",
            "target_database" : "main"
          },
          "steps" : [
            {
              "kind" : "expand_schema",
              "ordinal" : 0,
              "parameters" : {
                "kind" : "expand_schema",
                "segments" : [
                  {
                    "purpose" : "a/b",
                    "undo" : [

                    ],
                    "work" : {
                      "kind" : "transactional",
                      "statements" : [
                        {
                          "sql" : "SELECT '\\u0001ä\\"'"
                        },
                        {
                          "destroys" : true,
                          "locks" : [
                            {
                              "loses" : {
                                "kind" : "column",
                                "name" : "c"
                              },
                              "mode" : "AccessExclusiveLock",
                              "relation" : {
                                "name" : "t"
                              }
                            }
                          ],
                          "sql" : "ALTER TABLE ONLY t DROP COLUMN c"
                        }
                      ]
                    }
                  }
                ]
              }
            }
          ]
        }

        """)
  }

  @Test
  func `A plan that could not be read again is not written`() {
    var plan = PlanSamples.plan([PlanSamples.reads])
    plan.steps[0].ordinal = 1
    #expect(
      throws: PlanFileError.refused(
        .wrongOrdinal(path: "steps[0].ordinal", expected: 0, found: 1), file: nil)
    ) { try PlanFileFormat.encode(plan) }
    #expect(throws: PlanFileError.refused(.noSteps, file: nil)) {
      try PlanFileFormat.encode(PlanSamples.plan([]))
    }
    #expect(throws: PlanFileError.self) {
      try PlanFileFormat.encode(
        PlanSamples.plan([
          PlanSamples.step(
            .expandSchema,
            .segments([
              Segment(
                purpose: "",
                work: .outsideTransaction(
                  statement: PlannedStatement("SELECT 1\0; DROP TABLE t")))
            ]))
        ]))
    }
  }
}
