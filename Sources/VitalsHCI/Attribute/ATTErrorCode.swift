import VitalsCore

/// The code of an ATT Error Response (Core 5.4, volume 3, part F, 3.4.1.1; codes from E0: Core Supplement, part B).
struct ATTErrorCode: RawRepresentable, Hashable, Sendable {
    let rawValue: UInt8

    static let invalidHandle = ATTErrorCode(rawValue: 0x01)
    static let readNotPermitted = ATTErrorCode(rawValue: 0x02)
    static let writeNotPermitted = ATTErrorCode(rawValue: 0x03)
    static let invalidPDU = ATTErrorCode(rawValue: 0x04)
    static let insufficientAuthentication = ATTErrorCode(rawValue: 0x05)
    static let requestNotSupported = ATTErrorCode(rawValue: 0x06)
    static let invalidOffset = ATTErrorCode(rawValue: 0x07)
    static let insufficientAuthorization = ATTErrorCode(rawValue: 0x08)
    static let attributeNotFound = ATTErrorCode(rawValue: 0x0A)
    static let attributeNotLong = ATTErrorCode(rawValue: 0x0B)
    static let encryptionKeySizeTooShort = ATTErrorCode(rawValue: 0x0C)
    static let invalidValueLength = ATTErrorCode(rawValue: 0x0D)
    static let unlikelyError = ATTErrorCode(rawValue: 0x0E)
    static let insufficientEncryption = ATTErrorCode(rawValue: 0x0F)
    static let insufficientResources = ATTErrorCode(rawValue: 0x11)

    /// What a gateway can make of it, by the same classes as BlueZ's D-Bus errors.
    var failure: LinkFailure { LinkFailure(kind, "ATT error 0x\(String(rawValue, radix: 16)): \(words)") }

    private var kind: LinkFailure.Kind {
        switch self {
        case .invalidHandle: .doesNotExist
        case .readNotPermitted, .writeNotPermitted, .insufficientAuthorization: .notPermitted
        case .requestNotSupported: .notSupported
        case .insufficientAuthentication, .encryptionKeySizeTooShort, .insufficientEncryption: .notPaired
        default: .attribute(rawValue)
        }
    }

    private var words: String {
        switch self {
        case .invalidHandle: "no such attribute"
        case .readNotPermitted: "reading is not permitted"
        case .writeNotPermitted: "writing is not permitted"
        case .invalidPDU: "the sensor takes the request for malformed"
        case .insufficientAuthentication: "the sensor wants an authenticated link"
        case .requestNotSupported: "the sensor does not support the request"
        case .invalidOffset: "the offset lies behind the value"
        case .insufficientAuthorization: "the sensor wants an authorisation"
        case .attributeNotFound: "no attribute found"
        case .attributeNotLong: "the value is not long"
        case .encryptionKeySizeTooShort: "the encryption key is too short"
        case .invalidValueLength: "the value has the wrong length"
        case .unlikelyError: "an unlikely error of the sensor"
        case .insufficientEncryption: "the sensor wants an encrypted link"
        case .insufficientResources: "the sensor lacks resources"
        default: rawValue >= 0x80 && rawValue <= 0x9F ? "an error of the service" : "an error of the sensor"
        }
    }
}
