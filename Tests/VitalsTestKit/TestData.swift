public import Foundation

/// Where tests find input that is not part of the repository, and the fixtures that are.
public enum TestData {
    /// The checkout.
    public static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The project's own fixtures.
    public static let fixtures = root.appendingPathComponent("fixtures")

    /// Labelled recordings that never stand in the repository: `VITALS_DATA`, else `shared/data` beside the checkout.
    /// Nil, said once on standard error, where they are absent.
    public static let recordings: URL? = {
        let named = ProcessInfo.processInfo.environment["VITALS_DATA"].map { URL(fileURLWithPath: $0) }
        return present(named ?? root.appendingPathComponent("../shared/data").standardizedFileURL, "VITALS_DATA")
    }()

    /// Captures of a real BlueZ with virtual sensors: `VITALS_CAPTURES`, else `shared/captures` beside the checkout.
    public static let captures: URL? = {
        let named = ProcessInfo.processInfo.environment["VITALS_CAPTURES"].map { URL(fileURLWithPath: $0) }
        return present(
            named ?? root.appendingPathComponent("../shared/captures").standardizedFileURL, "VITALS_CAPTURES")
    }()

    private static func present(_ folder: URL, _ variable: String) -> URL? {
        if FileManager.default.fileExists(atPath: folder.path) { return folder }
        FileHandle.standardError.write(
            Data("SKIPPED: \(folder.path) is absent, so the tests that read it do not run; set \(variable)\n".utf8))
        return nil
    }
}

extension TestData {
    /// A program of this package: from the folder that `VITALS_BINARIES` names, or as it was built beside the running tests.
    public static func program(_ name: String) -> URL {
        if let folder = ProcessInfo.processInfo.environment["VITALS_BINARIES"] {
            return URL(fileURLWithPath: folder).appendingPathComponent(name)
        }
        let running = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return running.deletingLastPathComponent().appendingPathComponent(name)
    }
}
