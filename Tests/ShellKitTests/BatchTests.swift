import Foundation
import PrivateServer
import Testing
import TestSupport

/// The built program without a database: what it refuses, where it writes, how it ends.
@Suite struct BatchTests {
  private func shell(
    _ arguments: String..., input: String = "", environment: [String: String] = [:]
  ) async throws -> ChildProcess.Outcome {
    try await ChildProcess.run(
      ChildProcess.shell, arguments, environment: environment, input: input)
  }

  private func file(_ text: String) throws -> String {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent(UUID().uuidString + ".djogi").path
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test func `help goes to standard output and is a success`() async throws {
    for arguments in [["--help"], ["help"], ["run", "--help"], ["help", "run"], ["--version"]] {
      let outcome = try await ChildProcess.run(ChildProcess.shell, arguments)
      #expect(outcome.status == .exited(0))
      #expect(!outcome.output.isEmpty)
      #expect(outcome.errors.isEmpty)
    }
  }

  @Test func `a usage error goes to standard error and is 64`() async throws {
    let outcome = try await shell("run", "1", "--aprove", "validate")
    #expect(outcome.status == .exited(64))
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.errors == """
        error: unknown option '--aprove'; did you mean '--approve'?
        Next: djogi-shell help run

        """)
  }

  @Test func `a usage error is an object when JSON was asked for`() async throws {
    for arguments in [["--output", "json", "rnu"], ["rnu", "--output=json"]] {
      let outcome = try await ChildProcess.run(ChildProcess.shell, arguments)
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(outcome.errors.utf8)) as? [String: Any])
      #expect(object["event"] as? String == "error")
      #expect(object["code"] as? Int == 64)
      #expect(object["category"] as? String == "usage")
      #expect(outcome.status == .exited(64))
    }
  }

  @Test func `nothing of a file runs when a line of it is wrong`() async throws {
    let path = try file("help quit\nset timing maybe more\n\n# comment\nfoo 'bar\nhelp list\n")
    let outcome = try await shell("-f", path)
    #expect(outcome.status == .exited(64))
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.errors == """
        \(path):2:18: error: unexpected argument 'more'
        set timing maybe more
                         ^
        \(path):5:5: error: this ' has no partner on the line
        foo 'bar
            ^

        """)
  }

  @Test func `check runs nothing`() async throws {
    let good = try file("help\nabandon 1\n")
    let outcome = try await shell("--check", "-f", good)
    #expect(outcome.status == .exited(0))
    #expect(outcome.output.isEmpty && outcome.errors.isEmpty)
    let wrong = try await shell("--check", input: "list\nlst\n")
    #expect(wrong.status == .exited(64))
    #expect(
      wrong.errors.hasPrefix("<stdin>:2:1: error: unknown command 'lst'; did you mean 'list'?"))
  }

  @Test func `a batch stops at the first line that fails`() async throws {
    let outcome = try await shell("-c", "set null a", "-c", "set nil", "-c", "set null")
    #expect(outcome.status == .exited(1))
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.contains("unknown setting 'nil'"))
  }

  @Test func `a batch that goes on ends with the first failure's code`() async throws {
    let outcome = try await shell(
      "--on-error", "continue", input: "set nil\nfoo\nset null x\nset null\n")
    #expect(outcome.status == .exited(1))
    #expect(outcome.output == "null  x\n")
    #expect(outcome.errors.contains("<stdin>:1: error: unknown setting 'nil'"))
    #expect(outcome.errors.contains("<stdin>:2:1: error: unknown command 'foo'"))
  }

  @Test func `lines, files and standard input run in the order in which they were given`()
    async throws
  {
    let path = try file("set null\nset null b\n")
    let outcome = try await shell(
      "-c", "set null a", "-f", path, "-c", "set null", "-f", "-", input: "set null c\nset null\n")
    #expect(outcome.status == .exited(0))
    #expect(outcome.output == "null  a\nnull  b\nnull  c\n")
  }

  @Test func `echo writes lines to standard error`() async throws {
    let outcome = try await shell("--echo", "-c", "set null  'x y'", "-c", "# nothing")
    #expect(outcome.errors == "+ set null  'x y'\n")
    #expect(outcome.output.isEmpty)
  }

  @Test func `a closed standard input is an empty one`() async throws {
    let outcome = try await ChildProcess.run(
      "/bin/sh", ["-c", #"exec "$0" <&-"#, ChildProcess.shell])
    #expect(outcome.status == .exited(0) && outcome.errors.isEmpty, "\(outcome)")
  }

  @Test func `no password that was typed is repeated`() async throws {
    let url = "postgres://bob:hunter2@h/db"
    let path = try file("list \(url)\n")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let calls = [
      ["--echo", "-c", "set null \(url)"], ["list", url], ["--output", "json", "list", url],
      ["-f", path], ["-f", path, "--output", "json"], ["-c", "list '\(url)"],
    ]
    for arguments in calls {
      let outcome = try await ChildProcess.run(ChildProcess.shell, arguments)
      #expect(!(outcome.output + outcome.errors).contains("hunter2"), "\(outcome)")
      #expect(outcome.errors.contains("postgres://bob:*"), "\(outcome)")
    }
  }

  @Test func `a JSON batch ends with the end`() async throws {
    let outcome = try await shell("--output", "json", "-c", "set null", "-c", "set nil")
    #expect(
      outcome.output == """
        {"event":"settings","schema":1,"settings":{"null":""}}
        {"commands":2,"event":"end","exit_code":1,"failed":1}

        """)
    #expect(outcome.errors.hasPrefix(#"{"category":"runtime","code":1,"#))
  }

  @Test func `quit ends a batch well`() async throws {
    let outcome = try await shell(input: "set null a\nquit\nset nil\n")
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors.isEmpty)
  }

  @Test func `a sourced file names its own line`() async throws {
    let inner = try file("help quit\nset nil\n")
    let outer = try file("source \(inner)\n")
    let outcome = try await shell("-f", outer)
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.hasPrefix("\(inner):2: error: unknown setting 'nil'"))
  }

  @Test func `files that source each other end`() async throws {
    let path = try file("")
    try "source \(path)\n".write(toFile: path, atomically: true, encoding: .utf8)
    let outcome = try await shell("-f", path)
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("more than 16 files source each other"))
  }

  @Test func `a file that is not there is a runtime error`() async throws {
    let outcome = try await shell("-f", "/nonexistent.djogi")
    #expect(outcome.status == .exited(1))
    #expect(
      outcome.errors == "error: cannot read /nonexistent.djogi: No such file or directory\n")
  }

  @Test func `bytes that are no text name their line`() async throws {
    let path = try file("")
    try Data([0x23, 0x0A, 0xFF, 0x0A]).write(to: URL(fileURLWithPath: path))
    let outcome = try await shell("-f", path)
    #expect(outcome.status == .exited(64))
    #expect(outcome.errors.hasPrefix("\(path):2: error: this line is not valid UTF-8"))
  }

  @Test func `a signal ends a batch that waits for its next line`() async throws {
    for (signal, code) in [(SIGINT, Int32(130)), (SIGTERM, 143)] {
      let child = try ChildProcess(ChildProcess.shell, [])
      child.write("set null\n")
      try await child.waitForOutput(containing: "null")
      child.signal(signal)
      #expect(await child.wait().status == .exited(code))
    }
  }

  @Test func `a reader that goes away is no failure`() async throws {
    let outcome = try await ChildProcess.run(
      "/bin/sh", ["-c", "(sleep 0.2; \"$0\" help; echo $? >&2) | true", ChildProcess.shell])
    #expect(outcome.errors == "0\n")
  }

  @Test func `results that cannot be written are a failure`() async throws {
    let outcome = try await ChildProcess.run(
      "/bin/sh", ["-c", "\"$0\" help >/dev/full", ChildProcess.shell])
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.contains("cannot write the results: No space left on device"))
  }

  @Test func `colour is written when it is asked for, and never to a file by itself`() async throws
  {
    let plain = try await shell("set", "nil")
    #expect(!plain.errors.contains("\u{1B}"))
    let coloured = try await shell("--color", "always", "set", "nil")
    #expect(coloured.errors.contains("\u{1B}["))
    let never = try await shell(
      "--color", "never", "set", "nil", environment: ["CLICOLOR_FORCE": "1"])
    #expect(!never.errors.contains("\u{1B}"))
  }

  @Test func `lint shows a part of a long line`() async throws {
    let statements = String(repeating: "SELECT 1; ", count: 1_000)
    let path = try file(statements + "ALTER ROLE a PASSWORD 'hunter2';\n")
    defer { try? FileManager.default.removeItem(atPath: path) }
    let outcome = try await shell("lint", path)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count > 3_000)
    #expect(lines.allSatisfy { $0.count <= 400 })
    #expect(!outcome.output.contains("hunter2"))
    for (line, caret) in zip(lines, lines.dropFirst()) where caret.hasSuffix("^") {
      let shown = line.dropFirst(caret.count - 1)
      #expect(shown.hasPrefix("SELECT 1;") || shown.hasPrefix("ALTER ROLE a PASSWORD '*******'"))
    }
  }

  @Test func `lint needs neither workspace nor database`() async throws {
    let path = try file("ALTER TABLE t ADD COLUMN c int;\n")
    let outcome = try await shell("lint", path, "--workspace", "/nonexistent")
    #expect(outcome.status == .exited(0))
    #expect(
      outcome.output.hasPrefix("\(path):1:1: note[add-column]: online: "), "\(outcome.output)")
    // The line, and what points at the place in it.
    #expect(outcome.output.contains("\nALTER TABLE t ADD COLUMN c int;\n^\n"))
    let off = try await shell(
      "lint", "-", input: "ALTER TABLE t RENAME a TO b; -- djogi:allow rename-breaks-clients\n")
    #expect(
      off.output.contains("    switched off by a comment: rename-breaks-clients\n"), "\(off.output)"
    )
    let wrong = try await shell("lint", "-", input: "ALTER TABEL t;\n")
    #expect(wrong.status == .exited(2))
    #expect(wrong.output.hasPrefix("<stdin>:1:7: error: syntax error"))
  }
}
