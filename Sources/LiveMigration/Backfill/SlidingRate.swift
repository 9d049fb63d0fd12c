/// The rate over a sliding window of time.
struct SlidingRate: Sendable {
  private var samples: [(time: ContinuousClock.Instant, amount: Double)] = []
  private let span: Duration

  init(span: Duration = .seconds(30)) { self.span = span }

  mutating func add(_ amount: Double, at now: ContinuousClock.Instant = .now) {
    samples.append((now, amount))
    if let keep = samples.firstIndex(where: { now - $0.time <= span }), keep > 0 {
      samples.removeFirst(keep)
    }
  }

  /// The amount a second, over the whole span or the last part of it; `nil` where too little is known.
  func perSecond(at now: ContinuousClock.Instant = .now, within part: Duration? = nil) -> Double? {
    let recent = samples.drop { now - $0.time > min(part ?? span, span) }
    guard let first = recent.first, recent.count > 1 else { return nil }
    let seconds = (now - first.time).seconds
    // The first sample's work was done before its time stamp.
    let amount = recent.dropFirst().reduce(0) { $0 + $1.amount }
    return seconds > 0 ? amount / seconds : nil
  }
}
