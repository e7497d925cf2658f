// swift-tools-version: 6.2
import PackageDescription

// A package of its own, built with the sanitizers; see `run`. The decoders are also a test target
// of the package above, which reads the kept inputs without them.

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

let modules = Target.Dependency.product(name: "HoldfastModules", package: "holdfast")

let package = Package(
    name: "fuzzing",
    dependencies: [.package(name: "holdfast", path: "..")],
    targets: [
        .target(name: "CLibFuzzer", path: "CLibFuzzer"),
        .target(
            name: "LibFuzzer",
            dependencies: ["CLibFuzzer"],
            path: "LibFuzzer",
            swiftSettings: strict
        ),
        .target(
            name: "Decoders",
            dependencies: [modules],
            path: "Decoders",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "fuzz",
            dependencies: ["Decoders", "LibFuzzer", modules],
            path: "Fuzzer",
            swiftSettings: strict
        ),
    ]
)
