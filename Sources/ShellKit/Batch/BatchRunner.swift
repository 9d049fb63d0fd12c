internal import LiveMigration

/// Runs lines one after the other and keeps count of what failed.
struct BatchRunner {
  let session: ShellSession
  let stop: StopRequest
  let onError: FailureHandling

  /// The first failure's status, which the batch ends with.
  private(set) var status = ExitStatus.success
  private(set) var isOver = false
  private(set) var count = 0
  private(set) var failures = 0

  init(session: ShellSession, stop: StopRequest, onError: FailureHandling) {
    self.session = session
    self.stop = stop
    self.onError = onError
  }

  /// Runs lines that were read before.
  mutating func run(_ scripts: [Script]) async {
    for line in scripts.flatMap(\.lines) where !isOver {
      await run { session in try await session.perform(line) }
    }
  }

  /// Reads and runs lines as they come.
  mutating func run(_ lines: StandardInputLines) async {
    let file = "<stdin>"
    do {
      for try await line in lines {
        await run { session in
          guard let request = try Script.request(line, file: file) else { return }
          try await session.perform(
            ScriptLine(request: request, text: line.text, file: file, number: line.number))
        }
        if isOver { return }
      }
    } catch is CancellationError {
      note(stop.status ?? .interrupted)
    } catch {
      let named = (error as? LineError)?.named(file)
      session.output.error(named ?? error)
      note(ExitStatus(named ?? error))
    }
    if let signal = stop.status { note(signal) }
  }

  /// Runs one piece of work.
  mutating func run(_ work: (ShellSession) async throws -> Void) async {
    guard !isOver else { return }
    count += 1
    do {
      try await work(session)
    } catch is QuitRequest {
      isOver = true
    } catch {
      fail(error)
    }
    if let signal = stop.status {
      if await !session.endsBySignal { note(signal) }
      isOver = true
    }
  }

  /// Tells an error that came before the first line.
  mutating func reject(_ error: any Error) {
    session.output.error(error)
    note(ExitStatus(error))
  }

  private mutating func fail(_ error: any Error) {
    failures += 1
    var status = ExitStatus(error)
    // What a signal stopped ends as the signal says; a real failure on the way out keeps its own code.
    if status == .interrupted, let signal = stop.status { status = signal }
    session.output.error(error, status: status)
    note(status)
    if onError == .stop { isOver = true }
  }

  private mutating func note(_ status: ExitStatus) {
    if self.status == .success { self.status = status }
  }
}
