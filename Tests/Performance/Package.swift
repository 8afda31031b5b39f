// swift-tools-version: 6.2
// Benchmarks stand in a package of their own, so that nobody who builds the product has to fetch what they need.
// `scripts/benchmark` runs them; by hand: swift package --package-path Tests/Performance benchmark --filter 'decode.*'

import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .strictMemorySafety(), .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// What the machine can do at most, measured by one source that is compiled for each instruction set, as the kernels are.
#if arch(x86_64)
    let limits = [("MachineLimit", nil), ("MachineLimitV3", "x86-64-v3"), ("MachineLimitV4", "x86-64-v4")]
#else
    let limits: [(String, String?)] = [("MachineLimit", nil)]
#endif
let limitTargets: [Target] = limits.map { name, march in
    let target = march.map { ["-Xcc", "-march=\($0)"] } ?? []
    return .target(name: name, path: name, swiftSettings: strict + [.unsafeFlags(["-O", "-wmo"] + target)])
}

let package = Package(
    name: "Performance",
    dependencies: [
        // Named, since its identity would else be the name of the checkout.
        .package(name: "vitalsd", path: "../.."),
        // Without its traits, whose interposers stand between the code and its allocator.
        .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "Vitals",
            dependencies: [
                .product(name: "Benchmark", package: "benchmark"),
                .product(name: "VitalsLibraries", package: "vitalsd"),
            ],
            path: "Benchmarks/Vitals", swiftSettings: strict,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
        // What the references do too, for compare.py.
        .executableTarget(
            name: "Comparison",
            dependencies: [.product(name: "VitalsLibraries", package: "vitalsd")]
                + limitTargets.map { .init(stringLiteral: $0.name) },
            path: "Comparison", swiftSettings: strict),
    ] + limitTargets
)
