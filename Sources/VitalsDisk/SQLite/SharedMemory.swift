/// The shared memory of a journal's WAL index: regions of zeroed memory that stay where they are as long as somebody
/// has them mapped. It is memory, so a power cut takes it.
///
/// Unchecked: the list of regions changes under the lock of the disk alone; what stands in the memory is SQLite's
/// affair, which guards it with locks and barriers of its own.
@safe final class SharedMemory: @unchecked Sendable {
    private var regions: [UnsafeMutableRawBufferPointer] = unsafe []
    /// Holders that have it mapped.
    var holders: Set<Int> = []

    deinit { unsafe regions.forEach { unsafe $0.deallocate() } }

    /// A region, made with those before it when `extends` says so; nil when it is not there.
    func region(_ index: Int, bytes: Int, extends: Bool) -> UnsafeMutableRawPointer? {
        guard index >= 0, index < VitalsDiskLimits.memoryRegionsMax, bytes > 0 else { return nil }
        while unsafe regions.count <= index {
            guard extends else { return nil }
            let region = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 16)
            unsafe region.initializeMemory(as: UInt8.self, repeating: 0)
            unsafe regions.append(region)
        }
        return unsafe regions[index].baseAddress
    }
}
