import Testing
import VitalsModel

@testable import VitalsCore

@Suite("A sensor that ends the Bluetooth service (lesson 48)")
struct ServiceCrashWatchTests {
    private let x = LinkScript.strap
    private let y = LinkScript.other

    @Test("is blamed at the second end within ten minutes, for 1, 2, 4 … 60 minutes")
    func growing() {
        var watch = ServiceCrashWatch()
        var minutes: [Int64] = []
        for round in 0..<9 {
            watch.began(x, at: .at(Double(round * 100)))
            guard let blamed = watch.serviceEnded(at: .at(Double(round * 100 + 1))) else { continue }
            #expect(blamed.sensor == x)
            minutes.append(blamed.delay.microseconds / 60_000_000)
        }
        #expect(minutes == [1, 2, 4, 8, 16, 32, 60, 60])
    }

    @Test("is not blamed for an end that comes later, or for one of two far apart")
    func others() {
        var watch = ServiceCrashWatch()
        for round in 0..<4 {
            watch.began(x, at: .at(Double(round * 100)))
            #expect(watch.serviceEnded(at: .at(Double(round * 100 + 4))) == nil)
        }
        watch.began(x, at: .at(1_000))
        #expect(watch.serviceEnded(at: .at(1_001)) == nil)
        watch.began(x, at: .at(2_000))
        #expect(watch.serviceEnded(at: .at(2_001)) == nil)
    }

    @Test("one that answered is not blamed; of several that did not, the last is")
    func suspicion() {
        var watch = ServiceCrashWatch()
        for round in 0..<2 {
            let start = Double(round * 10)
            watch.began(y, at: .at(start))
            watch.began(x, at: .at(start + 0.5))
            watch.began(SensorAddress(rawValue: 3), at: .at(start + 1))
            watch.wasHarmless(SensorAddress(rawValue: 3))
            let blamed = watch.serviceEnded(at: .at(start + 2))
            #expect(round == 0 ? blamed == nil : blamed?.sensor == x)
        }
    }

    @Test("what was held against it is forgotten when its link is in use")
    func cleared() {
        var watch = ServiceCrashWatch()
        for round in 0..<6 {
            watch.began(x, at: .at(Double(round * 10)))
            #expect(watch.serviceEnded(at: .at(Double(round * 10 + 1))) == nil)
            watch.isCleared(x)
        }
        #expect(watch.storedCount == 0)
    }

    @Test("any number of sensors and ends leaves it small")
    func bounded() {
        var watch = ServiceCrashWatch()
        for number in 0..<UInt64(10_000) {
            watch.began(SensorAddress(rawValue: number), at: .at(Double(number) / 100))
            if number % 7 == 0 { _ = watch.serviceEnded(at: .at(Double(number) / 100)) }
        }
        #expect(watch.storedCount <= LinkLimits.heardMax + 2 * LinkLimits.adaptersMax)
    }
}
