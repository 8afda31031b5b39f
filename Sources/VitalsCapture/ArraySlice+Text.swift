extension ArraySlice<UInt8> {
    /// Without white space at either end.
    var trimmed: ArraySlice<UInt8> {
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        var slice = self.drop(while: isSpace)
        while let last = slice.last, isSpace(last) { slice = slice.dropLast() }
        return slice
    }

    /// Trimmed, and without the quotation marks around it.
    var unquoted: ArraySlice<UInt8> {
        let text = trimmed
        let mark = UInt8(ascii: "\"")
        guard text.count >= 2, text.first == mark, text.last == mark else { return text }
        return text.dropFirst().dropLast().trimmed
    }
}
