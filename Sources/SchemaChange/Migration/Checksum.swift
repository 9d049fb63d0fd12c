internal import CLibCrypto
internal import Foundation

/// The SHA-256 of a file's bytes, written `V1:` and 64 lower-case hexadecimal digits.
public struct Checksum: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
  /// The written form, prefix included.
  public let rawValue: String

  /// Takes a written checksum; `nil` when it is not of the one form.
  public init?(rawValue: String) {
    let digits = rawValue.dropFirst(Self.prefix.count)
    guard rawValue.hasPrefix(Self.prefix), digits.utf8.count == 64,
      digits.utf8.allSatisfy(Self.isLowerHex)
    else { return nil }
    self.rawValue = rawValue
  }

  /// Digests `bytes`.
  public init(of bytes: some Collection<UInt8>) {
    var digest = [UInt8](repeating: 0, count: 32)
    let input = Array(bytes)
    // EVP_Digest fails only when memory does: the digest would then stay zero and match no file.
    EVP_Digest(input, input.count, &digest, nil, EVP_sha256(), nil)
    rawValue = Self.prefix + digest.map { String(format: "%02x", $0) }.joined()
  }

  /// The written form.
  public var description: String { rawValue }

  private static let prefix = "V1:"

  private static func isLowerHex(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}
