import Postgres
import SchemaChange
import TestSupport
import Testing

@Suite("Forecasts of measured forms", .database)
struct ForecastGroundTruthTests {
  @Test(arguments: [
    measuredColumnForms, measuredTypeForms, measuredConstraintForms, measuredTableForms,
  ])
  func `A clone shows the locks and the work that were measured on a filled table`(
    _ forms: [MeasuredForm]
  ) async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(measuredTables)
    for form in forms {
      let outcome = try await probe(form.sql, on: connection)
      let result = try #require(outcome.results.last)
      guard let locks = form.locks else {
        guard case .refused = result else {
          Issue.record("\(form.sql) was to be refused")
          continue
        }
        continue
      }
      guard case .forecast(let forecast) = result else {
        Issue.record("\(form.sql): \(String(describing: result))")
        continue
      }
      #expect(forecast.lockText == locks, "\(form.sql)")
      #expect(forecast.rewrites == form.work.contains(.rewrites), "\(form.sql)")
      #expect(forecast.scans == form.work.contains(.scans), "\(form.sql)")
      #expect(forecast.buildsIndex == form.work.contains(.buildsIndex), "\(form.sql)")
    }
  }

  @Test func `A form that a clone cannot stand in for is not tried`() async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(measuredTables)
    for sql in untriedForms {
      let outcome = try await probe(sql, on: connection)
      #expect(outcome.results == [nil], "\(sql)")
    }
  }
}

/// Reads a migration's facts and runs it over clones.
func probe(
  _ sql: String, on connection: PostgresConnection
) async throws -> ProbeOutcome {
  let changes = try MigrationParser.parse(sql + ";")
  let names = changes.reduce(into: Set<QualifiedName>()) { $0.formUnion($1.mentions) }
  let facts = try await CatalogueReader.read(names, on: connection)
  return try await ForecastProbe.run(changes, facts: facts, on: connection)
}

extension Forecast {
  /// The locks as `t AE, u SRE`.
  var lockText: String {
    let short: [LockMode: String] = [
      .accessShare: "AS", .rowShare: "RS", .rowExclusive: "RE", .shareUpdateExclusive: "SUE",
      .share: "S", .shareRowExclusive: "SRE", .exclusive: "E", .accessExclusive: "AE",
    ]
    return locks.map { "\($0.relation) \(short[$0.mode] ?? "?")" }.sorted()
      .joined(separator: ", ")
  }
}

extension ProbeOutcome {
  /// The forecast of the change at `index`; `nil` when it was refused or not tried.
  func forecast(_ index: Int) -> Forecast? {
    guard case .forecast(let forecast) = results[index] else { return nil }
    return forecast
  }

  /// The refusal of the change at `index`.
  func refusal(_ index: Int) -> ServerError? {
    guard case .refused(let error) = results[index] else { return nil }
    return error
  }
}
