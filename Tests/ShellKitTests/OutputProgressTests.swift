import Foundation
import LiveMigration
import Testing

@testable import ShellKit

@Suite struct OutputProgressTests {
  /// Progress as a plan's row keeps it.
  private func progress(_ changes: [String: Any] = [:]) throws -> BackfillProgress {
    let usual: [String: Any] = [
      "table": "public.entry", "rowsDone": 420_000, "rowsTotal": 1_000_000,
      "rowsPerSecond": 18_300, "secondsLeft": 32, "chunkMilliseconds": 190, "windowBlocks": 64,
      "strides": 8, "sweep": 0,
    ]
    let data = try JSONSerialization.data(withJSONObject: usual.merging(changes) { $1 })
    return try JSONDecoder().decode(BackfillProgress.self, from: data)
  }

  @Test func `a line tells everything`() throws {
    #expect(
      ProgressText.line(try progress()) == """
        public.entry  42%  420,000 of ~1,000,000 rows  18.3k rows/s  ETA 32 s  chunk 190 ms
        """)
    #expect(ProgressText.line(try progress(["sweep": 1])).hasSuffix("chunk 190 ms  pass 2"))
    #expect(
      ProgressText.line(try progress(["waitingFor": "replica \u{1B}[2J"]))
        .hasSuffix("waits for replica \\x1b[2J"))
  }

  @Test(arguments: [10, 20, 40, 60, 80, 120, 200])
  func `a bar fits its terminal`(columns: Int) throws {
    let text = ProgressText.bar(try progress(), columns: columns, style: .plain)
    #expect(DisplayWidth.of(text) < columns)
    #expect(text.contains("42%"))
  }

  @Test func `a bar has room in eighty columns`() throws {
    let text = ProgressText.bar(try progress(), columns: 80, style: .plain)
    #expect(text.hasPrefix("██"))
    #expect(text.contains("18.3k rows/s  ETA 32 s  420k/~1M rows"))
  }

  @Test func `an unknown whole has no bar`() throws {
    let text = ProgressText.bar(
      try progress(["rowsTotal": 0]), columns: 200, style: .plain)
    #expect(text.hasPrefix("public.entry  420,000 of ~0 rows"))
  }

  @Test func `more rows than estimated are no more than all`() throws {
    #expect(ProgressText.fraction(try progress(["rowsDone": 2_000_000])) == 1)
  }
}
