/// Numbers of which the smallest comes first.
struct SortedSet {
  private var heap: [Int] = []

  init(_ numbers: [Int]) {
    // A sorted array is a heap.
    heap = numbers.sorted()
  }

  mutating func insert(_ number: Int) {
    heap.append(number)
    var child = heap.count - 1
    while child > 0, heap[(child - 1) / 2] > heap[child] {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func popFirst() -> Int? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
      guard let least = children.min(by: { heap[$0] < heap[$1] }), heap[least] < heap[parent] else {
        break
      }
      heap.swapAt(parent, least)
      parent = least
    }
    return first
  }
}
