import Foundation

/// A file system of its own in a file, which fails while it is in use when it is told to. It needs root.
final class FailingDisk {
    /// How it fails. The kernel then refuses every write; what was synchronised stays.
    enum Fault: CaseIterable {
        /// The file system met an error and made itself read-only, as it does on a worn-out card.
        case readOnly
        /// Every access that reaches the disk is an I/O error.
        case inputOutput
    }

    /// Where it is mounted.
    let folder: URL
    private var image: URL
    private var images = 1

    /// Nil where no file system can be mounted.
    init?(_ folder: URL, megabytes: Int = 256) throws {
        self.folder = folder
        image = folder.appendingPathExtension("image1")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        guard Self.run("truncate", "-s", "\(megabytes)M", image.path), Self.run("mkfs.ext4", "-q", "-F", image.path),
            mount()
        else {
            print("SKIPPED: a file system cannot be mounted here (root and loop devices), so no failing disk is tried")
            return nil
        }
    }

    deinit {
        _ = Self.run("umount", "-l", folder.path)
        try? FileManager.default.removeItem(at: image)
    }

    /// From now on it fails; false when this kernel cannot be made to.
    ///
    /// Whoever uses it stands still meanwhile, with all that was written on the disk: Linux may answer a sync with success
    /// on a file system that made itself read-only since the write.
    func fail(_ fault: Fault, under user: Int32? = nil) -> Bool {
        if let user { kill(user, SIGSTOP) }
        defer { if let user { kill(user, SIGCONT) } }
        guard Self.run("sync", "--file-system", folder.path) else { return false }
        return breakDown(fault)
    }

    /// From now on it fails, whatever is under way; false when this kernel cannot be made to. The sync that is under way may
    /// then be answered with success, and what it was of not be on the disk (docs/journal.md).
    func breakDown(_ fault: Fault) -> Bool {
        switch fault {
        case .readOnly: abort()
        case .inputOutput: shutDown()
        }
    }

    /// What the disk holds stands in its place again, checked, as after somebody mended it.
    func mend() -> Bool {
        let old = image
        images += 1
        image = folder.appendingPathExtension("image\(images)")
        defer { try? FileManager.default.removeItem(at: old) }
        // A copy: whoever has files of the old one open still holds that.
        return Self.run("cp", "--sparse=always", old.path, image.path) && Self.run("umount", "-l", folder.path)
            && Self.run("e2fsck", "-fy", image.path, isFineAt: 1) && mount()
    }

    /// It is not there any more.
    func unmount() -> Bool { Self.run("umount", "-l", folder.path) }

    /// Nobody may make or change a file in it, root neither.
    func forbid(_ isForbidden: Bool) -> Bool { Self.run("chattr", isForbidden ? "+i" : "-i", folder.path) }

    /// It has no room left.
    func fill() -> Bool {
        let path = folder.appendingPathComponent("somebody").path
        guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
        else { return false }
        for size in [1 << 16, 512] {
            let block = Data(count: size)
            while (try? file.write(contentsOf: block)) != nil {}
        }
        return (try? file.close()) != nil
    }

    /// It has room again.
    func empty() -> Bool { (try? FileManager.default.removeItem(at: folder.appendingPathComponent("somebody"))) != nil }

    func mount() -> Bool { Self.run("mount", "-o", "loop,errors=remount-ro", image.path, folder.path) }

    /// ext4 takes the same way as for an error that it finds itself.
    private func abort() -> Bool {
        guard let mounts = try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8),
            let device = mounts.split(separator: "\n").last(where: { $0.contains(" \(folder.path) ") })?
                .split(separator: " ").first?.split(separator: "/").last,
            let trigger = FileHandle(forWritingAtPath: "/sys/fs/ext4/\(device)/trigger_fs_error")
        else { return false }
        return (try? trigger.write(contentsOf: Data("test\n".utf8))) != nil
    }

    /// EXT4_IOC_SHUTDOWN without writing the file system's log: nothing more reaches the disk.
    private func shutDown() -> Bool {
        let handle = unsafe open(folder.path, O_RDONLY | O_DIRECTORY)
        guard handle >= 0 else { return false }
        defer { close(handle) }
        var withoutLog: UInt32 = 2
        return unsafe ioctl(handle, 0x8004_587D, &withoutLog) == 0
    }

    private static func run(_ command: String..., isFineAt most: Int32 = 0) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.environment = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
        process.arguments = command
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus <= most
    }
}
