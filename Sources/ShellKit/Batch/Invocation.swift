internal import Glibc

/// What the argument vector asks for.
enum Invocation: Sendable {
  /// Help or the version.
  case text(String)
  case command(any ShellCommand)
  case batch([BatchInput])
  case check([BatchInput])
  /// Lines on standard input.
  case stream
  case prompt

  /// Decides between the entrances.
  init(
    _ options: SessionOptions, rest: [String], arguments: [String], hasInputTerminal: Bool,
    hasOutputTerminal: Bool
  ) throws(UsageError) {
    let inputs = BatchInput.ordered(options, arguments: arguments)
    if let first = rest.first {
      let request = try Grammar.command(rest)
      if case .text(let text) = request {
        self = .text(text)
        return
      }
      guard inputs.isEmpty else {
        throw UsageError(message: "'\(first)' cannot be given together with -c or -f")
      }
      guard !options.check else {
        throw UsageError(message: "--check checks what -c and -f name, not a command")
      }
      if case .command(let command) = request { self = .command(command) } else { self = .prompt }
      return
    }
    if options.check {
      guard !inputs.isEmpty || !hasInputTerminal else {
        throw UsageError(message: "--check needs -c or -f, or lines on standard input")
      }
      self = .check(inputs.isEmpty ? [.file("-")] : inputs)
    } else if !inputs.isEmpty {
      self = .batch(inputs)
    } else {
      self = hasInputTerminal && hasOutputTerminal ? .prompt : .stream
    }
  }

  /// How the session is entered.
  var entrance: ShellSession.Entrance {
    switch self {
    case .prompt: .prompt
    case .command, .text: .command
    case .batch, .check, .stream: .batch
    }
  }
}
