internal import Dispatch
internal import Foundation
internal import Glibc
internal import Synchronization

/// Writes to a pipe on a thread of its own.
final class PipeWriter: Sendable {
  private let chunks: ChunkQueue

  init(_ descriptor: Int32) {
    let chunks = ChunkQueue()
    self.chunks = chunks
    Thread {
      // A child that has ended makes write(2) fail here, instead of ending this program by a signal.
      var pipeSignal = sigset_t()
      unsafe sigemptyset(&pipeSignal)
      unsafe sigaddset(&pipeSignal, SIGPIPE)
      unsafe pthread_sigmask(SIG_BLOCK, &pipeSignal, nil)
      while let chunk = chunks.next(), Self.write(chunk, to: descriptor) {}
      close(descriptor)
    }.start()
  }

  deinit {
    chunks.post(nil)
  }

  /// Queues bytes; `nil` closes the pipe.
  func post(_ chunk: Data?) {
    chunks.post(chunk)
  }

  private static func write(_ data: Data, to descriptor: Int32) -> Bool {
    var rest = data[...]
    while !rest.isEmpty {
      let written = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { return false }
      rest = rest.dropFirst(written)
    }
    return true
  }
}

/// Bytes on their way to a thread that may block.
private final class ChunkQueue: Sendable {
  private let chunks = Mutex<[Data?]>([])
  private let available = DispatchSemaphore(value: 0)

  func post(_ chunk: Data?) {
    chunks.withLock { $0.append(chunk) }
    available.signal()
  }

  func next() -> Data? {
    available.wait()
    return chunks.withLock { $0.removeFirst() }
  }
}
