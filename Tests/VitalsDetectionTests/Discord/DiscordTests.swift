import Testing
import VitalsDetection
import VitalsKernels
import VitalsTestKit

@Suite("Shape discord")
struct DiscordTests {
    @Test("the nearest earlier window is that of the definition, on random series", arguments: KernelLevel.supported)
    func oracle(level: KernelLevel) throws {
        var random = SplitMix64(seed: 12)
        let kernels = SeriesKernelTable(try KernelTable(level))
        var (compared, constants, ties) = (0, 0, 0)
        for round in 0..<24 {
            let window = random.int(8...16)
            let history = 8 * random.int(1...10)
            let samples = Self.series(&random, kind: round % 6)
            var detector = Discord(
                configuration: .init(
                    windowSamples: window, historyWindows: history, minimumHistory: 0, distanceLimitThousandths: 1_000),
                kernels: kernels)
            let oracle = DiscordOracle(samples, window: window, history: history)
            for (place, sample) in samples.enumerated() {
                let output = detector.judge(sample.map { Int32($0) })
                let expected = oracle.nearest(at: place + 1 - window)
                #expect(output.neighbourStart == expected.map { Int64($0.start) }, "round \(round) at \(place)")
                guard let neighbour = output.neighbour, let expected else { continue }
                // The plain formula loses half its digits where windows are almost alike.
                #expect(abs(neighbour.distance - expected.distance) < 2e-6, "round \(round) at \(place)")
                compared += 1
                if case .shapes = neighbour.likeness {} else { constants += 1 }
                ties += neighbour.distance == 0 ? 1 : 0
            }
        }
        #expect(compared > 3_000 && constants > 100 && ties > 100, "\(compared), \(constants), \(ties)")
    }

    /// Noise, a walk, few levels, a period, constant stretches, missing samples.
    private static func series(_ random: inout SplitMix64, kind: Int) -> [Int?] {
        var level = 0
        return (0..<220).map { place in
            switch kind {
            case 0: return random.int(-500...500)
            case 1:
                level += random.int(-30...30)
                return level
            case 2: return random.int(0...1)
            case 3: return place % 11 * 7 + (place > 150 ? random.int(0...1) : 0)
            case 4: return place / 25 % 2 == 0 ? 40 : random.int(-9...9)
            default: return place % 40 == 39 ? nil : random.int(-50...50)
            }
        }
    }

    @Test("of equal neighbours the newest is found, and a copy is at distance 0")
    func ties() throws {
        var detector = Self.detector(window: 8, history: 400)
        var last: Discord.Output?
        for place in 0..<200 { last = detector.judge(Int32(place % 10 * place % 10)) }
        let output = try #require(last)
        #expect(output.neighbour?.distance == 0)
        #expect(output.neighbourStart == output.windowStart - 10)
    }

    @Test("a shape that was never there is a discord, once, and it is over a window's length after it")
    func discord() throws {
        var detector = Discord(
            configuration: .init(
                windowSamples: 20, historyWindows: 800, minimumHistory: 100, distanceLimitThousandths: 3_500),
            kernels: .best)
        var random = SplitMix64(seed: 3)
        var decisions: [(Int, String)] = []
        for place in 0..<700 {
            let wave = place % 25 < 12 ? place % 25 * 40 : (25 - place % 25) * 37
            let isOdd = 500..<512 ~= place
            let output = detector.judge(Int32(wave + random.int(-8...8) + (isOdd ? [400, -300][place % 2] : 0)))
            if output.decisionName != decisions.last?.1 { decisions.append((place, output.decisionName)) }
        }
        #expect(decisions.map(\.1) == ["not-assessed", "usual", "discord", "settling", "usual"])
        let found = try #require(decisions.first { $0.1 == "discord" }?.0)
        let over = try #require(decisions.last?.0)
        #expect(500..<520 ~= found, "found at \(found)")
        // The last window that holds an odd sample ends at 530; then as many are quiet as one is long.
        #expect(540..<560 ~= over, "over at \(over)")
    }

