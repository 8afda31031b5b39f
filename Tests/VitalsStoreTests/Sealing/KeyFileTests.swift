import Foundation
import Testing
import VitalsTestKit

@testable import VitalsStore

@Suite("The file of a key")
struct KeyFileTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func file(_ content: Data, mode: Int = 0o600) throws -> String {
        let path = directory.file(UUID().uuidString)
        try content.write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        return path
    }

    private func reason(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            guard case .unusableKey(let reason) = (error as? JournalError)?.code else { return "\(error)" }
            return reason
        }
    }

    @Test("A new key is for its owner alone, is read back, and never overwrites a file")
    func create() throws {
        let path = directory.file("key")
        let key = try KeyFile.create(path)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        #expect(try KeyFile.key(path).id == key.id)
        #expect(
            reason { _ = try KeyFile.create(path) }
                == "journal \(path): key: cannot be created: a file is there, and a key is never written over; check the "
                + "path, its directory and their permissions")
        #expect(try KeyFile.create(directory.file("other")).id != key.id)
    }

    @Test("A key is 32 bytes, or 64 hexadecimal digits with or without the end of a line")
    func forms() throws {
        let bytes = Data((0..<32).map { UInt8($0) })
        let digits = (0..<32).map { String(format: "%02x", $0) }.joined()
        let ids = try [bytes, Data(digits.utf8), Data((digits + "\n").utf8), Data(digits.uppercased().utf8)]
            .map { try KeyFile.key(try file($0)).id }
        #expect(Set(ids).count == 1)
        for wrong in [Data(), bytes.dropLast(), bytes + [1], Data((digits + "00").utf8), Data("secret".utf8)] {
            let path = try file(wrong)
            #expect(
                reason { _ = try KeyFile.key(path) }
                    == "it holds no key of 32 bytes or 64 hexadecimal digits")
        }
    }

    @Test("A key that others may read is refused; a credential, which systemd guards, is not")
    func modes() throws {
        let bytes = Data(count: 32)
        for mode in [0o640, 0o604, 0o660, 0o644] {
            let path = try file(bytes, mode: mode)
            #expect(reason { _ = try KeyFile.key(path) }?.hasPrefix("others may read it") == true)
            #expect(try KeyFile.key(path, isCredential: true).id.count == 16)
        }
        #expect(try KeyFile.key(try file(bytes, mode: 0o400)).id.count == 16)
    }

    @Test("A file that is not there, or no file, is an error that says so and shows nothing of a key")
    func absent() throws {
        #expect(reason { _ = try KeyFile.key(directory.file("none")) } == "No such file or directory")
        #expect(reason { _ = try KeyFile.key(directory.path) } == "it is no regular file")
    }
}
