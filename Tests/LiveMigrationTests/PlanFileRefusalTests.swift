import Foundation
import LiveMigration
import Testing

@Suite("Plan files that are refused")
struct PlanFileRefusalTests {
  /// The sentence with which a text is refused; `nil` when it is a plan.
  private func refusal(_ bytes: [UInt8]) -> String? {
    do throws(PlanFileError) {
      _ = try PlanFileFormat.decode(bytes)
      return nil
    } catch .refused(let reason, nil) {
      return reason.description
    } catch {
      return "another error: \(error)"
    }
  }

  /// The refusal of a good plan in which one text was replaced.
  private func refusal(replacing old: String, with new: String) throws -> String? {
    let text = String(decoding: try PlanFileFormat.encode(PlanSamples.plan()), as: UTF8.self)
      .replacing("\" : ", with: "\": ").replacing(/\[\s+\]/, with: "[]")
    let range = try #require(text.range(of: old))
    return refusal(Array(text.replacingCharacters(in: range, with: new).utf8))
  }

  @Test(arguments: [
    (#""kind": "cutover_reads""#, #""colour": 1, "kind": "cutover_reads""#, "steps[4].colour"),
    ("\"header\": {", "\"header\": { \"colour\": 1,", "header.colour"),
    ("\"steps\": [", "\"colour\": 1, \"steps\": [", "colour"),
    ("\"hooks\": [", "\"colour\": 1, \"hooks\": [", "steps[1].parameters.colour"),
    (
      "\"condition\":", "\"a\\nb\": 1, \"condition\":", #"steps[2].parameters.backfills[0]["a\nb"]"#
    ),
    ("\"name\": \"in step\",", "\"name\": \"\", \"\": 1,", #"steps[3].parameters.gates[0][""]"#),
    (
      "\"statements\": [", "\"index\": {}, \"statements\": [",
      "steps[0].parameters.segments[0].work.index"
    ),
    (
      "\"name\": \"i\"", "\"name\": \"i\", \"nome\": \"i\"",
      "steps[0].parameters.segments[1].work.index.nome"
    ),
  ])
  func `An unknown key is named by its path`(old: String, new: String, path: String) throws {
    #expect(
      try refusal(replacing: old, with: new)
        == "The key \(path) is not one that plan files have.")
  }

  @Test(arguments: [
    ("\"slug\": \"widen_amount\",", "", "header.slug"),
    ("\"ordinal\": 0,", "", "steps[0].ordinal"),
    ("\"undo\": [", "\"purpose\": [", nil),
    ("\"hooks\": [", "\"segments\": [", nil),
    (#""shadow": "amount_new","#, "", "steps[1].parameters.hooks[0].shadow"),
    ("\"format_version\": \"2\",", "", "header.format_version"),
    (#""name": "Ledger"#, #""schema": "Ledger"#, nil),
  ])
  func `A missing key is named by its path`(old: String, new: String, path: String?) throws {
    let found = try #require(try refusal(replacing: old, with: new))
    if let path { #expect(found == "The key \(path) is missing.") }
  }

  @Test(arguments: [
    (
      "\"slug\": \"widen_amount\"", "\"slug\": 7",
      "header.slug must be a string, not a number or a boolean."
    ),
    (
      "\"7301444403221405696\"", "7301444403221405696",
      "header.plan_id must be a string, not a number or a boolean."
    ),
    ("\"ordinal\": 0", "\"ordinal\": \"0\"", "steps[0].ordinal must be an integer, not a string."),
    (
      "\"ordinal\": 0", "\"ordinal\": true",
      "steps[0].ordinal must be an integer, not a number or a boolean."
    ),
    (
      "\"undo\": []", "\"undo\": null",
      "steps[0].parameters.segments[1].undo must be an array, not null."
    ),
    (
      "\"undo\": []", "\"undo\": [1]",
      "steps[0].parameters.segments[1].undo[0] must be an object, not a number or a boolean."
    ),
    (
      "\"undo\": []", "\"undo\": {}",
      "steps[0].parameters.segments[1].undo must be an array, not an object."
    ),
  ])
  func `A wrong type is named by its path`(old: String, new: String, message: String) throws {
    #expect(try refusal(replacing: old, with: new) == message)
  }

  @Test(arguments: [
    ("\"sample\": \"SELECT 1\"", "\"sample\": null", "steps[3].parameters.gates[0].sample"),
    (": -9223372036854775808", ": -92233720368547758090", "steps[3].parameters.gates[1].expected"),
    ("\"ordinal\": 0", "\"ordinal\": 0.5", "steps[0].ordinal must be a whole number of 64 bits"),
    ("\"ordinal\": 0", "\"ordinal\": 1e400", "1e400"),
  ])
  func `A number that does not fit, or nothing, is named`(
    old: String, new: String, name: String
  ) throws {
    let found = try #require(try refusal(replacing: old, with: new))
    #expect(found.contains(name), "\(found)")
  }

  @Test(arguments: [
    (
      "\"ordinal\": 1", "\"ordinal\": 2",
      "steps[1].ordinal must be 1, not 2: ordinals count from 0 without a gap."
    ),
    (
      "\"kind\": \"cutover_reads\"", "\"kind\": \"cutover_writes\"",
      "steps[4].parameters have the kind cutover_reads, the step the kind cutover_writes."
    ),
    (
      "\"slug\": \"widen_amount\"", "\"slug\": \"../x\"",
      "header.slug must be of letters A to Z, digits and underscores, and not empty."
    ),
    (
      "\"slug\": \"widen_amount\"", "\"slug\": \"\"",
      "header.slug must be of letters A to Z, digits and underscores, and not empty."
    ),
    (
      "\"slug\": \"widen_amount\"", "\"slug\": \"größe\"",
      "header.slug must be of letters A to Z, digits and underscores, and not empty."
    ),
    (
      "\"format_version\": \"2\"", "\"format_version\": \"3\", \"new\": 1",
      "The format_version is \"3\"; this program reads 1 and 2."
    ),
    (
      "\"target_database\": \"main\"", "\"target_database\": \"Main\"",
      "header.target_database must be main, crud_log, event_log."
    ),
    ("\"V1:", "\"V2:", "header.source_checksum must be V1: and 64 lower-case hexadecimal digits."),
    (
      "\"V20260428000000__", "\"V2026_",
      "header.originating_migration must be a migration's version, such as V<14 digits>__<slug>."
    ),
    (
      "\"app_label\": \"\"", "\"app_label\": \"_global_\"",
      "header.app_label must be empty or of letters A to Z, digits and underscores, and no "
        + "reserved name."
    ),
    ("\"expand_contract\"", "\"offline\"", "header.classification must be expand_contract."),
    (
      "\"7301444403221405696\"", "\"07\"",
      "header.plan_id must be a decimal number of at most 63 bits, without leading zeros."
    ),
  ])
  func `A wrong value is named with the reason`(old: String, new: String, message: String) throws {
    #expect(try refusal(replacing: old, with: new) == message)
  }

  @Test
  func `A plan without steps is refused`() throws {
    let text = String(
      decoding: try PlanFileFormat.encode(PlanSamples.plan([PlanSamples.reads])), as: UTF8.self)
    let steps = try #require(text.range(of: "\"steps\""))
    #expect(
      refusal(Array((text[..<steps.lowerBound] + "\"steps\": []}").utf8))
        == "The plan has no steps.")
  }

  @Test(arguments: [
    "", "{", "[1 2]", "{} {}", "[01]", "[-]", "[1.]", "[NaN]", "[\"\\ud800\"]",
    "[\"\\udc00\\ud800\"]", "[\"\\u00\"]", "[\"\\x\"]", "[\"\n\"]", "[\"", "nul", "'a'",
  ])
  func `What is not JSON is refused with the reason`(text: String) throws {
    let found = try #require(refusal(Array(text.utf8)))
    #expect(found.hasPrefix("The text is not JSON: "), "\(found)")
    #expect(found.hasSuffix("."), "\(found)")
  }

  @Test
  func `A zero character is refused where it stands`() throws {
    #expect(
      try refusal(replacing: "\"widen_amount\"", with: "\"widen\\u0000\"")
        == "header.slug has a zero character, which PostgreSQL cannot hold.")
  }

  @Test
  func `Bytes that are no UTF-8, too many or nested too deep are refused`() {
    #expect(refusal([0x7b, 0xff, 0x7d]) == "The text is not UTF-8.")
    #expect(
      refusal([UInt8](repeating: 0x20, count: PlanFileFormat.maximumSize + 1))
        == "A plan file has at most 64 MiB; this one has more.")
    for opening in ["[", "{\"a\":"] {
      let deep = Array(String(repeating: opening, count: 1_000_000).utf8)
      #expect(refusal(deep)?.hasPrefix("The text is not JSON: ") == true)
    }
    #expect(refusal(Array("[]".utf8)) == "The text must be an object, not an array.")
  }

  @Test
  func `A pair of escaped surrogates is one character`() throws {
    let plan = PlanSamples.plan()
    let text = String(decoding: try PlanFileFormat.encode(plan), as: UTF8.self)
    let escaped = text.replacingOccurrences(of: "😀", with: "\\ud83d\\ude00")
    #expect(escaped != text)
    #expect(try PlanFileFormat.decode(Array(escaped.utf8)) == plan)
  }
}
