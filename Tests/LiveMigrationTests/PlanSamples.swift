import Foundation
import LiveMigration
import Postgres
import SchemaChange

/// Plans that tests write and read.
enum PlanSamples {
  static let planID = PlanID(rawValue: 7_301_444_403_221_405_696) ?? PlanID.zero

  static func plan(_ parameters: [StepParameters] = everyKind) -> LivePlan {
    LivePlan(
      header: header(),
      steps: parameters.enumerated().map { PlanStep(ordinal: $0, parameters: $1) })
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
      work: .transactional(statements: [
        "ALTER TABLE t ADD c int",
        "SELECT 'ä/\\\"\u{1}\t\n😀\u{7f}'",
      ]),
      undo: ["ALTER TABLE t DROP c"]),
    Segment(
      purpose: "",
      work: .buildIndex(
        index: QualifiedName(name: "i"), table: table,
        statement: "CREATE INDEX CONCURRENTLY i ON t (c)"),
      undo: []),
    Segment(
      purpose: "drop",
      work: .dropIndex(
        index: QualifiedName(schema: "s", name: "i"), statement: "DROP INDEX CONCURRENTLY i")),
    Segment(purpose: "x", work: .outsideTransaction(statement: "ALTER TYPE e ADD VALUE 'x'")),
  ]

  static let everyKind: [StepParameters] = [
    .expandSchema(segments: segments),
    .beginCompatibilityWindow(hooks: [
      Hook(
        table: table, column: "amount", shadow: "amount_new", install: ["a", "b"],
        preferShadow: ["c"], remove: ["d"], undo: ["e", "f"]),
      Hook(
        table: table, column: "secret", shadow: "secret_new",
        codec: Hook.Codec(from: "codec.old", to: "new"), install: [], preferShadow: [], remove: [],
        undo: []),
    ]),
    .backfillChunked(backfills: [
      TableBackfill(
        table: table,
        assignments: [.init(column: "amount_new", expression: "amount::bigint")],
        condition: "amount_new IS DISTINCT FROM amount::bigint")
    ]),
    .validateBackfill(gates: [
      GateQuery(name: "in step", query: "SELECT count(*) FROM t", expected: 0, sample: "SELECT 1"),
      GateQuery(name: "few", query: "SELECT 1", expected: .min),
      GateQuery(name: "many", query: "SELECT 1", expected: .max),
      GateQuery(
        name: "each", query: "SELECT count(*) FROM t AS r WHERE r.c IS NULL", expected: 0,
        rows: .init(table: table, alias: "r", condition: "r.c IS NULL")),
    ]),
    .cutoverReads,
    .cutoverWrites,
    .finalizeConstraints(segments: []),
    .cleanupLegacyState(segments: segments),
    .runReversibleSchemaOp(segments: segments),
  ]
}

extension PlanID {
  /// The smallest identifier.
  static var zero: PlanID { PlanIDGenerator(node: 0).next(now: .distantPast) }
}
