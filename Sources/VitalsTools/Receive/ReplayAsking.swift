import VitalsDaemon
import VitalsMQTT
public import VitalsModel

/// Asks a gateway to send delivered records once more.
public struct ReplayAsking: Sendable {
    private let settings: MQTTSettings
    private let gateway: String
    private let keyFile: String
    private let scope: ReplayRequest.Scope
    private let now: WallTime

    /// What is asked for.
    public enum Wanted: Sendable {
        /// Sequences, such as `1-100,250-300`.
        case records(String)
        /// Everything of the last so many hours.
        case lastHours(Double)
        /// Everything between two RFC 3339 times.
        case time(from: String, until: String)
    }

    /// Reads what is wanted; `options` say how the broker is reached and which gateway it is.
    ///
    /// - Parameter now: The wall clock, which the request's number and its expiry come from.
    public init(_ options: ReceptionOptions, keyFile: String, _ wanted: Wanted, now: WallTime) throws(ToolError) {
        guard let gateway = options.gateway else {
            throw ToolError("--gateway", "no gateway is named", remedy: "name the one to ask", status: ExitStatus.usage)
        }
        settings = options.settings
        self.gateway = gateway
        self.keyFile = keyFile
        self.now = now
        scope = try Self.scope(wanted, now: now)
    }

    /// Sends the request and says what became of it; false when the gateway did not say that it heard it.
    public func run(output: any ByteOutput) throws -> Bool {
        let courier = try RequestCourier(settings: settings, gateway: gateway, key: try RequestKey(file: keyFile))
        let expires = now.microseconds.addingReportingOverflow(VitalsToolsLimits.requestLifetime.microseconds)
        let outcome = try courier.send(within: VitalsToolsLimits.requestAnswerWithin) { epoch in
            ReplayRequest(
                gateway: gateway, epoch: epoch, counter: UInt64(clamping: now.microseconds),
                expires: WallTime(microseconds: expires.partialValue), scope: scope)
        }
        switch outcome {
        case .heard:
            try output.write("the gateway \(gateway) heard the request and sends the records again\n")
            return true
        case .unanswered:
            try output.write(
                "the gateway \(gateway) did not answer: is it online, does it have this key as mqtt.request_key_file, and"
                    + " was the last request more than 10 s ago?\n")
            return false
        case .refused(let reason):
            try output.write("the broker refused the request: \(reason)\n")
            return false
        }
    }

    private static func scope(_ wanted: Wanted, now: WallTime) throws(ToolError) -> ReplayRequest.Scope {
        switch wanted {
        case .records(let text):
            var ranges: [ClosedRange<UInt64>] = []
            for part in text.split(separator: ",") {
                let bounds = part.split(separator: "-", maxSplits: 1).map { UInt64($0) }
                guard let first = bounds.first ?? nil, let last = bounds.last ?? nil, first > 0, first <= last else {
                    throw usage("--records", "'\(part)' is no range of sequences", "write such as 1-100,250,300-310")
                }
                ranges.append(first...last)
            }
            guard !ranges.isEmpty else { throw usage("--records", "it names nothing", "write such as 1-100,250") }
            return .records(ranges)
        case .lastHours(let hours):
            guard hours > 0, hours <= VitalsToolsLimits.requestHoursMax else {
                throw usage("--last-hours", "\(hours) is out of range", "0 to \(VitalsToolsLimits.requestHoursMax)")
            }
            return .time(WallTime(microseconds: now.microseconds - Int64(hours * 3_600_000_000))...now)
        case .time(let from, let until):
            guard let from = WallTime(rfc3339: from), let until = WallTime(rfc3339: until), from <= until else {
                throw usage(
                    "--from", "the times make no span", "write two such as 2026-11-21T07:30:00Z, the earlier first")
            }
            return .time(from...until)
        }
    }

    private static func usage(_ place: String, _ fault: String, _ remedy: String) -> ToolError {
        ToolError(place, fault, remedy: remedy, status: ExitStatus.usage)
    }
}
