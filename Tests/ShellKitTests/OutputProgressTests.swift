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

  private let reasons: [String: any Sendable] = [
    "waitingFor": "throttle_query answers true, as it has all day", "easedFor": "2 clients wait",
    "pinnedBy": "process 7 (report) keeps a snapshot open for 90 s", "unseen": "lag",
    "hotShare": 0.854, "walBytes": 300 << 20, "workers": 2,
  ]

  @Test func `at a terminal each reason has a line, cut where the terminal ends`() throws {
    let progress = try progress(reasons)
    let lines = ProgressText.block(progress, columns: 30, style: .plain)
    #expect(
      lines.dropFirst() == [
        "  HOT 85%  server WAL 300 MB…", "  eased: 2 clients wait",
        "  pinned: process 7 (report)…", "  unseen: lag", "  waits for throttle_query a…",
      ])
    #expect(lines.allSatisfy { DisplayWidth.of($0) < 30 })
    #expect(ProgressText.block(try self.progress(), columns: 80, style: .plain).count == 1)
  }

  @Test func `each fact has a name`() throws {
    let facts = ProgressText.facts(try progress(reasons.merging(["sweep": 1]) { $1 }))
    #expect(
      facts.map { $0.name + " = " + $0.value } == [
        "table = public.entry, pass 2", "rows = 420,000 of ~1,000,000 rows, 42%",
        "rate = 18.3k rows/s", "ETA = 32 s", "chunk = 190 ms", "window = 64 blocks in 8 strides",
        "HOT = 85%", "server WAL = 300 MB", "workers = 2", "eased = 2 clients wait",
        "pinned = process 7 (report) keeps a snapshot open for 90 s", "unseen = lag",
        "waits for = throttle_query answers true, as it has all day",
      ])
  }

  @Test func `what is not known is left out`() throws {
    let none = try progress(["rowsPerSecond": NSNull(), "secondsLeft": NSNull()])
    #expect(ProgressText.line(none).hasSuffix("1,000,000 rows  chunk 190 ms"))
    #expect(none.members["rows_per_second"] == .null && none.members["eta_ms"] == .null)
    #expect(!ProgressText.facts(none).contains { ["rate", "ETA"].contains($0.name) })
  }

  @Test func `a gate tells what it asks and how far it is`() throws {
    func gate(_ json: String) throws -> GateProgress {
      try JSONDecoder().decode(GateProgress.self, from: Data(json.utf8))
    }
    let read = try gate(
      #"{"names":["t.v: in step","b"],"blocksDone":43,"blocksTotal":100,"seconds":12,"#
        + #""secondsLeft":15.2}"#)
    #expect(GateText.line(read) == "asks t.v: in step and 1 more  43%  12 s  ETA 16 s")
    #expect(read.members["percent"] == .int(43))
    let whole = try gate(#"{"names":["t_key has no duplicates"],"seconds":75}"#)
    #expect(GateText.line(whole) == "asks t_key has no duplicates  1 min 15 s")
    #expect(whole.members["percent"] == .null)
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
