import Foundation
import VitalsTestKit

/// The Swift files of the checkout, by module.
struct SourceTree {
    struct File {
        let module: String
        let path: String
        let lines: [String]

        /// The modules that the file imports.
        var imports: [(line: Int, module: String)] {
            lines.enumerated().compactMap { index, line in
                var words = line.split(separator: " ").map(String.init)
                while let first = words.first,
                    ["public", "internal", "package", "private", "@preconcurrency"].contains(first)
                {
                    words.removeFirst()
                }
                guard words.first == "import", words.count >= 2 else { return nil }
                let kinds = ["struct", "class", "enum", "func", "protocol", "typealias", "let", "var"]
                let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
                return (index + 1, String(name.split(separator: ".")[0]))
            }
        }
    }

    let files: [File]

    init(folder: String) throws {
        let root = TestData.root.appendingPathComponent(folder)
        let walk = FileManager.default.enumerator(atPath: root.path)
        var files: [File] = []
        while let name = walk?.nextObject() as? String {
            guard name.hasSuffix(".swift") else { continue }
            let text = try String(contentsOf: root.appendingPathComponent(name), encoding: .utf8)
            files.append(
                File(
                    module: String(name.split(separator: "/")[0]), path: "\(folder)/\(name)",
                    lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)))
        }
        self.files = files.sorted { $0.path < $1.path }
    }
}
