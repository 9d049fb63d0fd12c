internal import LiveMigration
internal import PrivateServer
internal import Synchronization

/// Runs the command of `[notify]` for one notification after the other; nothing that it does changes a plan.
///
/// The command gets an object on its standard input. It has five seconds, and what it started is killed then.
final class NotifyCommand: Sendable {
  /// How long one run of the command may take.
  private static let limit = Duration.seconds(5)
  /// How long the program waits at its end for what is still to be told.
  private static let endLimit = Duration.seconds(10)
  /// The notifications that wait at most; older ones are left out.
  private static let capacity = 100
  /// What is kept of the command's words, in bytes.
  private static let outputLimit = 4096

  private let queue: AsyncStream<OutputValue>.Continuation
  private let worker: Task<Void, Never>
  private let output: ConsoleOutput

  /// - Parameter command: The program, by its path or as `PATH` finds it, and its arguments.
  init(_ command: [String], output: ConsoleOutput) {
    let (objects, queue) = AsyncStream<OutputValue>.makeStream(
      bufferingPolicy: .bufferingNewest(Self.capacity))
    (self.queue, self.output) = (queue, output)
    worker = Task {
      for await object in objects {
        if let failure = await Self.run(command, object.json + "\n") {
          output.notice(
            "[notify] command \(command.first ?? "") \(failure)", event: "notify_failed")
        }
      }
    }
  }

  /// Takes a notification; returns at once.
  func post(_ notification: PlanNotification) {
    let object = NotificationReport(notification: notification, line: output.line).object
    if case .dropped = queue.yield(object.masked) {
      output.notice("[notify] a notification was left out: too many wait", event: "notify_failed")
    }
  }

  /// Waits a while until everything was told; nothing is taken after that.
  func end() async {
    queue.finish()
    let patience = Task { [worker] in
      if (try? await Task.sleep(for: Self.endLimit)) != nil { worker.cancel() }
    }
    await worker.value
    patience.cancel()
  }

  /// Runs the command once; returns what went wrong.
  private static func run(_ command: [String], _ input: String) async -> String? {
    guard let program = command.first else { return nil }
    let child: ChildProcess
    do {
      child = try ChildProcess(
        program, Array(command.dropFirst()), keeping: outputLimit, leadsGroup: true)
    } catch {
      return "cannot be started: \(error)"
    }
    child.write(input)
    child.closeInput()
    guard let status = await child.status(within: limit) else {
      child.killGroup()
      if Task.isCancelled { return "was killed, since djogi-shell ends" }
      return "did not end within \(DurationText.text(limit)), and was killed"
    }
    guard status != .exited(0) else { return nil }
    let words = child.errors.split(separator: "\n").first.map { ": " + $0 } ?? ""
    return switch status {
    case .exited(let code): "ended with status \(code)\(words)"
    case .signalled(let number): "was ended by signal \(number)\(words)"
    }
  }
}
