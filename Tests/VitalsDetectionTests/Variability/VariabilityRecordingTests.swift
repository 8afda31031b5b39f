import Foundation
import Testing
import VitalsDetection
import VitalsTestKit

@Suite("Heart-rate variability of recordings")
struct VariabilityRecordingTests {
    @Test("SDNN and RMSSD equal those of the app on all 3,245 measurements of Welltory")
    func welltory() throws {
        guard let folder = TestData.recordings?.appendingPathComponent("welltory-hrv-covid19") else { return }
        let file = folder.appendingPathComponent("hrv_measurements.csv")
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return }
        let rows = text.split(separator: "\n").map { fields(of: $0) }
        let header = try #require(rows.first)
        let sdnn = try #require(header.firstIndex(of: "sdnn"))
        let rmssd = try #require(header.firstIndex(of: "rmssd"))
        let intervals = try #require(header.firstIndex(of: "rr_data"))
        var equal = 0
        for row in rows.dropFirst() where row.count == header.count {
            let series = row[intervals].split(separator: ",").compactMap { UInt16($0) }
            let sums = IntervalSums(of: series, unit: .milliseconds)
            guard let expectedSDNN = Double(row[sdnn]), let expectedRMSSD = Double(row[rmssd]),
                let ownSDNN = sums.sdnn, let ownRMSSD = sums.rmssd
            else { continue }
            if abs(ownSDNN - expectedSDNN) < 1e-3, abs(ownRMSSD - expectedRMSSD) < 1e-3 { equal += 1 }
        }
        #expect(equal == 3_245)
    }

    @Test("figures equal pyhrv's exported ones to 1e-9 on its short series")
    func exportedSample() throws {
        guard let folder = TestData.recordings?.appendingPathComponent("pyhrv"),
            let data = try? Data(contentsOf: folder.appendingPathComponent("SampleExport.json")),
            let series = series(folder.appendingPathComponent("SampleNNISeriesShort.npy"))
        else { return }
        let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let sums = IntervalSums(of: series, unit: .milliseconds)
        let figures: [String: Double?] = [
            "nni_mean": sums.mean, "sdnn": sums.sdnn, "rmssd": sums.rmssd, "sdsd": sums.sdsdOfMagnitudes,
            "pnn50": sums.pnn50, "pnn20": sums.pnn20, "sd1": sums.sd1(.population), "sd2": sums.sd2(.population),
            "nn50": Double(sums.above50), "nn20": Double(sums.above20), "nni_counter": Double(sums.count),
        ]
        for (name, figure) in figures { #expect(isEqual(figure, try #require(json[name] as? Double)), "\(name)") }
    }

    @Test("figures equal pyhrv's report to its last digit on its long series")
    func reportedSample() throws {
        guard let folder = TestData.recordings?.appendingPathComponent("pyhrv"),
            let report = try? String(
                contentsOf: folder.appendingPathComponent("SampleReport.txt"), encoding: .utf8),
            let series = series(folder.appendingPathComponent("SampleNNISeriesLong.npy"))
        else { return }
        let sums = IntervalSums(of: series, unit: .milliseconds)
        let figures: [String: Double?] = [
            "Mean NNI (ms)": sums.mean, "SDNN (ms)": sums.sdnn, "RMSSD (ms)": sums.rmssd,
            "SDSD (ms)": sums.sdsdOfMagnitudes, "pNN50 (%)": sums.pnn50, "pNN20 (%)": sums.pnn20,
            "NN50 (-)": Double(sums.above50), "NN20 (-)": Double(sums.above20),
        ]
        var seen = 0
        for line in report.split(separator: "\n") {
            let parts = line.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, let expected = Double(parts[1]), let figure = figures[parts[0]] ?? nil else {
                continue
            }
            seen += 1
            #expect(abs(figure - expected) <= 0.000_500_1, "\(parts[0])")
        }
        #expect(seen == figures.count)
    }

    /// The fields of a line of CSV, quoted or not.
    private func fields(of line: Substring) -> [String] {
        line.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap { index, part in
            if index % 2 == 1 { return [String(part)] }
            return part.split(separator: ",").map(String.init)
        }
    }

    /// The whole numbers of a NumPy file of 64-bit integers, little-endian.
    private func series(_ file: URL) -> [UInt16]? {
        guard let data = try? Data(contentsOf: file), data.count > 10 else { return nil }
        let bytes = [UInt8](data)
        let body = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
        return stride(from: body, to: bytes.count - 7, by: 8).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
    }
}
