import Foundation
public import PrivateServer

/// Why a test could not be set up.
public struct TestSupportError: Error, CustomStringConvertible {
  /// What failed.
  public let description: String

  /// Says what failed.
  public init(_ description: String) {
    self.description = description
  }
}

extension ChildProcess {
  /// The path of the built `djogi-shell`, which lies beside the running tests.
  public static var shell: String {
    get throws {
      let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      let path = URL(fileURLWithPath: tests).deletingLastPathComponent().path + "/djogi-shell"
      guard FileManager.default.isExecutableFile(atPath: path) else {
        throw TestSupportError("\(path) is not built")
      }
      return path
    }
  }
}
