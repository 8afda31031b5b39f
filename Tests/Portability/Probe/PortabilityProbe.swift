import VitalsCore
import VitalsKernels

/// Writes what the core makes of inputs, byte by byte, to standard output: `scripts/portability` builds it for several
/// machines and in several ways, and compares the digests.
///
/// It imports the pure modules and five functions of a C library, so that it can be compiled with Embedded Swift for a
/// machine that has no other Swift. Arguments come in the environment, since Embedded Swift has no others.
///
///     PROBE=configuration PortabilityProbe     # the defaults; their digest goes with a replay
///     PROBE=replay PROBE_FILES=a.jsonl:b.jsonl PROBE_VERSION=… PROBE_DIGEST=… PROBE_TRACE=1 PortabilityProbe
///     PROBE=windows PROBE_COUNT=1000000 PROBE_KERNELS=scalar PortabilityProbe
@main
enum PortabilityProbe {
    static func main() {
        let name = Environment.text("PROBE_KERNELS")
        guard let level = try? KernelLevel(named: name.isEmpty ? KernelLevel.automatic : name),
            let kernels = try? KernelTable(level)
        else { ProbeOutput.fail("this machine has no such kernels", status: 64) }
        let count = Environment.number("PROBE_COUNT") ?? 100_000
        switch Environment.text("PROBE") {
        #if !hasFeature(Embedded)
            case "configuration": ProbeOutput.put(EngineConfiguration().json[...], to: 1)
        #endif
        case "levels": for level in KernelLevel.supported { ProbeOutput.print(level.rawValue) }
        case "replay": ReplayTask(kernels: kernels).run()
        case "windows": KernelTask(kernels: kernels, count: count).windows()
        case "rhythms": KernelTask(kernels: kernels, count: count).rhythms()
        case "discords": KernelTask(kernels: kernels, count: count).discords()
        case "variabilities": KernelTask(kernels: kernels, count: count).variabilities()
        case "pulses": KernelTask(kernels: kernels, count: count).pulses()
        case "detectors": DetectorTask(kernels: kernels, count: count).run()
        default:
            ProbeOutput.fail(
                "PROBE is one of levels, replay, windows, rhythms, variabilities, discords, pulses, detectors",
                status: 64)
        }
    }
}
