internal import CTerminal

/// What the keys do, over libedit's own emacs bindings.
enum EditorKeys {
  private static let completeName = "djogi-complete"
  private static let pasteName = "djogi-paste"
  private static let olderName = "djogi-older-line"
  private static let newerName = "djogi-newer-line"

  /// Adds our functions; libedit wants them before a user's file can name them.
  static func addFunctions(to edit: EditLine) {
    unsafe edit.add(completeName) { editor, _ in
      unsafe EditingLineReader.owner(of: editor).completeWord()
      return UInt8(CC_REFRESH)
    }
    unsafe edit.add(pasteName) { editor, _ in
      unsafe EditingLineReader.owner(of: editor).insertPaste()
      return UInt8(CC_REFRESH)
    }
    unsafe edit.add(olderName) { editor, _ in
      unsafe EditingLineReader.owner(of: editor).recallOlder()
      return UInt8(CC_REFRESH)
    }
    unsafe edit.add(newerName) { editor, _ in
      unsafe EditingLineReader.owner(of: editor).recallNewer()
      return UInt8(CC_REFRESH)
    }
  }

  /// Binds what must work, after a user's file, which may have built the key maps anew.
  static func bind(in edit: EditLine) {
    // The keys arrive as characters: a signal would hit the whole process, and Ctrl-S would freeze
    // the screen.
    edit.setMode("-d", "-isig")
    edit.setMode("-d", "-ixon")
    // Else a pasted line end of two characters would be two line ends.
    for mode in ["-icrnl", "-inlcr", "-igncr"] { edit.setMode("-d", mode) }
    for (keys, function) in bindings { edit.bind(keys, to: function) }
    // Else their last character would be typed.
    for keys in unusedKeys { edit.bind(keys, to: "ed-unassigned") }
  }

  private static let bindings = [
    ("\t", completeName), ("\u{1B}[200~", pasteName),
    ("\u{1B}[A", olderName), ("\u{1B}OA", olderName), ("\u{10}", olderName),
    ("\u{1B}[B", newerName), ("\u{1B}OB", newerName), ("\u{0E}", newerName),
    ("\u{1B}[C", "ed-next-char"), ("\u{1B}OC", "ed-next-char"),
    ("\u{1B}[D", "ed-prev-char"), ("\u{1B}OD", "ed-prev-char"),
    ("\u{1B}[1;5C", "em-next-word"), ("\u{1B}[1;3C", "em-next-word"),
    ("\u{1B}[1;5D", "ed-prev-word"), ("\u{1B}[1;3D", "ed-prev-word"),
    ("\u{1B}[H", "ed-move-to-beg"), ("\u{1B}OH", "ed-move-to-beg"), ("\u{1B}[1~", "ed-move-to-beg"),
    ("\u{1B}[F", "ed-move-to-end"), ("\u{1B}OF", "ed-move-to-end"), ("\u{1B}[4~", "ed-move-to-end"),
    ("\u{1B}[3~", "ed-delete-next-char"),
    ("\u{12}", "em-inc-search-prev"), ("\u{13}", "em-inc-search-next"),
    ("\u{15}", "vi-kill-line-prev"), ("\u{17}", "ed-delete-prev-word"),
  ]

  private static let unusedKeys: [String] = {
    let numbers = [2, 5, 6, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24]
    let modifiers = [2, 3, 4, 5, 6, 7, 8]
    let plain =
      numbers.map { "\u{1B}[\($0)~" } + "PQRS".map { "\u{1B}O\($0)" } + ["\u{1B}[I", "\u{1B}[O"]
    let modified = modifiers.flatMap { modifier in
      numbers.map { "\u{1B}[\($0);\(modifier)~" } + ["\u{1B}[3;\(modifier)~"]
        + "ABFHPQRS".map { "\u{1B}[1;\(modifier)\($0)" }
    }
    let moves = [2, 4, 6, 7, 8].flatMap { ["\u{1B}[1;\($0)C", "\u{1B}[1;\($0)D"] }
    return plain + modified + moves
  }()
}
