internal import Dispatch
internal import Foundation
internal import Synchronization

/// Writes to the two streams from a thread of its own.
///
/// A write blocks for as long as the reader likes: a terminal after Ctrl-S, a pager, a log collector that stands still.
/// Messages come from sessions in the middle of a transaction, so that no one but this thread may wait for a reader.
/// What is to be written waits in a queue, in order; when the queue is full, the oldest messages that may be lost are
/// left out, and a line in their place says how many.
final class ConsoleWriter: Sendable {
  /// A piece of work for the thread.
  enum Item: Sendable {
    /// Text for standard output.
    case result(String)
    /// A line for standard error; one that may be lost is left out when too many wait.
    case message(String, mayBeLost: Bool)
    /// Lines that stand below everything else until they are replaced.
    case standing([String])
    /// Leaves the standing lines where they are.
    case release
    /// Stands for messages that were left out.
    case omitted(Int)
    /// Called when everything before it is written.
    case barrier(@Sendable () -> Void)

    fileprivate var isAboutStanding: Bool {
      switch self {
      case .standing, .release: true
      default: false
      }
    }

    fileprivate var mayBeLost: Bool {
      if case .message(_, true) = self { true } else { false }
    }
  }

  /// The messages that wait at most, of those that may be lost.
  static let capacity = 10_000

  fileprivate struct Queue: Sendable {
    var items: [Item] = []
    /// How many of the items are messages that may be lost.
    var messages = 0
    /// Whether a thread takes items out.
    var isDraining = false
    var isClosed = false
    var failure: Int32?
  }

  /// Only touched by the thread that drains the queue, of which there is one at a time.
  fileprivate struct Screen: Sendable {
    var output: LineStream
    var errors: LineStream
    var standing = StandingText()
  }

  private let queue = Mutex(Queue())
  private let screen: Mutex<Screen>
  private let omission: @Sendable (Int) -> String

  /// - Parameter omission: The line that stands for messages that were left out.
  init(output: Int32, errors: Int32, omission: @escaping @Sendable (Int) -> String) {
    screen = Mutex(Screen(output: LineStream(output), errors: LineStream(errors)))
    self.omission = omission
  }

  /// A Boolean value telling whether the reader of the results went away.
  var isClosed: Bool { queue.withLock(\.isClosed) }

  /// The error with which results could not be written, when that was not for want of a reader.
  var failure: Int32? { queue.withLock(\.failure) }

  /// Puts something to be written at the queue's end; returns at once.
  func enqueue(_ item: Item) {
    let starts = queue.withLock { queue in
      queue.add(item)
      defer { queue.isDraining = true }
      return !queue.isDraining
    }
    guard starts else { return }
    let thread = Thread { self.drain() }
    thread.name = "output"
    thread.start()
  }

  /// Waits until everything that was put in so far is written.
  ///
  /// - Returns: False when that took longer than `limit`.
  @discardableResult
  func flush(atMost limit: Duration? = nil) -> Bool {
    let isWritten = DispatchSemaphore(value: 0)
    enqueue(.barrier { isWritten.signal() })
    guard let limit else {
      isWritten.wait()
      return true
    }
    let time = DispatchTime.now() + .milliseconds(Int(limit / .milliseconds(1)))
    return isWritten.wait(timeout: time) == .success
  }

  /// Waits likewise, without a thread.
  func flushed() async {
    await withCheckedContinuation { continuation in
      enqueue(.barrier { continuation.resume() })
    }
  }

  /// Writes until nothing waits any more.
  private func drain() {
    while let item = queue.withLock({ $0.take() }) {
      screen.withLock { screen in
        screen.write(item, omission)
        queue.withLock {
          ($0.isClosed, $0.failure) = (screen.output.isClosed, screen.output.failure)
        }
      }
      if case .barrier(let reached) = item { reached() }
    }
  }
}

extension ConsoleWriter.Queue {
  fileprivate mutating func add(_ item: ConsoleWriter.Item) {
    // Of the standing lines only the newest matter, but for those that were left where they are.
    if case .standing = item, let last = items.lastIndex(where: \.isAboutStanding),
      case .standing = items[last]
    {
      items.remove(at: last)
    }
    if item.mayBeLost {
      if messages == ConsoleWriter.capacity { leaveOutOldest() } else { messages += 1 }
    }
    items.append(item)
  }

  private mutating func leaveOutOldest() {
    guard let index = items.firstIndex(where: \.mayBeLost) else { return }
    if index > 0, case .omitted(let count) = items[index - 1] {
      items[index - 1] = .omitted(count + 1)
      items.remove(at: index)
    } else {
      items[index] = .omitted(1)
    }
  }

  /// The next item; `nil`, and nothing drains the queue, when there is none.
  fileprivate mutating func take() -> ConsoleWriter.Item? {
    guard !items.isEmpty else {
      isDraining = false
      return nil
    }
    let item = items.removeFirst()
    if item.mayBeLost { messages -= 1 }
    return item
  }
}

extension ConsoleWriter.Screen {
  fileprivate mutating func write(_ item: ConsoleWriter.Item, _ omission: (Int) -> String) {
    switch item {
    case .result(let text):
      errors.write(standing.replace(with: []))
      output.write(text)
    case .message(let text, _): write(message: text)
    case .omitted(let count): write(message: omission(count))
    case .standing(let lines): errors.write(standing.replace(with: lines))
    case .release: standing.release()
    case .barrier: break
    }
  }

  private mutating func write(message text: String) {
    errors.write(standing.erasure + text + "\n" + standing.drawing)
  }
}
