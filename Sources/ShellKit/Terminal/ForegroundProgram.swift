internal import CTerminal
internal import Glibc
internal import UnixSignals

/// Runs a program that has the terminal for as long as it lasts: a pager, a manual, a shell.
enum ForegroundProgram {
  /// The status of a command that the shell does not find.
  static let notFound: Int32 = 127

  /// Runs a command line of `sh` to its end.
  ///
  /// Ctrl-C is the program's business meanwhile; what ends this program ends that one first.
  ///
  /// - Parameter input: Its standard input; `nil` for the terminal.
  /// - Returns: Its exit status, 128 and more for a signal.
  static func run(_ command: String, input: String? = nil) async -> Int32 {
    guard let program = try? Started(command, hasInput: input != nil) else { return notFound }
    let listening = await SignalBroker.shared.add { signal in
      if signal != .sigint { kill(program.processID, signal.rawValue) }
    }
    defer { SignalBroker.shared.remove(listening) }
    return await DetachedThread.run(name: "program") {
      let modes = TerminalModes(keeping: STDIN_FILENO)
      defer { modes?.restore() }
      if let input { program.write(input) }
      return program.wait()
    }
  }
}

/// A program that was started.
private struct Started: Sendable {
  let processID: pid_t
  private let input: Int32

  init(_ command: String, hasInput: Bool) throws(TerminalError) {
    var ends: [Int32] = [-1, -1]
    if hasInput {
      guard unsafe ct_pipe(&ends) == 0 else { throw TerminalError(call: "pipe", errno: errno) }
    }
    defer { if hasInput { close(ends[0]) } }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    if hasInput { unsafe posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO) }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // What this program ignores, the other one would ignore too.
    var signals = sigset_t()
    unsafe sigfillset(&signals)
    unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
    let line = ["sh", "-c", command]
    var words = unsafe line.map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    var started: pid_t = 0
    let failure = unsafe posix_spawn(&started, "/bin/sh", &actions, &attributes, &words, environ)
    guard failure == 0 else {
      if hasInput { close(ends[1]) }
      throw TerminalError(call: "posix_spawn", errno: failure)
    }
    (processID, input) = (started, ends[1])
  }

  /// Writes all of the text; a pager that is left early need not read it.
  func write(_ text: String) {
    var stream = LineStream(input)
    stream.write(text)
    close(input)
  }

  func wait() -> Int32 {
    var code: Int32 = 0
    while unsafe waitpid(processID, &code, 0) < 0, errno == EINTR {}
    let signal = code & 0x7F
    return signal == 0 ? (code >> 8) & 0xFF : 128 + signal
  }
}
