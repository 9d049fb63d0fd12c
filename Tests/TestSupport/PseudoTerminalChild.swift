import PrivateServer
internal import CTerminal
import Foundation
import Synchronization

/// A program that was started at a pseudo-terminal.
final class PseudoTerminalChild: Sendable {
  private let processID: Int32
  private let ended = Mutex<ChildProcess.Status?>(nil)

  /// How it ended; `nil` while it runs.
  var status: ChildProcess.Status? { ended.withLock { $0 } }

  init(
    slave: String, _ executable: String, _ arguments: [String], _ environment: [String: String],
    directory: String?
  ) throws {
    var words: [UnsafeMutablePointer<CChar>?] =
      ([executable] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { (words + variables).forEach { free($0) } }
    processID = ct_spawn_on_pty(slave, executable, &words, &variables, directory)
    guard processID > 0 else { throw TestSupportError("cannot start \(executable): \(errno)") }
    Thread { self.reap() }.start()
  }

  private func reap() {
    var code: Int32 = 0
    while waitpid(processID, &code, 0) < 0, errno == EINTR {}
    let signal = code & 0x7F
    ended.withLock { $0 = signal == 0 ? .exited((code >> 8) & 0xFF) : .signalled(signal) }
  }

  /// Sends a signal; nothing happens when the program has ended.
  func signal(_ number: Int32) {
    ended.withLock { if $0 == nil { _ = kill(processID, number) } }
  }
}
