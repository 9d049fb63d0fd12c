import Foundation
import PrivateServer

/// What a run of the program left behind.
struct Answer: Sendable, CustomStringConvertible {
  let status: ChildProcess.Status
  let output: String
  let errors: String

  init(_ outcome: ChildProcess.Outcome) {
    status = outcome.status
    output = outcome.output
    errors = outcome.errors
  }

  /// The exit status; -1 when a signal ended it.
  var code: Int32 {
    if case .exited(let code) = status { code } else { -1 }
  }

  var description: String { "\(status)\n\(output)\(errors)" }

  /// The JSON objects of the results.
  var objects: [[String: Any]] { Self.objects(output) }

  /// The JSON objects of everything else.
  var errorObjects: [[String: Any]] { Self.objects(errors) }

  /// The first result of a kind.
  func object(_ event: String) -> [String: Any]? {
    objects.first { $0["event"] as? String == event }
  }

  /// The error as programs read it.
  var error: [String: Any]? { errorObjects.first { $0["event"] as? String == "error" } }

  /// The line to type next, without the program and its workspace, which stand before a command of a one-shot.
  var next: String? {
    (output + errors).split(separator: "\n").last { $0.hasPrefix("Next: ") }
      .map { String($0.dropFirst(6)).replacing(#/djogi-shell (--workspace [^ ]+ )?/#, with: "") }
  }

  private static func objects(_ text: String) -> [[String: Any]] {
    text.split(separator: "\n").compactMap { line in
      try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    }
  }
}
