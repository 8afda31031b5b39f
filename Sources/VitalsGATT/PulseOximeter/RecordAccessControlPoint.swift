/// Record Access Control Point, 2A52: how stored spot-checks are counted, fetched and deleted.
///
/// A request is written; the records come as indications of 2A5E, and the answer as one of 2A52. Of the operators, PLX
/// uses only `null` and `allRecords`. Source: Record Access Control Point 1.0; Pulse Oximeter Service 1.0.1, 3.4.
public enum RecordAccessControlPoint: Hashable, Sendable {
    /// A request to the sensor, or any op code that has no case of its own here (`combinedReportResponse` is one: PLX does
    /// not use it).
    case request(OpCode, Operator, operand: [UInt8])
    /// Number of Stored Records Response.
    case numberOfStoredRecords(UInt32)
    /// Response Code: how a request ended.
    case response(to: OpCode, ResponseCode)

    /// Asks for all stored records.
    public static let reportAll = request(.reportStoredRecords, .allRecords, operand: [])
    /// Asks how many records are stored.
    public static let reportNumberOfAll = request(.reportNumberOfStoredRecords, .allRecords, operand: [])
    /// Deletes all stored records: to be sent only after every one of them is durable.
    public static let deleteAll = request(.deleteStoredRecords, .allRecords, operand: [])
    /// Ends a request that is still running.
    public static let abort = request(.abortOperation, .null, operand: [])

    /// What is asked or answered.
    public struct OpCode: RawRepresentable, Hashable, Sendable {
        /// The number on the air.
        public let rawValue: UInt8

        /// An op code from its number.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Report Stored Records.
        public static let reportStoredRecords = OpCode(rawValue: 1)
        /// Delete Stored Records.
        public static let deleteStoredRecords = OpCode(rawValue: 2)
        /// Abort Operation.
        public static let abortOperation = OpCode(rawValue: 3)
        /// Report Number of Stored Records.
        public static let reportNumberOfStoredRecords = OpCode(rawValue: 4)
        /// Number of Stored Records Response.
        public static let numberOfStoredRecordsResponse = OpCode(rawValue: 5)
        /// Response Code.
        public static let responseCode = OpCode(rawValue: 6)
        /// Combined Report.
        public static let combinedReport = OpCode(rawValue: 7)
        /// Combined Report Response.
        public static let combinedReportResponse = OpCode(rawValue: 8)

        /// The name in JSON and in text; nil for a reserved number.
        public var name: String? {
            switch self {
            case .reportStoredRecords: "report-stored-records"
            case .deleteStoredRecords: "delete-stored-records"
            case .abortOperation: "abort-operation"
            case .reportNumberOfStoredRecords: "report-number-of-stored-records"
            case .numberOfStoredRecordsResponse: "number-of-stored-records-response"
            case .responseCode: "response-code"
            case .combinedReport: "combined-report"
            case .combinedReportResponse: "combined-report-response"
            default: nil
            }
        }
    }

    /// Which records a request means.
    public struct Operator: RawRepresentable, Hashable, Sendable {
        /// The number on the air.
        public let rawValue: UInt8

        /// An operator from its number.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Null.
        public static let null = Operator(rawValue: 0)
        /// All records.
        public static let allRecords = Operator(rawValue: 1)
        /// Less than or equal to.
        public static let lessThanOrEqual = Operator(rawValue: 2)
        /// Greater than or equal to.
        public static let greaterThanOrEqual = Operator(rawValue: 3)
        /// Within range of, inclusive.
        public static let withinRange = Operator(rawValue: 4)
        /// First record.
        public static let firstRecord = Operator(rawValue: 5)
        /// Last record.
        public static let lastRecord = Operator(rawValue: 6)

        /// The name in JSON and in text; nil for a reserved number.
        public var name: String? {
            switch self {
            case .null: "null"
            case .allRecords: "all-records"
            case .lessThanOrEqual: "less-than-or-equal"
            case .greaterThanOrEqual: "greater-than-or-equal"
            case .withinRange: "within-range"
            case .firstRecord: "first-record"
            case .lastRecord: "last-record"
            default: nil
            }
        }
    }

    /// How a request ended.
    public struct ResponseCode: RawRepresentable, Hashable, Sendable {
        /// The number on the air.
        public let rawValue: UInt8

        /// A response code from its number.
        public init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Success.
        public static let success = ResponseCode(rawValue: 1)
        /// Op Code Not Supported.
        public static let opCodeNotSupported = ResponseCode(rawValue: 2)
        /// Invalid Operator.
        public static let invalidOperator = ResponseCode(rawValue: 3)
        /// Operator Not Supported.
        public static let operatorNotSupported = ResponseCode(rawValue: 4)
        /// Invalid Operand.
        public static let invalidOperand = ResponseCode(rawValue: 5)
        /// No Records Found.
        public static let noRecordsFound = ResponseCode(rawValue: 6)
        /// Abort Unsuccessful.
        public static let abortUnsuccessful = ResponseCode(rawValue: 7)
        /// Procedure Not Completed.
        public static let procedureNotCompleted = ResponseCode(rawValue: 8)
        /// Operand Not Supported.
        public static let operandNotSupported = ResponseCode(rawValue: 9)
        /// Server Busy.
        public static let serverBusy = ResponseCode(rawValue: 10)

        /// The name in JSON and in text; nil for a reserved number.
        public var name: String? {
            switch self {
            case .success: "success"
            case .opCodeNotSupported: "op-code-not-supported"
            case .invalidOperator: "invalid-operator"
            case .operatorNotSupported: "operator-not-supported"
            case .invalidOperand: "invalid-operand"
            case .noRecordsFound: "no-records-found"
            case .abortUnsuccessful: "abort-unsuccessful"
            case .procedureNotCompleted: "procedure-not-completed"
            case .operandNotSupported: "operand-not-supported"
            case .serverBusy: "server-busy"
            default: nil
            }
        }
    }
}
