// swift-tools-version: 6.2
// The manifest is the picture of the architecture: a module may import only what stands above it in this file.
// Adapters (one outside world each) never import each other; only adapters and the kernels import C.

import PackageDescription

/// One set of settings for every Swift target: Swift 6 mode, every unsafe use marked, every warning an error.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// Kernels are optimised as a whole module in every build: unoptimised Swift leaves weak generic code in their objects,
/// and the linker would then hand one instruction set's copy to all. One object a file is what a debug build expects
/// (docs/decisions/0003-kernels.md).
func kernelSettings(march: String?) -> [SwiftSetting] {
    let whole = ["-O", "-wmo", "-num-threads", "1", "-disable-batch-mode", "-enforce-exclusivity=unchecked"]
    let target = march.map { ["-Xcc", "-march=\($0)"] } ?? []
    return [.unsafeFlags(whole + target)]
}

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let toml = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

#if arch(x86_64)
    let kernelLevels = ["VitalsKernelsBaseline", "VitalsKernelsV3", "VitalsKernelsV4"]
    let kernelTargets: [Target] = [
        .target(name: "VitalsKernelsBaseline", swiftSettings: kernelSettings(march: nil)),
        .target(name: "VitalsKernelsV3", swiftSettings: kernelSettings(march: "x86-64-v3")),
        .target(name: "VitalsKernelsV4", swiftSettings: kernelSettings(march: "x86-64-v4")),
    ]
#else
    let kernelLevels = ["VitalsKernelsBaseline"]
    let kernelTargets: [Target] = [
        .target(name: "VitalsKernelsBaseline", swiftSettings: kernelSettings(march: nil))
    ]
#endif
let kernels = kernelLevels.map { Target.Dependency(stringLiteral: $0) }

