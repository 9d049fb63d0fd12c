internal import SchemaChange

/// Schema files with what the database has by now, everything else left as it was written.
struct SchemaFileEdit {
  /// All files.
  private(set) var files: [SchemaFile] = []
  /// Those that are not as they were.
  private(set) var changed: [SchemaFile] = []
  /// How many objects were written anew.
  private(set) var sections = 0

  /// Finds the new text of files.
  ///
  /// - Parameters:
  ///   - before: What the files lead to as they are.
  ///   - base: What is there without them.
  ///   - folder: Where files go with objects that no file holds.
  init(
    files: [SchemaFile], before: SchemaCatalogue, now: SchemaCatalogue, base: SchemaCatalogue,
    owners: Bool, folder: String
  ) throws(DesiredError) {
    let homes = SectionKeys(before, now)
    let differing = Set(before.objects.keys).union(now.objects.keys).filter { id in
      guard let old = before.objects[id], let new = now.objects[id] else { return true }
      return !SchemaDifference.changedFacts(old, new, owners: owners).isEmpty
    }
    let keys = Set(differing.map { homes.key($0) })
    var texts: [SchemaSection] = []
    var places: [String: Int] = [:]
    for statement in try SchemaDifference(from: base, to: now, owners: owners).statements {
      guard let id = statement.object else { continue }
      let key = homes.key(id)
      guard keys.contains(key) else { continue }
      if let index = places[key] {
        texts[index].add(statement.sql, about: id.kind)
      } else {
        places[key] = texts.count
        texts.append(SchemaSection(key: key, kind: id.kind, text: statement.sql + ";\n"))
      }
    }
    sections = texts.count
    var placed: Set<String> = []
    for file in files {
      let (text, put) = homes.edited(file, keys, texts)
      placed.formUnion(put)
      let new = SchemaFile(path: file.path, text: text)
      self.files.append(new)
      if text != file.text { changed.append(new) }
    }
    var rest: [String: [String]] = [:]
    for section in texts where !placed.contains(section.key) {
      rest["\(folder)/\(section.file)", default: []].append(section.whole)
    }
    for (path, sections) in rest.sorted(by: { $0.key < $1.key }) {
      append(sections.joined(separator: "\n"), to: path)
    }
  }

  private mutating func append(_ text: String, to path: String) {
    guard let index = files.firstIndex(where: { $0.path.lowercased() == path.lowercased() }) else {
      files.append(SchemaFile(path: path, text: text))
      changed.append(SchemaFile(path: path, text: text))
      return
    }
    let old = files[index]
    let gap = old.text.isEmpty || old.text.hasSuffix("\n\n") ? "" : "\n"
    let new = SchemaFile(path: old.path, text: old.text + gap + text)
    files[index] = new
    changed.removeAll { $0.path == old.path }
    changed.append(new)
  }
}

/// What the files say of one object, and of all that hangs on it.
struct SchemaSection {
  /// The object's name.
  let key: String
  private(set) var kind: SchemaKind
  private(set) var text: String

  init(key: String, kind: SchemaKind, text: String) {
    self.key = key
    self.kind = kind
    self.text = text
  }

  mutating func add(_ sql: String, about kind: SchemaKind) {
    text += "\n" + sql + ";\n"
    if Self.relations.contains(kind) { self.kind = kind }
  }

  private static let relations: Set<SchemaKind> = [.table, .view, .materializedView]

  /// The section with its heading.
  var whole: String { "-- \(kind.rawValue) \(key)\n\(text)" }

  /// The file in which a new section goes: a relation has one of its own, and the others have one a kind of thing.
  var file: String {
    switch kind {
    case .function, .procedure, .aggregate, .operator, .cast, .eventTrigger: return "functions.sql"
    case .enumeration, .domain, .composite, .range: return "types.sql"
    case _ where Self.relations.contains(kind):
      let (schema, own) = SchemaName.split(key)
      let name = SchemaName.plain(own)
      let whole = schema == "public" ? name : "\(SchemaName.plain(schema)).\(name)"
      let plain = whole.map { $0.isLetter || $0.isNumber || "_-.".contains($0) ? $0 : "_" }
      // What begins with a point would be hidden.
      return String(plain.drop { $0 == "." }) + ".sql"
    default: return "schema.sql"
    }
  }
}

/// Which section of the files an object belongs to.
private struct SectionKeys {
  private let before: SchemaCatalogue
  private let now: SchemaCatalogue
  /// The tables of the sequences that columns own.
  private var owners: [String: String] = [:]

  init(_ before: SchemaCatalogue, _ now: SchemaCatalogue) {
    self.before = before
    self.now = now
    for catalogue in [before, now] {
      for (id, object) in catalogue.objects where id.kind == .ownership {
        owners[id.name] = object.relation
      }
    }
  }

  /// The object that a section is about: a relation with all that hangs on it, or an object of another kind.
  func key(_ id: SchemaObject.ID) -> String {
    if let relation = (before.objects[id] ?? now.objects[id])?.relation { return relation }
    if id.kind == .sequence || id.kind == .ownership { return owners[id.name] ?? id.name }
    return String(id.name.prefix { $0 != "(" })
  }

  /// A file without the statements about some objects, and their new sections in the place of the first.
  func edited(
    _ file: SchemaFile, _ keys: Set<String>, _ texts: [SchemaSection]
  ) -> (String, put: Set<String>) {
    var bytes = Array(file.text.utf8)
    var put: Set<String> = []
    var cuts: [(range: Range<Int>, text: String)] = []
    for statement in file.statements {
      let about = SchemaStatement(statement).subjects.map { owners[$0] ?? $0 }.filter(keys.contains)
      guard let key = about.min() else { continue }
      var end = statement.range.upperBound
      while end < bytes.count, [32, 9].contains(bytes[end]) { end += 1 }
      if end < bytes.count, bytes[end] == UInt8(ascii: ";") { end += 1 }
      if end < bytes.count, bytes[end] == UInt8(ascii: "\n") { end += 1 }
      var start = statement.range.lowerBound
      let isFirst = put.insert(key).inserted
      let text = isFirst ? texts.first { $0.key == key }?.text ?? "" : ""
      if text.isEmpty {
        start = Self.withoutHeading(bytes, before: start, of: key)
        // One empty line between the neighbours is enough.
        if end < bytes.count, bytes[end] == UInt8(ascii: "\n") { end += 1 }
      }
      cuts.append((start..<end, text))
    }
    for cut in cuts.reversed() {
      bytes.replaceSubrange(cut.range, with: Array(cut.text.utf8))
    }
    while bytes.suffix(2).elementsEqual([10, 10]) { bytes.removeLast() }
    let isBlank = bytes.allSatisfy { [9, 10, 13, 32].contains($0) }
    return (isBlank ? "" : String(decoding: bytes, as: UTF8.self), put)
  }

  /// The place where a statement with the heading that `dump` gave it begins.
  private static func withoutHeading(_ bytes: [UInt8], before start: Int, of key: String) -> Int {
    for kind in SchemaKind.allCases {
      let heading = Array("-- \(kind.rawValue) \(key)\n".utf8)
      if bytes[..<start].suffix(heading.count).elementsEqual(heading) {
        return start - heading.count
      }
    }
    return start
  }
}

extension SchemaStatement {
  /// The objects that the statement's section is about.
  var subjects: Set<String> { relation.map { [$0] } ?? names }
}
