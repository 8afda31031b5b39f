// swift-tools-version: 6.2
// Benchmarks stand in a package of their own, so that nobody who builds the product has to fetch what they need.
// `scripts/benchmark` runs them; by hand: swift package --package-path Tests/Performance benchmark --filter 'decode.*'

import PackageDescription

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
            path: "Benchmarks/Vitals",
            swiftSettings: [
                .swiftLanguageMode(.v6), .strictMemorySafety(), .treatAllWarnings(as: .error),
                .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
            ],
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
    ]
)
