import Foundation
import Testing
import VitalsTools

@Suite("Capture commands")
struct CaptureTests {
    let bench: Workbench
    let output = MemoryOutput()
    let notes = MemoryOutput()

    init() throws { bench = try Workbench() }

    private func conversion(to name: String, replaces: Bool = false) -> CaptureConversion {
        CaptureConversion(
            output: name == "-" ? "-" : bench.path(name), replaces: replaces, standard: output, notes: notes,
            progress: .hidden)
    }

    private static let small = """
        {"format":"vitals-capture","start":"2026-11-21T07:30:00.000Z","version":1}
        {"link":"up","sensor":"C0:00:00:00:00:01","t":0.5}
        {"characteristic":"2A37","sensor":"C0:00:00:00:00:01","t":1,"value":"1648e803"}
        {"characteristic":"2A37","sensor":"C0:00:00:00:00:01","t":2,"value":"1649e803"}
        {"characteristic":"2A99","sensor":"C0:00:00:00:00:02","t":2,"value":"00"}
        {"clock":{"step":3600,"synchronised":true},"t":3}
        {"link":"down","reason":"supervision-timeout","sensor":"C0:00:00:00:00:01","t":65}

        """

    @Test("A recording may be converted onto itself, and one that cannot be read is left as it is")
    func ontoItself() throws {
        let file = try bench.file("small.jsonl", Self.small)
        let once = try String(contentsOfFile: file, encoding: .utf8)
        try conversion(to: "small.jsonl", replaces: true).convert(file, handles: [])
        #expect(try String(contentsOfFile: file, encoding: .utf8) == once)
        let damaged = try bench.file("damaged.jsonl", Self.small + "{\n")
        let before = try String(contentsOfFile: damaged, encoding: .utf8)
        #expect(throws: (any Error).self) {
            try conversion(to: "damaged.jsonl", replaces: true).convert(damaged, handles: [])
        }
        #expect(try String(contentsOfFile: damaged, encoding: .utf8) == before)
    }

    @Test("What a capture holds is a table")
    func info() throws {
        let file = try bench.file("small.jsonl", Self.small)
        try CaptureSummary.describe(file, to: output, progress: .hidden)
        #expect(
            output.text == """
                File          \(file)
                Format        JSON Lines
                Size          \(Self.small.utf8.count) bytes, 7 lines
                Start         2026-11-21T07:30:00.000Z
                First event   0.5 s
                Last event    1:05
                Events        6
                Clock events  1

                Sensor             What                             Count
                C0:00:00:00:00:01  2A37 Heart Rate Measurement          2
                                   link up                              1
                                   link down (supervision-timeout)      1
                C0:00:00:00:00:02  2A99                                 1

                """)
    }

    @Test("What could not be used of a recording is told, with its handles")
    func faults() throws {
        try CaptureSummary.describe(
            Workbench.fixture("captures/faults.btsnoop"), to: output, progress: .hidden)
        #expect(output.text.contains("\nvalues left out, on unknown handles        2\n"))
        #expect(output.text.contains("\n0x0003  C0:00:00:00:00:03  nothing         1\n"))
    }

    @Test("A damaged capture is described up to its damage")
    func damagedInfo() throws {
        let file = try bench.file("damaged.jsonl", Self.small + "{\n")
        let failure = Workbench.failure { try CaptureSummary.describe(file, to: output, progress: .hidden) }
        #expect(output.text.contains("Events        6\n"))
        #expect(failure?.text.hasPrefix("\(file): line 8: ") == true)
        #expect(failure?.status == 65)
    }

    @Test("JSON Lines come out of a conversion as they went in, also on standard output")
    func convert() throws {
        let file = try bench.file("small.jsonl", Self.small)
        try conversion(to: "-").convert(file)
        #expect(output.text == Self.small)
        try conversion(to: "copy.jsonl").convert(file)
        #expect(try bench.content("copy.jsonl") == Self.small)
    }

    @Test("A file that exists is not replaced unless that is said")
    func existing() throws {
        let file = try bench.file("small.jsonl", Self.small)
        _ = try bench.file("copy.jsonl", "precious")
        let failure = Workbench.failure { try conversion(to: "copy.jsonl").convert(file) }
        #expect(
            failure?.text
                == "\(bench.path("copy.jsonl")): cannot create it: File exists (17); choose another name, or remove the "
                + "file first")
        #expect(failure?.status == 73)
        #expect(try bench.content("copy.jsonl") == "precious")
        try conversion(to: "copy.jsonl", replaces: true).convert(file)
        #expect(try bench.content("copy.jsonl") == Self.small)
    }

    @Test("What stands before damage is converted, and then the damage is told")
    func damaged() throws {
        let file = try bench.file("damaged.jsonl", Self.small + "{\n")
        let failure = Workbench.failure { try conversion(to: "-").convert(file) }
        #expect(output.text == Self.small)
        #expect(failure?.status == 65)
    }

    @Test("A file that is no recording says what to do, and makes no output")
    func foreign() throws {
        let file = try bench.file("notes.txt", "hello, this is no recording\n")
        let failure = Workbench.failure { try conversion(to: "x.jsonl").convert(file) }
        #expect(
            failure?.text
                == "\(file): byte 0: the input is neither a btsnoop file nor a JSON Lines capture; record with 'btmon -w "
                + "FILE', or begin the text with a line {\"format\":\"vitals-capture\",…}")
        #expect(!FileManager.default.fileExists(atPath: bench.path("x.jsonl")))
    }

    @Test("Handles that were left out are told, and may be named")
    func handles() throws {
        let file = Workbench.fixture("captures/faults.btsnoop")
        try conversion(to: "-").convert(file)
        #expect(
            notes.lines.first
                == """
                vitalsctl: \(file): 1 value of handle 3 of C0:00:00:00:00:03 left out, since nothing says what they \
                are; say it with --handle
                """)
        for text in ["C0:00:00:00:00:01", "C0:00:00:00:00:01=", "C0:00:00:00:00:01=0:2A37", "x=1:2A37", "=1:2A37:"] {
            let failure = Workbench.failure { try conversion(to: "-").convert(file, handles: [text]) }
            #expect(
                failure?.text
                    == "--handle: '\(text)' does not say which handle is which characteristic; write SENSOR=HANDLE:UUID, "
                    + "such as C0:00:00:00:00:01=0x0010:2A37")
            #expect(failure?.status == 64)
        }
        try conversion(to: "-").convert(file, handles: ["C0:00:00:00:00:03=0x0003:2A37", "C0:00:00:00:00:03=5:2A37"])
    }

    @Test("RR intervals become packets, and a guessed unit is told")
    func importRR() throws {
        let file = try bench.file("rr.txt", "800\n810\n790\n")
        try conversion(to: "-").importRR(file, ImportOrigin(start: "2026-11-21T07:30:00Z"), unit: nil)
        #expect(
            output.text == """
                {"format":"vitals-capture","start":"2026-11-21T07:30:00.000Z","version":1}
                {"characteristic":"2A37","sensor":"C0:00:00:00:00:01","t":1,"value":"104b3303"}
                {"characteristic":"2A37","sensor":"C0:00:00:00:00:01","t":2,"value":"104a3d03"}
                {"characteristic":"2A37","sensor":"C0:00:00:00:00:01","t":3,"value":"104c2903"}

                """)
        #expect(notes.text == "vitalsctl: \(file): the intervals look like ms; say it with --unit\n")
    }

    @Test("A table of SpO2 becomes packets, and a missing value stays missing")
    func importSpO2() throws {
        let file = try bench.file("table.csv", "time,spo2,pulse\n0,97.5,60\n1,,61\n")
        try conversion(to: "-").importSpO2(file, ImportOrigin(sensor: "c0:00:00:00:00:09"))
        #expect(
            output.text == """
                {"format":"vitals-capture","start":"1970-01-01T00:00:00.000Z","version":1}
                {"characteristic":"2A5F","sensor":"C0:00:00:00:00:09","t":0,"value":"00cff33c00"}
                {"characteristic":"2A5F","sensor":"C0:00:00:00:00:09","t":1,"value":"00ff073d00"}

                """)
    }

    @Test("An origin that is none is told")
    func origin() {
        let sensor = Workbench.failure { _ = try ImportOrigin(sensor: "strap") }
        #expect(sensor?.text == "--sensor: 'strap' is no Bluetooth address; write it as C0:00:00:00:00:01")
        let start = Workbench.failure { _ = try ImportOrigin(start: "yesterday") }
        #expect(start?.text == "--start: 'yesterday' is no time with its zone; write it as 2026-11-21T07:30:00Z")
        #expect(sensor?.status == 64 && start?.status == 64)
    }
}
