public import Foundation
internal import Glibc

/// A program that this one started, its output captured as it comes.
///
/// Nothing here blocks a task's thread: pipes are read and written by threads of their own.
public final class ChildProcess: Sendable {
  /// How a program ended.
  public enum Status: Hashable, Sendable {
    /// It returned this exit status.
    case exited(Int32)
    /// This signal ended it.
    case signalled(Int32)
  }

  /// What a program left behind.
  public struct Outcome: Sendable {
    /// How it ended.
    public let status: Status
    /// All of its standard output.
    public let output: String
    /// All of its standard error.
    public let errors: String
  }

  /// Its process number.
  public let processID: Int32
  private let record: ChildRecord
  private let input: PipeWriter

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - executable: The program's path.
  ///   - arguments: Its arguments.
  ///   - environment: Variables to set, on top of this process's own without its `PG*` variables.
  ///   - limit: The bytes that are kept of each of its outputs; the rest is read and dropped.
  ///   - leadsGroup: Whether it leads a process group, so that `killGroup` ends what it starts too.
  ///   - output: Takes its standard output as it comes, on a thread of its own; none of that is kept then.
  public init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
    keeping limit: Int = .max, leadsGroup: Bool = false, output: (@Sendable (Data) -> Void)? = nil
  ) throws {
    let child = try Spawn.start(
      executable, arguments, environment: Self.environment(adding: environment),
      leadsGroup: leadsGroup)
    processID = child.processID
    input = PipeWriter(child.input)
    record = ChildRecord(keeping: limit)
    let record = record
    Self.read(child.output) { data in
      if let output, let data {
        output(data)
      } else {
        record.update { $0.addOutput(data) }
      }
    }
    Self.read(child.errors) { data in record.update { $0.addErrors(data) } }
    let processID = child.processID
    Thread {
      let status = Spawn.wait(for: processID)
      record.update { $0.status = status }
    }.start()
  }

  private static func environment(adding variables: [String: String]) -> [String: String] {
    let own = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PG") }
    return own.merging(variables) { $1 }
  }

  /// Reads to the end on a thread of its own; `nil` is the end.
  private static func read(_ descriptor: Int32, _ take: @escaping @Sendable (Data?) -> Void) {
    Thread {
      let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      while true {
        let data = handle.availableData
        guard !data.isEmpty else { break }
        take(data)
      }
      try? handle.close()
      take(nil)
    }.start()
  }

  /// Writes to its standard input, after what was written before.
  public func write(_ text: String) {
    input.post(Data(text.utf8))
  }

  /// Ends its standard input, after what was written before.
  public func closeInput() {
    input.post(nil)
  }

  /// Sends a signal; nothing happens when the program has ended.
  public func signal(_ number: Int32) {
    if record.snapshot.status == nil { kill(processID, number) }
  }

  /// Kills it and what it started, where it leads a group.
  public func killGroup() { kill(-processID, SIGKILL) }

  /// How it ended; `nil` when it has not within that time, or when the task is cancelled.
  ///
  /// What it started may go on, and keep its output open.
  public func status(within limit: Duration) async -> Status? {
    let end = ContinuousClock.now + limit
    while true {
      if let status = record.snapshot.status { return status }
      if ContinuousClock.now >= end || Task.isCancelled { return nil }
      try? await Task.sleep(for: .milliseconds(10))
    }
  }

  /// What it wrote to standard output so far.
  public var output: String { record.snapshot.outputText }

  /// What it wrote to standard error so far.
  public var errors: String { record.snapshot.errorsText }

  /// A Boolean value telling whether it has not ended yet.
  public var isRunning: Bool { record.snapshot.status == nil }

  /// Waits until it has ended and closed its output; a cancelled task kills it.
  public func wait() async -> Outcome {
    let contents = await withTaskCancellationHandler {
      await record.wait { $0.isComplete }
    } onCancel: {
      signal(SIGKILL)
    }
    return Outcome(
      status: contents.status ?? .exited(-1), output: contents.outputText,
      errors: contents.errorsText)
  }

  /// Waits until its standard output or standard error contains `text`.
  ///
  /// - Throws: `PrivateServerError` when it ends without.
  public func waitForOutput(containing text: String) async throws {
    @Sendable func has(_ contents: ChildContents) -> Bool {
      contents.outputText.contains(text) || contents.errorsText.contains(text)
    }
    let contents = await withTaskCancellationHandler {
      await record.wait { has($0) || $0.isComplete }
    } onCancel: {
      signal(SIGKILL)
    }
    guard has(contents) else {
      throw PrivateServerError(
        "the program ended without writing '\(text)':\n\(contents.outputText)\(contents.errorsText)"
      )
    }
  }

  /// Runs a program to its end.
  ///
  /// - Parameter output: Takes its standard output as it comes, on a thread of its own; none of that is kept then.
  public static func run(
    _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:],
    input: String = "", output: (@Sendable (Data) -> Void)? = nil
  ) async throws -> Outcome {
    let child = try ChildProcess(
      executable, arguments, environment: environment, output: output)
    if !input.isEmpty { child.write(input) }
    child.closeInput()
    return await child.wait()
  }
}
