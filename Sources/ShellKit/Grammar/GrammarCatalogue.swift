internal import ArgumentParser
internal import Foundation

/// The commands' options and values, taken from the grammar itself.
struct GrammarCatalogue: Sendable {
  /// What one command takes.
  struct Command: Sendable, Hashable {
    /// Its options, each with the values that it can have; a flag has `nil`.
    var options: [String: [String]?] = [:]
    /// The words that can stand for an argument.
    var values: [String] = []
    /// Whether an argument is a plan.
    var takesPlan = false
    /// Whether an argument is a file.
    var takesFile = false
  }

  let commands: [String: Command]
  /// The options that hold for a whole session.
  let session: Command

  /// The grammar of this program.
  static let shared = GrammarCatalogue(dump: DjogiShell._dumpHelp())

  private init(dump: String) {
    let tool = try? JSONDecoder().decode(Tool.self, from: Data(dump.utf8))
    session = tool.map { Command($0.command) } ?? Command()
    let all = tool?.command.subcommands ?? []
    let pairs = all.flatMap { info in
      ([info.commandName] + (info.aliases ?? [])).map { ($0, Command(info)) }
    }
    commands = Dictionary(pairs) { first, _ in first }
  }
}

/// The parts of the parser's own description that matter here.
private struct Tool: Decodable {
  var command: CommandInfo
}

private struct CommandInfo: Decodable {
  var commandName: String
  var aliases: [String]?
  var subcommands: [CommandInfo]?
  var arguments: [ArgumentInfo]?
}

private struct ArgumentInfo: Decodable {
  struct Name: Decodable {
    var kind: String
    var name: String
  }
  var kind: String
  var valueName: String?
  var names: [Name]?
  var allValues: [String]?
  var completionKind: CompletionInfo?
  var shouldDisplay: Bool

  var values: [String] { allValues ?? completionKind?.list?.values ?? [] }
  var spellings: [String] {
    (names ?? []).map { ($0.kind == "long" ? "--" : "-") + $0.name }
  }
}

/// How an argument is completed, where that is a list of words.
private struct CompletionInfo: Decodable {
  struct Words: Decodable {
    var values: [String]
  }
  var list: Words?
}

extension GrammarCatalogue.Command {
  fileprivate init(_ info: CommandInfo) {
    for argument in info.arguments ?? [] where argument.shouldDisplay {
      switch argument.kind {
      case "positional":
        takesPlan = takesPlan || argument.valueName == "plan" || argument.valueName == "plans"
        takesFile = takesFile || argument.valueName == "file" || argument.valueName == "files"
        values += argument.values
      case "option": for name in argument.spellings { options[name] = .some(argument.values) }
      default: for name in argument.spellings { options[name] = .some(nil) }
      }
    }
  }
}
