import Foundation

/// Does the work that Tests/Performance/compare.py also gives to the references, and says what it cost.
///
/// A line of standard input is one command, its name and its arguments; the answer is one line of JSON. So the caller can
/// take turns between this program and a reference.
@main
struct Comparison {
    static func main() {
        while let line = readLine() {
            let words = line.split(separator: " ").map(String.init)
            guard let name = words.first else { continue }
            var answer: [String: Any]
            do {
                guard let work = works[name] else { throw Failure("there is no work \"\(name)\"") }
                answer = try work(Arguments(Array(words.dropFirst())))
            } catch {
                answer = ["error": String(describing: error)]
            }
            let text = (try? JSONSerialization.data(withJSONObject: answer)) ?? Data("{}".utf8)
            FileHandle.standardOutput.write(text + Data("\n".utf8))
        }
    }

    /// Every work by its name.
    private static let works: [String: @Sendable (Arguments) throws -> [String: Any]] = [
        "levels": levels, "windows": windows, "one-block": oneBlock, "machine": machine, "rhythm": rhythm,
        "rhythm-single": rhythmSingle, "variability": variability, "variability-batch": variabilityBatch,
        "ectopy": ectopy, "cleaning": cleaning,
        "hampel": hampel, "discord": discord, "pulse": pulse, "desaturation": desaturation,
        "page-hinkley": pageHinkley, "detectors": detectors, "sensors": sensors, "lengths": lengths,
    ]
}

/// Why a command was not done.
struct Failure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
