import Rehearsals
import Testing

@testable import LiveMigration

/// Files and JSON that no person would write.
@Suite("Fuzzed files")
struct FileFuzzTests {
  @Test
  func `Bytes are a plan that is written the same again, or an error`() async throws {
    let sample = String(decoding: try PlanFileFormat.encode(PlanSamples.plan()), as: UTF8.self)
    let words = [
      "\"kind\":", "\"ordinal\": ", "\"steps\": [", "\"header\": {", "\\u0000", "\\ud800",
    ]
    try await Fuzz.run("plan files", 3000, words: words) { _, fuzz in
      let bytes = fuzz.random.chance(10) ? fuzz.noise(300) : fuzz.mutation(of: sample)
      do throws(PlanFileError) {
        let plan = try PlanFileFormat.decode(bytes)
        let again = try PlanFileFormat.decode(try PlanFileFormat.encode(plan))
        #expect(again == plan)
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
  }

  private static let configurations = [
    """
    profile = "staging" # é
    [database]
    url = 'postgresql:///x?host=/tmp'
    [live]
    validation_threshold_rows = 100_000
    backfill_chunk_size = 10000
    lock_timeout_ms = 1000
    windows = ["22:00-06:00", "12:00-13:00"]
    throttle_query = \"\"\"
    SELECT true\"\"\"
    [shell]
    history_file = "~/.djogi"
    """,
    "live = { workers = 2, strides = 8 }\nshell.pager = ''\r\n",
  ]

  @Test
  func `A configuration is read, or refused with a place`() async throws {
    let words = [
      "[live]", "[[live]]", "workers = ", "'''", "\"\"\"", "0x", "1979-05-27", "inf", ".",
    ]
    try await Fuzz.run("configurations", 4000, words: words) { _, fuzz in
      let text = fuzz.random.pick(Self.configurations)
      let bytes = fuzz.random.chance(10) ? fuzz.noise(200) : fuzz.mutation(of: text)
      do throws(ConfigurationError) {
        _ = try Configuration(toml: String(decoding: bytes, as: UTF8.self), file: "Djogi.toml")
      } catch {
        #expect(error.description.hasPrefix("Djogi.toml:"), "\(error)")
      }
    }
  }

  private static let cursor = """
    {"changedInPass":17,"endBlock":4000,"fileNode":16385,"leaf":16384,"nextBlock":128,\
    "open":[{"block":64,"end":128,"stride":3,"strides":8},{"block":0,"end":64,"stride":0,"strides":1}],\
    "sweep":1}
    """

  /// What is read must bear what a backfill does with it: sums that run over would end the program.
  @Test
  func `A cursor is read or refused, and what was read can be worked with`() async throws {
    try await Fuzz.run("cursors", 5000, words: ["\"open\":[", "{\"block\":"]) { _, fuzz in
      let text = String(decoding: fuzz.mutation(of: Self.cursor), as: UTF8.self)
      guard var cursor = BackfillCursor(json: text), cursor.sweep < 50 else { return }
      for step in 0..<20 {
        _ = (cursor.isPassDone, cursor.isLastPass, cursor.blocksLeft)
        let window = cursor.open.first ?? cursor.claim(blocks: 1 << step, strides: 1 << (step % 5))
        guard let window else { break }
        _ = (
          window.isLastStride,
          StrideShape(strides: window.strides, rowsPerBlock: 9).range(of: window.stride)
        )
        cursor = cursor.advanced(window, rows: 1000)
      }
      let leaf = BackfillCursor.Leaf(oid: 1, name: "t", fileNode: 1, blocks: 5, estimatedRows: nil)
      let next = cursor.sweeping(leaf)
      let json = try next.json()
      #expect(BackfillCursor(json: json) == next)
    }
  }

  private static let progress = """
    {"table":"public.t","rowsDone":100,"rowsTotal":1000,"rowsPerSecond":12.5,"secondsLeft":72.0,\
    "secondsLeftSpread":3.0,"chunkMilliseconds":90.1,"windowBlocks":64,"strides":8,"sweep":0,\
    "waitingFor":"replication","hotShare":0.5,"walBytes":123456,"workers":2}
    """

  @Test
  func `What a backfill reports, and what was tuned, is read or left out`() async throws {
    let tuning =
      #"{"chunk-target":"100ms","max-rate":"5000","windows":"22:00-06:00","workers":"2"}"#
    try await Fuzz.run("reports and tuning", 4000) { _, fuzz in
      let report = String(decoding: fuzz.mutation(of: Self.progress), as: UTF8.self)
      if let progress = BackfillProgress(json: report) {
        let json = try progress.json()
        #expect(BackfillProgress(json: json) == progress)
      }
      let settings = Tuning(json: String(decoding: fuzz.mutation(of: tuning), as: UTF8.self))
        .applied(to: LiveSettings())
      #expect(settings.workers >= 1 && settings.strides >= 1 && settings.chunkTarget > .zero)
    }
  }
}
