import Foundation
import VitalsMQTT
import VitalsStore

/// Files that should hold keys: those that seal and sign the journal, and the one of requests.
struct KeyFileFuzz: Fuzzer {
    init(corpus: Corpus) {}

    mutating func run(_ count: Int, _ random: inout Generator, _ tally: inout Tally) {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("vitals-fuzz-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        for _ in 0..<count {
            var content = random.element(Self.contents)
            if !random.oneIn(8) { random.mutate(&content, interesting: Array("0aAgG \n\r\t".utf8) + [0, 0xFF]) }
            if random.oneIn(16) { content = random.bytes(random.below(5_000)) }
            tally.input(content)
            let attributes: [FileAttributeKey: Any] = [.posixPermissions: random.oneIn(8) ? 0o644 : 0o600]
            guard FileManager.default.createFile(atPath: file.path, contents: Data(content), attributes: attributes)
            else { continue }
            let isCredential = random.oneIn(2)
            let key = try? KeyFile.key(file.path, isCredential: isCredential)
            let signer = try? KeyFile.signer(file.path, isCredential: isCredential)
            let request = try? RequestKey(file: file.path)
            _ = signer?.publicKey
            if key == nil, signer == nil, request == nil { tally.refused += 1 } else { tally.decoded += 1 }
        }
    }

    private static let contents = [
        Array("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n".utf8),
        Array("00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF".utf8),
        [UInt8](repeating: 0, count: 32), [UInt8](repeating: 0xA5, count: 32), [],
    ]
}
