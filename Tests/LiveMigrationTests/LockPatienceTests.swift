import Testing

@testable import LiveMigration

@Suite("Patience for locks")
struct LockPatienceTests {
  private let patience = LockPatience(lockTimeout: .seconds(2), deadlockTimeout: .seconds(1))

  @Test
  func `One lock may be waited for as long as the settings say`() {
    #expect(patience.wait(1) == .seconds(2))
    #expect(patience.wait(0) == .seconds(2))
  }

  @Test
  func `Several are waited for no longer than until the server looks for a circle`() {
    #expect(patience.together == .milliseconds(500))
    #expect(patience.wait(2) == .milliseconds(250))
    #expect(patience.wait(4) == .milliseconds(125))
    // What others took before is gone.
    #expect(patience.wait(1, after: .milliseconds(100)) == .milliseconds(400))
    #expect(patience.wait(2, after: .milliseconds(100)) == .milliseconds(200))
  }

  @Test
  func `It is never longer than the settings say, and never nothing`() {
    let hasty = LockPatience(lockTimeout: .milliseconds(50), deadlockTimeout: .seconds(1))
    #expect(hasty.together == .milliseconds(50))
    #expect(hasty.wait(2) == .milliseconds(25))
    #expect(hasty.wait(1, after: .seconds(1)) == .milliseconds(20))
    let short = LockPatience(lockTimeout: .seconds(2), deadlockTimeout: .milliseconds(1))
    #expect(short.together == .milliseconds(20))
    #expect(short.wait(2) == .milliseconds(20))
  }
}
