internal import LiveMigration
internal import Postgres

extension PlanLoss {
  /// `column public.t.note WITH ITS VALUES`.
  var text: String {
    switch subject {
    case .column(let table, let name):
      "column \(Sanitised.text("\(table).\(Quoting.identifier(name))")) WITH ITS VALUES"
    case .formerColumn(let table, let name):
      "the former shape of \(Sanitised.text("\(table).\(Quoting.identifier(name))"))"
    case .object(let kind, let name): "\(kind) \(Sanitised.text("\(name)")) WITH ALL THAT IS IN IT"
    case .rows(let table): "ALL ROWS of \(Sanitised.text("\(table)"))"
    case .chosenRows(let table): "the ROWS of \(Sanitised.text("\(table)")) that it deletes"
    case .values(let table, let column):
      "the former VALUES of \(Sanitised.text("\(table).\(Quoting.identifier(column))"))"
    }
  }

  /// The text, in red where values go.
  func text(_ look: TextLook) -> String { losesData ? look.style.text(text, .red) : text }

  /// The loss for programs.
  var object: OutputValue {
    let (kind, table, name): (String, QualifiedName, String?) =
      switch subject {
      case .column(let table, let name): ("column", table, name)
      case .formerColumn(let table, let name): ("former_column", table, name)
      case .object(let kind, let name): (kind.replacing(" ", with: "_"), name, nil)
      case .rows(let table): ("rows", table, nil)
      case .chosenRows(let table): ("chosen_rows", table, nil)
      case .values(let table, let column): ("values", table, column)
      }
    return [
      "step": .int(step), "kind": .string(kind), "relation": .string(table.quoted),
      "column": .text(name), "loses_data": .bool(losesData),
    ]
  }
}
