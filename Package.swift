// swift-tools-version: 6.2
import PackageDescription

// The arrows of ARCHITECTURE.md, readable top to bottom: a target may import what it lists and
// nothing else. `make check` turns an undeclared import into an error.

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
]

/// C libraries, from Debian.
let systemLibraries: [Target] = [
    .systemLibrary(name: "CPlatform"),
    .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
    .systemLibrary(name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(
        name: "CCurl",
        pkgConfig: "libcurl",
        providers: [.apt(["libcurl4-openssl-dev"])]
    ),
    .systemLibrary(
        name: "CWebSockets",
        pkgConfig: "libwebsockets",
        providers: [.apt(["libwebsockets-dev"])]
    ),
    .target(
        name: "CSimdjson",
        linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("stdc++")]
    ),
]

/// Modules that wrap C: the only ones that may contain `unsafe`.
let wrappers: [Target] = [
    .target(name: "Platform", dependencies: ["CPlatform"]),
    .target(name: "LMDB", dependencies: ["CLMDB", "Platform"]),
    .target(name: "Digests", dependencies: ["CISAL", "CCrypto"]),
    .target(name: "JSON", dependencies: ["CSimdjson"]),
    .target(name: "Compression", dependencies: ["CZlib", "CZstd", "Platform"]),
    .target(name: "SQLite", dependencies: ["CSQLite"]),
    .target(name: "Network", dependencies: ["CCurl", "CWebSockets", "Platform"]),
]

/// The pure core: no Foundation, no I/O, no clock, no randomness.
let core: [Target] = [
    .target(name: "Trading"),
    .target(name: "Projections", dependencies: ["Trading"]),
    .target(name: "Engine", dependencies: ["Trading", "Projections"]),
]

let edge: [Target] = [
    .target(
        name: "Journal",
        dependencies: ["LMDB", "Digests", "JSON", "Compression", "Platform"]
    ),
    .target(
        name: "Exchange",
        dependencies: ["Trading", "JSON", "Compression", "Digests", "Network"]
    ),
    .target(
        name: "LocalExchange",
        dependencies: ["Trading", "Exchange", "Network", "JSON", "Digests"]
    ),
    .target(
        name: "Runtime",
        dependencies: [
            "Trading", "Projections", "Engine", "Exchange", "Journal", "Digests", "JSON",
            "Network", "Platform",
        ]
    ),
    .target(
        name: "Simulation",
        dependencies: [
            "Runtime", "LocalExchange", "Engine", "Exchange", "Journal", "Projections", "Trading",
            "Network", "Digests", "Platform",
        ]
    ),
    .target(
        name: "Inspection",
        dependencies: [
            "Runtime", "Engine", "Journal", "Projections", "Trading", "Digests", "Platform",
            "Compression", "JSON", "SQLite",
        ]
    ),
]

let executables: [Target] = [
    .executableTarget(
        name: "holdfast",
        dependencies: [
            "Inspection", "Runtime", "Engine", "Exchange", "Journal", "Platform", "Trading",
        ]
    ),
    .executableTarget(
        name: "exchange-sim",
        dependencies: [
            "LocalExchange", "Exchange", "Network", "Runtime", "Digests", "Platform", "Trading",
        ]
    ),
    .executableTarget(
        name: "simulate",
        dependencies: ["Simulation", "Runtime", "Journal", "JSON", "Platform", "Trading"]
    ),
    .executableTarget(
        name: "journalctl",
        dependencies: ["Inspection", "Runtime", "Journal", "Platform"]
    ),
]

