import Foundation
import Testing
import VitalsModel
import VitalsSystemd
import VitalsTestKit

@Suite("Values on the bus")
struct BusValueTests {
    static let values: [BusValue] = [
        .byte(0), .byte(255), .boolean(true), .boolean(false), .int16(-32_768), .uint16(65_535), .int32(.min),
        .uint32(.max), .int64(.min), .uint64(.max), .double(-0.125), .string(""), .string("Pulsgürtel ♥"),
        .objectPath("/org/bluez/hci0"), .signature("a{sv}"), .bytes([]), .bytes([0x00, 0x48, 0xFF]),
        .array([], of: "s"), .array([], of: "a{sv}"), .strings(["a", ""]),
        .array([.bytes([1]), .bytes([])], of: "ay"),
        .dictionary([], key: "s", value: "v"), .properties(["RSSI": .int16(-50), "UUIDs": .strings(["180d"])]),
        .dictionary(
            [BusEntry(key: .objectPath("/a"), value: .properties([:]))], key: "o", value: "a{sv}"),
        .dictionary([BusEntry(key: .uint16(76), value: .variant(.bytes([2, 21])))], key: "q", value: "v"),
        .structure([.string("x"), .structure([.byte(1)]), .array([], of: "(yv)")]),
        .variant(.variant(.structure([.int32(-1), .bytes([9])]))),
    ]

    @Test("every type goes there and back unchanged")
    func roundTrip() throws {
        let pair = try BusPair()
        pair.server.onCall = { .values($0.arguments) }
        for value in Self.values {
            let back = try pair.result(of: BusPair.call("Echo", [value])).get()
            #expect(back == [value])
        }
        #expect(try pair.result(of: BusPair.call("Echo", Self.values)).get() == Self.values)
        #expect(try pair.result(of: BusPair.call("Echo")).get() == [])
    }

    @Test("a value says its signature")
    func signatures() {
        #expect(
            Self.values.map(\.typeSignature).joined(separator: " ")
                == "y y b b n q i u x t d s s o g ay ay as aa{sv} as aay a{sv} a{sv} a{oa{sv}} a{qv} (s(y)a(yv)) v")
    }

    @Test("accessors see through variants and give nil for another type")
    func accessors() {
        let value = BusValue.variant(.variant(.string("x")))
        #expect(value.string == "x" && value.bytes == nil && value.integer == nil && value.boolean == nil)
        #expect(BusValue.objectPath("/a").string == "/a" && BusValue.string("/a").objectPath == nil)
        #expect(BusValue.uint64(.max).integer == nil && BusValue.int16(-50).integer == -50)
        #expect(BusValue.strings(["a", "b"]).strings == ["a", "b"])
        #expect(BusValue.array([.string("a"), .byte(1)], of: "s").strings == nil)
        #expect(BusValue.properties(["A": .byte(1)]).dictionary == ["A": .byte(1)])
        #expect(BusValue.dictionary([BusEntry(key: .byte(1), value: .byte(2))], key: "y", value: "y").dictionary == nil)
        #expect(BusValue.structure([.byte(1)]).structure == [.byte(1)] && BusValue.byte(1).array == nil)
    }

    @Test("a key that comes twice counts once, with the last value")
    func doubledKey() {
        let entry = { BusEntry(key: .string("A"), value: .variant(.byte($0))) }
        #expect(BusValue.dictionary([entry(1), entry(2)], key: "s", value: "v").dictionary == ["A": .byte(2)])
    }

    @Test("a descriptor is passed, and closed by those who hold it")
    func descriptor() throws {
        let pair = try BusPair()
        let ends = Pipe()
        let sent = BusDescriptor(owning: dup(ends.fileHandleForWriting.fileDescriptor))
        try ends.fileHandleForWriting.close()
        pair.server.onCall = { request in
            guard let end = request.arguments.first?.descriptor else { return nil }
            _ = unsafe write(end.rawValue, "hello", 5)
            return .values([.descriptor(end), .uint16(23)])
        }
        func exchange(_ descriptor: BusDescriptor) throws {
            let back = try pair.result(of: BusPair.call("Take", [.descriptor(descriptor)])).get()
            let end = try #require(back.first?.descriptor)
            #expect(back.last == .uint16(23) && end.rawValue != descriptor.rawValue)
            _ = unsafe write(end.rawValue, " again", 6)
        }
        try exchange(sent)
        try pair.settle()
        withExtendedLifetime(sent) {}
        #expect(ends.fileHandleForReading.readData(ofLength: 11) == Data("hello again".utf8))
    }

    @Test("what cannot be written is an error with a reason, and harms nothing")
    func unwritable() throws {
        let pair = try BusPair()
        pair.server.onCall = { .values($0.arguments) }
        let bad: [BusValue] = [
            .string("a\0b"), .objectPath("no path"), .signature("("), .structure([]),
            .array([.byte(1)], of: "s"),
            .dictionary([BusEntry(key: .variant(.byte(1)), value: .byte(1))], key: "v", value: "y"),
        ]
        for value in bad {
            let result = try pair.result(of: BusPair.call("Echo", [value]))
            #expect(throws: BusError.self) { try result.get() }
            #expect(try pair.result(of: BusPair.call("Echo", [.byte(7)])).get() == [.byte(7)], "\(value.typeSignature)")
        }
        var deep = BusValue.byte(1)
        for _ in 0..<200 { deep = .variant(deep) }
        #expect(throws: BusError.self) { try pair.result(of: BusPair.call("Echo", [deep])).get() }
        #expect(try pair.result(of: BusPair.call("Echo", [.byte(7)])).get() == [.byte(7)])
    }

    @Test("a message that is too deep is refused to its sender, and the connection lives on")
    func tooDeep() throws {
        let pair = try BusPair()
        pair.server.onCall = { .values([.int64(Int64($0.arguments.count))]) }
        var deep = BusValue.byte(1)
        for _ in 0..<(BusLimits.depthMax - 1) { deep = .variant(deep) }
        #expect(try pair.result(of: BusPair.call("Count", [deep])).get() == [.int64(1)])
        let result = try pair.result(of: BusPair.call("Count", [.variant(deep)]))
        #expect(
            throws: BusError(
                name: BusError.limitsExceeded, message: "the message is deeper or larger than this program takes")
        ) {
            try result.get()
        }
        #expect(try pair.result(of: BusPair.call("Count")).get() == [.int64(0)])
    }

    @Test("a signal that is too deep is dropped and counted")
    func tooDeepSignal() throws {
        let pair = try BusPair()
        var heard = 0
        try pair.client.subscribe(BusMatch(member: "Deep")) { _ in heard += 1 }
        try pair.settle()
        var deep = BusValue.byte(1)
        for _ in 0..<BusLimits.depthMax { deep = .variant(deep) }
        try pair.server.emit(BusSignal("/a", "org.example.I", "Deep", [deep]))
        try pair.server.emit(BusSignal("/a", "org.example.I", "Deep", [.byte(1)]))
        try pair.loop.run { heard == 1 }
        #expect(pair.client.refusedSignals == 1)
    }
}
