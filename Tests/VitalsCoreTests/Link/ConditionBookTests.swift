import Testing
import VitalsModel

@testable import VitalsCore

@Suite("Troubles of links")
struct ConditionBookTests {
    private func actions() -> LinkActions {
        LinkActions(
            stamp: Stamp(monotonic: .at(1), wall: WallTime(microseconds: 1), isSynchronised: true),
            jitter: LinkJitter(seed: 1))
    }

    private func reports(_ actions: LinkActions) -> [LinkReport] {
        actions.outputs.compactMap { if case .input(.link(_, _, let report)) = $0 { report } else { nil } }
    }

    @Test("are reported when they begin and when they end, once each")
    func once() {
        var book = ConditionBook(sensor: nil)
        var actions = actions()
        for _ in 0..<3 { book.raise(.serviceDown, detail: "words", &actions) }
        for _ in 0..<3 { book.clear(.serviceDown, &actions) }
        #expect(
            reports(actions) == [
                .condition(.serviceDown, isPresent: true, detail: "words"),
                .condition(.serviceDown, isPresent: false, detail: nil),
            ])
        #expect(book.present == [])
    }

    @Test("of two subjects end for the engine with the last one")
    func subjects() {
        var book = ConditionBook(sensor: nil)
        var actions = actions()
        book.raise(.adapterSilent, subject: "hci0", detail: "a", &actions)
        book.raise(.adapterSilent, subject: "hci1", detail: "b", &actions)
        book.clear(.adapterSilent, subject: "hci0", &actions)
        #expect(book.contains(.adapterSilent))
        #expect(reports(actions).count == 2)
        book.clear(.adapterSilent, subject: "hci1", &actions)
        #expect(reports(actions).last == .condition(.adapterSilent, isPresent: false, detail: "hci1"))
        #expect(!book.contains(.adapterSilent))
    }

    @Test("end all together when what they were about is gone")
    func all() {
        var book = ConditionBook(sensor: LinkScript.strap)
        var actions = actions()
        book.raise(.silent, subject: "2A37", detail: nil, &actions)
        book.raise(.silent, subject: "2A5F", detail: nil, &actions)
        book.raise(.noSlot, detail: nil, &actions)
        #expect(book.present == [.noSlot, .silent])
        book.clearAll(&actions)
        #expect(book.present == [])
        #expect(reports(actions).count == 5)
    }
}
