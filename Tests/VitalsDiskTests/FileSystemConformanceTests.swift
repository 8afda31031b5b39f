import Testing
import VitalsDisk
import VitalsStore
import VitalsTestKit

/// What every file system does, the machine's and the simulated one.
@Suite("Files beside SQLite")
struct FileSystemConformanceTests {
    enum Kind: CaseIterable {
        case posix, simulated
    }

    /// A file system with a directory of its own in it.
    private struct Place {
        let files: any FileSystem
        let directory: String
        private let kept: TemporaryDirectory?

        init(_ kind: Kind) throws {
            switch kind {
            case .posix:
                let temporary = try TemporaryDirectory()
                kept = temporary
                files = PosixFileSystem()
                directory = temporary.file("d")
            case .simulated:
                let disk = SimulatedDisk()
                kept = nil
                files = disk
                directory = disk.root + "d"
            }
            try files.makeDirectory(directory)
        }

        func path(_ name: String) -> String { directory + "/" + name }
    }

    @Test("What was written is read, also beyond the end and in the middle", arguments: Kind.allCases)
    func writing(_ kind: Kind) throws {
        let place = try Place(kind)
        let path = place.path("a")
        #expect(try place.files.size(of: path) == nil)
        try place.files.write([1, 2, 3], to: path, at: 0)
        try place.files.write([9], to: path, at: 5)
        try place.files.write([7, 8], to: path, at: 1)
        #expect(try place.files.read(path, at: 0, count: 10) == [1, 7, 8, 0, 0, 9])
        #expect(try place.files.read(path, at: 4, count: 1) == [0])
        #expect(try place.files.read(path, at: 6, count: 4) == [])
        #expect(try place.files.size(of: path) == 6)
    }

    @Test("A file is made once; a directory may be there", arguments: Kind.allCases)
    func making(_ kind: Kind) throws {
        let place = try Place(kind)
        #expect(try place.files.create(place.path("a")))
        #expect(try !place.files.create(place.path("a")))
        #expect(try place.files.size(of: place.path("a")) == 0)
        try place.files.makeDirectory(place.directory)
        try place.files.synchronise(place.path("a"))
        try place.files.synchronise(place.directory)
    }

    @Test(
        "A file that is moved takes the place of another; removing what is not there is fine", arguments: Kind.allCases)
    func moving(_ kind: Kind) throws {
        let place = try Place(kind)
        try place.files.write([1], to: place.path("a"), at: 0)
        try place.files.write([2], to: place.path("b"), at: 0)
        try place.files.move(place.path("a"), to: place.path("b"))
        #expect(try place.files.list(place.directory) == ["b"])
        #expect(try place.files.read(place.path("b"), at: 0, count: 2) == [1])
        try place.files.remove(place.path("b"))
        try place.files.remove(place.path("b"))
        #expect(try place.files.list(place.directory) == [])
        #expect(try place.files.list(place.path("none")) == [])
        #expect(throws: FileSystemError.self) { try place.files.move(place.path("a"), to: place.path("c")) }
    }

    @Test("What is allocated has its size and keeps its bytes", arguments: Kind.allCases)
    func allocating(_ kind: Kind) throws {
        let place = try Place(kind)
        try place.files.write([5], to: place.path("a"), at: 0)
        try place.files.allocate(place.path("a"), bytes: 100_000)
        #expect(try place.files.size(of: place.path("a")) == 100_000)
        #expect(try place.files.read(place.path("a"), at: 0, count: 2) == [5, 0])
    }

    @Test("A lock has one holder, until it lets go", arguments: Kind.allCases)
    func locking(_ kind: Kind) throws {
        let place = try Place(kind)
        let first = try #require(try place.files.lock(place.path("lock")))
        #expect(try place.files.lock(place.path("lock")) == nil)
        first.release()
        first.release()
        let second = try place.files.lock(place.path("lock"))
        #expect(second != nil)
        #expect(try place.files.lock(place.path("lock")) == nil)
    }

    @Test("An error names what was done, the file and the reason", arguments: Kind.allCases)
    func errors(_ kind: Kind) throws {
        let place = try Place(kind)
        let path = place.path("none")
        let error = #expect(throws: FileSystemError.self) { try place.files.read(path, at: 0, count: 1) }
        #expect(error?.number == 2)
        #expect(error?.path == path)
        #expect(error?.description.hasSuffix("\(path): No such file or directory") == true)
    }
}
