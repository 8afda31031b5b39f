import CZlib

/// Undoes gzip, member after member, over the system's zlib.
///
/// The stream knows its own address, so it lives on the heap and in one place: this class owns it from `init` to `deinit`
/// and never gives it away, which makes it safe to use.
@safe final class Inflater {
    /// What ends the data before their time.
    enum Fault: Error, Equatable {
        case damaged
        case noMemory
    }

    private let stream: UnsafeMutablePointer<z_stream>
    private var input: ArraySlice<UInt8> = []
    private var isInsideMember = true
    private var hasMore = false
    private var fault: Fault?

    /// Whether the last member was read to its end.
    var isComplete: Bool { !isInsideMember }

    init() throws(Fault) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 bits of window, the largest, plus 16 for the gzip wrapper: zlib.h, inflateInit2.
        guard unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            unsafe stream.deallocate()
            throw .noMemory
        }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    /// Gives further input; what was given before has been used up: `next` has returned nil.
    func feed(_ bytes: [UInt8]) { input = bytes[...] }

    /// The next chunk, nil when further input is needed. What stood before damage comes before the error.
    func next() throws(Fault) -> [UInt8]? {
        if let fault { throw fault }
        while !input.isEmpty || hasMore {
            if !isInsideMember {
                // gzip pads with zeros behind the last member, on tapes, and ignores them.
                input = input.drop { $0 == 0 }
                guard !input.isEmpty else { return nil }
                guard unsafe inflateReset(stream) == Z_OK else { throw .noMemory }
                isInsideMember = true
            }
            var output = [UInt8](repeating: 0, count: VitalsFilesLimits.chunkBytes)
            let (status, given) = step(&output)
            hasMore = status == Z_OK && given == output.count
            switch status {
            case Z_OK, Z_BUF_ERROR: break
            case Z_STREAM_END: isInsideMember = false
            case Z_MEM_ERROR: fault = .noMemory
            default: fault = .damaged
            }
            if given > 0 {
                output.removeLast(output.count - given)
                return output
            }
            if let fault { throw fault }
            if status == Z_BUF_ERROR { return nil }
        }
        return nil
    }

    private func step(_ output: inout [UInt8]) -> (status: Int32, given: Int) {
        let (status, taken, given) = unsafe input.withUnsafeBufferPointer { input in
            unsafe output.withUnsafeMutableBufferPointer { output in
                // zlib does not write through next_in; its type predates const.
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                unsafe stream.pointee.avail_in = UInt32(clamping: input.count)
                unsafe stream.pointee.next_out = output.baseAddress
                unsafe stream.pointee.avail_out = UInt32(clamping: output.count)
                let status = unsafe inflate(stream, Z_NO_FLUSH)
                let taken = unsafe input.count - Int(stream.pointee.avail_in)
                return unsafe (status, taken, output.count - Int(stream.pointee.avail_out))
            }
        }
        input = input.dropFirst(taken)
        return (status, given)
    }
}
