import Foundation
import VitalsTestKit

/// A file system of so many bytes, in memory, for one test. Mounting needs root.
final class FullDisk {
    let directory: TemporaryDirectory
    private let isMounted: Bool

    /// Nil where nothing can be mounted.
    init?(megabytes: Int) throws {
        directory = try TemporaryDirectory()
        isMounted = Self.run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", directory.path)
        guard isMounted else {
            print("SKIPPED: a small file system cannot be mounted here (root only), so a full disk is not tried")
            return nil
        }
    }

    deinit { if isMounted { _ = Self.run("umount", "-l", directory.path) } }

    /// Fills what is left with a file of somebody else's.
    func fill(_ name: String) throws {
        let path = directory.file(name)
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        guard let file = FileHandle(forWritingAtPath: path) else { return }
        let block = Data(count: 4_096)
        while (try? file.write(contentsOf: block)) != nil {}
        try? file.close()
    }

    private static func run(_ command: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
