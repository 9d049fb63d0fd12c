import Foundation
import LiveMigration
import Postgres
import SchemaChange

/// Plans that tests write and read.
enum PlanSamples {
  static let planID = PlanID(rawValue: 7_301_444_403_221_405_696) ?? PlanID.zero

  static func plan(_ steps: [PlanStep] = everyKind) -> LivePlan {
    LivePlan(
      header: header(),
      steps: steps.enumerated().map { PlanStep(ordinal: $0, kind: $1.kind, body: $1.body) })
  }

  /// A plan in which every key of the format has a value, and every optional one too.
  static var full: LivePlan {
    var gate = GateQuery(
      name: "g", kind: .converts, query: "SELECT 0", expected: 0, sample: "SELECT ''",
      rows: .init(table: table, alias: "r", condition: "r.c IS NULL", rowName: "r.id::text"),
      isAskedAgain: true)
    let statement = PlannedStatement("ALTER TABLE t ALTER COLUMN c TYPE bigint")
    let list = TableBackfill(
      table: table, assignments: [], condition: "true",
      work: .take(statement: "DELETE FROM t", naming: "WITH w AS (SELECT 1)"))
    gate.pass = FurtherPass(listing: [statement], backfill: list, ending: [statement])
    let (steps, piece) = (
      [
        step(
          .beginCompatibilityWindow,
          .hooks([
            Hook(
              table: table, column: "c", shadow: "d", codec: .init(from: "f", to: "g"),
              types: .init(from: "integer", to: "bigint"), install: [statement],
              preferShadow: [], remove: [], undo: [], ahead: gate)
          ])),
        step(
          .backfillChunked,
          .backfills([
            TableBackfill(
              table: table, assignments: [.init(column: "d", expression: "c")], condition: "true",
              inOrder: true, isStatement: true),
            TableBackfill(table: table, assignments: [], condition: "true", work: .delete),
            list,
          ])),
        step(.cutoverWrites, .approval([statement])),
      ], Segment(purpose: "swap", work: .transactional(statements: [statement]))
    )
    var plan = plan(everyKind + steps)
    plan.session = PlanSession([.init(name: "TimeZone", value: "UTC")])
    plan.newShape = [ShownTable(view: table, table: table)]
    plan.keeping = .possible(
      KeptShape(
        preparation: [piece], swap: piece, wayBack: [piece], swapsBackAt: 0, returnsTo: 2,
        retirement: piece, unheld: [gate]))
    return plan
  }

  static func header(
    slug: String = "widen_amount", database: String = "main", appLabel: String = ""
  ) -> PlanHeader {
    PlanHeader(
      planID: planID, slug: slug, classification: .expandContract,
      originatingMigration: "V20260428000000__widen_amount",
      sourceChecksum: Checksum(of: Array("SELECT 1".utf8)), targetDatabase: database,
      appLabel: appLabel)
  }

  static let table = QualifiedName(schema: "public", name: "Ledger \"entry\"")

  static let segments = [
    Segment(
      purpose: "add the column",
      work: .transactional(
        statements: [
          "ALTER TABLE t ADD c int",
          "SELECT 'ä/\\\"\u{1}\t\n😀\u{7f}'",
        ].planned),
      undo: ["ALTER TABLE t DROP c"].planned),
    Segment(
      purpose: "",
      work: .buildIndex(
        index: QualifiedName(name: "i"), table: table,
        statement: PlannedStatement("CREATE INDEX CONCURRENTLY i ON t (c)")),
      undo: []),
    Segment(
      purpose: "drop",
      work: .dropIndex(
        index: QualifiedName(schema: "s", name: "i"),
        statement: PlannedStatement("DROP INDEX CONCURRENTLY i"))),
    Segment(
      purpose: "x",
      work: .outsideTransaction(statement: PlannedStatement("ALTER TYPE e ADD VALUE 'x'"))),
    Segment(
      purpose: "look",
      work: .ask(gate: GateQuery(name: "g", query: "SELECT 0", expected: 0))),
    Segment(
      purpose: "every lock",
      work: .transactional(
        statements: [
          "LOCK TABLE s.t, ONLY u IN SHARE MODE", "DROP INDEX i", "DROP TABLE t",
          "ALTER TABLE ONLY t DROP COLUMN c", "ALTER TABLE t DROP CONSTRAINT k", "DO 'BEGIN END'",
        ].planned)),
  ]

  static let everyKind: [PlanStep] = [
    step(.expandSchema, .segments(segments)),
    step(
      .beginCompatibilityWindow,
      .hooks([
        Hook(
          table: table, column: "amount", shadow: "amount_new", install: ["a", "b"].planned,
          preferShadow: ["c"].planned, remove: ["d"].planned, undo: ["e", "f"].planned),
        Hook(
          table: table, column: "secret", shadow: "secret_new",
          codec: Hook.Codec(from: "codec.old", to: "new"), install: [], preferShadow: [],
          remove: [],
          undo: []),
      ])),
    step(
      .backfillChunked,
      .backfills([
        TableBackfill(
          table: table,
          assignments: [.init(column: "amount_new", expression: "amount::bigint")],
          condition: "amount_new IS DISTINCT FROM amount::bigint"),
        TableBackfill(
          table: table, assignments: [], condition: "b = ''", isStatement: true, work: .delete),
        taken,
      ])),
    step(
      .validateBackfill,
      .gates([
        GateQuery(
          name: "in step", query: "SELECT count(*) FROM t", expected: 0, sample: "SELECT 1"),
        GateQuery(name: "few", query: "SELECT 1", expected: .min),
        GateQuery(name: "many", query: "SELECT 1", expected: .max),
        GateQuery(
          name: "each", query: "SELECT count(*) FROM t AS r WHERE r.c IS NULL", expected: 0,
          rows: .init(table: table, alias: "r", condition: "r.c IS NULL")),
        GateQuery(
          name: "named", kind: .converts, query: "SELECT 0", expected: 0,
          rows: .init(table: table, alias: "r", condition: "r.c IS NULL", rowName: "r.id::text")),
        repeated,
      ])),
    reads,
    step(.cutoverWrites, .approval()),
    step(.finalizeConstraints, .segments([])),
    step(.cleanupLegacyState, .segments(segments)),
    step(.runReversibleSchemaOp, .segments(segments)),
  ]

  /// Rows that a list names.
  static let taken = TableBackfill(
    table: table, assignments: [], condition: "true", inOrder: true, isStatement: true,
    work: .take(statement: "DELETE FROM t USING djogi_taken", naming: "WITH x AS (SELECT 1)"))

  /// A gate that makes itself agree.
  static let repeated: GateQuery = {
    var gate = GateQuery(name: "again", query: "SELECT 0", expected: 0)
    gate.pass = FurtherPass(
      listing: ["CREATE TABLE a ()"].planned, backfill: taken, ending: ["DROP TABLE a"].planned)
    return gate
  }()

  /// A step that does nothing itself.
  static let reads = step(.cutoverReads, .approval())

  static func step(_ kind: StepKind, _ body: StepBody) -> PlanStep {
    PlanStep(ordinal: 0, kind: kind, body: body)
  }
}

extension PlanID {
  /// The smallest identifier.
  static var zero: PlanID { PlanIDGenerator(node: 0).next(now: .distantPast) }
}
