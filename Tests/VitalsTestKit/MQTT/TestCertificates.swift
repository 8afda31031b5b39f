public import Foundation

/// A certificate authority and certificates of it, made with openssl(1) in a folder.
public enum TestCertificates {
    /// Whether openssl is installed.
    public static let isAvailable = FileManager.default.isExecutableFile(atPath: executable)

    private static let executable = "/usr/bin/openssl"

    /// Makes `NAME.crt` and `NAME.key` of an authority.
    public static func authority(_ name: String, in folder: URL) throws {
        try openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -keyout \(name).key -out \(name).crt",
            subject: "/CN=\(name)", in: folder)
    }

    /// Makes `NAME.crt` and `NAME.key`, signed by an authority; `alternativeName` is such as `IP:127.0.0.1`.
    public static func certificate(_ name: String, by authority: String, alternativeName: String, in folder: URL) throws
    {
        try openssl(
            "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout \(name).key -out \(name).csr",
            subject: "/CN=\(name)", in: folder)
        try "subjectAltName=\(alternativeName)\n".write(
            to: folder.appendingPathComponent("\(name).ext"), atomically: true, encoding: .utf8)
        try openssl(
            "x509 -req -in \(name).csr -CA \(authority).crt -CAkey \(authority).key -CAcreateserial -days 2"
                + " -extfile \(name).ext -out \(name).crt", in: folder)
    }

    private static func openssl(_ arguments: String, subject: String? = nil, in folder: URL) throws {
        let child = Process()
        child.executableURL = URL(fileURLWithPath: executable)
        child.currentDirectoryURL = folder
        child.arguments = arguments.split(separator: " ").map(String.init) + (subject.map { ["-subj", $0] } ?? [])
        child.standardOutput = FileHandle.nullDevice
        child.standardError = FileHandle.nullDevice
        try child.run()
        child.waitUntilExit()
        guard child.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    }
}
