import Foundation
import Glibc
import PrivateServer
import TestSupport
import Testing

/// Keys and signals at the prompt of the built program; no server is needed for them.
@Suite(.timeLimit(.minutes(2))) struct PromptKeysTests {
  @Test func `keys edit a line`() async throws {
    let session = try PromptSession()
    try await session.run("\\echo ac\u{1B}[Db", expecting: "\nabc\n")
    try await session.run("echo two words\u{17}X\u{01}\\\u{05}Y", expecting: "\ntwo XY\n")
    try await session.run("gone\u{15}\\echo ké日\u{7F}", expecting: "\nké\n")
    try await session.run("\\echo ab\u{1B}[D\u{1B}[3~c", expecting: "\nac\n")
    try await session.quit()
  }

  @Test func `arrows and Ctrl-R find lines of earlier sessions too`() async throws {
    let first = try PromptSession()
    try await first.run("\\echo one", expecting: "\none\n")
    try await first.run(" \\echo hidden", expecting: "\nhidden\n")
    try await first.run("\\timing", expecting: "timing is on")
    try await first.quit()
    let file = first.home + "/state/djogi-shell/history"
    #expect(try String(contentsOfFile: file, encoding: .utf8).contains("one\n"))
    #expect(try !String(contentsOfFile: file, encoding: .utf8).contains("hidden"))
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
    #expect(mode as? Int == 0o600)

    let second = try PromptSession(home: first.home)
    try await second.run("\\e\u{1B}[A", expecting: "\none\n")
    try await second.run("\u{12}timing\r", expecting: "timing is on")
    try await second.quit()
  }

  @Test func `Ctrl-C drops the line, Ctrl-D leaves`() async throws {
    let session = try PromptSession()
    try await session.type("\\echo dropped\u{03}")
    try await session.terminal.waitForOutput(containing: "dropped^C\n")
    try await session.ready()
    session.terminal.signal(SIGINT)
    try await session.terminal.waitForOutput(containing: "> ^C\n")
    try await session.run("\\echo kept", expecting: "\nkept\n")
    #expect(!session.terminal.text.contains("\ndropped\n"))
    try await session.type("\u{04}")
    try await session.expectEnd(0)
  }

  @Test(arguments: [(SIGTERM, Int32(143)), (SIGHUP, Int32(129))])
  func `a signal ends it and leaves the terminal as it was`(signal: Int32, status: Int32)
    async throws
  {
    let session = try PromptSession()
    try await session.type("half a line")
    try await session.terminal.waitForOutput(containing: "> half a line")
    session.terminal.signal(signal)
    try await session.expectEnd(status)
  }

  @Test func `pasted lines wait for Enter and then run one after the other`() async throws {
    let session = try PromptSession()
    try await session.type("\u{1B}[200~\\echo first\n\\echo second\n\u{1B}[201~")
    try await session.terminal.waitForOutput(containing: "\\echo second")
    #expect(!session.terminal.text.contains("\nfirst\n"))
    session.terminal.send("\r")
    try await session.terminal.waitForOutput(containing: "\nfirst\nsecond\n")
    try await session.type("\u{1B}[200~\\zz\n\\echo never\u{1B}[201~\r")
    try await session.terminal.waitForOutput(containing: "there is no \\zz")
    try await session.quit()
    #expect(!session.terminal.text.contains("\nnever\n"))
  }

  @Test func `a line that ends in a backslash goes on`() async throws {
    let session = try PromptSession()
    try await session.type("set null \\\r")
    try await session.terminal.waitForOutput(containing: "\n...")
    session.terminal.send("'(null)'\r")
    try await session.run("set", expecting: "null      (null)")
    try await session.quit()
  }

  @Test func `the window may change its size at any time`() async throws {
    let session = try PromptSession(columns: 80)
    try await session.type("\\echo " + String(repeating: "x", count: 100))
    try await session.terminal.waitForOutput(containing: "xxxx")
    session.terminal.resize(columns: 40, rows: 20)
    session.terminal.send("END\r")
    try await session.terminal.waitForOutput(containing: "xEND")
    try await session.ready()
    session.terminal.resize(columns: 120, rows: 20)
    try await session.run("\\echo wide", expecting: "\nwide\n")
    try await session.quit()
  }

  @Test func `twenty columns are enough`() async throws {
    let session = try PromptSession(columns: 20, rows: 8)
    try await session.run(
      "\\echo abcdefghijklmnopqrstuvw", expecting: "\nabcdefghijklmnopqrst\nuvw\n")
    try await session.run("nonsense", expecting: "Next: help")
    try await session.quit()
  }

  @Test func `what makes no sense is told, and nothing else happens`() async throws {
    let session = try PromptSession()
    try await session.run("rnu 7301", expecting: "unknown command 'rnu'; did you mean 'run'?")
    try await session.run("list --al", expecting: "did you mean '--all'?")
    try await session.run("show 'open", expecting: "error: ")
    try await session.run("\\wath", expecting: "there is no \\wath; did you mean '\\watch'?")
    try await session.run("source /no/such/file", expecting: "cannot read /no/such/file")
    try await session.run("show 12", expecting: "Djogi.toml")
    session.terminal.send("\u{1B}[99~\u{1B}[1;9Q\u{02}\u{06}\u{0F}\u{1F}\u{15}")
    try await session.run("\\echo fine", expecting: "fine\n")
    try await session.quit()
  }

  @Test func `a dumb terminal gets plain lines`() async throws {
    let session = try PromptSession(environment: ["TERM": "dumb"])
    try await session.terminal.waitForOutput(containing: "djogi main>")
    session.terminal.send("\\echo plain\n")
    try await session.terminal.waitForOutput(containing: "\nplain\n")
    session.terminal.send("help run\n")
    try await session.terminal.waitForOutput(containing: "Example: run 7301")
    session.terminal.send("\u{03}")
    session.terminal.send("quit\n")
    #expect(try await session.terminal.exitStatus() == .exited(0))
    #expect(!session.terminal.output.contains("\u{1B}"))
  }

  @Test func `NO_COLOR keeps the cursor and drops the colours`() async throws {
    let session = try PromptSession(environment: ["NO_COLOR": "1", "DJOGI_ENV": "production"])
    try await session.run("nonsense", expecting: "unknown command")
    try await session.quit()
    #expect(session.terminal.output.firstMatch(of: /\u{1B}\[[0-9;]*m/) == nil)
  }

  @Test func `a result that is taller than the screen goes to the pager`() async throws {
    let session = try PromptSession(environment: ["DJOGI_PAGER": "sed 's/^/| /'"], rows: 12)
    try await session.run("--help", expecting: "\n|   quit, exit")
    try await session.run("\\echo short", expecting: "\nshort\n")
    try await session.quit()
    let missing = try PromptSession(environment: ["DJOGI_PAGER": "no-such-pager"], rows: 12)
    try await missing.run("--help", expecting: "\n  quit, exit")
    try await missing.quit()
  }

  @Test func `the pager has Ctrl-C to itself, and ends with the shell`() async throws {
    let session = try PromptSession(
      environment: [
        "DJOGI_PAGER": "trap 'echo ours' INT; echo paging; cat >&-; sleep 600 & wait; wait"
      ],
      rows: 12)
    try await session.run("--help", expecting: "paging")
    session.terminal.send("\u{03}")
    try await session.terminal.waitForOutput(containing: "ours")
    session.terminal.signal(SIGTERM)
    try await session.expectEnd(143)
  }

  @Test func `other programs run at the terminal`() async throws {
    let session = try PromptSession(environment: ["SHELL": "/bin/echo"])
    try await session.run("\\! echo $((40 + 2)); exit 3", expecting: "\n42\n")
    try await session.terminal.waitForOutput(containing: "ended with status 3")
    try await session.type("\\! cat\r")
    try await session.terminal.wait("the program") { _ in !session.isEditing }
    session.terminal.send("typed\n\u{04}")
    try await session.terminal.waitForOutput(containing: "typed\ntyped\n")
    try await session.quit()
  }

  @Test func `help shows an example first`() async throws {
    let session = try PromptSession(rows: 60)
    try await session.run(
      "help finalize", expecting: "Example: finalize 7301 --keep 24h --justify INFRA-7")
    try await session.run("help fnalize", expecting: "did you mean 'finalize'?")
    try await session.run("\\?", expecting: "help COMMAND tells more")
    try await session.quit()
  }
}
