// swift-tools-version: 6.3
import PackageDescription

/// What every target of this package is compiled with: a warning is an error, and an import says who may see it.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// The same, and each use of what the compiler cannot check for memory safety is marked as such.
///
/// SchemaChange is left out: to the compiler each field of a parse tree is read through a C function, and `Node` is the
/// one place that calls them.
let strict = settings + [.strictMemorySafety()]

/// PostgreSQL's own grammar as a static library, which `make grammar` builds.
let grammar = "\(Context.packageDirectory)/.build-grammar/libpg_query.a"

let package = Package(
  name: "djogi-shell",
  products: [.executable(name: "djogi-shell", targets: ["djogi-shell"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CLibEdit", pkgConfig: "libedit", providers: [.apt(["libedit-dev"])]),
    .systemLibrary(name: "CLibCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CGrammar"),
    .target(name: "CTerminal", dependencies: ["CLibEdit"]),
    .target(name: "PrivateServer", dependencies: ["Postgres"], swiftSettings: strict),
    .target(name: "Postgres", dependencies: ["CLibPQ"], swiftSettings: strict),
    .target(
      name: "SchemaChange", dependencies: ["Postgres", "CGrammar", "CLibCrypto"],
      swiftSettings: settings, linkerSettings: [.unsafeFlags([grammar])]),
    .target(
      name: "LiveMigration",
      dependencies: [
        "Postgres", "PrivateServer", "SchemaChange", "TOMLKit",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .target(
      name: "ShellKit",
      dependencies: [
        "Postgres", "PrivateServer", "SchemaChange", "LiveMigration", "CLibEdit", "CTerminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    .executableTarget(name: "djogi-shell", dependencies: ["ShellKit"], swiftSettings: strict),
    // Measures; nothing installs it.
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "LiveMigration", "Postgres", "PrivateServer",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks", exclude: ["README.md"], swiftSettings: settings),

    // Runs plans under random faults; nothing installs it.
    .executableTarget(
      name: "soak",
      dependencies: [
        "LiveMigration", "Postgres", "PrivateServer", "Rehearsals",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tests/Soak", swiftSettings: settings),

    .target(
      name: "Rehearsals", dependencies: ["Postgres", "PrivateServer"],
      path: "Tests/Rehearsals", swiftSettings: settings),
    .target(
      name: "TestSupport", dependencies: ["Postgres", "PrivateServer", "CTerminal"],
      path: "Tests/TestSupport",
      swiftSettings: settings),
    .testTarget(
      name: "PostgresTests", dependencies: ["Postgres", "TestSupport"], swiftSettings: settings),
    .testTarget(
      name: "SchemaChangeTests",
      dependencies: ["SchemaChange", "Postgres", "Rehearsals", "TestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "LiveMigrationTests",
      dependencies: [
        "LiveMigration", "SchemaChange", "Postgres", "PrivateServer", "Rehearsals", "TestSupport",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ShellKitTests",
      dependencies: [
        "ShellKit", "LiveMigration", "Postgres", "PrivateServer", "Rehearsals", "TestSupport",
        "djogi-shell",
      ],
      swiftSettings: settings),
  ]
)
