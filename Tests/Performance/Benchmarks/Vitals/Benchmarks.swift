import Benchmark

/// Every benchmark. A number is the cost of one operation: the name says of what.
let benchmarks: @Sendable () -> Void = {
    // A variable of the tool's own, set once before anything reads it.
    unsafe Benchmark.defaultConfiguration = .init(
        metrics: [.cpuTotal, .wallClock, .throughput, .instructions],
        timeUnits: .nanoseconds, warmupIterations: 2, scalingFactor: .kilo, maxDuration: .seconds(2),
        maxIterations: 2_000)
    decodeBenchmarks()
    engineBenchmarks()
    kernelBenchmarks()
    journalBenchmarks()
    captureBenchmarks()
}

/// Operations in one measurement of a fast benchmark, over which its cost is divided.
let operations = BenchmarkScalingFactor.kilo.rawValue

/// For work that is long enough to be measured once at a time.
var whole: Benchmark.Configuration {
    Benchmark.Configuration(
        metrics: [.cpuTotal, .wallClock, .throughput, .instructions], timeUnits: .microseconds, warmupIterations: 1,
        scalingFactor: .one, maxDuration: .seconds(5), maxIterations: 50)
}
