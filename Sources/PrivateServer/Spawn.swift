internal import Glibc
internal import Synchronization

/// Starts programs by posix_spawn(3).
///
/// Foundation's `Process` learns of a program's end by a socket that the program's own children inherit: it would
/// wait for the server that `pg_ctl` starts.
enum Spawn {
  struct Child {
    var processID: Int32
    var input: Int32
    var output: Int32
    var errors: Int32
  }

  static func start(
    _ executable: String, _ arguments: [String], environment: [String: String],
    leadsGroup: Bool = false
  ) throws -> Child {
    // One at a time, so that no program started meanwhile inherits a pipe's end before it is marked.
    try starting.withLock { _ in
      try startAlone(executable, arguments, environment: environment, leadsGroup: leadsGroup)
    }
  }

  private static let starting = Mutex(())

  private static func startAlone(
    _ executable: String, _ arguments: [String], environment: [String: String], leadsGroup: Bool
  ) throws -> Child {
    let (input, output, errors) = (try Ends(), try Ends(), try Ends())
    defer {
      close(input.read)
      close(output.write)
      close(errors.write)
    }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, input.read, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output.write, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, errors.write, 2)
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    setUp(&attributes, leadsGroup: leadsGroup)
    var processID: Int32 = 0
    let failure = unsafe withCStrings([executable] + arguments) { argv in
      unsafe withCStrings(environment.map { $0.key + "=" + $0.value }) { envp in
        unsafe posix_spawnp(&processID, executable, &actions, &attributes, argv, envp)
      }
    }
    guard failure == 0 else {
      for descriptor in [input.write, output.read, errors.read] { close(descriptor) }
      throw PrivateServerError(unsafe "\(executable): \(String(cString: strerror(failure)))")
    }
    return Child(
      processID: processID, input: input.write, output: output.read, errors: errors.read)
  }

  /// Blocks until the program has ended.
  static func wait(for processID: Int32) -> ChildProcess.Status {
    var status: Int32 = 0
    while unsafe waitpid(processID, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
  }

  /// The two ends of a pipe, neither of which another program inherits.
  private struct Ends {
    let read: Int32
    let write: Int32

    init() throws {
      var ends: [Int32] = [0, 0]
      guard unsafe pipe(&ends) == 0 else {
        throw PrivateServerError(unsafe "pipe: \(String(cString: strerror(errno)))")
      }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      (read, write) = (ends[0], ends[1])
    }
  }

  /// The program starts with every signal as the system has it, whatever this one blocks or ignores.
  private static func setUp(_ attributes: inout posix_spawnattr_t, leadsGroup: Bool) {
    var none = sigset_t()
    unsafe sigemptyset(&none)
    var all = sigset_t()
    unsafe sigfillset(&all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    let group = leadsGroup ? POSIX_SPAWN_SETPGROUP : 0
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(group))
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies: [UnsafeMutablePointer<CChar>?] =
      unsafe strings.map { unsafe strdup($0) } + [nil]
    defer { unsafe copies.forEach { unsafe free($0) } }
    return unsafe body(copies)
  }
}
