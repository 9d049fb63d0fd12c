internal import Dispatch
internal import Foundation
internal import Glibc
internal import Synchronization

/// What is known of a child so far.
struct ChildContents: Sendable {
  var status: ChildProcess.Status?
  private var output = Data()
  private var errors = Data()
  private var openPipes = 2
  private let limit: Int

  /// - Parameter limit: The bytes that are kept of each output.
  init(keeping limit: Int) { self.limit = limit }

  /// A Boolean value telling whether the child has ended and all it wrote is here.
  var isComplete: Bool { status != nil && openPipes == 0 }

  var outputText: String { String(decoding: output, as: UTF8.self) }
  var errorsText: String { String(decoding: errors, as: UTF8.self) }

  mutating func addOutput(_ data: Data?) {
    if let data { output.append(data.prefix(limit - output.count)) } else { openPipes -= 1 }
  }

  mutating func addErrors(_ data: Data?) {
    if let data { errors.append(data.prefix(limit - errors.count)) } else { openPipes -= 1 }
  }
}

/// What is known of a child, shared by the threads that learn it and the tasks that wait for it.
final class ChildRecord: Sendable {
  private struct Waiter: Sendable {
    let isSatisfied: @Sendable (ChildContents) -> Bool
    let continuation: CheckedContinuation<ChildContents, Never>
  }

  private struct State {
    var contents: ChildContents
    var waiters: [Waiter] = []

    mutating func satisfied() -> [Waiter] {
      let ready = waiters.filter { $0.isSatisfied(contents) }
      waiters.removeAll { $0.isSatisfied(contents) }
      return ready
    }
  }

  private let state: Mutex<State>

  /// - Parameter limit: The bytes that are kept of each output.
  init(keeping limit: Int) { state = Mutex(State(contents: ChildContents(keeping: limit))) }

  var snapshot: ChildContents { state.withLock { $0.contents } }

  func update(_ change: (inout ChildContents) -> Void) {
    let (ready, contents) = state.withLock { state in
      change(&state.contents)
      return (state.satisfied(), state.contents)
    }
    for waiter in ready { waiter.continuation.resume(returning: contents) }
  }

  func wait(until isSatisfied: @escaping @Sendable (ChildContents) -> Bool) async -> ChildContents {
    await withCheckedContinuation { continuation in
      state.withLock {
        $0.waiters.append(Waiter(isSatisfied: isSatisfied, continuation: continuation))
      }
      update { _ in }
    }
  }
}
