internal import Foundation
internal import Glibc

/// Folders of this process alone.
public enum TemporaryFolder {
  /// Makes a folder of a new name where the system keeps what is temporary, open to this user only.
  ///
  /// - Parameter longest: The most bytes that the folder's path may have, such as for a socket in it; a longer
  ///   system folder gives way to `/tmp`.
  public static func make(_ name: String, longest: Int = 4000) throws -> String {
    // mkdtemp(3) puts letters of its own in the place of the X.
    let ending = "/\(name)-XXXXXX"
    let system = FileManager.default.temporaryDirectory.path
    let parent = system.utf8.count + ending.utf8.count <= longest ? system : "/tmp"
    var template = Array((parent + ending).utf8CString)
    guard let path = unsafe mkdtemp(&template) else {
      throw PrivateServerError(unsafe "mkdtemp \(parent): \(String(cString: strerror(errno)))")
    }
    return unsafe String(cString: path)
  }
}
