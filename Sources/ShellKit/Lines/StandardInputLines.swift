internal import Glibc

/// The logical lines that come through a descriptor, as they come.
///
/// One reader at a time. Nothing is read ahead of what is asked for but the rest of a chunk, and a
/// task that waits for a line can be cancelled.
final class StandardInputLines: AsyncSequence, Sendable {
  typealias Element = LogicalLine

  private let descriptor: Int32

  /// Reads from `descriptor`, which the caller keeps open.
  init(_ descriptor: Int32 = STDIN_FILENO) {
    self.descriptor = descriptor
  }

  func makeAsyncIterator() -> Iterator {
    Iterator(descriptor: descriptor)
  }

  struct Iterator: AsyncIteratorProtocol {
    fileprivate let descriptor: Int32
    private var assembler = LineAssembler()
    private var isAtEnd = false

    fileprivate init(descriptor: Int32) {
      self.descriptor = descriptor
    }

    mutating func next() async throws -> LogicalLine? {
      var step = try step()
      while case .needsMore = step {
        take(try await InputChunk.read(from: descriptor))
        step = try self.step()
      }
      guard case .line(let line) = step else { return nil }
      return line
    }

    private enum Step {
      case line(LogicalLine)
      case needsMore
      case end
    }

    // Out of line: the optimiser of Swift 6.3 crashes where it splits a function that holds both this and the wait.
    @inline(never)
    private mutating func step() throws -> Step {
      try Task.checkCancellation()
      if let line = try assembler.next() { return .line(line) }
      guard isAtEnd else { return .needsMore }
      return try assembler.finish().map(Step.line) ?? .end
    }

    @inline(never)
    private mutating func take(_ bytes: [UInt8]) {
      isAtEnd = bytes.isEmpty
      assembler.append(bytes)
    }
  }
}

/// Reads what a descriptor has.
private enum InputChunk {
  private static let size = 1 << 16

  /// Waits for bytes; empty at the end.
  static func read(from descriptor: Int32) async throws -> [UInt8] {
    let bell = try Bell()
    return try await withTaskCancellationHandler {
      try await DetachedThread.run(name: "input") { block(descriptor, bell) }.get()
    } onCancel: {
      bell.ring()
    }
  }

  private static func block(_ descriptor: Int32, _ bell: Bell) -> Result<[UInt8], any Error> {
    var buffer = [UInt8](repeating: 0, count: size)
    while true {
      let ready = Poll.readable([descriptor, bell.descriptor])
      if ready[1] { return .failure(CancellationError()) }
      guard ready[0] else { continue }
      let count = unsafe Glibc.read(descriptor, &buffer, size)
      if count >= 0 { return .success(Array(buffer[..<count])) }
      if errno != EINTR && errno != EAGAIN {
        return .failure(TerminalError(call: "read", errno: errno))
      }
    }
  }
}
