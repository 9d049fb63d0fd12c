internal import Glibc

/// A stream that lines are written to, until its reader is gone.
struct LineStream: Sendable {
  let descriptor: Int32
  /// A Boolean value telling whether the reader went away; what is written then is dropped.
  private(set) var isClosed = false
  /// The error of a write that failed for another reason, such as a full disk.
  private(set) var failure: Int32?

  init(_ descriptor: Int32) {
    self.descriptor = descriptor
  }

  mutating func write(_ text: String) {
    guard !isClosed, failure == nil else { return }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
      }
      if count >= 0 {
        rest = rest.dropFirst(count)
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: _ = waitUntilWritable()
      case EPIPE, EIO:
        isClosed = true
        return
      default:
        failure = errno
        return
      }
    }
  }

  /// Somebody else may have made the shared descriptor non-blocking.
  private func waitUntilWritable() -> Int32 {
    var polled = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return unsafe poll(&polled, 1, 1000)
  }
}
