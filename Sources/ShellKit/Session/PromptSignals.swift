internal import Synchronization
internal import UnixSignals

/// What Ctrl-C and SIGTERM do while the shell is at a prompt.
///
/// The first Ctrl-C during a command asks for a stop at the next safe point, the second one stops waiting; neither
/// leaves the shell. SIGTERM and a closed terminal do.
final class PromptSignals: Sendable {
  private struct State: Sendable {
    var running: Task<Void, any Error>?
    var giveUp: AsyncStream<Result<Void, any Error>>.Continuation?
    var isStopping = false
    var ending: ExitStatus?
    var listening: Int?
  }

  private let output: ConsoleOutput
  private let editor: LineEditor
  /// Whether the command that runs holds a plan, which only stops at a safe point.
  private let isHolding: @Sendable () async -> Bool
  private let state = Mutex(State())

  init(
    output: ConsoleOutput, editor: LineEditor, isHolding: @escaping @Sendable () async -> Bool
  ) async {
    self.isHolding = isHolding
    self.output = output
    self.editor = editor
    let listening = await SignalBroker.shared.add { [weak self] in self?.take($0) }
    state.withLock { $0.listening = listening }
  }

  /// The status with which a signal ends the shell; `nil` while none did.
  var ending: ExitStatus? { state.withLock { $0.ending } }

  /// Stops listening.
  func end() {
    if let listening = state.withLock({ $0.listening }) { SignalBroker.shared.remove(listening) }
  }

  /// Runs a command that signals can stop.
  ///
  /// - Parameter late: Told how it ended after all when it was not waited for.
  /// - Returns: Whether it ended; a second Ctrl-C stops waiting for it.
  func run(
    _ body: @escaping @Sendable () async throws -> Void,
    late: @escaping @Sendable ((any Error)?) async -> Void
  ) async throws -> Bool {
    let (ends, end) = AsyncStream<Result<Void, any Error>>.makeStream()
    let task = Task { try await body() }
    let report = Task { end.yield(await task.result) }
    state.withLock {
      ($0.running, $0.giveUp, $0.isStopping) = (task, end, false)
    }
    defer {
      report.cancel()
      state.withLock { ($0.running, $0.giveUp) = (nil, nil) }
    }
    for await result in ends {
      try result.get()
      return true
    }
    output.stand([])
    output.notice("not waiting any longer; what was running still stops at its next safe point")
    Task {
      do {
        try await task.value
        await late(nil)
      } catch {
        await late(error)
      }
    }
    return false
  }

  private func take(_ signal: UnixSignal) {
    let isInterrupt = signal == .sigint
    let (running, giveUp, wasStopping) = state.withLock { state in
      defer { state.isStopping = state.running != nil }
      if !isInterrupt { state.ending = ExitStatus(rawValue: 128 + signal.rawValue) }
      return (state.running, state.giveUp, state.isStopping)
    }
    guard let running else { return editor.interrupt() }
    running.cancel()
    if wasStopping {
      giveUp?.finish()
    } else if isInterrupt {
      Task { [output, isHolding] in
        guard await isHolding() else { return }
        output.notice("stopping at the next safe point; Ctrl-C again stops waiting")
      }
    }
  }
}
