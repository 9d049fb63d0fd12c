public import Postgres
public enum ForecastProbe {
  public static func run(
    _ changes: [Change], facts: CatalogueFacts, on connection: PostgresConnection
  ) async throws -> ProbeOutcome {
    ProbeOutcome(results: changes.map { _ in nil })
  }
}
