import Glibc
import Testing

@testable import ShellKit

@Suite("Signals that ask for the end")
struct StopSignalsTests {
  @Test(arguments: [SIGTERM, SIGINT, SIGHUP] as [Int32])
  func `The same signal at once is an echo, and later it is a second one`(signal: Int32) {
    let stop = StopRequest()
    let start = ContinuousClock.now
    #expect(stop.status == nil)
    #expect(stop.note(signal, at: start) == .stop)
    #expect(stop.note(signal, at: start) == .repetition)
    #expect(stop.note(signal, at: start + .milliseconds(499)) == .repetition)
    #expect(stop.note(signal, at: start + .milliseconds(500)) == .hurry)
    #expect(stop.status == ExitStatus(rawValue: 128 + signal))
  }

  @Test
  func `Another signal is never an echo, and the first one says how the program ends`() {
    let stop = StopRequest()
    let start = ContinuousClock.now
    #expect(stop.note(SIGINT, at: start) == .stop)
    #expect(stop.note(SIGTERM, at: start) == .hurry)
    #expect(stop.status == .interrupted)
  }
}