    @Test("windows with a missing sample are not judged, and nothing is filled in (absence is data)")
    func missing() {
        var detector = Self.detector(window: 10, history: 80)
        var refusals: [Refusal?] = []
        for place in 0..<60 {
            let output = detector.judge(place == 40 ? nil : Int32(place * place % 37))
            refusals.append(output.refusal)
            if 40..<50 ~= place { #expect(output.neighbour == nil && output.squaredDeviation == nil) }
        }
        #expect(refusals[..<9].allSatisfy { $0 == .warmingUp })
        #expect(refusals[20..<40].allSatisfy { $0 == nil })
        #expect(refusals[40..<50].allSatisfy { $0 == .gap })
        #expect(refusals[50] == nil)
    }

    @Test("a course below the least deviation is not judged, but remembered")
    func flat() {
        var detector = Discord(
            configuration: .init(
                windowSamples: 16, historyWindows: 160, minimumHistory: 0, distanceLimitThousandths: 3_000,
                deviationMinimum: 50),
            kernels: .best)
        var random = SplitMix64(seed: 8)
        for _ in 0..<100 {
            let output = detector.judge(Int32(7_200 + random.int(-40...40)))
            #expect(
                output.decision == .notAssessed(output.squaredDeviation == nil ? .warmingUp : .flatSignal)
                    || output.decision == .notAssessed(.warmingUp))
        }
        var reached = 0
        for place in 0..<40 { reached += detector.judge(Int32(7_200 + place % 2 * 400)).neighbour == nil ? 0 : 1 }
        #expect(reached == 40)
    }

    @Test("distances do not depend on where the samples lie, and one too far away starts the history anew")
    func origin() {
        var (near, far) = (Self.detector(window: 64, history: 400), Self.detector(window: 64, history: 400))
        var random = SplitMix64(seed: 5)
        for _ in 0..<300 {
            let sample = Int32(random.int(-2_000...2_000))
            let (left, right) = (near.judge(sample), far.judge(sample + 2_000_000_000))
            #expect(left == right)
        }
        let output = far.judge(-2_000_000_000)
        #expect(output.windowStart == 1 - 64 && output.decision == .notAssessed(.warmingUp))
    }

    @Test("minimumHistory windows come before the first judgement")
    func warmingUp() {
        var detector = Discord(
            configuration: .init(
                windowSamples: 8, historyWindows: 80, minimumHistory: 30, distanceLimitThousandths: 1_000),
            kernels: .best)
        var random = SplitMix64(seed: 6)
        let judged = (0..<60).filter { _ in detector.judge(Int32(random.int(0...900))).refusal == nil }
        #expect(judged.first == 37)
    }

    @Test("the trace names every number once, in order, and the distance has all its bits")
    func trace() throws {
        var detector = Self.detector(window: 8, history: 80)
        var random = SplitMix64(seed: 7)
        var output: Discord.Output?
        for _ in 0..<50 { output = detector.judge(Int32(random.int(0...900))) }
        let judged = try #require(output)
        var members: [(String, Int64)] = []
        judged.trace { members.append(($0, $1)) }
        #expect(members.map(\.0) == members.map(\.0).sorted() && Set(members.map(\.0)).count == members.count)
        #expect(members.count == 12)
        let bits = try #require(members.first { $0.0 == "distanceBits" }?.1)
        #expect(Double(bitPattern: UInt64(bitPattern: bits)) == judged.neighbour?.distance)
        #expect(Discord.identity.description == "discord/1")
    }

    @Test("a configuration beyond its limits is a mistake of the program")
    func configuration() async {
        await #expect(processExitsWith: .failure) {
            _ = Discord.Configuration(
                windowSamples: 7, historyWindows: 80, minimumHistory: 0, distanceLimitThousandths: 0)
        }
        await #expect(processExitsWith: .failure) {
            _ = Discord.Configuration(
                windowSamples: 8, historyWindows: 81, minimumHistory: 0, distanceLimitThousandths: 0)
        }
    }

    private static func detector(window: Int, history: Int) -> Discord {
        Discord(
            configuration: .init(
                windowSamples: window, historyWindows: history, minimumHistory: 0, distanceLimitThousandths: 4_000),
            kernels: .best)
    }
}
