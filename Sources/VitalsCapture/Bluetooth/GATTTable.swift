import VitalsModel

/// What is known of the attributes of one peer: which handle is which characteristic's value.
struct GATTTable {
    private struct Attribute {
        /// The characteristic, when the attribute is a characteristic's value.
        var characteristic: BluetoothUUID?
        /// The handle of the declaration that announced it.
        var declaration: UInt16?
    }

    /// A characteristic declaration (Core 5.4, volume 3, part G, 3.3.1).
    struct Declaration: Equatable {
        /// The declaration's own handle.
        let handle: UInt16
        /// The handle of the value.
        let value: UInt16
        /// The characteristic.
        let characteristic: BluetoothUUID
    }

    /// How a handle is known.
    enum Lookup: Equatable {
        /// It is the value of this characteristic.
        case value(BluetoothUUID)
        /// It is a descriptor or a declaration.
        case other
        /// Nothing is known.
        case unknown
    }

    private var attributes: [UInt16: Attribute] = [:]
    /// The Database Hash (2B2A) that the peer gave for this table, if it is known to be of this table.
    private(set) var hash: [UInt8]?

    /// Whether nothing is known of the peer.
    var isEmpty: Bool { attributes.isEmpty }

    /// What a handle is.
    func lookup(_ handle: UInt16) -> Lookup {
        guard let attribute = attributes[handle] else { return .unknown }
        return attribute.characteristic.map(Lookup.value) ?? .other
    }

    /// Forgets everything: a client begins to discover the services anew, or the table is known to be another.
    mutating func reset() {
        attributes = [:]
        hash = nil
    }

    /// Forgets a range of handles: a client discovers its services anew, or the peer says that it has changed. `hash` is
    /// what the peer gave before on the same link.
    mutating func forget(_ range: ClosedRange<UInt16>, hash: [UInt8]?) {
        attributes = attributes.filter { !range.contains($0.key) }
        self.hash = hash
    }

    /// The peer listed the characteristics that are declared from the lower end of `range` to the last of `found`, or
    /// in all of the range when it listed none. What it did not list there is gone. `hash` is what the peer gave before on
    /// the same link.
    mutating func announce(_ found: [Declaration], in range: ClosedRange<UInt16>, hash: [UInt8]?) {
        let last = found.last.map { max($0.handle, range.lowerBound) } ?? range.upperBound
        attributes = attributes.filter { entry in
            guard let declaration = entry.value.declaration else { return true }
            return !(range.lowerBound...last).contains(declaration)
        }
        self.hash = hash
        for declaration in found {
            set(declaration.value, declaration.characteristic, declaration: declaration.handle)
        }
    }

    /// The peer named the type of an attribute.
    mutating func learn(_ handle: UInt16, type: BluetoothUUID) {
        let isStructure = type.short.map { (0x2800...0x2803).contains($0) || (0x2900...0x29FF).contains($0) } ?? false
        let known = attributes[handle]
        guard known == nil || (known?.characteristic == nil) != isStructure || known?.characteristic != type else {
            return
        }
        set(handle, isStructure ? nil : type, declaration: known?.declaration)
    }

    /// The peer gave the hash of its table. Returns whether that is the table that is known here: nil when no hash was
    /// known to compare with.
    mutating func compare(hash: [UInt8]) -> Bool? {
        guard let known = self.hash else {
            self.hash = hash
            return nil
        }
        if known == hash { return true }
        reset()
        self.hash = hash
        return false
    }

    private mutating func set(_ handle: UInt16, _ characteristic: BluetoothUUID?, declaration: UInt16?) {
        guard attributes[handle] != nil || attributes.count < VitalsCaptureLimits.attributesMax else { return }
        attributes[handle] = Attribute(characteristic: characteristic, declaration: declaration)
    }
}
