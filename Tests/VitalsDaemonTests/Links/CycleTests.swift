import Foundation
import Testing
import VitalsModel
import VitalsTestKit

@Suite("Nothing piles up")
struct CycleTests {
    @Test("lesson 16: over many connections, descriptors, match rules and memory stay as they are")
    func cycles() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["VITALS_LINK_CYCLES"].flatMap { Int($0) } ?? 200
        let child = Process()
        let output = Pipe()
        child.executableURL = TestData.program("LinkConformanceRunner")
        child.arguments = ["cycles", String(count)]
        child.standardOutput = output
        try child.runWithSignals()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        child.waitUntilExit()
        #expect(child.terminationStatus == 0)
        let figures = try JSONDecoder().decode(Figures.self, from: data)
        #expect(figures.cycles == count)
        #expect(figures.received == figures.sent)
        #expect(figures.descriptors.first == figures.descriptors.last, "\(figures)")
        #expect(figures.matches.first == figures.matches.last, "\(figures)")
        // A page a cycle would be a leak; allocators take some while they warm up.
        #expect(figures.octetsPerCycle < 1_024, "\(figures)")
        let text = """
            \(figures.cycles) connections on the fake bluetoothd: descriptors \(figures.range(\.descriptors)), match rules \
            \(figures.range(\.matches)), resident memory \(figures.range(\.memoryKiB)) KiB, which is \
            \(figures.octetsPerCycle) bytes a connection; \(figures.sent) values sent, \(figures.received) received
            """
        print(text)
        LinkResult.publish(note: text, lesson: 16)
    }

    private struct Figures: Decodable {
        var cycles: Int
        var descriptors: [Int]
        var matches: [Int]
        var memoryKiB: [Int]
        var octetsPerCycle: Double
        var received: Int
        var sent: Int

        func range(_ member: KeyPath<Figures, [Int]>) -> String {
            let values = self[keyPath: member]
            return "\(values.first ?? 0) to \(values.last ?? 0)"
        }
    }
}
