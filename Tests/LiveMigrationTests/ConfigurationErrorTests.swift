import Foundation
import LiveMigration
import Testing

@Suite("Configurations that are refused")
struct ConfigurationErrorTests {
  private func refusal(_ text: String) -> String? {
    do throws(ConfigurationError) {
      _ = try Configuration(toml: text, file: "Djogi.toml")
      return nil
    } catch {
      return error.description
    }
  }

  @Test(arguments: [
    ("profil = 'x'", "1:1: error: There is no key profil; did you mean profile?"),
    (
      "\n[live]\n# workers\n  lock_timout_ms = 5",
      "4:3: error: There is no key [live] lock_timout_ms; did you mean lock_timeout_ms?"
    ),
    ("[database]\nURL = 'x'", "2:1: error: There is no key [database] URL; did you mean url?"),
    (
      "lock_retries = 3",
      "1:1: error: There is no key lock_retries; did you mean [live] lock_retries?"
    ),
    ("[liv]\nworkers = 1", "1:2: error: There is no key liv; did you mean live?"),
    (
      "profile = 'ä' # é\nlive = { workers = 1, zzzzzzzzz = [1, 2] }",
      "2:23: error: There is no key [live] zzzzzzzzz."
    ),
    ("live.'x]y\"' = 1", "1:6: error: There is no key [live] \"x]y\\\"\"."),
    (
      "[live]\r\nthrottle_query = '''\r\nbad = 1\r\n'''\r\nbad = 1\r\n",
      "5:1: error: There is no key [live] bad."
    ),
    (
      "[live]\nthrottle_query = \"\"\"a\\\"\"\"\"\"\nwrong = 1",
      "3:1: error: There is no key [live] wrong."
    ),
    (
      "[shell]\nz9z9 = [[1, '}'], # ]\n {a = ']'}]\n[live]\nq = 1",
      "2:1: error: There is no key [shell] z9z9."
    ),
    ("[live.workers]\nx = 1", "1:7: error: [live] workers must be a whole number, not a table."),
  ])
  func `A misspelt key is named with its place and the nearest right one`(
    text: String, message: String
  ) {
    #expect(refusal(text) == "Djogi.toml:" + message)
  }

  @Test(arguments: [
    ("profile = 1", "1:1: error: profile must be a text in quotes, not a whole number."),
    ("live = 1", "1:1: error: live must be a table, not a whole number."),
    ("[[live]]", "1:3: error: live must be a table, not an array."),
    ("[live]\nworkers = '1'", "2:1: error: [live] workers must be a whole number, not a text."),
    (
      "[live]\nworkers = 1.0",
      "2:1: error: [live] workers must be a whole number, not a number with a fraction."
    ),
    ("[live]\nworkers = true", "2:1: error: [live] workers must be a whole number, not a boolean."),
    (
      "[live]\nlock_timeout_ms = 10:00:00",
      "2:19: error: a date or time is no setting's value"
    ),
    ("[live]\nworkers = 0", "2:1: error: [live] workers must be from 1 to 64."),
    ("[live]\nworkers = 65", "2:1: error: [live] workers must be from 1 to 64."),
    (
      "[live]\nlock_timeout_ms = 0",
      "2:1: error: [live] lock_timeout_ms must be from 1 to 2147483647."
    ),
    (
      "[live]\nwindows = 'at night'",
      "2:1: error: [live] windows must be times of the day such as '22:00-06:00,12:00-13:00'."
    ),
    (
      "[live]\nstrides = 65",
      "2:1: error: [live] strides must be from 1 to 64."
    ),
    (
      "[live]\nretry_cap_ms = 10", "2:1: error: [live] retry_cap_ms must be at least retry_base_ms."
    ),
    (
      "[live]\nretry_base_ms = 6000",
      "2:1: error: [live] retry_base_ms must be at most the default retry_cap_ms, 5000."
    ),
    ("[live]\nledger_schema = ' '", "2:1: error: [live] ledger_schema must be a text, not blank."),
    (
      "[live]\nledger_schema = '\(String(repeating: "ä", count: 32))'",
      "2:1: error: [live] ledger_schema must be a name of at most 63 bytes."
    ),
  ])
  func `A wrong type and a number out of range are named with their place`(
    text: String, message: String
  ) {
    #expect(refusal(text) == "Djogi.toml:" + message)
  }

  @Test(arguments: [
    ("[live\nworkers = 1", 1), ("a = 1\na = 2", 2), ("[live]\nworkers = ", 2), ("\n\nx", 3),
    ("a = 1\nb = 'x\0y'", 2), (String(repeating: "[", count: 100_000), 1),
    ("a = " + String(repeating: "[", count: 100_000), 1),
    ("a = " + String(repeating: "{a=", count: 100_000), 1),
    (String(repeating: "a.", count: 100_000) + "b = ", 1), ("\n[é]", 2), ("[", 1), ("[.a]", 1),
    ("[a.é]", 1), ("[[", 1), ("a.é = 1", 1), ("é = 1", 1), ("[ ]", 1), ("= 1", 1),
  ])
  func `What is not TOML is refused with its line`(text: String, line: Int) throws {
    let message = try #require(refusal(text))
    #expect(message.hasPrefix("Djogi.toml:\(line):"))
    #expect(!message.contains("There is no key"))
  }

  @Test(arguments: [
    "[database]\nurl = postgres://u:geheim123@h/d", "[database]\nurl = 'postgres://u:geheim123@h/d",
    "[database]\nurl = ['postgres://u:geheim123@h/d']", "database = 'postgres://u:geheim123@h/d'",
    "[database]\nulr = 'postgres://u:geheim123@h/d'", "profile = ['geheim123']",
    "[database]\nurl = 'a'\nurl = 'postgres://u:geheim123@h/d'",
  ])
  func `A refused connection string is not shown`(text: String) throws {
    #expect(!(try #require(refusal(text))).contains("geheim"))
  }

  @Test
  func `A number that is a password is not shown either`() throws {
    let secret = "98765432109876543210"
    #expect(!(try #require(refusal("[database]\nurl = \(secret)"))).contains(secret))
  }

  @Test
  func `No damage to a text stops the process`() {
    let text = Array(
      "p.'q' = 1e5\n[[ a ]]\nx = [1, {b = 'c'}, \"\"\"d\"\"\"] # e\n[live]\nt = -0x1".utf8)
    var refused = 0
    for position in text.indices {
      for byte in "[]{}=,.'\"#\\\n\r :-0".utf8 {
        var damaged = text
        damaged[position] = byte
        refused += refusal(String(decoding: damaged, as: UTF8.self)) == nil ? 0 : 1
      }
      refused += refusal(String(decoding: text[..<position], as: UTF8.self)) == nil ? 0 : 1
    }
    // The empty text is the only one that is good.
    #expect(refused == text.count * 18 - 1)
  }

  @Test
  func `A file that is no UTF-8 is named`() throws {
    let folder = try WorkspaceFolder()
    try folder.write(Data([0xff]), to: "Djogi.toml")
    let path = folder.path + "/Djogi.toml"
    #expect(throws: ConfigurationError.unreadable(.notUTF8(path: path))) {
      try Configuration.load(workspace: folder.workspace)
    }
  }
}
