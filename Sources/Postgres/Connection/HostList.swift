/// The servers that a connection string names, when it names several.
struct HostList: Equatable {
  var hosts: [String]
  var addresses: [String]
  var ports: [String]

  init(_ options: ConnectionOptions) {
    func list(_ keyword: String) -> [String] {
      guard let text = options[keyword] else { return [] }
      return text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    hosts = list("host")
    addresses = list("hostaddr")
    ports = list("port")
  }

  private var count: Int { max(hosts.count, addresses.count) }

  /// The servers after this one; `nil` when it is the last or unknown.
  ///
  /// libpq walks the list by itself when a server refuses, but a caller of `PQconnectPoll` cannot tell
  /// it to leave one that does not answer.
  func after(host: String, port: String) -> HostList? {
    let index = (0..<count).first { index in
      let names = [hosts, addresses].compactMap { $0.indices.contains(index) ? $0[index] : nil }
      let number = ports.indices.contains(index) ? ports[index] : ports.first ?? port
      return names.contains(host) && (number == port || number.isEmpty)
    }
    guard let index, index + 1 < count else { return nil }
    var rest = self
    rest.hosts.removeFirst(min(index + 1, hosts.count))
    rest.addresses.removeFirst(min(index + 1, addresses.count))
    if ports.count > 1 { rest.ports.removeFirst(index + 1) }
    return rest
  }

  /// The list as libpq takes it, to win over what the connection string says.
  var parameters: [(keyword: String, value: String)] {
    [("host", hosts), ("hostaddr", addresses), ("port", ports)].compactMap { keyword, list in
      list.isEmpty ? nil : (keyword, list.joined(separator: ","))
    }
  }
}
