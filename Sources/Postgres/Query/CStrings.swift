import Glibc

/// Calls `body` with an array of C strings that ends in a null pointer; the strings live as long as
/// the call does.
func withCStrings<Result>(
  _ strings: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
  var copies = strings.map { string in string.flatMap { UnsafePointer(strdup($0)) } }
  copies.append(nil)
  defer { for copy in copies { free(UnsafeMutablePointer(mutating: copy)) } }
  return copies.withUnsafeBufferPointer { buffer in
    // An array of at least one element has a base address.
    guard let start = buffer.baseAddress else { preconditionFailure("no array") }
    return body(start)
  }
}
