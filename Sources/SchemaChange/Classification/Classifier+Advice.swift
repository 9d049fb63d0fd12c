internal import Foundation
internal import Postgres

/// What the operator should know of a change although it goes through.
extension Classifier {
  /// The warnings on a change, whatever its verdict is.
  func advice(on change: Change) -> [Verdict.Warning] {
    var found = names(in: change.sql)
    switch change.operation {
    case .createIndex(let operation): found += indexAdvice(operation)
    case .addColumn(let operation): found += columnAdvice(operation)
    case .alterColumnType(let operation): found += typeAdvice(operation.type)
    case .dropNotNull(let target):
      found.append(
        ("drop-not-null", "clients that read \(target.column) must be ready for NULL first"))
    case .columnDefault(let target, _):
      found.append(
        ("default-changes", "from then on new rows hold another value in \(target.column)"))
    case .setNotNull(let target):
      found.append(
        ("new-write-restriction", "writers that leave \(target.column) empty begin to fail"))
    case .addConstraint(let constraint) where constraint.usingIndex == nil:
      found.append(
        ("new-write-restriction", "writers that do not keep to the constraint begin to fail"))
    case .truncate(_, cascade: true):
      found.append(
        ("truncate-cascade", "every table that references these is emptied too; list them"))
    case .detachPartition(_, _, concurrently: false):
      found.append(
        (
          "detach-locks-parent",
          "it waits for every query on the parent; DETACH PARTITION … CONCURRENTLY does not"
        ))
    case .createTable(let create) where create.partitionOf != nil:
      found.append(
        (
          "partition-locks-parent",
          "the parent is locked against everybody, and rows of its default partition are checked; "
            + "create the table by itself and ATTACH PARTITION"
        ))
      found += create.types.flatMap(typeAdvice)
    case .createTable(let create): found += create.types.flatMap(typeAdvice)
    case .other(let operation): found += otherAdvice(operation, change.sql)
    default: break
    }
    return found.map { Verdict.Warning(rule: $0.0, message: $0.1) }
  }

  private typealias Advice = (RuleID, String)

  private func indexAdvice(_ operation: CreateIndex) -> [Advice] {
    var found: [Advice] = []
    if let version = facts?.serverVersion, (140_000..<140_004).contains(version) {
      found.append(
        (
          "concurrent-index-corrupts",
          "PostgreSQL 14.0 to 14.3 may build a corrupt index concurrently; upgrade first"
        ))
    }
    if !operation.unique, operation.columns.count > 3 {
      found.append(
        ("index-many-columns", "an index over more than three columns is rarely worth its writes"))
    }
    let same = facts?.table(operation.table)?.indexes.first { $0.name.name == operation.name }
    if operation.ifNotExists, same?.valid == false {
      found.append(
        (
          "index-exists-invalid",
          "an invalid index of that name is there and will be left as it is; drop it first"
        ))
    }
    if operation.unique {
      found.append(
        ("new-write-restriction", "writers that repeat a value of the index begin to fail"))
    }
    return found
  }

  private func columnAdvice(_ operation: AddColumn) -> [Advice] {
    var found = typeAdvice(operation.type)
    if facts == nil, !Self.builtIn.contains(where: operation.type.lowercased().hasPrefix) {
      found.append(
        (
          "type-unknown-offline",
          "without a server nobody knows whether \(operation.type) is a domain with constraints, "
            + "which would rewrite the table"
        ))
    }
    if !operation.constraints.isEmpty {
      found.append(
        ("new-write-restriction", "writers that do not keep to the constraint begin to fail"))
    }
    return found
  }

  /// How the names of types begin that are no domains.
  private static let builtIn = [
    "smallint", "int", "bigint", "serial", "smallserial", "bigserial", "numeric", "decimal", "real",
    "double", "float", "money", "text", "varchar", "char", "bpchar", "bytea", "bool", "bit",
    "varbit",
    "date", "time", "interval", "uuid", "json", "xml", "inet", "cidr", "macaddr", "point", "line",
    "lseg", "box", "path", "polygon", "circle", "tsvector", "tsquery", "oid", "reg", "name", "date",
  ]

  private static let preferIdentity: Advice = (
    "prefer-identity", "an identity column needs no privilege on its sequence"
  )

