import Testing

@testable import LiveMigration

@Suite("Backfill: tuning")
struct BackfillTuningTests {
  @Test(arguments: [
    (Tuning.Key.chunkTarget, "2s", "2000ms"), (.chunkTarget, "50ms", "50ms"),
    (.chunkTarget, "1min", "60000ms"), (.maxRate, "20000", "20000"), (.maxRate, "none", "none"),
    (.clientSlowdown, "2", "2"), (.clientSlowdown, "1.50", "1.5"), (.clientSlowdown, "100", "100"),
    (.chunkSize, "5", "5"), (.workers, "4", "4"), (.strides, "16", "16"),
    (.maxReplicationLag, "10s", "10000ms"), (.maxSlotLag, "512", "512MB"),
    (.maxSlotLag, "512MB", "512MB"), (.throttleQuery, "SELECT true", "SELECT true"),
    (.windows, "22:00-6:00,12:30-13:00", "22:00-06:00,12:30-13:00"), (.windows, "none", "none"),
    (.snapshotWait, "10m", "600000ms"), (.snapshotWait, "none", "none"),
  ])
  func `A value is read, kept and shown`(key: Tuning.Key, text: String, shown: String) throws {
    var tuning = Tuning()
    try tuning.set(key, to: text)
    let again = Tuning(json: try tuning.json())
    #expect(again == tuning)
    #expect(key.text(in: again.applied(to: LiveSettings())) == shown)
    try tuning.set(key, to: Tuning.reset)
    #expect(tuning.values.isEmpty)
    #expect(tuning.applied(to: LiveSettings()) == LiveSettings())
  }

  @Test(arguments: [
    (Tuning.Key.chunkTarget, "100"), (.chunkTarget, "0ms"), (.chunkTarget, "-1ms"),
    (.chunkTarget, "none"), (.chunkTarget, "999999999min"), (.chunkTarget, ""),
    (.maxRate, "0"), (.maxRate, "many"), (.maxRate, "1.5"), (.maxRate, "99999999999999999999"),
    (.clientSlowdown, "1"), (.clientSlowdown, "101"), (.clientSlowdown, "1e1"),
    (.clientSlowdown, "-2"), (.clientSlowdown, "none"), (.clientSlowdown, "nan"),
    (.chunkSize, "0"), (.workers, "0"), (.workers, "65"), (.strides, "0"), (.strides, "128"),
    (.maxSlotLag, "MB"), (.throttleQuery, "  "), (.windows, "22:00"), (.windows, "22:00-22:00"),
    (.windows, "25:00-26:00"), (.windows, "12:00-13:00,"), (.windows, "1:5-2:00"), (.windows, ""),
  ])
  func `A value that makes no sense is refused`(key: Tuning.Key, text: String) {
    var tuning = Tuning()
    #expect(throws: TuningError.invalid(key, text, expected: key.expectation)) {
      try tuning.set(key, to: text)
    }
    #expect(tuning.values.isEmpty)
  }

  @Test(arguments: ["", "[]", #"{"speed":"9"}"#, #"{"workers":"many"}"#, #"{"workers":2}"#])
  func `A row that another version wrote changes nothing that is not known`(json: String) {
    #expect(Tuning(json: json).applied(to: LiveSettings()) == LiveSettings())
  }

  @Test
  func `A window may go past midnight`() throws {
    let night = try #require(TimeWindow("22:00-06:00"))
    #expect(night.contains(minute: 23 * 60))
    #expect(night.contains(minute: 0))
    #expect(!night.contains(minute: 6 * 60))
    let noon = try #require(TimeWindow("12:00-24:00"))
    #expect(noon.contains(minute: 1439))
    #expect(!noon.contains(minute: 719))
  }
}
