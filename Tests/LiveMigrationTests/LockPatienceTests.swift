import Testing

@testable import LiveMigration

@Suite("Patience for locks")
struct LockPatienceTests {
  private let patience = LockPatience(lockTimeout: .seconds(2), deadlockTimeout: .seconds(1))

  @Test
  func `One lock may be waited for as long as the settings say`() {
    #expect(patience.wait(["LOCK TABLE a IN ACCESS EXCLUSIVE MODE"]) == .seconds(2))
    #expect(patience.wait(["ALTER TABLE a ADD COLUMN b int", "SELECT 1"]) == .seconds(2))
  }

  @Test
  func `Several are waited for no longer than until the server looks for a circle`() {
    let key = "ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b NOT VALID"
    #expect(patience.wait([key]) == .milliseconds(250))
    #expect(patience.wait(["LOCK TABLE a", "LOCK TABLE b"]) == .milliseconds(250))
    #expect(
      patience.wait(["LOCK TABLE a", "LOCK TABLE b", "LOCK TABLE c", "LOCK TABLE d"])
        == .milliseconds(125))
    #expect(patience.wait(["ALTER TABLE a DROP CONSTRAINT key"]) == .milliseconds(250))
  }

  @Test
  func `It is never longer than the settings say, and never nothing`() {
    let hasty = LockPatience(lockTimeout: .milliseconds(50), deadlockTimeout: .seconds(1))
    #expect(hasty.wait(["LOCK TABLE a", "LOCK TABLE b"]) == .milliseconds(50))
    let short = LockPatience(lockTimeout: .seconds(2), deadlockTimeout: .milliseconds(1))
    #expect(short.wait(["LOCK TABLE a", "LOCK TABLE b"]) == .milliseconds(20))
  }
}