let tests: [Target] = [
    .target(
        name: "TestSupport",
        dependencies: ["Platform", "Trading", "Projections", "Engine"],
        path: "Tests/TestSupport"
    ),
    .testTarget(name: "RepositoryTests"),
    .testTarget(name: "LMDBTests", dependencies: ["LMDB", "Platform", "TestSupport"]),
    .testTarget(name: "DigestsTests", dependencies: ["Digests", "TestSupport"]),
    .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"]),
    .testTarget(name: "CompressionTests", dependencies: ["Compression", "TestSupport"]),
    .testTarget(name: "SQLiteTests", dependencies: ["SQLite", "TestSupport"]),
    .testTarget(name: "PlatformTests", dependencies: ["Platform", "TestSupport"]),
    .testTarget(
        name: "NetworkTests",
        dependencies: ["Network", "Platform", "TestSupport"],
        exclude: ["Clients"]
    ),
    .testTarget(name: "TradingTests", dependencies: ["Trading", "TestSupport"]),
    .testTarget(
        name: "ProjectionsTests",
        dependencies: [
            "Projections", "Trading", "Engine", "TestSupport",
        ]
    ),
    .testTarget(
        name: "EngineTests",
        dependencies: [
            "Engine", "Projections", "Trading", "TestSupport",
        ]
    ),
    .executableTarget(
        name: "JournalProbe",
        dependencies: ["Journal", "Platform"],
        path: "Tests/JournalProbe"
    ),
    .testTarget(
        name: "JournalTests",
        dependencies: [
            "Journal", "JournalProbe", "Digests", "LMDB", "Platform", "TestSupport",
        ]
    ),
    .testTarget(
        name: "ExchangeTests",
        dependencies: [
            "Exchange", "JSON", "Compression", "Digests", "Network", "Trading", "TestSupport",
        ]
    ),
    .testTarget(
        name: "LocalExchangeTests",
        dependencies: [
            "LocalExchange", "Exchange", "Network", "JSON", "Digests", "Trading", "TestSupport",
        ]
    ),
    // Preloaded into a program, it stands between the program and its files.
    .target(name: "CInterpose", path: "Tests/CInterpose", linkerSettings: [.linkedLibrary("dl")]),
    // What suites share that have their work done by processes which may die of it.
    .target(name: "SuiteSupport", dependencies: ["Platform"], path: "Tests/SuiteSupport"),
    .executableTarget(
        name: "CrashSuite",
        dependencies: [
            "SuiteSupport", "Inspection", "Runtime", "Exchange", "Journal", "Projections",
            "Trading", "Digests",
            "Platform",
        ],
        path: "Tests/CrashSuite"
    ),
    .executableTarget(
        name: "DamageSuite",
        dependencies: [
            "SuiteSupport", "Runtime", "Journal", "Projections", "Trading", "Digests", "Platform",
        ],
        path: "Tests/DamageSuite"
    ),
    .executableTarget(
        name: "ReconcileSuite",
        dependencies: [
            "Runtime", "Engine", "Exchange", "Projections", "Trading", "Platform", "TestSupport",
        ],
        path: "Tests/ReconcileSuite"
    ),
    .testTarget(
        name: "DamageTests",
        dependencies: [
            "DamageSuite", "SuiteSupport", "Platform", "TestSupport",
        ]
    ),
    .testTarget(
        name: "CrashTests",
        dependencies: [
            "CrashSuite", "SuiteSupport", "holdfast", "journalctl", "Journal", "Platform",
            "Trading", "TestSupport",
        ]
    ),
    .testTarget(
        name: "InspectionTests",
        dependencies: [
            "Inspection", "journalctl", "Runtime", "Exchange", "Engine", "Projections",
            "SQLite", "Trading", "Journal", "Digests", "Platform", "TestSupport",
        ]
    ),
    // The nested package has the same decoders, and libFuzzer to feed them.
    .testTarget(
        name: "DecoderTests",
        dependencies: [
            "Compression", "Digests", "Engine", "Exchange", "Inspection", "JSON", "Journal", "LMDB",
            "LocalExchange", "Network", "Platform", "Projections", "Runtime", "TestSupport",
            "Trading",
        ],
        path: "Fuzzing",
        exclude: [
            "CLibFuzzer", "Corpus", "Crashes", "Fuzzer", "LibFuzzer", "Package.swift", "leaks",
            "run",
        ],
        sources: ["Decoders", "Tests"]
    ),
    .testTarget(
        name: "GoldenTests",
        dependencies: [
            "Digests", "Inspection", "Journal", "LMDB", "Platform", "Projections", "Runtime",
            "TestSupport", "Trading",
        ]
    ),
    .testTarget(
        name: "InputTests",
        dependencies: [
            "holdfast", "Runtime", "Exchange", "Journal", "Platform", "Projections", "Trading",
            "TestSupport",
        ]
    ),
    .testTarget(
        name: "SimulationTests",
        dependencies: [
            "Simulation", "Runtime", "Exchange", "Trading", "TestSupport",
        ]
    ),
    .testTarget(
        name: "RuntimeTests",
        dependencies: [
            "Runtime", "ReconcileSuite", "holdfast", "Exchange", "Engine", "Projections",
            "Trading", "Journal", "Digests", "Network", "Platform", "TestSupport",
        ]
    ),
]

let package = Package(
    name: "holdfast",
    products: [
        .executable(name: "holdfast", targets: ["holdfast"]),
        .executable(name: "journalctl", targets: ["journalctl"]),
        .executable(name: "exchange-sim", targets: ["exchange-sim"]),
        .executable(name: "simulate", targets: ["simulate"]),
        // For the nested packages of the benchmarks and of the fuzzer.
        .library(
            name: "HoldfastModules",
            targets: [
                "Compression", "Digests", "Engine", "Exchange", "Inspection", "JSON", "Journal",
                "LMDB", "LocalExchange", "Network", "Platform", "Projections", "Runtime",
                "Trading",
            ]
        ),
        .library(name: "Interpose", type: .dynamic, targets: ["CInterpose"]),
    ],
    targets: systemLibraries + wrappers + core + edge + executables + tests
)

let isOfC: Set = ["CSimdjson", "CInterpose"]
for target in package.targets where target.type != .system && !isOfC.contains(target.name) {
    target.swiftSettings = strict + (target.swiftSettings ?? [])
}