let systemLibraries: [Target] = [
    .systemLibrary(name: "CCPUFeatures"),
    .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
    .systemLibrary(name: "CBluetooth", pkgConfig: "bluez", providers: [.apt(["libbluetooth-dev"])]),
    .systemLibrary(name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
    .systemLibrary(name: "CProbe", path: "Tests/Portability/CProbe"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
]

/// Pure: no I/O, clock, randomness, Foundation or C (the kernels' processor query excepted).
let core: [Target] = [
    .target(name: "VitalsModel"),
    .target(name: "VitalsJSON"),
    .target(name: "VitalsGATT", dependencies: ["VitalsModel"]),
    .target(name: "VitalsCapture", dependencies: ["VitalsModel", "VitalsJSON", "VitalsGATT"]),
    .target(name: "VitalsKernels", dependencies: kernels + ["CCPUFeatures"]),
    .target(name: "VitalsDetection", dependencies: ["VitalsModel", "VitalsKernels"]),
    .target(name: "VitalsCore", dependencies: ["VitalsModel", "VitalsJSON", "VitalsGATT", "VitalsDetection"]),
    .target(name: "VitalsSimulator", dependencies: ["VitalsModel", "VitalsJSON", "VitalsGATT"]),
]

/// The event loop and the bus, which the adapters on them may import; adapters import no other adapter.
let platform: [Target] = [
    .target(name: "VitalsSystemd", dependencies: ["VitalsModel", "CSystemd"])
]

let adapters: [Target] = [
    // C: only C can take an assertion of a library, and jump out of it (docs/decisions/0018-assertions-of-libraries.md).
    .target(name: "CAssertionGuard"),
    .target(name: "CMosquittoGuard", dependencies: ["CAssertionGuard", "CMosquitto"]),
    .target(name: "CTOMLGuard", dependencies: ["CAssertionGuard", toml]),
    .target(name: "VitalsFiles", dependencies: ["VitalsModel", "VitalsCapture", "CZlib"]),
    .target(name: "VitalsStore", dependencies: ["VitalsModel", "VitalsJSON", "VitalsCore", grdb, crypto]),
    .target(
        name: "VitalsMQTT",
        dependencies: [
            "VitalsModel", "VitalsJSON", "VitalsGATT", "VitalsCore", "CMosquitto", "CMosquittoGuard", crypto,
        ]),
    .target(name: "VitalsBlueZ", dependencies: ["VitalsModel", "VitalsCore", "VitalsSystemd"]),
    .target(
        name: "VitalsHCI", dependencies: ["VitalsModel", "VitalsCapture", "VitalsCore", "VitalsSystemd", "CBluetooth"]),
]

/// Above the adapters, below what is composed of them: a disk in memory that real SQLite and the store stand on.
let simulation: [Target] = [
    .target(name: "VitalsDisk", dependencies: ["VitalsStore", sqlite])
]

let composition: [Target] = [
    .target(
        name: "VitalsDaemon",
        dependencies: [
            "VitalsModel", "VitalsJSON", "VitalsCapture", "VitalsKernels", "VitalsDetection", "VitalsCore",
            "VitalsFiles", "VitalsStore", "VitalsMQTT", "VitalsSystemd", "VitalsBlueZ", "VitalsHCI", "CTOMLGuard", toml,
            logging, crypto,
        ]),
    .target(
        name: "VitalsSimulation",
        dependencies: [
            "VitalsModel", "VitalsJSON", "VitalsGATT", "VitalsKernels", "VitalsCore", "VitalsSimulator", "VitalsStore",
            "VitalsMQTT", "VitalsDisk", "VitalsDaemon",
        ]),
    .target(
        name: "VitalsTools",
        dependencies: [
            "VitalsModel", "VitalsJSON", "VitalsGATT", "VitalsCapture", "VitalsKernels", "VitalsDetection",
            "VitalsCore", "VitalsSimulator", "VitalsFiles", "VitalsStore", "VitalsMQTT", "VitalsSystemd", "VitalsBlueZ",
            "VitalsHCI", "VitalsDaemon", "VitalsSimulation", crypto,
        ]),
    .executableTarget(name: "vitalsd", dependencies: ["VitalsDaemon", arguments]),
    .executableTarget(name: "vitalsctl", dependencies: ["VitalsTools", "VitalsDaemon", "VitalsSimulation", arguments]),
]

/// Test targets with the modules that they see beside the kit.
let testedModules: [(name: String, dependencies: [Target.Dependency])] = [
    ("TidyTests", []),
    ("VitalsGATTTests", ["VitalsModel", "VitalsGATT"]),
    (
        "VitalsCaptureTests",
        ["VitalsModel", "VitalsJSON", "VitalsGATT", "VitalsCapture", "VitalsFiles", "CBluetooth"]
    ),
    ("VitalsFilesTests", ["VitalsModel", "VitalsCapture", "VitalsFiles"]),
    ("VitalsKernelsTests", ["VitalsKernels"] + kernels),
    ("VitalsDetectionTests", ["VitalsModel", "VitalsKernels", "VitalsDetection"]),
    (
        "VitalsCoreTests",
        [
            "VitalsModel", "VitalsJSON", "VitalsGATT", "VitalsKernels", "VitalsDetection", "VitalsCore",
            "VitalsSimulator",
        ]
    ),
    ("VitalsSimulatorTests", ["VitalsModel", "VitalsJSON", "VitalsGATT", "VitalsCapture", "VitalsSimulator", toml]),
    ("VitalsStoreTests", ["VitalsModel", "VitalsJSON", "VitalsKernels", "VitalsCore", "VitalsStore", grdb, crypto]),
    ("VitalsSimulationTests", ["VitalsModel", "VitalsCore", "VitalsStore", "VitalsMQTT", "VitalsSimulation"]),
    ("VitalsDiskTests", ["VitalsModel", "VitalsJSON", "VitalsCore", "VitalsStore", "VitalsDisk", grdb]),
    ("VitalsMQTTTests", ["VitalsModel", "VitalsJSON", "VitalsCore", "VitalsMQTT"]),
    ("VitalsSystemdTests", ["VitalsModel", "VitalsSystemd"]),
    ("VitalsBlueZTests", ["VitalsModel", "VitalsCore", "VitalsSystemd", "VitalsBlueZ"]),
    ("VitalsHCITests", ["VitalsModel", "VitalsCapture", "VitalsCore", "VitalsSystemd", "VitalsHCI", "CBluetooth"]),
    (
        "VitalsDaemonTests",
        [
            "VitalsModel", "VitalsJSON", "VitalsGATT", "VitalsKernels", "VitalsDetection", "VitalsCore", "VitalsStore",
            "VitalsMQTT", "VitalsSystemd", "VitalsBlueZ", "VitalsDaemon", "vitalsd", "LinkConformanceRunner",
        ]
    ),
    (
        "VitalsToolsTests",
        [
            "VitalsModel", "VitalsJSON", "VitalsGATT", "VitalsCapture", "VitalsKernels", "VitalsCore", "VitalsStore",
            "VitalsFiles", "VitalsMQTT", "VitalsSystemd", "VitalsBlueZ", "VitalsDaemon", "VitalsTools", "vitalsctl",
            grdb,
            crypto,
        ]
    ),
]

let tests: [Target] =
    [
        .target(
            name: "VitalsTestKit", dependencies: ["VitalsModel", "VitalsCore", "VitalsMQTT", "VitalsSystemd"],
            path: "Tests/VitalsTestKit"),
        // Run by scripts/bench, and by the test of many connections.
        .executableTarget(
            name: "LinkConformanceRunner",
            dependencies: ["VitalsModel", "VitalsCore", "VitalsSystemd", "VitalsBlueZ", "VitalsHCI", "VitalsTestKit"],
            path: "Tests/LinkConformanceRunner"),
        // Run by scripts/torture and scripts/benchmark.
        .executableTarget(
            name: "UplinkRunner",
            dependencies: [
                "VitalsModel", "VitalsJSON", "VitalsCore", "VitalsStore", "VitalsMQTT", "CMosquitto", arguments,
            ],
            path: "Tests/UplinkRunner"),
        // Run by scripts/portability. squareRoot() may call sqrt.
        .executableTarget(
            name: "PortabilityProbe",
            dependencies: [
                "VitalsModel", "VitalsJSON", "VitalsCapture", "VitalsKernels", "VitalsDetection", "VitalsCore",
                "CProbe",
            ],
            path: "Tests/Portability/Probe",
            linkerSettings: [.linkedLibrary("m")]),
        // Run by scripts/fuzz.
        .executableTarget(
            name: "DecoderFuzz",
            dependencies: [
                "VitalsModel", "VitalsJSON", "VitalsGATT", "VitalsCapture", "VitalsCore", "VitalsStore", "VitalsMQTT",
                "VitalsDaemon",
            ],
            path: "Tests/DecoderFuzz"),
    ]
    + testedModules.map { .testTarget(name: $0.name, dependencies: $0.dependencies + ["VitalsTestKit"]) }

let package = Package(
    name: "vitalsd",
    products: [
        .executable(name: "vitalsd", targets: ["vitalsd"]),
        .executable(name: "vitalsctl", targets: ["vitalsctl"]),
        // For the benchmarks, which are a package of their own.
        .library(name: "VitalsLibraries", targets: (core + platform + adapters).map(\.name)),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: systemLibraries + kernelTargets + core + platform + adapters + simulation + composition + tests
)

for target in package.targets where target.type != .system {
    target.swiftSettings = strict + (target.swiftSettings ?? [])
}
