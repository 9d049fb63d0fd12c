/// What `-c` and `-f` name, in the order in which they were given.
enum BatchInput: Hashable, Sendable {
  case line(String)
  case file(String)

  /// Puts the parsed options back into the order of the arguments.
  ///
  /// The parser keeps the order of equal options only.
  static func ordered(_ options: SessionOptions, arguments: [String]) -> [BatchInput] {
    var (lines, files) = (options.lines[...], options.files[...])
    var inputs: [BatchInput] = []
    var isValue = false
    for argument in arguments {
      if isValue {
        isValue = false
        continue
      }
      let name = argument.prefix { $0 != "=" }
      let hasValue = name.count < argument.count
      switch name {
      case "-c", "--command":
        if let line = lines.popFirst() { inputs.append(.line(line)) }
        isValue = !hasValue
      case "-f", "--file":
        if let file = files.popFirst() { inputs.append(.file(file)) }
        isValue = !hasValue
      default: break
      }
    }
    return inputs + lines.map { .line($0) } + files.map { .file($0) }
  }

  /// The commands in it.
  func script() throws -> Script {
    switch self {
    case .line(let text): try Script(argument: text)
    case .file(let path): try Script.read(path)
    }
  }
}
