import CZlib

/// Writes gzip over the system's zlib: one member, without name and time, so that the same content is the same bytes.
///
/// It owns its stream as `Inflater` does.
@safe final class Deflater {
    /// zlib refused to begin or to go on: it has no memory.
    struct NoMemory: Error {}

    private let stream: UnsafeMutablePointer<z_stream>

    init() throws(NoMemory) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 bits of window, the largest, plus 16 for the gzip wrapper, and the usual memory: zlib.h, deflateInit2.
        let status = unsafe deflateInit2_(
            stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            unsafe stream.deallocate()
            throw NoMemory()
        }
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Takes `bytes`, the last ones if so, and returns what is ready.
    func deflate(_ bytes: [UInt8], isLast: Bool) throws(NoMemory) -> [UInt8] {
        var input = bytes[...]
        var result: [UInt8] = []
        var output = [UInt8](repeating: 0, count: VitalsFilesLimits.chunkBytes)
        while true {
            let (status, taken, given) = step(input, &output, isLast: isLast)
            // Z_BUF_ERROR means that there was nothing to do, which is no fault: zlib.h, deflate.
            guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { throw NoMemory() }
            input = input.dropFirst(taken)
            result.append(contentsOf: output.prefix(given))
            if given < output.count && input.isEmpty { return result }
        }
    }

    private func step(
        _ input: ArraySlice<UInt8>, _ output: inout [UInt8], isLast: Bool
    ) -> (status: Int32, taken: Int, given: Int) {
        unsafe input.withUnsafeBufferPointer { input in
            unsafe output.withUnsafeMutableBufferPointer { output in
                // zlib does not write through next_in; its type predates const.
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                unsafe stream.pointee.avail_in = UInt32(clamping: input.count)
                unsafe stream.pointee.next_out = output.baseAddress
                unsafe stream.pointee.avail_out = UInt32(clamping: output.count)
                let status = unsafe CZlib.deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                let taken = unsafe input.count - Int(stream.pointee.avail_in)
                return unsafe (status, taken, output.count - Int(stream.pointee.avail_out))
            }
        }
    }
}
