import Testing

@testable import ShellKit

@Suite struct GrammarLineTests {
  private func words(_ line: String) throws -> [String] {
    try LineArguments.of(LogicalLine(number: 1, text: line)).map(\.text)
  }

  @Test func `sql keeps the quotes of its statement`() throws {
    #expect(try words("sql select 'it''s' -- # \"x\"") == ["sql", "select 'it''s' -- # \"x\""])
    #expect(try words("  sql   select $$it's$$  ") == ["sql", "select $$it's$$"])
  }

  @Test func `sql takes a statement in quotes as sh would`() throws {
    #expect(try words("sql 'select 1'") == ["sql", "select 1"])
    #expect(try words("sql \"select 'x'\"") == ["sql", "select 'x'"])
    #expect(try words("sql 'select' 1") == ["sql", "'select' 1"])
  }

  @Test func `a continued sql line is a statement on several lines`() throws {
    #expect(try words("sql select 1,\\\n 2") == ["sql", "select 1,\n 2"])
  }

  @Test func `sql's own options are options`() throws {
    #expect(try words("sql --help") == ["sql", "--help"])
    #expect(try words("sql") == ["sql"])
  }

  @Test func `a mistake points at the word that is wrong`() throws {
    let line = LogicalLine(number: 7, text: "run 4711 --aprove validate")
    let error = try #require(throws: LineError.self) {
      try Script.request(line, file: "night.djogi")
    }
    #expect(
      error.description == """
        night.djogi:7:10: error: unknown option '--aprove'; did you mean '--approve'?
        run 4711 --aprove validate
                 ^
        """)
  }

  @Test func `all mistakes of a text are found`() throws {
    let error = try #require(throws: ScriptMistakes.self) {
      try Script(argument: "list\nfoo\n# comment\nsource\nshow 'x\n")
    }
    #expect(error.errors.map(\.line) == [2, 4, 5])
  }

  @Test(arguments: [
    (["-c", "a", "-f", "b", "-c", "d"], [BatchInput.line("a"), .file("b"), .line("d")]),
    (["--file=b", "--command", "a"], [.file("b"), .line("a")]),
    (["-f", "-", "--echo", "--command=-c"], [.file("-"), .line("-c")]),
  ])
  func `lines and files keep their order`(arguments: [String], inputs: [BatchInput]) throws {
    let options = try Grammar.session(arguments).options
    #expect(BatchInput.ordered(options, arguments: arguments) == inputs)
  }

  @Test func `session options stand before or after the command`() throws {
    let (options, rest) = try Grammar.session([
      "--workspace", "w", "list", "--all", "--output", "json",
    ])
    #expect(options.workspace == "w")
    #expect(options.output == .json)
    #expect(rest == ["list", "--all"])
  }

  @Test func `an option that a command has itself is its own behind it`() throws {
    let (options, rest) = try Grammar.session(
      ["--file", "a", "metrics", "--file", "b", "--output", "json"])
    #expect(options.files == ["a"] && options.output == .json)
    #expect(rest == ["metrics", "--file", "b"])
    let (folder, none) = try Grammar.session(["--workspace", "metrics", "--file", "a"])
    #expect(folder.workspace == "metrics" && folder.files == ["a"] && none.isEmpty)
    // Every command says which options those are.
    let session = Set(GrammarCatalogue.shared.session.options.keys)
    for name in ShellCommands.names {
      let command = try #require(ShellCommands.named(name) as? any ShellCommand.Type)
      let options = try #require(GrammarCatalogue.shared.commands[name]).options.keys
      let shared = session.intersection(options).subtracting([
        "--workspace", "--help", "-h", "--version",
      ])
      #expect(shared == Set(command.ownOptions.keys), "\(name)")
    }
  }

  @Test(arguments: [
    (["list"], true, true, "command"), ([], true, true, "prompt"), ([], false, true, "batch"),
    ([], true, false, "batch"), (["-c", "list"], true, true, "batch"),
    (["--help"], true, true, "text"),
    (["--check"], false, true, "check"),
  ])
  func `the entrance follows from arguments and terminals`(
    arguments: [String], input: Bool, output: Bool, expected: String
  ) throws {
    let (options, rest) = try Grammar.session(arguments)
    let invocation = try Invocation(
      options, rest: rest, arguments: arguments, hasInputTerminal: input,
      hasOutputTerminal: output)
    let found =
      switch invocation {
      case .command: "command"
      case .prompt: "prompt"
      case .text: "text"
      case .check: "check"
      case .batch, .stream: "batch"
      }
    #expect(found == expected)
  }

  @Test(arguments: [
    ["list", "-c", "list"], ["--check", "list"], ["--output", "xml"], ["--on-error", "ignore"],
    ["--color", "sometimes"], ["--database", "other"], ["-c"], ["--experimental-dump-help"],
    ["--generate-completion-script", "bash"],
  ])
  func `session options that do not fit are refused`(arguments: [String]) {
    #expect(throws: UsageError.self) {
      let (options, rest) = try Grammar.session(arguments)
      _ = try Invocation(
        options, rest: rest, arguments: arguments, hasInputTerminal: true, hasOutputTerminal: true)
    }
  }

  @Test(arguments: [
    ("\\q", PsqlHabits.Request.line("quit")), ("\\x on", .line("set expanded on")),
    ("\\x", .toggle("expanded")), ("\\timing", .toggle("timing")),
    ("\\i a.djogi", .line("source a.djogi")), ("\\conninfo", .line("conninfo")),
    ("\\!ls -l", .shell("ls -l")), (" \\echo it's ", .echo("it's")), ("list", .line("list")),
  ])
  func `psql's commands are understood at the prompt`(
    typed: String, request: PsqlHabits.Request
  ) throws {
    #expect(try PsqlHabits.request(typed) == request)
  }

  @Test func `psql's commands without a counterpart are refused`() {
    #expect(throws: UsageError.self) { try PsqlHabits.request("\\unknown") }
  }

  @Test func `the catalogue knows what completes`() throws {
    let run = try #require(GrammarCatalogue.shared.commands["run"])
    #expect(run.takesPlan)
    #expect(run.options["--approve"] == ["validate", "cutover-reads", "cutover-writes"])
    #expect(run.options.keys.contains("--allow-destructive"))
    #expect(GrammarCatalogue.shared.commands["source"]?.takesFile == true)
    #expect(GrammarCatalogue.shared.session.options.keys.contains("--on-error"))
  }
}
