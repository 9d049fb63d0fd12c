/// The text form of one-dimensional arrays; the manual's section 8.15.6.
enum ArrayText {
  /// Writes elements, each in quotes, so that none can be taken for a delimiter or for `NULL`.
  static func encode(_ elements: some Sequence<String>) -> String {
    let quoted = elements.map { element in
      var text = String.UnicodeScalarView("\"".unicodeScalars)
      for scalar in element.unicodeScalars {
        if scalar == "\"" || scalar == "\\" { text.append("\\") }
        text.append(scalar)
      }
      text.append("\"")
      return String(text)
    }
    return "{" + quoted.joined(separator: ",") + "}"
  }

  /// Reads elements, a `NULL` among them as `nil`; `nil` when the text is no one-dimensional array.
  static func decode(_ text: String) -> [String?]? {
    var reader = Reader(rest: text.unicodeScalars[...])
    return reader.array()
  }

  private struct Reader {
    var rest: Substring.UnicodeScalarView

    mutating func array() -> [String?]? {
      guard take("{") else { return nil }
      if take("}") { return rest.isEmpty ? [] : nil }
      var elements: [String?] = []
      repeat {
        guard let element = element() else { return nil }
        elements.append(element)
      } while take(",")
      return take("}") && rest.isEmpty ? elements : nil
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
      guard rest.first == scalar else { return false }
      rest.removeFirst()
      return true
    }

    private mutating func element() -> String?? {
      if take("\"") { return quoted().map { .some($0) } }
      let end = rest.firstIndex { $0 == "," || $0 == "}" || $0 == "{" } ?? rest.endIndex
      let word = String(rest[..<end])
      rest = rest[end...]
      if word.isEmpty { return nil }
      return .some(word == "NULL" ? nil : word)
    }

    private mutating func quoted() -> String? {
      var text = String.UnicodeScalarView()
      while let scalar = rest.popFirst() {
        if scalar == "\"" { return String(text) }
        guard scalar == "\\" else {
          text.append(scalar)
          continue
        }
        guard let escaped = rest.popFirst() else { return nil }
        text.append(escaped)
      }
      return nil
    }
  }
}

/// A value whose arrays can be bound and read.
public protocol PostgresArrayElement: PostgresEncodable, PostgresDecodable {
  /// The type of a one-dimensional array of this type.
  static var postgresArrayType: PostgresType { get }
}

extension String: PostgresArrayElement {
  /// The type `text[]`.
  public static var postgresArrayType: PostgresType { .textArray }
}

extension Int64: PostgresArrayElement {
  /// The type `bigint[]`.
  public static var postgresArrayType: PostgresType { .int8Array }
}

extension Int: PostgresArrayElement {
  /// The type `bigint[]`.
  public static var postgresArrayType: PostgresType { .int8Array }
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
  /// The element's array type.
  public static var postgresType: PostgresType { Element.postgresArrayType }
  /// The elements in braces.
  public var postgresText: String { ArrayText.encode(lazy.map(\.postgresText)) }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
  /// Reads a one-dimensional array; `nil` when an element is no value of its type.
  public init?(postgresText text: String) {
    guard let texts = ArrayText.decode(text) else { return nil }
    self.init()
    reserveCapacity(texts.count)
    for text in texts {
      guard let element = text.map(Element.init(postgresText:)) ?? Element.postgresNull else {
        return nil
      }
      append(element)
    }
  }
}
