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
        (.dropNotNull, "clients that read \(target.column) must be ready for NULL first"))
    case .columnDefault(let target, _):
      found.append(
        (.defaultChanges, "from then on new rows hold another value in \(target.column)"))
    case .setNotNull(let target):
      found.append(
        (.newWriteRestriction, "writers that leave \(target.column) empty begin to fail"))
    case .addConstraint(let constraint) where constraint.usingIndex == nil && constraint.enforced:
      found.append(
        (.newWriteRestriction, "writers that do not keep to the constraint begin to fail"))
    case .truncate(_, cascade: true):
      found.append(
        (.truncateCascade, "every table that references these is emptied too; list them"))
    case .detachPartition(_, _, concurrently: false):
      found.append(
        (
          .detachLocksParent,
          "it waits for every query on the parent; DETACH PARTITION … CONCURRENTLY does not"
        ))
    case .createTable(let create) where create.partitionOf != nil:
      found.append(
        (
          .partitionLocksParent,
          "the parent is locked against all clients, and rows of its default partition are checked; "
            + "create the table by itself and ATTACH PARTITION"
        ))
      found += create.types.flatMap(typeAdvice)
    case .createTable(let create): found += create.types.flatMap(typeAdvice)
    case .createDomain(let create) where create.isConstrained:
      found.append(
        (
          .domainWithConstraint,
          "a column of a domain with constraints cannot be added or changed without a rewrite; "
            + "use the base type and a CHECK on the table"
        ))
    case .alterDomain(let alter): found += domainAdvice(alter)
    case .alterEnum(let alter): found += enumAdvice(alter)
    case .alterCompositeType:
      found.append((.behaviourChanges, "it changes what clients get from then on"))
    case .other(let operation): found += otherAdvice(operation)
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
          .concurrentIndexCorrupts,
          "PostgreSQL 14.0 to 14.3 may build a corrupt index concurrently; upgrade first"
        ))
    }
    if !operation.unique, operation.columns.count > 3 {
      found.append(
        (.indexManyColumns, "an index over more than three columns is rarely worth its writes"))
    }
    let same = facts?.table(operation.table)?.indexes.first { $0.name.name == operation.name }
    if operation.ifNotExists, same?.valid == false {
      found.append(
        (
          .indexExistsInvalid,
          "an invalid index of that name is there and will be left as it is; drop it first"
        ))
    }
    if operation.unique {
      found.append(
        (.newWriteRestriction, "writers that repeat a value of the index begin to fail"))
    }
    return found
  }

  private func columnAdvice(_ operation: AddColumn) -> [Advice] {
    var found = typeAdvice(operation.type)
    if facts == nil, !Self.builtIn.contains(operation.type.baseType) {
      found.append(
        (
          .typeUnknownOffline,
          "without a server it is unknown whether \(operation.type) is a domain with constraints, "
            + "which would rewrite the table"
        ))
    }
    if operation.constraints.contains(where: \.enforced) {
      found.append(
        (.newWriteRestriction, "writers that do not keep to the constraint begin to fail"))
    }
    return found
  }

  /// The names of types that are no domains.
  private static let builtIn: Set<String> = [
    "smallint", "int", "int2", "int4", "int8", "integer", "bigint", "serial", "serial2", "serial4",
    "serial8", "smallserial", "bigserial", "numeric", "decimal", "real", "double precision",
    "float",
    "float4", "float8", "money", "text", "varchar", "character varying", "char", "character",
    "bpchar",
    "bytea", "bool", "boolean", "bit", "bit varying", "varbit", "date", "time", "timetz",
    "time with time zone", "time without time zone", "timestamp", "timestamptz",
    "timestamp with time zone", "timestamp without time zone", "interval", "uuid", "json", "jsonb",
    "jsonpath", "xml", "inet", "cidr", "macaddr", "macaddr8", "point", "line", "lseg", "box",
    "path",
    "polygon", "circle", "tsvector", "tsquery", "oid", "regclass", "regtype", "regproc", "name",
    "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange", "int4multirange",
    "int8multirange", "nummultirange", "tsmultirange", "tstzmultirange", "datemultirange", "pg_lsn",
  ]

  private static let preferIdentity: Advice = (
    .preferIdentity, "an identity column needs no privilege on its sequence"
  )

  private func typeAdvice(_ type: String) -> [Advice] {
    switch type.baseType {
    case "json" where type == "json":
      return [(.jsonColumn, "json has no equality, so SELECT DISTINCT fails on it; use jsonb")]
    case "timestamp" where type == "timestamp":
      return [(.timestampWithoutZone, "it does not say which moment it is; use timestamptz")]
    case "char", "character", "bpchar":
      return [(.charColumn, "values are padded with blanks; use text and a CHECK")]
    case "smallserial", "serial2", "serial", "serial4":
      return [
        (.narrowKey, "it runs out of values; use bigserial, or a bigint identity"),
        Self.preferIdentity,
      ]
    case "bigserial", "serial8": return [Self.preferIdentity]
    default: return []
    }
  }

  private func otherAdvice(_ operation: OtherOperation) -> [Advice] {
    switch operation.kind {
    case .renameObject:
      return [
        (.renameBreaksClients, "clients that use the old name break in the moment of the rename")
      ]
    case .setSchema:
      return [
        (.setSchemaBreaksClients, "clients that name the old schema break in that moment")
      ]
    case .alterIdentity, .dropIdentity:
      return [(.identityChanges, "new rows get their values another way from then on")]
    case .setExpression:
      return [(.behaviourChanges, "clients read other values in the column from then on")]
    case .dropExpression:
      return [(.dropExpression, "the column is no longer kept up with those it was made of")]
    case .alterTypeOther, .alterSequence, .inherit, .alterOther:
      return [(.behaviourChanges, "it changes what clients get from then on")]
    case .revoke: return [(.revoke, "clients that use the privilege begin to fail")]
    case .enableTrigger, .rowLevelSecurity, .policy, .createRule, .replicaIdentity, .createTrigger:
      return [(.behaviourChanges, "it changes what clients' statements do, or may see")]
    case .createView where operation.replaces, .createFunction where operation.replaces,
      .alterFunction, .alterView:
      return [(.behaviourChanges, "clients get another definition in that moment")]
    default: return []
    }
  }

  private func domainAdvice(_ alter: AlterDomain) -> [Advice] {
    switch alter.action {
    case .setNotNull, .addConstraint, .validateConstraint:
      [(.newWriteRestriction, "writers that do not keep to the constraint begin to fail")]
    case .dropNotNull, .dropConstraint:
      [(.dropConstraintUnprotects, "from then on nothing holds values of the domain to it")]
    case .setDefault, .dropDefault:
      [(.defaultChanges, "from then on new rows hold another value in columns of the domain")]
    }
  }

  private func enumAdvice(_ alter: AlterEnum) -> [Advice] {
    switch alter.action {
    case .addValue(isPlaced: false):
      [(.enumValueOrder, "the new value sorts last; use BEFORE or AFTER to place it")]
    case .addValue: []
    case .renameValue:
      [(.renameBreaksClients, "clients that use the old value break in the moment of the rename")]
    }
  }

  /// Names that the server would cut to its 63 bytes.
  private func names(in sql: String) -> [Advice] {
    LongNames.found(in: sql).map { (.identifierTooLong, "the server cuts \($0) to 63 bytes") }
  }
}
