import Foundation
import Testing

/// The keys of an object with their types, as the page has them.
struct JSONManual {
  private var sections: [String: [String: String]] = [:]

  init() throws {
    let manual = try Repository.manual("djogi-json.5")
    for line in manual.lines where line.hasPrefix(".Ss ") {
      let name = String(line.dropFirst(4))
      let section = manual.section(line)
      var keys: [String: String] = [:]
      for item in section.items where item.head.hasPrefix("Va ") {
        let words = item.head.split(separator: " ").map(String.init)
        keys[words[1]] = words.dropFirst(3).joined(separator: " ")
      }
      if let base = section.lines.first(where: { $0.hasPrefix(".Sx ") }) {
        keys["…"] = String(base.split(separator: " ")[1])
      }
      sections[name] = keys
    }
  }

  func keys(_ name: String) -> [String: String]? {
    guard var keys = sections[name] else { return nil }
    if let base = keys.removeValue(forKey: "…") { keys.merge(self.keys(base) ?? [:]) { $1 } }
    return keys
  }

  var names: Set<String> { Set(sections.keys) }

  /// What is wrong with an object; empty when it is as the page says.
  func faults(of object: [String: Any], as name: String) -> [String] {
    guard let keys = keys(name) else { return ["\(name) is not described"] }
    var faults: [String] = []
    for (key, type) in keys where object[key] == nil && !type.hasPrefix("optional ") {
      faults.append("\(name) lacks \(key)")
    }
    for (key, value) in object where key != "event" && key != "schema" {
      guard let type = keys[key] else {
        faults.append("\(name).\(key) is not described")
        continue
      }
      faults += self.faults(of: value, type, "\(name).\(key)")
    }
    return faults
  }

  private func faults(of value: Any, _ type: String, _ place: String) -> [String] {
    var type = type.hasPrefix("optional ") ? String(type.dropFirst(9)) : type
    if type.hasSuffix(" or null") {
      if value is NSNull { return [] }
      type = String(type.dropLast(8))
    }
    if type.hasPrefix("list of ") {
      guard let list = value as? [Any] else { return ["\(place) is no list"] }
      return list.flatMap { faults(of: $0, String(type.dropFirst(8)), place) }
    }
    switch type {
    case "string": return value is String ? [] : ["\(place) is no string"]
    case "boolean":
      let isBoolean = (value as? NSNumber).map(Self.isBoolean) == true
      return isBoolean ? [] : ["\(place) is no boolean"]
    case "integer":
      let isNumber = (value as? NSNumber).map { !Self.isBoolean($0) } == true
      return isNumber ? [] : ["\(place) is no integer"]
    case "object": return value is [String: Any] ? [] : ["\(place) is no object"]
    default:
      guard let object = value as? [String: Any] else { return ["\(place) is no object"] }
      return faults(of: object, as: type)
    }
  }

  private static func isBoolean(_ number: NSNumber) -> Bool {
    String(cString: number.objCType) == "c"
  }
}
