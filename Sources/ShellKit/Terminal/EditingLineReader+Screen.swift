extension EditingLineReader {
  var size: TerminalSize { TerminalSize.of(output) ?? .standard }

  /// Removes prompt and line from the screen; the cursor is where the prompt began.
  func clear() {
    let area = EditArea(columns: size.columns, after: prompt.visible + edit.line.before)
    edit.write("\r" + (area.row > 0 ? "\u{1B}[\(area.row)A" : "") + "\u{1B}[J")
  }
}
