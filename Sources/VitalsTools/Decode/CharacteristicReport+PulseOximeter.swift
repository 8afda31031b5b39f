import VitalsGATT

extension CharacteristicReport {
    /// PLX Continuous Measurement.
    static func members(of value: PLXContinuousMeasurement) -> [String: ReportValue] {
        var members = common(
            value.validity, value.measurementStatus, value.deviceAndSensorStatus, value.pulseAmplitudeIndex)
        members["normal"] = pair(value.normal)
        if let fast = value.fast { members["fast"] = pair(fast) }
        if let slow = value.slow { members["slow"] = pair(slow) }
        return members
    }

    /// PLX Spot-Check Measurement.
    static func members(of value: PLXSpotCheckMeasurement) -> [String: ReportValue] {
        var members = common(
            value.validity, value.measurementStatus, value.deviceAndSensorStatus, value.pulseAmplitudeIndex)
        members["spotCheck"] = pair(value.spotCheck)
        members["isDeviceClockSet"] = .truth(value.isDeviceClockSet)
        if let timestamp = value.timestamp { members["timestamp"] = .text(text(timestamp)) }
        return members
    }

    /// PLX Features.
    static func members(of value: PLXFeatures) -> [String: ReportValue] {
        var members: [String: ReportValue] = [
            "supportedFeatures": .bits(value.supported.rawValue, value.supported.names)
        ]
        if let support = value.measurementStatusSupport {
            members["measurementStatusSupport"] = .bits(support.rawValue, support.names)
        }
        if let support = value.deviceAndSensorStatusSupport {
            members["deviceAndSensorStatusSupport"] = .bits(support.rawValue, support.names)
        }
        return members
    }

    /// Record Access Control Point.
    static func members(of value: RecordAccessControlPoint) -> [String: ReportValue] {
        switch value {
        case .request(let code, let filter, let operand):
            [
                "opCode": .named(code.rawValue, code.name),
                "operand": .list(operand.map { .number("\($0)") }),
                "operator": .named(filter.rawValue, filter.name),
            ]
        case .numberOfStoredRecords(let count):
            [
                "numberOfRecords": .number("\(count)"),
                "opCode": .named(5, RecordAccessControlPoint.OpCode.numberOfStoredRecordsResponse.name),
            ]
        case .response(let request, let code):
            [
                "opCode": .named(6, RecordAccessControlPoint.OpCode.responseCode.name),
                "requestOpCode": .named(request.rawValue, request.name),
                "responseCode": .named(code.rawValue, code.name),
            ]
        }
    }

    private static func pair(_ pair: SpO2PR) -> ReportValue {
        .object(["pulseRate": .float(pair.pulseRate.value), "spO2": .float(pair.spO2.value)])
    }

    private static func common(
        _ validity: PLXValidity, _ measurement: MeasurementStatus?, _ device: DeviceAndSensorStatus?, _ index: SFLOAT?
    ) -> [String: ReportValue] {
        var members: [String: ReportValue] = ["validity": .text(validity.name)]
        var units = ["pulseRate": "beats/min", "spO2": "%"]
        if let reason = validity.reason { members["validityReason"] = .text(reason.rawValue) }
        if let measurement { members["measurementStatus"] = .bits(measurement.rawValue, measurement.names) }
        if let device { members["deviceAndSensorStatus"] = .bits(device.rawValue, device.names) }
        if let index {
            members["pulseAmplitudeIndex"] = .float(index.value)
            units["pulseAmplitudeIndex"] = "%"
        }
        members["units"] = .units(units)
        return members
    }
}
