import Testing
import VitalsModel

@testable import VitalsCore

@Suite("What of a GATT table is used")
struct SubscriptionPlanTests {
    private let heartRateService = BluetoothUUID(0x180D)
    private let oximeterService = BluetoothUUID(0x1822)

    @Test("measurements in a fixed order, descriptions after them, of each the first")
    func order() {
        let second = RemoteCharacteristic.make(.heartRateMeasurement, 0x90, .notify)
        let table: [RemoteCharacteristic] = [
            .model, .manufacturer, .battery, .controlPoint, .spotCheck, .continuous, .heartRate, second, .clock,
        ]
        let plan = SubscriptionPlan(table, fetchesStoredRecords: true)
        #expect(plan.measurements == [.heartRate, .continuous, .spotCheck])
        #expect(plan.controlPoint == .controlPoint)
        #expect(plan.reads == [.manufacturer, .model, .clock])
        #expect(plan.battery == .battery && plan.clock == .clock)
    }

    @Test("the control point only when stored records are fetched and can be (lesson 24)")
    func controlPoint() {
        let table: [RemoteCharacteristic] = [.spotCheck, .controlPoint]
        #expect(SubscriptionPlan(table, fetchesStoredRecords: false).controlPoint == nil)
        #expect(SubscriptionPlan([.continuous, .controlPoint], fetchesStoredRecords: true).controlPoint == nil)
        let readOnly = RemoteCharacteristic.make(.recordAccessControlPoint, 0x28, .indicate)
        #expect(SubscriptionPlan([.spotCheck, readOnly], fetchesStoredRecords: true).controlPoint == nil)
    }

    @Test("2A08 is the clock where there is no 2A2B, and what cannot be read is not read")
    func clock() {
        let dateTime = RemoteCharacteristic.make(BluetoothUUID(0x2A08), 0x60, [.read, .write])
        let zone = RemoteCharacteristic.make(BluetoothUUID(0x2A0F), 0x62, .read)
        #expect(SubscriptionPlan([dateTime, zone], fetchesStoredRecords: true).reads == [zone, dateTime])
        #expect(SubscriptionPlan([dateTime, .clock], fetchesStoredRecords: true).clock == .clock)
        let hidden = RemoteCharacteristic.make(.modelNumber, 0x70, .notify)
        #expect(SubscriptionPlan([hidden], fetchesStoredRecords: true).reads == [])
    }

    @Test("a table that lacks what was advertised, or everything, is incomplete (lesson 10)")
    func missing() {
        let missing = { SubscriptionPlan.missing(in: $0, advertised: $1) }
        #expect(missing([.heartRate], [heartRateService]) == nil)
        #expect(missing([.spotCheck], [oximeterService]) == nil)
        #expect(missing([.continuous], []) == nil)
        #expect(missing([], []) == "the GATT table is empty")
        #expect(missing([.battery], []) == "there is none of 2A37, 2A5E and 2A5F")
        #expect(missing([.continuous], [heartRateService]) == "the advertised service 180D is without 2A37")
        #expect(missing([.heartRate], [oximeterService]) == "the advertised service 1822 is without 2A5E and 2A5F")
        let mute = RemoteCharacteristic.make(.heartRateMeasurement, 0x12, .read)
        #expect(missing([mute], []) == "there is none of 2A37, 2A5E and 2A5F")
    }
}
