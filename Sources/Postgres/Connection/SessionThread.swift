import Dispatch
import Foundation
import Synchronization

/// A thread that runs one actor's jobs and nothing else.
///
/// libpq blocks; on the shared pool, two blocked sessions would stop every other task of a machine with
/// two cores. The thread ends when the last reference to its owner is gone.
final class SessionThread: SerialExecutor {
  private let mailbox: Mailbox

  init(name: String) {
    let mailbox = Mailbox()
    self.mailbox = mailbox
    let thread = Thread {
      while let item = mailbox.next() { item.run() }
    }
    thread.name = name
    thread.start()
  }

  deinit {
    mailbox.close()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    mailbox.post(.job(UnownedJob(job), self))
  }

  /// Runs `work` on the thread, after what was enqueued before it.
  func perform(_ work: @escaping @Sendable () -> Void) {
    mailbox.post(.work(work))
  }
}

/// What a session's thread is to do next.
private final class Mailbox: Sendable {
  enum Item: Sendable {
    /// Holds the executor for as long as the job runs: the job may release the actor that owns it.
    case job(UnownedJob, SessionThread)
    case work(@Sendable () -> Void)

    func run() {
      switch self {
      case .job(let job, let executor):
        unsafe job.runSynchronously(on: executor.asUnownedSerialExecutor())
      case .work(let work): work()
      }
    }
  }

  private struct Contents {
    var items: [Item] = []
    var isClosed = false
  }

  private let contents = Mutex(Contents())
  /// Counts the items, and one more for the closing.
  private let available = DispatchSemaphore(value: 0)

  func post(_ item: Item) {
    contents.withLock { $0.items.append(item) }
    available.signal()
  }

  func close() {
    contents.withLock { $0.isClosed = true }
    available.signal()
  }

  /// Waits for an item; `nil` once the mailbox is closed and empty.
  func next() -> Item? {
    available.wait()
    return contents.withLock { contents in
      contents.items.isEmpty ? nil : contents.items.removeFirst()
    }
  }
}
