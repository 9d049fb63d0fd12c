internal import CTerminal
internal import Glibc

/// The modes of a terminal, kept while somebody changes them.
///
/// They are put back by ``restore()``, and by the process itself when it ends before that: by
/// `exit`, by a signal without a handler, or by a crash.
struct TerminalModes: Sendable {
  private let descriptor: Int32
  private let saved: termios
  private let farewell: String

  /// Keeps the present modes; `nil` when there is no terminal behind the descriptor.
  ///
  /// - Parameter farewell: What else to write to make the terminal as it was.
  init?(keeping descriptor: Int32, farewell: String = "") {
    var modes = termios()
    guard unsafe tcgetattr(descriptor, &modes) == 0 else { return nil }
    self.descriptor = descriptor
    saved = modes
    self.farewell = farewell
    keep()
  }

  /// Answers for the modes again, after ``restore()``.
  func keep() {
    var modes = saved
    unsafe ct_keep_terminal(descriptor, &modes, farewell)
  }

  /// Puts the modes back.
  func restore() {
    var modes = saved
    // The thread may be in the background, where this would stop the process.
    _ = unsafe ct_set_modes(descriptor, &modes)
    ct_release_terminal(descriptor)
  }

  /// Changes the modes, starting from the kept ones.
  func change(_ change: (inout termios) -> Void) {
    var modes = saved
    change(&modes)
    _ = unsafe ct_set_modes(descriptor, &modes)
  }
}
