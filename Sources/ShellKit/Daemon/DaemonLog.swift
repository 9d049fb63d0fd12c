internal import Foundation
internal import Logging
internal import Postgres

/// The daemon's log: lines for people, objects for programs, on standard error.
struct DaemonLog: LogHandler {
  let output: ConsoleOutput
  let format: OutputFormat
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info

  init(output: ConsoleOutput, format: OutputFormat) {
    self.output = output
    self.format = format
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    let time = Date().formatted(.iso8601)
    switch format {
    case .json:
      var object: [String: OutputValue] = [
        "event": "log", "time": .string(time), "level": .string(event.level.rawValue),
        "message": .string("\(event.message)"),
      ]
      for (key, value) in all { object[key] = .string("\(value)") }
      output.message(.object(object))
    case .text:
      let details = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
      output.message(Sanitised.text("\(time) \(event.level) \(event.message)\(details)"))
    }
  }
}

extension Logger {
  /// Logs what would be a line of its own without a log.
  func take(_ remark: ConsoleOutput.Remark) {
    switch remark {
    case .own(let text): notice("\(text)")
    case .server(let notice):
      var details: Logger.Metadata = ["sqlstate": "\(notice.sqlState.rawValue)"]
      details["detail"] = notice.detail.map { "\($0)" }
      details["hint"] = notice.hint.map { "\($0)" }
      // What was asked for by client_min_messages is to be seen.
      let level: Logger.Level = notice.severity == "WARNING" ? .warning : .info
      log(level: level, "server \(notice.severity): \(notice.message)", metadata: details)
    }
  }
}
