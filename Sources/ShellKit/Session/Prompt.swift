internal import Glibc

/// The shell at a terminal: one line after the other.
enum Prompt {
  /// Reads and runs lines until Ctrl-D or `quit`.
  static func run(_ session: ShellSession) async -> ExitStatus {
    .success
  }
}
