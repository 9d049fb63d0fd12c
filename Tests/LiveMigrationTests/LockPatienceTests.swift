import Testing

@testable import LiveMigration

@Suite("Patience for locks")
struct LockPatienceTests {
  private let patience = LockPatience(lockTimeout: .seconds(2), deadlockTimeout: .seconds(1))

  @Test
  func `A first lock may be waited for as long as the settings say`() {
    #expect(patience.first("LOCK TABLE a IN ACCESS EXCLUSIVE MODE") == .seconds(2))
    #expect(patience.first("ALTER TABLE a ADD COLUMN b int") == .seconds(2))
  }

  @Test
  func `What is waited for with a lock in hand ends before the server looks for a circle`() {
    let key = "ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b NOT VALID"
    #expect(patience.first(key) == .milliseconds(700))
    #expect(patience.rest(["LOCK TABLE a", "LOCK TABLE b"]) == .milliseconds(700))
    #expect(patience.rest(["LOCK TABLE a", "LOCK TABLE b", "LOCK TABLE c"]) == .milliseconds(350))
    #expect(patience.rest(["ALTER TABLE a ADD b int", "SELECT 1"]) == .milliseconds(700))
  }

  @Test
  func `It is never longer than the settings say, and never nothing`() {
    let hasty = LockPatience(lockTimeout: .milliseconds(50), deadlockTimeout: .seconds(1))
    #expect(hasty.rest(["LOCK TABLE a", "LOCK TABLE b"]) == .milliseconds(50))
    let short = LockPatience(lockTimeout: .seconds(2), deadlockTimeout: .milliseconds(1))
    #expect(short.rest(["LOCK TABLE a", "LOCK TABLE b"]) == .milliseconds(20))
  }
}
