import Foundation

/// What the command line asks for.
struct Options {
    /// Inputs for each decoder.
    private(set) var count = 10_000_000
    /// The seed of all inputs.
    private(set) var seed: UInt64 = 1
    /// The only decoder to run.
    private(set) var decoder: String?
    /// The only batch to run.
    private(set) var batch: Int?
    /// Where the captures to mutate are: those of this checkout.
    private(set) var fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("fixtures/captures")

    /// A wrong argument, in words.
    struct Fault: Error, CustomStringConvertible {
        let description: String
    }

    init(_ arguments: some Sequence<String>, decoders: [String]) throws {
        var arguments = arguments.makeIterator()
        while let argument = arguments.next() {
            switch argument {
            case "--seed": seed = try Self.number(arguments.next(), after: argument)
            case "--batch": batch = try Self.number(arguments.next(), after: argument)
            case "--fixtures": fixtures = URL(fileURLWithPath: try Self.text(arguments.next(), after: argument))
            case "--decoder":
                let name = try Self.text(arguments.next(), after: argument)
                guard decoders.contains(name) else {
                    throw Fault(
                        description: "there is no decoder '\(name)'; there are \(decoders.joined(separator: ", "))")
                }
                decoder = name
            default: count = try Self.number(argument, after: "inputs")
            }
        }
        if batch != nil && decoder == nil { throw Fault(description: "--batch needs --decoder") }
    }

    private static func text(_ text: String?, after option: String) throws -> String {
        guard let text else { throw Fault(description: "\(option): a value is missing") }
        return text
    }

    private static func number<Number: FixedWidthInteger>(_ text: String?, after option: String) throws -> Number {
        let text = try Self.text(text, after: option)
        guard let number = Number(text.filter { $0 != "_" && $0 != "," }), number >= 0 else {
            throw Fault(description: "\(option): '\(text)' is no whole number")
        }
        return number
    }
}
