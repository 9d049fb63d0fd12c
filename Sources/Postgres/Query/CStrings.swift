import Glibc

/// Calls `body` with an array of C strings that ends in a null pointer; the strings live as long as
/// the call does.
func withCStrings<Result>(
  _ strings: [String?], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
  var copies = unsafe strings.map { string in
    unsafe string.flatMap { unsafe UnsafePointer(strdup($0)) }
  }
  unsafe copies.append(nil)
  defer { unsafe copies.forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) } }
  return unsafe copies.withUnsafeBufferPointer { buffer in
    // An array of at least one element has a base address.
    guard let start = buffer.baseAddress else { preconditionFailure("no array") }
    return unsafe body(start)
  }
}
