internal import Foundation

/// A strategy under one set of circumstances.
struct Measurement: Sendable {
  var scenario: String
  var strategy: Strategy
  var seconds: Double
  var walBytes: Int64
  var heapBytes: Int64
  /// The heap of the finished table when it is written anew.
  var freshBytes: Int64
  var indexBytes: Int64
  /// The indexes before.
  var indexBytesBefore: Int64
  var hotPercent: Double
  /// The writers' 99th percentile meanwhile and before, in milliseconds; `nil` without writers.
  var writers: Writers.Latency?
  var idleWriters: Writers.Latency?

  /// The run in a few words, while the others are still to come.
  var brief: String {
    let latency = writers.map { ", writers " + $0.text } ?? ""
    let idle = idleWriters.map { ", before " + $0.text } ?? ""
    return String(format: "%.1f s", seconds) + latency + idle
  }

  /// The run with its ratios to one UPDATE in the same circumstances.
  ///
  /// - Parameter memory: What this program had needed at its peak by then, in megabytes.
  func object(base: Measurement, memory: Int) -> [String: Any] {
    [
      "wall_ratio": seconds / max(base.seconds, 0.001),
      "wal_ratio": Double(walBytes) / max(Double(base.walBytes), 1),
      "heap_to_fresh_ratio": Double(heapBytes) / max(Double(freshBytes), 1),
      "index_growth_ratio": Double(indexBytes) / max(Double(indexBytesBefore), 1),
      "peak_memory_mb": memory,
      "scenario": scenario, "strategy": strategy.rawValue, "seconds": seconds,
      "wal_bytes": walBytes, "heap_bytes": heapBytes, "fresh_heap_bytes": freshBytes,
      "index_bytes": indexBytes, "index_bytes_before": indexBytesBefore,
      "hot_percent": hotPercent, "writer_p99_ms": writers?.statement ?? NSNull(),
      "idle_writer_p99_ms": idleWriters?.statement ?? NSNull(),
      "response_p99_ms": writers?.response ?? NSNull(),
      "idle_response_p99_ms": idleWriters?.response ?? NSNull(),
    ]
  }
}

extension Writers.Latency {
  fileprivate var text: String {
    String(format: "%.1f ms, in line %.1f ms", statement, response)
  }
}

/// The memory that this program has ever had, in megabytes.
func peakMemory() -> Int {
  let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
  let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0)
    / 1024
}

/// Measurements as a table of ratios, for Markdown and for people.
enum ResultTable {
  static func text(_ results: [Measurement]) -> String {
    var lines: [String] = []
    for scenario in results.map(\.scenario).uniqued() {
      let group = results.filter { $0.scenario == scenario }
      guard let base = group.first(where: { $0.strategy == .oneUpdate }) else { continue }
      lines += [
        "", "### \(scenario)", "",
        "| strategy | seconds | wall | WAL | heap / fresh | indexes / before | HOT | writers' p99 |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
      ]
      lines += group.map { row($0, base) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func row(_ result: Measurement, _ base: Measurement) -> String {
    func ratio(_ part: some BinaryInteger, _ whole: some BinaryInteger) -> String {
      String(format: "%.2f", Double(part) / max(Double(whole), 1))
    }
    let wall = String(format: "%.2f", result.seconds / max(base.seconds, 0.001))
    var latency = "–"
    if let writers = result.writers, let idle = result.idleWriters {
      latency = String(
        format: "%.1f ms (%.1f × idle), in line %.1f ms (%.1f ×)", writers.statement,
        writers.statement / max(idle.statement, 0.001), writers.response,
        writers.response / max(idle.response, 0.001))
    }
    let cells = [
      result.strategy.rawValue, String(format: "%.1f", result.seconds), wall,
      ratio(result.walBytes, base.walBytes), ratio(result.heapBytes, result.freshBytes),
      ratio(result.indexBytes, result.indexBytesBefore),
      String(format: "%.0f %%", result.hotPercent), latency,
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }
}

extension Sequence where Element: Hashable {
  fileprivate func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