  private func typeAdvice(_ type: String) -> [Advice] {
    switch type {
    case "json":
      return [("json-column", "json has no equality, so SELECT DISTINCT fails on it; use jsonb")]
    case "timestamp":
      return [("timestamp-without-zone", "it does not say which moment it is; use timestamptz")]
    case let type where type.hasPrefix("char(") || type == "char" || type == "bpchar":
      return [("char-column", "values are padded with blanks; use text and a CHECK")]
    case "smallserial", "serial2", "serial", "serial4":
      return [
        ("narrow-key", "it runs out of values; use bigserial, or a bigint identity"),
        Self.preferIdentity,
      ]
    case "bigserial", "serial8": return [Self.preferIdentity]
    default: return []
    }
  }

  private func otherAdvice(_ operation: OtherOperation, _ sql: String) -> [Advice] {
    let words = SQLWords(sql).text
    switch operation.kind {
    case .renameObject:
      return [
        ("rename-breaks-clients", "clients that use the old name break in the moment of the rename")
      ]
    case .alterTypeOther where words.contains("RENAME"):
      return [
        ("rename-breaks-clients", "clients that use the old name break in the moment of the rename")
      ]
    case .setSchema:
      return [
        ("set-schema-breaks-clients", "clients that name the old schema break in that moment")
      ]
    case .alterTypeAddValue where !words.hasSuffix(" BEFORE") && !words.hasSuffix(" AFTER"):
      return [("enum-value-order", "the value sorts after all others; say BEFORE or AFTER which")]
    case .createDomain where words.contains(" CHECK ") || words.contains("NOT NULL"):
      return [
        (
          "domain-with-constraint",
          "a column of a domain with constraints cannot be added or changed without a rewrite; "
            + "use the base type and a CHECK on the table"
        )
      ]
    case .alterIdentity, .dropIdentity:
      return [("identity-changes", "new rows get their values another way from then on")]
    case .dropExpression:
      return [("drop-expression", "the column is no longer kept up with those it was made of")]
    case .alterTypeOther, .alterSequence, .inherit, .alterOther:
      return [("behaviour-changes", "it changes what clients get from then on")]
    case .revoke: return [("revoke", "clients that use the privilege begin to fail")]
    case .enableTrigger, .rowLevelSecurity, .policy, .createRule, .replicaIdentity, .createTrigger:
      return [("behaviour-changes", "it changes what clients' statements do, or may see")]
    case .createView where words.hasPrefix("CREATE OR REPLACE"),
      .createFunction where words.hasPrefix("CREATE OR REPLACE"), .alterFunction, .alterView:
      return [("behaviour-changes", "clients get another definition in that moment")]
    default: return []
    }
  }

  /// Names that the server would cut to its 63 bytes.
  private func names(in sql: String) -> [Advice] {
    SQLWords(sql).names.filter { $0.utf8.count > 63 }.map {
      ("identifier-too-long", "the server cuts \($0) to 63 bytes")
    }
  }
}

/// A statement's own words, for rules about how it is written: string literals are left out.
struct SQLWords {
  /// The statement in capitals, blanks as single spaces.
  let text: String
  /// Names and key words as written, without their quotes.
  let names: [String]

  init(_ sql: String) {
    var rest = sql[...]
    var kept = ""
    var names: [String] = []
    while let character = rest.first {
      switch character {
      case "'", "\"":
        let body = rest.dropFirst().prefix { $0 != character }
        if character == "\"" { names.append(String(body)) }
        kept += " "
        rest = rest.dropFirst(body.count + 2)
      case "$":
        // A dollar quote: everything up to the same tag again.
        let tag = "$" + rest.dropFirst().prefix { $0.isLetter || $0 == "_" } + "$"
        guard rest.hasPrefix(tag), let end = rest.dropFirst(tag.count).firstRange(of: tag) else {
          rest = rest.dropFirst()
          continue
        }
        rest = rest[end.upperBound...]
      case let character where character.isLetter || character == "_":
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
        names.append(String(word))
        kept += word.uppercased()
        rest = rest.dropFirst(word.count)
      default:
        kept += character.isWhitespace ? " " : String(character)
        rest = rest.dropFirst()
      }
    }
    text = kept.split(separator: " ").joined(separator: " ")
    self.names = names
  }
}
