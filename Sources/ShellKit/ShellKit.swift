public import Foundation
internal import Glibc

/// The program `djogi-shell`.
public enum Shell {
  /// Runs the program and returns its exit status.
  ///
  /// - Parameter arguments: The argument vector without the program's name.
  public static func main(
    _ arguments: [String], environment: [String: String] = ProcessInfo.processInfo.environment
  ) async -> Int32 {
    // A reader that goes away is an error of `write`, not the end of a plan that is being driven.
    signal(SIGPIPE, SIG_IGN)
    unsafe setlocale(LC_CTYPE, "")
    openClosedInput()
    return await Program(arguments: arguments, environment: environment).run().rawValue
  }

  /// Gives a program that was started with a closed standard input an empty one, before a file of its own gets that number.
  private static func openClosedInput() {
    if fcntl(STDIN_FILENO, F_GETFD) < 0 { _ = unsafe open("/dev/null", O_RDONLY) }
  }
}
