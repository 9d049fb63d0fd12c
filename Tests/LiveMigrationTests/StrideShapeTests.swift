import Testing

@testable import LiveMigration

@Suite("Backfill: which rows a stride takes")
struct StrideShapeTests {
  @Test(arguments: [1, 2, 7, 10, 20, 64], [1.0, 3.4, 12, 19, 73, 119, 255, 291])
  func `The strides share the positions of a page in order`(
    strides: Int, rowsPerBlock: Double
  ) {
    let shape = StrideShape(strides: strides, rowsPerBlock: rowsPerBlock)
    var end = 0
    for stride in 0..<strides {
      let range = shape.range(of: stride)
      #expect(range.lowerBound == end)
      end = range.upperBound
    }
    #expect(end == shape.positions)
  }

  @Test
  func `Many rows are divided evenly at first, then into smaller and smaller parts`() {
    let shape = StrideShape(strides: 12, rowsPerBlock: 119)
    let sizes = (0..<12).map { shape.range(of: $0).count }
    #expect(sizes == [12, 12, 12, 11, 12, 12, 12, 10, 8, 7, 6, 5])
    #expect(abs(shape.largestShare - 0.0995) < 0.001)
  }

  @Test
  func `On a page of few rows each stride takes one`() {
    let shape = StrideShape(strides: 12, rowsPerBlock: 11.6)
    #expect((0..<12).map { shape.range(of: $0) } == (0..<12).map { $0..<($0 + 1) })
  }

  @Test
  func `One stride takes everything`() {
    let shape = StrideShape(strides: 1, rowsPerBlock: 100)
    #expect(shape.range(of: 0) == 0..<100)
    #expect(shape.largestShare == 1)
  }
}
