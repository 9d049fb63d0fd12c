public import Foundation

/// The session that holds a plan's lock.
public struct PlanHolder: Sendable, Hashable {
  /// The server process of the holder's session.
  public var backendPID: Int
  /// The holder's `application_name`.
  public var applicationName: String
  /// Where the session comes from; `nil` on a socket of the server's machine.
  public var clientAddress: String?
  /// When the session began.
  public var since: Date?
  /// The program that the plan's row names, when it can be the holder.
  public var claim: PlanRow.Claim?

  /// The holder, and what the plan's row says of it.
  ///
  /// A driver writes its claim once it has the lock, and a killed one leaves its own behind: what was claimed before
  /// the holder's session began is somebody else's. Of a session whose beginning the role may not see, the row's word
  /// is all that there is.
  func paired(with claim: PlanRow.Claim?) -> PlanHolder {
    var holder = self
    holder.claim = claim.flatMap { claim in
      guard let since, claim.since < since else { return claim }
      return nil
    }
    return holder
  }
}
