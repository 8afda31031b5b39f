import Foundation
import Testing
import VitalsDetection
import VitalsKernels
import VitalsTestKit

/// The known discords of the UCR recordings (Keogh, Lin and Fu 2005), as stumpy 1.14 gives them.
@Suite("Known discords")
struct DiscordRecordingTests {
    /// One recording: its first lead in thousandths, which are whole.
    struct Known: CustomTestStringConvertible, Sendable {
        let file: String
        let window: Int
        let samples: Int
        let place: Int
        let distance: Double
        var testDescription: String { file }
    }

    static let known = [
        Known(file: "qtdbsele0606", window: 100, samples: 15_000, place: 6_607, distance: 8.207_228),
        Known(file: "qtdbsel102", window: 100, samples: 10_000, place: 4_233, distance: 11.060_010),
        Known(file: "chfdbchf15", window: 150, samples: 15_000, place: 2_314, distance: 11.330_890),
        Known(file: "mitdbx_mitdbx_108", window: 400, samples: 21_600, place: 9_970, distance: 18.324_255),
    ]

    @Test("are found where they are, at the distance that they have", arguments: known)
    func knownDiscord(known: Known) throws {
        guard let recordings = TestData.recordings else { return }
        let file = recordings.appendingPathComponent("ucr-discord/\(known.file).txt.gz")
        let samples = try Self.firstLead(file, count: known.samples)
        #expect(samples.count == known.samples)
        // The full profile of a window is the nearer of its nearest earlier and its nearest later window.
        let left = Self.leftProfile(samples, window: known.window)
        let right = Self.leftProfile(samples.reversed(), window: known.window).reversed()
        let profile = zip(left, right).map { min($0, $1) }
        let greatest = try #require(profile.max())
        #expect(profile.firstIndex(of: greatest) == known.place)
        #expect(abs(greatest - known.distance) < 1e-6, "\(greatest)")
    }

    private static func leftProfile(_ samples: [Int32], window: Int) -> [Double] {
        var detector = Discord(
            configuration: .init(
                windowSamples: window, historyWindows: 65_536, minimumHistory: 0, distanceLimitThousandths: 1 << 20),
            kernels: .best)
        let outputs = samples.map { detector.judge($0) }
        return outputs.dropFirst(window - 1).map { $0.neighbour?.distance ?? .infinity }
    }

    /// The second column, a decimal number with three places or with an exponent, in thousandths.
    private static func firstLead(_ file: URL, count: Int) throws -> [Int32] {
        let gzip = Process()
        gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        gzip.arguments = ["gzip", "-dc", file.path]
        let pipe = Pipe()
        gzip.standardOutput = pipe
        try gzip.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        gzip.waitUntilExit()
        return text.split(whereSeparator: \.isNewline).prefix(count).compactMap { line in
            let fields = line.split { $0 == " " || $0 == "\t" }
            return fields.count > 1 ? Double(fields[1]).map { Int32(($0 * 1_000).rounded()) } : nil
        }
    }
}
