internal import Foundation

/// Files and folders whose names begin as a word does.
enum FileCompletion {
  static func candidates(_ fragment: String) -> [Completion] {
    let cut = fragment.lastIndex(of: "/").map { fragment.index(after: $0) } ?? fragment.startIndex
    let (folder, start) = (String(fragment[..<cut]), String(fragment[cut...]))
    let files = FileManager.default
    let names = try? files.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)
    let matching = (names ?? []).filter { name in
      name.hasPrefix(start) && (start.hasPrefix(".") || !name.hasPrefix("."))
    }
    return matching.sorted().map { name in
      var isFolder: ObjCBool = false
      _ = unsafe files.fileExists(atPath: folder + name, isDirectory: &isFolder)
      let ending = isFolder.boolValue ? "/" : ""
      return Completion(
        insert: folder + name + ending, display: name + ending, isFinal: !isFolder.boolValue)
    }
  }
}
