internal import Postgres
internal import SchemaChange

/// What a statement of a schema file is about.
struct SchemaStatement {
  /// The object that it makes, or is about, with its schema.
  let names: Set<String>
  /// The names that it makes an object under.
  let made: QualifiedName?
  /// The relation that it is a part of.
  let relation: String?

  init(_ statement: MigrationStatement) {
    let changes = (try? MigrationParser.parse(statement.sql)) ?? []
    let found = try? StatementNames(statement.sql)
    switch changes.first?.operation {
    case .createIndex(let index): relation = Self.full(index.table)
    case .addConstraint(let add): relation = Self.full(add.table)
    case .createTable(let create): relation = Self.full(create.table)
    case .other(let other): relation = other.relation.map(Self.full)
    default: relation = nil
    }
    switch changes.first?.operation {
    case .createTable(let create): made = create.table
    case .createIndex(let index):
      made = index.name.map { QualifiedName(schema: index.table.schema, name: $0) }
    case .addConstraint, .validateConstraint, .columnDefault, .setNotNull:
      made = nil
    default:
      made =
        found?.made
        ?? found.flatMap { $0.defined.count == 1 ? $0.defined.first : nil }.map {
          QualifiedName(name: $0)
        }
    }
    if let made {
      names = [Self.full(made)]
    } else if let mention = changes.first?.mentions, mention.count == 1, let name = mention.first {
      names = [Self.full(name)]
    } else {
      names = Set((found?.defined ?? []).map { Self.full(QualifiedName(name: $0)) })
    }
  }

  /// The names of objects that wait for each other, by the words of the statements that make them.
  static func circle(among statements: [MigrationStatement]) -> [String]? {
    let makers = statements.map { statement -> (name: String, own: String, words: Set<String>) in
      let name = SchemaStatement(statement).names.first ?? ""
      let words = statement.sql.split { !($0.isLetter || $0.isNumber || $0 == "_") }
      return (name, SchemaName.plain(SchemaName.split(name).name), Set(words.map(String.init)))
    }
    for start in makers.indices where !makers[start].own.isEmpty {
      var path = [start]
      while let last = path.last {
        let next = makers.indices.first {
          makers[$0].name != makers[last].name && !makers[$0].own.isEmpty
            && makers[last].words.contains(makers[$0].own)
        }
        guard let next else { break }
        if let begin = path.firstIndex(of: next) { return path[begin...].map { makers[$0].name } }
        path.append(next)
      }
    }
    return nil
  }

  static func full(_ name: QualifiedName) -> String {
    QualifiedName(schema: name.schema ?? "public", name: name.name).quoted
  }
}
