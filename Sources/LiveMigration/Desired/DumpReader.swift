internal import Foundation
internal import Synchronization

/// Takes what `pg_dump` writes as it comes, and cuts it into sections.
final class DumpReader: Sendable {
  private let sections = Mutex(DumpSections())

  /// Takes the next bytes.
  func take(_ data: Data) {
    let bytes = Array(data)
    sections.withLock { $0.take(bytes[...]) }
  }

  /// All that was taken, as it is compared.
  func finish() -> DumpText { sections.withLock { DumpText($0.finish()) } }
}

/// The sections of a dump so far.
struct DumpSections {
  private var sections: [DumpSection] = []
  /// The lines of the section that is read; none before the first one.
  private var lines: [[UInt8]] = []
  /// The bytes of a line whose end has not come yet.
  private var open: [UInt8] = []
  /// pg_dump says once for all sections that follow where they are stored.
  private var storage: [[UInt8]: [UInt8]] = [:]

  /// Takes the next bytes.
  mutating func take(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = open.isEmpty ? Array(rest[..<end]) : open + rest[..<end]
      if !line.isEmpty { take(line: line) }
      open = []
      rest = rest[(end + 1)...]
    }
    open += rest
  }

  /// The sections, the last one included.
  mutating func finish() -> [DumpSection] {
    if !open.isEmpty { take(line: open) }
    endSection()
    defer { self = DumpSections() }
    return sections
  }

  private mutating func take(line: [UInt8]) {
    switch line.first {
    case UInt8(ascii: "-") where line.count == 2 && line[1] == line[0]: return
    case UInt8(ascii: "-") where line.starts(with: Words.heading):
      endSection()
      lines = [line]
      if DumpSection.Kind(heading: line).isStored { lines += storage.values.inByteOrder }
      return
    case UInt8(ascii: "-"), UInt8(ascii: "\\"):
      if Words.unsaid.contains(where: line.starts) { return }
    case UInt8(ascii: "S") where line.starts(with: Words.storage):
      let setting = Array(line.dropFirst(4).prefix { $0 != UInt8(ascii: " ") })
      let isUsual = Words.usual.contains { line.suffix($0.count).elementsEqual($0) }
      storage[setting] = isUsual ? nil : line
      return
    default: break
    }
    if !lines.isEmpty { lines.append(line) }
  }

  private mutating func endSection() {
    if !lines.isEmpty { sections.append(DumpSection(lines)) }
    lines = []
  }

  private enum Words {
    static let unsaid = ["\\restrict", "\\unrestrict", "-- PostgreSQL database dump complete"].map {
      Array($0.utf8)
    }
    static let storage = Array("SET default_table".utf8)
    static let usual = [" = '';", " = heap;"].map { Array($0.utf8) }
    static let heading = Array("-- Name: ".utf8)
  }
}

extension Sequence where Element == [UInt8] {
  /// Sorted as bytes.
  var inByteOrder: [[UInt8]] { sorted { $0.lexicographicallyPrecedes($1) } }
}
