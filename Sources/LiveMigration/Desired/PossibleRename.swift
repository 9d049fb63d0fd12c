/// A drop and an addition of the same shape, which may be one object that was renamed.
public struct PossibleRename: Sendable, Hashable {
  /// What goes.
  public let old: SchemaObject.ID
  /// What comes.
  public let new: SchemaObject.ID
  /// The name that a mark in the files would say.
  public let formerName: String
  /// The statement that renames, and the one that takes it back.
  let rename: SchemaRename

  /// Two objects of one schema; `nil` for others, which no `RENAME` leads from one to the other.
  init?(_ before: SchemaObject, _ after: SchemaObject) {
    old = before.id
    new = after.id
    if before.id.kind == .column {
      let alter = "ALTER TABLE \(after.relation ?? "") RENAME COLUMN"
      formerName = before.part
      rename = SchemaRename(
        up: "\(alter) \(before.part) TO \(after.part)",
        down: "\(alter) \(after.part) TO \(before.part)")
      return
    }
    let (from, to) = (SchemaName.split(before.id.name), SchemaName.split(after.id.name))
    guard from.schema == to.schema else { return nil }
    formerName = from.name
    rename = SchemaRename(
      up: "ALTER TABLE \(before.id.name) RENAME TO \(to.name)",
      down: "ALTER TABLE \(after.id.name) RENAME TO \(from.name)")
  }
}

extension PossibleRename: CustomStringConvertible {
  /// What was seen, and what to write where it is a rename.
  public var description: String {
    "\(old) is dropped and \(new), of the same shape, is added; if it is renamed, write "
      + "-- djogi:renamed-from \(formerName) above it"
  }

  /// What is asked at a terminal.
  public var question: String {
    "\(old) goes and \(new), of the same shape, comes; is it renamed? (yes/no) "
  }
}
