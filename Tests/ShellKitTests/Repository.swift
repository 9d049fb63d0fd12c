import Foundation

/// The files of this repository that tests read.
enum Repository {
  /// The folder of the package.
  static var root: String {
    var url = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { url.deleteLastPathComponent() }
    return url.path
  }

  /// A page of the manual.
  static func manual(_ name: String) throws -> ManualPage {
    let path = root + "/man/man\(name.suffix(1))/\(name)"
    return ManualPage(try String(contentsOfFile: path, encoding: .utf8))
  }
}

/// A page in mdoc, as far as tests look into it.
struct ManualPage {
  let lines: [String]

  init(_ text: String) {
    lines = text.split(separator: "\n").map(String.init)
  }

  /// The lines below a heading, up to the next one of its rank or above.
  func section(_ heading: String) -> ManualPage {
    guard let start = lines.firstIndex(of: heading) else { return ManualPage("") }
    let isTop = heading.hasPrefix(".Sh")
    let rest = lines[(start + 1)...].prefix { line in
      !line.hasPrefix(".Sh ") && (isTop || !line.hasPrefix(".Ss "))
    }
    return ManualPage(rest.joined(separator: "\n"))
  }

  /// The list items: each `.It` line with what belongs to it.
  var items: [(head: String, body: ManualPage)] {
    var items: [(head: String, lines: [String])] = []
    for line in lines {
      if line.hasPrefix(".It ") {
        items.append((String(line.dropFirst(4)), []))
      } else if line.hasPrefix(".El") || line.hasPrefix(".Ss") {
        items.append(("", []))
      } else if !items.isEmpty {
        items[items.count - 1].lines.append(line)
      }
    }
    return items.filter { !$0.head.isEmpty }
      .map { ($0.head, ManualPage($0.lines.joined(separator: "\n"))) }
  }

  /// The words that a macro marks, on lines of its own and in lists.
  func words(of macro: String) -> Set<String> {
    var found: Set<String> = []
    for line in lines where line.hasPrefix(".") {
      var isMarked = false
      for word in line.dropFirst().split(separator: " ").map(String.init) {
        if word == macro {
          isMarked = true
        } else if word.count == 2, word.first?.isUppercase == true {
          isMarked = false
        } else if isMarked, word.contains(where: \.isLetter) {
          found.insert(word)
        }
      }
    }
    return found
  }
}
